"""The pre-check of a stage: each unit's word on one page, merged by the lead into one notice or the acceptance."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.cases import queries as cases
from yichuang.domains.cases.terms import FIELD_LENGTH
from yichuang.domains.construction import commands, queries
from yichuang.domains.construction.pages.answers import dossier_of, layout, project_of
from yichuang.domains.construction.rules.opinions import Opinion, merge, read_rows
from yichuang.domains.construction.terms import PrecheckOutcome
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.work.models import Dossier, Share
from yichuang.foundation.work.terms import ShareState
from yichuang.ui.repeating import do
from yichuang.ui.words import listed, named, with_note


@page(permission="construction.review")
def precheck(request: ActingRequest, code: str, number: str) -> HttpResponse:
    """Show what was handed in and what every unit says of it."""
    return _shown(request, code, number, [])


@page(permission="cases.handle")
@require_POST
def give(request: ActingRequest, code: str, number: str, share_id: int) -> HttpResponse:
    """Give a unit's share: complete, or the rows that it wants corrected."""
    dossier = dossier_of(request, project_of(request, code), number)
    if not Share.objects.filter(pk=share_id, dossier=dossier, step=None).exists():
        raise Http404
    if errors := _too_long(request):
        return _shown(request, code, number, errors)
    rows = _rows(request, dossier) if request.POST.get("how") != "agree" else ()
    if request.POST.get("how") != "agree" and not rows:
        return _shown(
            request, code, number, [{"text": _("请勾选需要补正的材料并写明原因，或者选“材料齐全”。"), "href": ""}]
        )
    return do(
        request,
        lambda: commands.give_precheck(share_id=share_id, rows=rows, by=request.actor, at=request.at),
        _("意见已交牵头单位汇总。"),
        reverse("construction:projects"),
        lambda errors: _shown(request, code, number, errors),
    )


@page(permission="construction.lead")
@require_POST
def merge_all(request: ActingRequest, code: str, number: str) -> HttpResponse:
    """Merge what all units said with the lead's own rows: one notice, or the acceptance."""
    dossier = dossier_of(request, project_of(request, code), number)
    if errors := _too_long(request):
        return _shown(request, code, number, errors)
    wanted = [*_merged(dossier), *_rows(request, dossier)]
    return do(
        request,
        lambda: commands.merge_precheck(
            case_id=dossier.pk, rows=_rows(request, dossier), by=request.actor, at=request.at
        ),
        _("一次性告知书已发出。") if wanted else _("已受理，各部门同时开始办理。"),
        reverse("construction:project", args=[code]),
        lambda errors: _shown(request, code, number, errors),
    )


def _shown(request: ActingRequest, code: str, number: str, errors: list[dict[str, str]]) -> HttpResponse:
    found = project_of(request, code)
    dossier = dossier_of(request, found, number)
    round_ = queries.precheck_round(dossier.pk)
    shares = list(queries.precheck_shares(dossier.pk, round_))
    units = request.actor.units("cases.handle")
    mine = [
        share
        for share in shares
        if share.state == ShareState.OPEN
        and (share.silent_at is None or request.at <= share.silent_at)
        and (units is None or share.unit_id in units)
        and share.unit_id != dossier.unit_id
    ]
    stage = queries.stage_of(dossier)
    typed = request.POST if request.method == "POST" else {}
    context = {
        "layout": layout(request),
        "project": found,
        "dossier": dossier,
        "stage": stage.label if stage else dossier.title,
        "number": number,
        "round": round_,
        "errors": errors,
        "shares": [(share, _said(share), share.outcome == PrecheckOutcome.ROWS) for share in shares],
        "materials": [
            (row, typed.get(f"ask_{row.code}", ""), typed.get(f"reason_{row.code}", ""))
            for row in cases.materials(dossier.pk).prefetch_related("files__file")
        ],
        "typed_field": typed.get("field", ""),
        "typed_reason": typed.get("field_reason", ""),
        "mine": mine,
        "merged": _merged(dossier),
        "waiting": [share for share in shares if share.state == ShareState.OPEN and share.unit_id != dossier.unit_id],
        "may_merge": request.actor.may("construction.lead", dossier.unit_id)
        and dossier.state in ("received", "corrected", "prechecked"),
        "check": queries.latest_check(found),
    }
    return render(request, "construction/precheck.html", context, status=422 if errors else 200)


def _said(share: Share) -> list[str]:
    return [named(row.name, row.reason) for row in read_rows(share.opinion)] if share.opinion else []


def _merged(dossier: Dossier) -> list[str]:
    shares = queries.precheck_shares(dossier.pk, queries.precheck_round(dossier.pk)).exclude(opinion="")
    merged = merge(Opinion(share.unit_id, share.unit.short_name, read_rows(share.opinion)) for share in shares)
    return [named(each.row.name, with_note(each.row.reason, listed(each.units))) for each in merged]


def _too_long(request: ActingRequest) -> list[dict[str, str]]:
    if len(request.POST.get("field", "").strip()) <= FIELD_LENGTH:
        return []
    text = _("“填写内容”不超过 %(most)s 个字，请只写要补正的是哪一项，原因写在下面。") % {"most": FIELD_LENGTH}
    return [{"text": text, "href": ""}]


def _rows(request: ActingRequest, dossier: Dossier) -> tuple[commands.WantedRow, ...]:
    found = [
        commands.WantedRow(name=row.name, reason=request.POST.get(f"reason_{row.code}", ""), material=row.code)
        for row in cases.materials(dossier.pk)
        if request.POST.get(f"ask_{row.code}")
    ]
    field = request.POST.get("field", "").strip()
    if field:
        found.append(commands.WantedRow(name=field, reason=request.POST.get("field_reason", ""), field=field))
    return tuple(found)
