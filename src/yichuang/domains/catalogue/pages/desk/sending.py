"""What was filed with the province: what was sent, what it took, what came back and why, where the books differ."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ListingFiling
from yichuang.domains.catalogue.pages import wording
from yichuang.domains.catalogue.pages.asking import paged, wants_workbook
from yichuang.domains.catalogue.pages.desk.asking import FindForm, counted, desk
from yichuang.domains.catalogue.terms import PROVINCE
from yichuang.foundation.connections import queries as systems
from yichuang.foundation.connections.terms import MessageState
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui.repeating import once_or_back
from yichuang.ui.tables import Cell, Column, Plain, Table

SEE, KEEP = "catalogue.registries", "catalogue.keep_registries"


@page(permission=SEE)
def listed(request: ActingRequest) -> HttpResponse:
    """List what was filed with the province, with how each row ended there and why."""
    day = local_day(request.at)
    find = FindForm(request.GET, units=queries.units_filed(request.actor))
    labels = {"": _("全部"), **dict(MessageState.choices)}
    state = request.GET.get("state", "")
    filters = queries.FilingFilters(find.said("q"), state if state in labels else "", find.said("unit"))
    rows = queries.filings(request.actor, filters)
    if wants_workbook(request):
        return _filings(list(rows)).download(f"{_('报送省级')} {day}")
    on_page, links = paged(request, rows)
    tones = {MessageState.FAILED.value: "late", MessageState.PARKED.value: "late"}
    context = {
        "day": day,
        "form": find,
        "state": filters.state,
        "paging": links,
        "counts": counted(request, queries.filing_counts(request.actor, filters), labels, tones=tones),
        "pace": queries.filing_pace(day),
        "waiting": len(queries.unfiled(day, MOST)),
        "system": systems.system(PROVINCE),
        "may_retry": request.actor.may(KEEP) and any(_can_retry(row) for row in on_page),
        "parked": [row for row in on_page if _can_retry(row)],
    }
    tables = {"table": _filings(on_page), "differences": _differences(request)}
    return desk(request, "catalogue/desk/filings.html", context, **tables)


@page(permission=KEEP)
@require_POST
def retry(request: ActingRequest, filing_id: int) -> HttpResponse:
    """Send a row again that the province refused or did not answer."""
    row = queries.filings(request.actor).filter(pk=filing_id).first()
    if row is None:
        raise Http404

    def done() -> str:
        commands.refile(filing_id=row.pk, by=request.actor, at=request.at)
        messages.success(request, _("已重新排入发送。"))
        return reverse("catalogue:filings")

    return once_or_back(request, done, "catalogue:filings")


MOST = 100_000
"""As many rows as could wait at once."""


def _can_retry(row: ListingFiling) -> bool:
    return row.message.state in (MessageState.FAILED, MessageState.PARKED)


def _filings(rows: Sequence[ListingFiling]) -> Table:
    columns = (
        Column(_("事项")),
        Column(_("实施机关")),
        Column(_("事项库")),
        Column(_("版本"), numeric=True),
        Column(_("种类")),
        Column(_("状态")),
        Column(_("原因")),
        Column(_("省级编号")),
        Column(_("次数"), numeric=True),
        Column(_("定于何时发送")),
        Column(_("送达时间")),
    )
    units = queries.unit_names(row.listing.unit_code for row in rows)
    told: list[list[Plain]] = [
        [
            row.listing.item.name,
            units[row.listing.unit_code],
            row.listing.get_registry_display(),
            row.listing.version,
            row.get_kind_display(),
            row.message.get_state_display(),
            Cell(row.message.error),
            row.message.reference,
            row.message.tries,
            wording.moment(row.message.at),
            wording.moment(row.message.sent_at),
        ]
        for row in rows
    ]
    return Table("filings", _("报送省级"), columns, told, _("没有符合条件的报送。"))


def _differences(request: ActingRequest) -> Table:
    columns = (Column(_("日期")), Column(_("差别")), Column(_("编号")), Column(_("我方")), Column(_("省级")))
    rows: list[list[Plain]] = [
        [
            each.reconciliation.day,
            each.get_kind_display(),
            each.key or each.reference,
            each.get_ours_display(),
            each.get_theirs_display(),
        ]
        for each in queries.filing_differences()[:50]
    ]
    return Table("differences", _("省级不一致"), columns, rows, _("对账没有发现不一致。"))
