"""Who was shown personal data in full, when and why (M4): for those who watch over it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import AccessLog, Account, Appointment
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records.terms import CHINA
from yichuang.portals.console.names import names
from yichuang.ui import paging, words
from yichuang.ui.forms import Filters

PAGE = 50
MAY = "people.view_access"


class AccessForm(Filters):
    """Whose looks, at whom, since when."""

    account = forms.CharField(label=gettext_lazy("查看人用户名"), required=False)
    subject = forms.CharField(
        label=gettext_lazy("被查看的对象"), required=False, help_text=gettext_lazy("例如 people.Party/12")
    )
    since = forms.DateField(label=gettext_lazy("从哪一天起"), required=False)

    def clean_account(self) -> int | None:
        """Find the account of a user name."""
        username = self.cleaned_data["account"].strip()
        if not username:
            return None
        found = Account.objects.filter(username=username).values_list("pk", flat=True).first()
        if found is None:
            raise forms.ValidationError(_("没有这个用户名，请核对后再查。"))
        return found


@page(permission=MAY)
def listed(request: ActingRequest) -> HttpResponse:
    """List who was shown what of whom and the reason given, the newest first."""
    form = AccessForm(request.GET)
    found = _found(request.actor, **form.cleaned_data) if form.is_valid() else AccessLog.objects.none()
    rows = Paginator(found, PAGE).get_page(request.GET.get("page"))
    named = names(request.actor, {row.account_id for row in rows if row.account_id is not None})
    labels = {
        "id_number": _("证件号码"),
        "phone": _("手机"),
        "name": _("姓名"),
        "legal_representative": _("法定代表人"),
        "address": _("地址"),
        "email": _("邮箱"),
        "bank_account": _("银行账号"),
        "answers": _("申请内容"),
    }
    purposes = {"unmask": _("查看完整信息"), "reception": _("窗口收件")}
    told = [
        {
            "row": row,
            "purpose": purposes.get(row.purpose, row.purpose),
            "who": named.get(row.account_id or 0, _("系统")),
            "fields": words.listed(labels.get(each, each) for each in row.fields.split()),
        }
        for row in rows
    ]
    return render(request, "console/accesses.html", {"form": form, "told": told, "paging": paging.links(rows, request)})


def _found(actor: Actor, account: int | None, subject: str, since: date | None) -> QuerySet[AccessLog]:
    rows = AccessLog.objects.order_by("-recorded_at", "-pk")
    units = actor.units(MAY)
    if units is not None:
        rows = rows.filter(account_id__in=Appointment.objects.filter(unit__in=units).values("account"))
    wanted: dict[str, Any] = {}
    if account is not None:
        wanted["account_id"] = account
    if subject.strip():
        wanted["subject"] = subject.strip()
    if since is not None:
        wanted["at__gte"] = datetime.combine(since, time(), CHINA)
    return rows.filter(**wanted)
