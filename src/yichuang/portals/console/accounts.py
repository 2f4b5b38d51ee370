"""Accounts and roles: open an account, let a locked one in again, appoint and end an appointment (practice 13)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yichuang.foundation.people import commands, queries
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.allauth import Adapter
from yichuang.foundation.people.models import Account, Appointment
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.permissions import table
from yichuang.foundation.people.terms import StaffKind
from yichuang.portals.console.asking import asked
from yichuang.portals.console.people import accounts, tried
from yichuang.ui.forms import UiForm

NOBODY_IS_APPOINTED_TO = frozenset({"public", "citizen", "firm"})


class AccountForm(UiForm):
    """Whose account is opened."""

    username = forms.CharField(
        label=gettext_lazy("用户名"),
        max_length=60,
        help_text=gettext_lazy("登录时填写，开通后不再更改。"),
        validators=[RegexValidator(r"^[\w.@+-]+$", gettext_lazy("用户名只用字母、数字和 . @ + - _，不留空格。"))],
    )
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    staff_no = forms.CharField(label=gettext_lazy("工号"), max_length=20)
    phone = forms.CharField(label=gettext_lazy("手机"), max_length=20, required=False)
    valid_until = forms.DateField(
        label=gettext_lazy("账号有效至"), required=False, help_text=gettext_lazy("最后一天可以登录；不填即长期有效。")
    )
    password = forms.CharField(
        label=gettext_lazy("首次登录密码"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 10 位，本人首次登录时须更改。不填即只能用统一身份认证登录。"),
    )

    def clean_password(self) -> str | None:
        """Hold a first password to the rules of any other."""
        said, data = self.cleaned_data["password"], self.cleaned_data
        person = Account(
            username=data.get("username", ""), name=data.get("name", ""), staff_no=data.get("staff_no", "")
        )
        return Adapter().clean_password(said, person) if said else None


class AppointForm(UiForm):
    """Where, as what and for how long somebody is appointed."""

    place = forms.ChoiceField(label=gettext_lazy("单位和岗位"))
    role = forms.ChoiceField(label=gettext_lazy("角色"))
    staff_kind = forms.ChoiceField(label=gettext_lazy("用工性质"), choices=StaffKind.choices)
    valid_from = forms.DateField(label=gettext_lazy("从哪天起"))
    valid_to = forms.DateField(
        label=gettext_lazy("从哪天起不再担任"),
        required=False,
        help_text=gettext_lazy("劳务派遣、实习、志愿者、驻场运维须填写，且不超过一年。"),
    )

    def __init__(self, *args: Any, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, initial={"valid_from": local_day(at)}, **kwargs)
        units = list(queries.units_in_force(at))
        posts: dict[int, list[tuple[str, str]]] = {}
        for post in queries.posts_of([unit.pk for unit in units]):
            posts.setdefault(post.unit_id, []).append((f"{post.unit_id}/{post.pk}", f"{post.unit}　{post}"))
        places = [one for unit in units for one in ((f"{unit.pk}/", str(unit)), *posts.get(unit.pk, ()))]
        roles = [(role.id, str(role.name)) for role in table().roles.values() if role.id not in NOBODY_IS_APPOINTED_TO]
        nothing = ("", _("请选择"))
        self.fields["place"].choices = [nothing, *places]  # type: ignore[attr-defined]
        self.fields["role"].choices = [nothing, *roles]  # type: ignore[attr-defined]

    def clean_place(self) -> tuple[int, int | None]:
        """Tell the unit, and the post in it if there is one."""
        unit, _slash, post = self.cleaned_data["place"].partition("/")
        return int(unit), int(post) if post else None


class EndForm(UiForm):
    """The first day on which a role is no longer held."""

    valid_to = forms.DateField(label=gettext_lazy("从哪天起不再担任"))


@page(permission="people.manage")
def opened(request: ActingRequest) -> HttpResponse:
    """Open an account; what it may do, somebody else grants."""
    form = AccountForm(request.POST or None)

    def done() -> str:
        account = commands.open_account(**form.cleaned_data, by=request.actor, at=request.at)
        messages.success(request, _("账号已开通。请安全管理员任命岗位和角色。"))
        return reverse("console:person", args=[account.pk])

    back = {"href": reverse("console:people"), "label": _("返回人员列表")}
    return asked(request, form, done, {"title": _("开通账号"), "deed": _("开通"), "back": back})


@page(permission="people.unlock")
@require_POST
def unlock(request: ActingRequest, account_id: int) -> HttpResponse:
    """Let an account in again that wrong passwords had locked."""
    account = get_object_or_404(accounts(request.actor), pk=account_id)

    def done() -> None:
        commands.unlock_account(account_id=account.pk, by=request.actor, at=request.at)
        messages.success(request, _("账号已解锁，可以重新登录。"))

    return tried(request, done, reverse("console:person", args=[account.pk]))


@page(permission="people.grant")
def appoint(request: ActingRequest, account_id: int) -> HttpResponse:
    """Give somebody a role in a unit."""
    account = get_object_or_404(accounts(request.actor), pk=account_id)
    form = AppointForm(request.POST or None, at=request.at)

    def done() -> str:
        unit_id, post_id = form.cleaned_data.pop("place")
        commands.appoint(
            account_id=account.pk,
            unit_id=unit_id,
            post_id=post_id,
            **form.cleaned_data,
            by=request.actor,
            at=request.at,
        )
        messages.success(request, _("已任命。"))
        return reverse("console:person", args=[account.pk])

    title = _("任命%(name)s") % {"name": account}
    return asked(request, form, done, {"title": title, "deed": _("任命"), "back": _back_to(account)})


@page(permission="people.grant")
def end(request: ActingRequest, appointment_id: int) -> HttpResponse:
    """End a role from a day on."""
    seen = accounts(request.actor).order_by().values("pk")
    row = get_object_or_404(Appointment.objects.select_related("account", "unit"), pk=appointment_id, account__in=seen)
    form = EndForm(request.POST or None, initial={"valid_to": local_day(request.at)})

    def done() -> str:
        day = form.cleaned_data["valid_to"]
        commands.end_appointment(appointment_id=row.pk, on=day, by=request.actor, at=request.at)
        messages.success(request, _("任职自%(day)s起结束。") % {"day": day})
        return reverse("console:person", args=[row.account_id])

    told = {"name": row.account, "unit": row.unit, "role": queries.role_name(row.role)}
    title = _("结束%(name)s在%(unit)s的任职：%(role)s") % told
    return asked(request, form, done, {"title": title, "deed": _("结束任职"), "back": _back_to(row.account)})


def _back_to(account: Account) -> dict[str, str]:
    return {
        "href": reverse("console:person", args=[account.pk]),
        "label": _("返回%(name)s") % {"name": account},
    }
