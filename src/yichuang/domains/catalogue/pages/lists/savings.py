"""The ledger of reductions with the ranking of departments."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.models import Reduction
from yichuang.domains.catalogue.pages import wording
from yichuang.domains.catalogue.pages.asking import paged, shown, wants_workbook
from yichuang.domains.catalogue.pages.lists.forms import LedgerForm
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui.tables import Cell, Column, Plain, Table


@page(permission="catalogue.ways")
def ledger(request: ActingRequest) -> HttpResponse:
    """List what published versions spared people, kind by kind, and rank departments."""
    today = local_day(request.at)
    units = sorted(queries.units_of_reductions(request.actor, today).items(), key=lambda pair: pair[1])
    form = LedgerForm(request.GET, units=units)
    form.is_valid()
    asked = form.cleaned_data
    day, since = asked.get("on") or today, asked.get("since")
    rows = queries.reductions(request.actor, day, unit=asked.get("unit", ""), kind=asked.get("kind", ""), since=since)
    ranking = _ranking(queries.ranking(request.actor, day, since))
    if wants_workbook(request):
        chosen = ranking if request.GET.get("table") == "ranking" else _ledger(list(rows), dict(units))
        return chosen.download(f"{chosen.caption} {day}")
    on_page, links = paged(request, rows)
    context = {
        "day": day,
        "form": form,
        "paging": links,
        "kinds": [str(kind.label) for kind in queries.kinds_of_reduction(day)],
    }
    return shown(
        request, "catalogue/lists/reductions.html", context, table=_ledger(on_page, dict(units)), ranking=ranking
    )


def _ledger(rows: Sequence[Reduction], names: dict[str, str]) -> Table:
    columns = (
        Column(_("生效日期")),
        Column(_("事项")),
        Column(_("实施机关")),
        Column(_("种类")),
        Column(_("对比版本")),
        Column(_("之前"), numeric=True),
        Column(_("之后"), numeric=True),
        Column(_("减少"), numeric=True),
        Column(_("单位")),
    )
    told: list[list[Plain]] = [
        [
            row.valid_from,
            Cell(row.item.name, href=reverse("catalogue:ways_item", args=[row.item_id])),
            names.get(row.unit_code, row.unit_code),
            row.get_kind_display(),
            f"{row.before_version} → {row.version}",
            wording.counted(row.before, row.counted_in),
            wording.counted(row.after, row.counted_in),
            wording.counted(row.spared, row.counted_in),
            wording.unit_label(row.counted_in),
        ]
        for row in rows
    ]
    return Table(
        "ledger",
        _("四减台账"),
        columns,
        told,
        _("没有符合条件的记录：事项发布新版本并生效后，与上一版本的差别列在这里。"),
    )


def _ranking(ranks: Sequence[queries.Rank]) -> Table:
    columns = (
        Column(_("名次"), numeric=True),
        Column(_("实施机关")),
        Column(_("在用事项"), numeric=True),
        Column(_("有减少的事项"), numeric=True),
        Column(_("占比（%）"), numeric=True),
        Column(_("减环节"), numeric=True),
        Column(_("减时间（工作日）"), numeric=True),
        Column(_("减材料（份）"), numeric=True),
        Column(_("减收费（元）"), numeric=True),
    )
    rows: list[list[Plain]] = [
        [
            each.place,
            each.name,
            each.items,
            each.reduced,
            each.percent,
            each.steps,
            wording.days(each.minutes),
            each.materials,
            wording.yuan(each.fen),
        ]
        for each in ranks
    ]
    return Table("ranking", _("单位排名"), columns, rows, _("没有在用事项。"))
