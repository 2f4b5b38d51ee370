"""The words of a guide: each is made once, for the page, for paper and for the PDF."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.queries import Bundle, Guide, Route, Sheets, Stop
from yichuang.domains.catalogue.terms import Fee, HandlingSystem, Item, Material, MaterialForm, Need
from yichuang.ui.words import in_a_line, in_parts, listed, with_note


def facts_of(guide: Guide) -> list[dict[str, str]]:
    """Give the eight facts of the box on top; one that is empty shows 无."""
    item = guide.item
    places = in_parts(item.points) or guide.unit_address
    return [
        {"label": _("办结时限"), "value": limit_of(item)},
        {"label": _("到现场次数"), "value": visits_of(item)},
        {"label": _("收费"), "value": fees_of(item)},
        {"label": _("办理形式"), "value": listed(str(way.label) for way in item.ways)},
        {"label": _("实施机关"), "value": guide.unit},
        {"label": _("办理地点和时间"), "value": in_a_line((places, item.hours))},
        {"label": _("咨询电话"), "value": item.consult},
        {"label": _("监督投诉电话"), "value": item.complain},
    ]


def limit_of(item: Item) -> str:
    """Write what is promised and what the law allows."""
    legal = item.legal.text if item.legal else _("未规定")
    if item.promise is None and not item.is_instant:
        return _("未承诺时限（法定 %(legal)s）") % {"legal": legal}
    if item.promise is None:
        return _("当场办结（法定 %(legal)s）") % {"legal": legal}
    return _("承诺 %(promise)s（法定 %(legal)s）") % {"promise": item.promise.text, "legal": legal}


def visits_of(item: Item) -> str:
    """Write how often one has to come."""
    if not item.visits:
        return _("不用到现场")
    return ngettext("%(n)s 次", "%(n)s 次", item.visits) % {"n": item.visits}


def fees_of(item: Item) -> str:
    """Write what it costs."""
    if not item.fees:
        return _("收费，标准见收费依据：%(basis)s") % {"basis": item.fee_basis} if item.charges else _("不收费")
    return in_parts(_fee(fee) for fee in item.fees)


def _fee(fee: Fee) -> str:
    if fee.amount_fen is None:
        return _("%(name)s：%(standard)s（%(basis)s）") % {
            "name": fee.name,
            "standard": fee.standard,
            "basis": fee.basis,
        }
    return _("%(name)s %(yuan)s 元（%(basis)s）") % {"name": fee.name, "yuan": fee.yuan, "basis": fee.basis}


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One material in words; `spared` says which licence spares it, `blank` and `sample` lead to its sheets."""

    material: Material
    ask: str
    medium: str
    source: str
    when: str
    spared: str
    notes: tuple[str, ...]
    blank: str
    sample: str


def material_rows(
    item: Item, materials: Iterable[Material], licences: Mapping[str, str], bundle: Bundle | None = None
) -> list[MaterialRow]:
    """Write the materials of an item, or those of one's own situation."""
    return [_material_row(item, each, licences, bundle) for each in materials]


def _material_row(item: Item, each: Material, licences: Mapping[str, str], bundle: Bundle | None) -> MaterialRow:
    spared = _("证照库里有“%(licence)s”的不用交") % {"licence": licences.get(each.licence_type, each.licence_type)}
    uses = bundle.uses.get(each.code, ()) if bundle else ()
    notes = (
        each.standard,
        each.fill_note,
        each.basis,
        _("用于：%(items)s") % {"items": listed(uses)} if uses else "",
    )
    return MaterialRow(
        material=each,
        ask=_("网上填写，不用另交") if each.filled_by_form else _ask(each),
        medium=str(each.medium.label),
        source=in_a_line((each.source.label, each.source_note)),
        when=_when(item, each),
        spared=spared if each.licence_type else "",
        notes=tuple(note for note in notes if note),
        blank=_sheet(item, each, each.blank, "catalogue:blank"),
        sample=_sheet(item, each, each.sample, "catalogue:sample"),
    )


def _ask(each: Material) -> str:
    copies = ngettext("%(n)s 份", "%(n)s 份", each.copies) % {"n": each.copies}
    size = in_a_line((each.page_format, _("%(n)s 页") % {"n": each.pages} if each.pages else ""))
    return with_note(f"{each.form.label} {copies}", size)


def _when(item: Item, each: Material) -> str:
    answers = queries.needed_when(item, each)
    need = "" if each.need is Need.REQUIRED else _("（%(need)s）") % {"need": each.need.label}
    if answers:
        return _("您的情况是：%(answers)s") % {"answers": listed(answers)} + need
    return (_("视情况，填写申请时会告诉您") if each.when else _("都要")) + need


def _sheet(item: Item, each: Material, address: str, page: str) -> str:
    """Lead to a blank or a sample: where the definition says, else to the one made of the item's own form."""
    if address.startswith(("https://", "http://", "/")):
        return address
    is_own = each.filled_by_form or each.form is MaterialForm.FORM
    return reverse(page, args=[item.id, each.code]) if is_own and item.form else ""


@dataclass(frozen=True, slots=True)
class StopRow:
    """One step in words: what it is, then what an applicant asks of it."""

    stop: Stop
    facts: tuple[tuple[str, str], ...]


def stop_rows(route: Route) -> list[StopRow]:
    """Write the steps of the way, each with the eight things that an applicant asks."""
    return [StopRow(each, tuple(_stop_facts(each))) for each in route.stops]


def _stop_facts(stop: Stop) -> list[tuple[str, str]]:
    return [
        (_("谁来办"), in_a_line((listed(stop.who), stop.place)) or _("无")),
        (_("您得到什么"), stop.gets or _("进入下一环节，不用您做什么")),
        (_("要带什么"), sheets_text(stop.sheets)),
        (_("费用"), in_parts(_fee(fee) for fee in stop.fees) or _("不收费")),
        (_("时间"), _span(stop)),
        (_("依据"), stop.basis or _("无")),
        (_("能否网上办"), _online(stop)),
        (_("向谁投诉"), stop.complain or _("无")),
    ]


def sheets_text(sheets: Sheets) -> str:
    """Write what is brought: originals, copies, forms, what the library gives."""
    counts = (
        (sheets.originals, _("原件 %(n)s 份")),
        (sheets.copies, _("复印件 %(n)s 份")),
        (sheets.forms, _("表格 %(n)s 份")),
        (sheets.spared, _("证照库提供的 %(n)s 份不用带")),
    )
    return listed(text % {"n": n} for n, text in counts if n) or _("不用带材料")


def _span(stop: Stop) -> str:
    if stop.most is None:
        said = _("没有承诺时限")
    elif not stop.most:
        said = _("当天")
    else:
        said = ngettext("最短当天，最长 %(n)s 个工作日", "最短当天，最长 %(n)s 个工作日", stop.most) % {"n": stop.most}
    more = []
    if stop.beside and not stop.counts:
        more.append(_("与其他环节同时办理，不另加时间"))
    elif stop.beside:
        more.append(_("与其他环节同时办理"))
    if stop.only_if:
        more.append(_("只有需要时才办"))
    return said + (_("（%(notes)s）") % {"notes": in_parts(more)} if more else "")


def _online(stop: Stop) -> str:
    if stop.is_online is None:
        return _("机关内部办理，不用到场")
    return _("可以，不用到现场") if stop.is_online else _("不可以，要到现场")


def totals_of(route: Route) -> list[dict[str, str]]:
    """Write the totals of the way: each is the sum of its steps."""
    terms = " + ".join(str(each.most) for each in route.counted)
    days = ngettext("最短当天，最长 %(n)s 个工作日", "最短当天，最长 %(n)s 个工作日", route.days) % {"n": route.days}
    sum_of = _("（%(terms)s）") % {"terms": terms} if len(route.counted) > 1 else ""
    return [
        {"label": _("时间合计"), "value": days + sum_of if route.days else _("没有承诺时限")},
        {"label": _("材料合计"), "value": sheets_text(route.sheets)},
        {"label": _("费用合计"), "value": _fen(route)},
    ]


def _fen(route: Route) -> str:
    fees = [fee for each in route.stops for fee in each.fees]
    if not fees:
        return _("不收费")
    open_ones = _("，另有按标准计算的收费") if any(fee.amount_fen is None for fee in fees) else ""
    return _("%(yuan)s 元") % {"yuan": f"{route.fen // 100}.{route.fen % 100:02d}"} + open_ones


def bundle_facts(bundle: Bundle, guide: Guide) -> list[dict[str, str]]:
    """Write what applying together spares: one form, units, time and materials beside those of each apart."""
    return [
        {
            "label": _("一张表"),
            "value": _("一张申请表（分开办要 %(n)s 张）") % {"n": max(bundle.forms_apart, len(bundle.items))},
        },
        {
            "label": _("涉及部门"),
            "value": _("%(n)s 个：%(units)s")
            % {
                "n": len(bundle.units),
                "units": listed(bundle.units),
            },
        },
        {
            "label": _("一起办的时间"),
            "value": _("最长 %(together)s 个工作日（分开依次办要 %(apart)s 个工作日）")
            % {"together": guide.total_days, "apart": bundle.days_apart},
        },
        {
            "label": _("一套材料"),
            "value": _("%(together)s 份，每份只交一次（分开办要 %(apart)s 份）")
            % {"together": len(guide.item.materials), "apart": bundle.materials_apart},
        },
    ]


def news_lines(guide: Guide) -> tuple[str, list[str]]:
    """Write what the version in force changed, and since when."""
    news = guide.news
    if news is None:
        return _("这是第一版，%(day)s 起施行。") % {"day": guide.in_force_from}, []
    head = _("第 %(version)s 版，%(since)s 起施行；与第 %(before)s 版（%(before_from)s 起施行）相比：") % {
        "version": news.version,
        "since": news.since,
        "before": news.before,
        "before_from": news.before_from,
    }
    return head, [each.text for each in news.changes] or [_("办理要求没有变化。")]


def check_line(guide: Guide) -> str:
    """Write when the guide was last looked at and by whom; an outside list that was taken over is nobody's look."""
    check = guide.last_check
    if guide.item.handling_system != HandlingSystem.HERE and guide.item.source_fields and not check.was_looked:
        return _("内容取自外部清单，%(day)s 导入，尚未核对；办理前可先打电话确认") % {"day": check.on}
    return _("最近核对：%(day)s，%(unit)s") % {"day": check.on, "unit": check.unit}
