"""What everybody may see: the published list of the four ways, kept proofs, intermediary items."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.pages import bars
from yichuang.domains.catalogue.pages.asking import paged, shown, wants_workbook
from yichuang.domains.catalogue.pages.lists.forms import ListForm
from yichuang.domains.catalogue.terms import FourWay, ListStatus, ProofLevel
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui.tables import Cell, Column, Plain, Table
from yichuang.ui.words import listed, named


@page(permission="catalogue.view", public=True)
def ways(request: ActingRequest) -> HttpResponse:
    """Show the list of the four ways that was made public last, a way at a time."""
    publication = queries.published_ways(queries.base_registry()) or queries.published_ways()
    asked = request.GET.get("way", "")
    way = FourWay(asked) if asked in FourWay.values else FourWay.INSTANT
    words = request.GET.get("q", "").strip()[:100]
    if publication is None:
        return shown(request, "catalogue/lists/public_ways.html", {"publication": None})
    ratios = queries.ratios(publication.registry, publication.on, publication.known_at)
    rows = queries.public_ways(publication).filter(way=way).select_related("item").order_by("item__name_key", "item")
    if words:
        rows = rows.filter(item__name__icontains=words)
    on_page, links = (list(rows), {}) if wants_workbook(request) else paged(request, rows)
    names = queries.unit_names(row.item.unit_code for row in on_page)
    table = Table(
        "ways",
        str(way.label),
        (Column(_("事项")), Column(_("实施机关")), Column(_("实施编码"))),
        [
            [
                Cell(row.item.name, href=reverse("catalogue:guide", args=[row.item_id])),
                names[row.item.unit_code],
                row.item.task_code,
            ]
            for row in on_page
        ],
        _("没有符合条件的事项。"),
    )
    if wants_workbook(request):
        return table.download(f"{way.label} {publication.on}")
    context = {
        "publication": publication,
        "way": way,
        "words": words,
        "paging": links,
        "svg": bars.drawn(_("四办占比"), [bars.Bar(str(each.way.label), each.percent) for each in ratios]),
        "counts": [
            {
                "label": str(each.way.label),
                "count": each.count,
                "href": f"{request.path}?way={each.way}",
                "current": each.way == way,
            }
            for each in ratios
        ],
        "ratios": ratios,
    }
    return shown(request, "catalogue/lists/public_ways.html", context, table=table)


@page(permission="catalogue.view", public=True)
def proofs(request: ActingRequest) -> HttpResponse:
    """Show the proofs that may still be asked for, by level."""
    day = local_day(request.at)
    form = ListForm(request.GET)
    del form.fields["status"]
    form.is_valid()
    asked = form.cleaned_data
    rows = queries.proofs(day, level=asked.get("level", ""), status=ListStatus.KEPT, q=asked.get("q", "").strip())
    shown_rows, links = (list(rows), {}) if wants_workbook(request) else paged(request, rows)
    columns = (
        Column(_("证明名称")),
        Column(_("层级")),
        Column(_("设定依据")),
        Column(_("索要单位")),
        Column(_("开具单位")),
        Column(_("办理指南")),
        Column(_("涉及事项")),
    )
    names = queries.item_names(code for row in shown_rows for code in row.item_codes)
    told: list[list[Plain]] = [
        [
            row.name,
            str(ProofLevel(row.level).label),
            row.basis,
            row.demanded_by,
            row.issued_by,
            row.guide,
            listed(names[code] for code in row.item_codes),
        ]
        for row in shown_rows
    ]
    table = Table("proofs", _("保留的证明事项"), columns, told, _("没有符合条件的证明事项。"))
    if wants_workbook(request):
        return table.download(f"{_('保留的证明事项清单')} {day}")
    context = {"day": day, "form": form, "paging": links}
    return shown(request, "catalogue/lists/public_proofs.html", context, table=table)


@page(permission="catalogue.view", public=True)
def intermediaries(request: ActingRequest) -> HttpResponse:
    """Show the intermediary items with the fields that are made public."""
    day = local_day(request.at)
    words = request.GET.get("q", "").strip()[:100]
    rows = queries.intermediaries(day, status=ListStatus.KEPT, q=words)
    shown_rows, links = (list(rows), {}) if wants_workbook(request) else paged(request, rows)
    columns = (
        Column(_("中介服务事项名称")),
        Column(_("涉及审批事项")),
        Column(_("收费标准")),
        Column(_("设立依据")),
        Column(_("办理事项")),
        Column(_("付费主体")),
        Column(_("服务时限")),
        Column(_("服务成果")),
    )
    names = queries.item_names(code for row in shown_rows for code in row.item_codes)
    told: list[list[Plain]] = [
        [
            row.name,
            listed(names[code] for code in row.item_codes),
            named(row.get_fee_kind_display(), row.fee_standard),
            row.basis,
            row.handles,
            row.get_payer_display(),
            row.time_limit,
            row.output,
        ]
        for row in shown_rows
    ]
    table = Table("intermediaries", _("中介服务事项"), columns, told, _("没有符合条件的中介服务事项。"))
    if wants_workbook(request):
        return table.download(f"{_('中介服务事项清单')} {day}")
    context = {"day": day, "words": words, "paging": links}
    return shown(request, "catalogue/lists/public_intermediaries.html", context, table=table)
