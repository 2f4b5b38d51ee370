"""Keeping the library: licences of elsewhere entered, one's own withheld, given back, struck off and replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yichuang.domains.licences import commands, queries
from yichuang.domains.licences.models import Licence
from yichuang.domains.licences.pages.showing import ChangeForm, show_with
from yichuang.domains.licences.terms import LicenceType
from yichuang.foundation.people import queries as people
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Party, Unit
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.terms import IdKind
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHANGES: dict[str, tuple[Callable[..., Licence], StrOrPromise]] = {
    "suspend": (commands.suspend_licence, gettext_lazy("证照已暂扣，电子证照同时停止使用。")),
    "resume": (commands.resume_licence, gettext_lazy("证照已解除暂扣，恢复有效。")),
    "cancel": (commands.cancel_licence, gettext_lazy("证照已注销。")),
}


class HolderUnknown(NotPossible):
    """A licence belongs to somebody who is registered."""

    code = "licences.holder_unknown"

    def __init__(self) -> None:
        super().__init__(_("没有登记过这个号码的申请人。请核对号码，或请窗口先登记。"))


class EnterForm(UiForm):
    """A licence that was issued elsewhere; what its face says is asked for by its type."""

    number = forms.CharField(label=gettext_lazy("证照编号"), max_length=60)
    holder = forms.CharField(
        label=gettext_lazy("持证主体的统一社会信用代码或身份证号"),
        max_length=32,
        help_text=gettext_lazy("持证主体须先登记为申请人"),
    )
    issuer = forms.ModelChoiceField(label=gettext_lazy("发证机关"), queryset=Unit.objects.none())
    valid_from = forms.DateField(label=gettext_lazy("有效期起"), help_text=gettext_lazy("例如 2019-10-30"))
    valid_until = forms.DateField(label=gettext_lazy("有效期至"), required=False, help_text=gettext_lazy("长期的留空"))

    def __init__(self, *args: Any, kind: LicenceType, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issuer = self.fields["issuer"]
        assert isinstance(issuer, forms.ModelChoiceField)
        issuer.queryset = units
        for code, label in kind.fields:
            self.fields[f"face_{code}"] = forms.CharField(label=label, required=False, max_length=200)

    def face(self) -> dict[str, str]:
        """Give what the certificate says, by element code."""
        prefix = "face_"
        said = {name: text for name, text in self.cleaned_data.items() if name.startswith(prefix) and text}
        return {name.removeprefix(prefix): text for name, text in said.items()}


class ReplaceForm(UiForm):
    """The lines of the face as they are to be, the new end, and why."""

    reason = forms.CharField(label=gettext_lazy("换发理由"), widget=forms.Textarea(attrs={"rows": 2}))
    valid_until = forms.DateField(label=gettext_lazy("有效期至"), required=False, help_text=gettext_lazy("不变的留空"))

    def __init__(self, *args: Any, face: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.was, self.labels = face, dict(enumerate(face))
        for n, (label, text) in enumerate(face.items()):
            self.fields[f"line_{n}"] = forms.CharField(label=label, initial=text, required=False, max_length=200)

    def face(self) -> dict[str, str]:
        """Give the lines as they were typed, by label; what the face does not say stays unsaid."""
        typed = {label: self.cleaned_data[f"line_{n}"] for n, label in self.labels.items()}
        return {label: text for label, text in typed.items() if text or self.was[label]}


@page(permission="licences.issue")
def enter(request: ActingRequest) -> HttpResponse:
    """Choose the type, then enter a licence that was issued elsewhere: it stands in for a material from then on."""
    kinds = queries.licence_types(local_day(request.at))
    kind = next((each for each in kinds if each.id == request.GET.get("type")), None)
    if kind is None:
        return render(request, "licences/enter.html", {"kinds": kinds, "kind": None, "form": None})
    form = EnterForm(request.POST or None, kind=kind, units=_issuers(request))
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _entered(request, kind, form))
        except NotPossible as reason:
            form.add_error(None, reason.message)
    context = {"kinds": kinds, "kind": kind, "form": form}
    return render(request, "licences/enter.html", context, status=422 if form.is_bound else 200)


@page(permission="licences.revoke")
@require_POST
def change(request: ActingRequest, licence_id: int, how: str) -> HttpResponse:
    """Withhold, give back or strike off one licence, with reason and basis; the paper is made in the same deed."""
    if how not in CHANGES:
        raise Http404
    deed, said = CHANGES[how]
    row = _row(request, licence_id)
    form = ChangeForm(request.POST, auto_id=f"{how}_%s")
    if not form.is_valid():
        return show_with(request, row, {how: form})

    def done() -> str:
        deed(licence_id=row.pk, **form.cleaned_data, by=request.actor, at=request.at)
        messages.success(request, str(said))
        return reverse("licences:show", args=[row.pk])

    try:
        return once(request, done)
    except NotPossible as reason:
        form.add_error(None, reason.message)
        return show_with(request, row, {how: form})


@page(permission="licences.issue")
def replace(request: ActingRequest, licence_id: int) -> HttpResponse:
    """Change what the face says: a new version takes the place of the old one, which stays as history."""
    row = _row(request, licence_id)
    face = row.read_face()
    labels = (label for _code, label in queries.licence_type(row.licence_type, local_day(request.at)).fields)
    form = ReplaceForm(request.POST or None, face={label: face.get(label, "") for label in labels} | face)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _replaced(request, row, form))
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(
        request, "licences/replace.html", {"licence": row, "form": form}, status=422 if form.is_bound else 200
    )


def _entered(request: ActingRequest, kind: LicenceType, form: EnterForm) -> str:
    data = form.cleaned_data
    row = commands.enter_outside(
        licence_type=kind.id,
        number=data["number"].strip(),
        holder_id=_holder(data["holder"]).pk,
        unit_id=data["issuer"].pk,
        fields=form.face(),
        by=request.actor,
        at=request.at,
        valid_from=data["valid_from"],
        valid_until=data["valid_until"],
        is_synthetic=request.actor.is_demo,
    )
    messages.success(request, _("证照已入库，办事时可以免提交。"))
    return reverse("licences:show", args=[row.pk])


def _replaced(request: ActingRequest, row: Licence, form: ReplaceForm) -> str:
    new = commands.replace_licence(
        licence_id=row.pk,
        face=form.face(),
        reason=form.cleaned_data["reason"],
        by=request.actor,
        at=request.at,
        valid_until=form.cleaned_data["valid_until"],
    )
    messages.success(request, _("已换发，旧证同时失效。"))
    return reverse("licences:show", args=[new.pk])


def _holder(number: str) -> Party:
    found = (people.party_by_number(kind, number) for kind in IdKind.values)
    party = next((each for each in found if each is not None), None)
    if party is None:
        raise HolderUnknown
    return party


def _issuers(request: ActingRequest) -> QuerySet[Unit]:
    """List the units for which this person keeps the library."""
    rows = people.units_in_force(request.at).order_by("code")
    units = request.actor.units("licences.issue")
    return rows if units is None else rows.filter(pk__in=units)


def _row(request: ActingRequest, licence_id: int) -> Licence:
    row = queries.licences(request.actor).filter(pk=licence_id).first()
    if row is None:
        raise Http404
    return row
