"""Licences: the holder's own, and those that a unit issued, on a list and one by one with the sign to scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.domains.licences import queries
from yichuang.domains.licences.models import Licence
from yichuang.domains.licences.terms import LicenceState, Standing
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.documents import codes, numbering
from yichuang.foundation.documents import queries as documents
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.masking import mask
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.visibility import Fields, fields
from yichuang.kernel.bundles import ElementKind
from yichuang.ui import paging
from yichuang.ui.forms import UiForm

CHANGES = {
    "suspend": (gettext_lazy("暂扣这份证照"), {LicenceState.ISSUED}),
    "resume": (gettext_lazy("解除暂扣"), {LicenceState.SUSPENDED}),
    "cancel": (gettext_lazy("注销这份证照"), {LicenceState.ISSUED, LicenceState.SUSPENDED}),
}
"""What may be done to a licence in which states."""


class ChangeForm(UiForm):
    """Why a licence is withheld, given back or struck off, and by which law."""

    reason = forms.CharField(label=gettext_lazy("理由"), widget=forms.Textarea(attrs={"rows": 2}))
    basis = forms.CharField(label=gettext_lazy("法律依据"), max_length=200)


TONES = {Standing.VALID: "ok", Standing.SUSPENDED: "soon", Standing.REPLACED: "plain"}


@page(permission="licences.view")
def listed(request: ActingRequest) -> HttpResponse:
    """List the licences that this person may see: his own, or for staff those that the unit issued."""
    asked = request.GET.get("q", "").strip()
    rows = queries.licences(request.actor)
    if asked:
        rows = rows.filter(Q(number__icontains=asked) | Q(identifier=asked) | Q(name__icontains=asked))
    found = Paginator(rows, 50).get_page(request.GET.get("page"))
    context = {
        "rows": [_row(request, row) for row in found],
        "query": asked,
        "may_enter": request.actor.may("licences.issue"),
        "paging": paging.links(found, request),
        "layout": _layout(request),
    }
    return render(request, "licences/list.html", context)


@page(permission="licences.view")
def show(request: ActingRequest, licence_id: int) -> HttpResponse:
    """Show one licence: its face, its state, the sign to scan, its certificate, and what may be done to it."""
    row = queries.licences(request.actor).filter(pk=licence_id).first()
    if row is None:
        raise Http404
    return show_with(request, row, {})


def show_with(request: ActingRequest, row: Licence, bound: Mapping[str, UiForm]) -> HttpResponse:
    """Show one licence with the forms of its changes, those that were handed in with their errors."""
    address = numbering.verify_url(row.verify_code)
    paper = documents.paper_for(request.actor, row.paper_id) if row.paper_id else None
    about = _row(request, row)
    face = [
        (_("证照编号"), about["number"]),
        (_("持证主体"), _holder(request, row)),
        (_("发证机关"), row.issuer.name),
        *_lines(request, row),
        (_("有效期起"), row.valid_from),
        (_("有效期至"), row.valid_until or _("长期")),
        (_("电子证照标识"), row.identifier),
    ]
    context = about | {
        "face": [{"label": label, "value": str(value)} for label, value in face],
        "paper": paper,
        "address": address,
        "qr": mark_safe(codes.qr_svg(address)),
        "layout": _layout(request),
        "changes": [
            {
                "form": bound.get(how) or ChangeForm(auto_id=f"{how}_%s"),
                "action": reverse("licences:change", args=[row.pk, how]),
                "label": label,
                "how": how,
                "is_bound": how in bound,
            }
            for how, (label, states) in CHANGES.items()
            if row.state in states and request.actor.may("licences.revoke", row.issuer_id)
        ],
        "errors": [error for form in bound.values() for error in form.error_links],
        "may_replace": row.state == LicenceState.ISSUED and request.actor.may("licences.issue", row.issuer_id),
        "replaced_by": Licence.objects.filter(replaces=row).first(),
    }
    return render(request, "licences/licence.html", context, status=422 if bound else 200)


def _row(request: ActingRequest, row: Licence) -> dict[str, Any]:
    found = queries.standing(row, local_day(request.at))
    return {
        "licence": row,
        "number": _rights(request, row).show_text(row.number),
        "holder": _holder(request, row),
        "standing": found.label,
        "tone": TONES.get(found, "late"),
    }


def _lines(request: ActingRequest, row: Licence) -> Iterator[tuple[str, str]]:
    """Give what the certificate says as this person may see it: elements by their mask, numbers wherever they stand."""
    shown = _rights(request, row)
    known = definitions.elements(local_day(request.at)).elements
    kind = definitions.get("licence_type", row.licence_type, row.type_version)
    codes = {label: code for code, label in kind.fields}
    for label, text in row.read_face().items():
        element = known.get(codes.get(label, ""))
        whole = element.mask if element and element.kind in (ElementKind.TEXT, ElementKind.DATE) else ""
        yield label, shown.show(whole, text) if whole else shown.show_text(text)


def _rights(request: ActingRequest, row: Licence) -> Fields:
    own = row.holder_id in request.actor.party_ids | request.actor.principal_ids
    return fields(request.actor, Licence, own=own)


def _holder(request: ActingRequest, row: Licence) -> str:
    """Name the holder as this person may see him; a firm's name is public."""
    shown = _rights(request, row)
    if not row.holder.is_person:
        return row.holder.name
    return mask(row.holder.name, "name") if "name" in shown.masked | shown.hidden else row.holder.name


def _layout(request: ActingRequest) -> str:
    return "ui/layouts/desk.html" if request.actor.is_staff else "ui/layouts/public.html"
