"""The list of proofs by level: kept or cancelled, with versions."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import IntermediaryItem, ProofItem
from yichuang.domains.catalogue.pages import wording
from yichuang.domains.catalogue.pages.asking import day_of, paged, shown, wants_workbook
from yichuang.domains.catalogue.pages.lists.forms import ListForm, ProofForm
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page, refuse
from yichuang.foundation.records.terms import By
from yichuang.kernel.errors import NotPossible
from yichuang.ui import words
from yichuang.ui.repeating import once
from yichuang.ui.tables import Cell, Column, Plain, Table

KEEP = "catalogue.lists"


@page(permission="catalogue.ways")
def listed(request: ActingRequest) -> HttpResponse:
    """List the proofs of a day, kept and cancelled, with their filters."""
    day = day_of(request)
    form = ListForm(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    rows = queries.proofs(
        day, level=asked.get("level", ""), status=asked.get("status", ""), q=asked.get("q", "").strip()
    )
    if wants_workbook(request):
        return table(list(rows)).download(f"{_('证明事项清单')} {day}")
    on_page, links = paged(request, rows)
    context = {
        "day": day,
        "form": form,
        "paging": links,
        "levels": [str(level.label) for level in queries.proof_levels(day)],
        "may_keep": request.actor.may(KEEP),
    }
    return shown(request, "catalogue/lists/proofs.html", context, table=table(on_page))


@page(permission="catalogue.ways")
def one(request: ActingRequest, code: str) -> HttpResponse:
    """Show one proof with its versions; who keeps the list changes it from a day on."""
    day = day_of(request)
    row = queries.proof_on(code, day) or queries.proof_history(code).first()
    if row is None:
        raise Http404
    form = ProofForm(request.POST or None, initial={**ProofForm.said_of(row), "valid_from": day})
    form.fields["code"].disabled = True
    return _kept(request, form, code) or _shown(request, form, row)


@page(permission=KEEP)
def new(request: ActingRequest) -> HttpResponse:
    """Put a proof on the list."""
    form = ProofForm(request.POST or None, initial={"valid_from": local_day(request.at)})
    return _kept(request, form, "") or _shown(request, form, None)


def table(rows: Sequence[ProofItem], page_name: str = "catalogue:proof") -> Table:
    """Make the table of proofs."""
    columns = (
        Column(_("编号")),
        Column(_("证明名称")),
        Column(_("层级")),
        Column(_("处理")),
        Column(_("设定依据")),
        Column(_("索要单位")),
        Column(_("开具单位")),
        Column(_("办理指南")),
        Column(_("替代方式")),
        Column(_("涉及事项")),
        Column(_("版本"), numeric=True),
        Column(_("生效日期")),
    )
    names = queries.item_names(code for row in rows for code in row.item_codes)
    told: list[list[Plain]] = [
        [
            Cell(row.code, href=reverse(page_name, args=[row.code]) if page_name else ""),
            row.name,
            row.get_level_display(),
            row.get_status_display(),
            row.basis,
            row.demanded_by,
            row.issued_by,
            row.guide,
            row.get_substitute_display(),
            words.listed(names[code] for code in row.item_codes),
            row.version,
            row.valid_from,
        ]
        for row in rows
    ]
    return Table("proofs", _("证明事项清单"), columns, told, _("没有符合条件的证明事项。"))


def _kept(request: ActingRequest, form: ProofForm, code: str) -> HttpResponse | None:
    """Keep what was typed and lead to the proof; None where nothing was sent, or it was refused."""
    if request.method != "POST":
        return None
    if not request.actor.may(KEEP):
        return refuse(request, KEEP)
    if not form.is_valid():
        return None
    proof = form.proof

    def done() -> str:
        if not code and queries.proof_history(proof.code).exists():
            raise commands.ProofListed(proof.code)
        commands.keep_proofs(
            proofs=[proof], valid_from=form.cleaned_data["valid_from"], by=request.actor, at=request.at
        )
        messages.success(request, _("证明事项清单已更新。"))
        return f"{reverse('catalogue:proof', args=[proof.code])}?on={form.cleaned_data['valid_from']}"

    try:
        return once(request, done)
    except NotPossible as reason:
        form.add_error(None, reason.message)
        return None


def _shown(request: ActingRequest, form: ProofForm, row: ProofItem | None) -> HttpResponse:
    context = {"form": form, "row": row, "may_keep": request.actor.may(KEEP)}
    history = list(queries.proof_history(row.code)) if row else []
    return shown(request, "catalogue/lists/proof.html", context, table=history_table(history, table(history, "")))


def history_table(rows: Sequence[ProofItem | IntermediaryItem], plain: Table) -> Table:
    """Add to the table of a thing's versions until when each held, since when it was known and by whom."""
    who = queries.names_of(By.parse(row.by).account_id for row in rows)
    columns = (*plain.columns, Column(_("止")), Column(_("记录时间")), Column(_("更正时间")), Column(_("经办")))
    told: list[list[Plain]] = [
        [
            *cells,
            row.valid_to,
            wording.moment(row.recorded_at),
            wording.moment(row.superseded_at),
            who.get(By.parse(row.by).account_id or 0, _("系统")),
        ]
        for row, cells in zip(rows, plain.rows, strict=True)
    ]
    return Table("history", _("历次版本"), columns, told)
