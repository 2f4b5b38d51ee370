"""A guide as one PDF with the content of its page, and the sheets of its form: blank, and filled in as an example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.pages import telling
from yichuang.domains.catalogue.queries import Guide
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.documents import fonts, typesetting
from yichuang.foundation.documents.sheets import CellPart, Part, Sheet
from yichuang.foundation.forms import queries as forms
from yichuang.foundation.forms.asking import Ask
from yichuang.foundation.forms.fields import Field
from yichuang.foundation.forms.form import Form
from yichuang.foundation.forms.terms import Format, Kind
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page

TALL = 1
"""Lines of room that a blank field has for writing by hand."""
DAY = "2019-10-08"
"""The day that an example writes."""
EXAMPLES = {
    Format.RESIDENT_ID: "99999919840612122X",
    Format.USCC: "914201069999056D11",
    Format.PHONE: "10012345678",
    Format.POSTCODE: "430060",
    Format.EMAIL: "example@example.com",
    Format.PROJECT_CODE: "2019-420106-00-01-000001",
}


@page(permission="catalogue.view", public=True)
def pdf(request: ActingRequest, code: str) -> HttpResponse:
    """Give the guide as a PDF: what the page says, in the order of the page, with the sign that leads back."""
    guide = queries.guide(code, request.actor, local_day(request.at))
    if guide is None:
        raise Http404
    sheet = leaflet(guide, f"{settings.SITE_URL}{reverse('catalogue:guide', args=[code])}")
    return _download(typesetting.set_sheet(sheet, at=request.at), f"{guide.item.name}.pdf")


@page(permission="catalogue.view", public=True)
def blank(request: ActingRequest, code: str, material: str) -> HttpResponse:
    """Give the form of an item empty, for writing by hand."""
    return _form(request, code, material, is_sample=False)


@page(permission="catalogue.view", public=True)
def sample(request: ActingRequest, code: str, material: str) -> HttpResponse:
    """Give the form of an item filled in as an example."""
    return _form(request, code, material, is_sample=True)


def leaflet(guide: Guide, address: str) -> Sheet:
    """Compose the guide as one sheet."""
    return _sheet(guide.item.name, guide.unit, tuple(_parts(guide)), address, telling.check_line(guide))


def _parts(guide: Guide) -> Iterator[Part]:
    item = guide.item
    yield _box((each["label"], each["value"] or _("无")) for each in telling.facts_of(guide))
    if guide.bundle:
        yield Part("heading", _("一件事一次办"))
        yield _box((each["label"], each["value"]) for each in telling.bundle_facts(guide.bundle, guide))
    yield Part("heading", _("条件"))
    yield Part("plain", item.conditions or _("没有另外的条件。"))
    yield Part("heading", _("材料"))
    yield _materials(guide)
    yield Part("heading", _("流程"))
    for number, row in enumerate(telling.stop_rows(guide.route), 1):
        yield Part("plain", f"{number}. {row.stop.title}")
        yield _box(row.facts)
    yield _box((each["label"], each["value"]) for each in telling.totals_of(guide.route))
    yield Part("heading", _("依据"))
    yield Part("entries", lines=tuple(item.basis) or (_("无"),))
    yield Part("heading", _("最近变化"))
    head, lines = telling.news_lines(guide)
    yield Part("entries", lines=(head, *lines))
    if item.faq:
        yield Part("heading", _("常见问题"))
    for faq in item.faq:
        yield Part("entries", lines=(faq.question, faq.answer))


def _materials(guide: Guide) -> Part:
    rows = telling.material_rows(guide.item, guide.item.materials, guide.licences, guide.bundle)
    if not rows:
        return Part("plain", _("不需要交材料"))
    return Part(
        "table",
        heads=(_("材料"), _("要求"), _("形式"), _("来源"), _("什么时候要")),
        widths=(6, 4, 3, 3, 5),
        rows=tuple(
            (
                "\n".join((each.material.name, *each.notes)),
                each.ask,
                each.medium,
                each.source,
                f"{_('免提交')}\n{each.spared}" if each.spared else each.when,
            )
            for each in rows
        ),
    )


def _form(request: ActingRequest, code: str, material: str, *, is_sample: bool) -> HttpResponse:
    day = local_day(request.at)
    item = queries.in_force(code, request.actor, day)
    wanted = next((each for each in item.materials if each.code == material), None) if item else None
    if item is None or wanted is None or not item.form:
        raise Http404
    try:
        form = forms.load(item.form, day)
    except NotInForce as none:
        raise Http404 from none
    name = wanted.name + (_("（填写示例）") if is_sample else _("（空白表）"))
    address = f"{settings.SITE_URL}{reverse('catalogue:guide', args=[code])}"
    parts = tuple(_topics(form, is_sample=is_sample))
    foot = _("示例中的内容是虚构的，请按您的实际情况填写。") if is_sample else _("网上申请的不用打印，直接在网上填写。")
    sheet = _sheet(name, "", parts, address, foot)
    return _download(typesetting.set_sheet(sheet, at=request.at), f"{name}.pdf")


def _topics(form: Form, *, is_sample: bool) -> Iterator[Part]:
    for topic in form.all_topics:
        yield Part("heading", topic.title)
        if topic.hint:
            yield Part("plain", topic.hint)
        plain = [each for each in topic.fields if each.kind is not Kind.TABLE]
        if plain:
            cells = (cell for field in plain for cell in _cells(field, is_sample=is_sample))
            yield Part("box", cells=tuple(cells))
        for field in topic.fields:
            if field.kind is Kind.TABLE:
                yield _rows(field, is_sample=is_sample)
    yield Part("plain", _("申请人对所填内容和所附材料的真实性负责。"))
    yield Part("lines", lines=(_("申请人（签名、盖章或按指印）："), _("日期：")))


def _cells(field: Field, *, is_sample: bool) -> Iterator[CellPart]:
    for ask in field.asks:
        label = (
            field.label
            if len(field.asks) == 1
            else _("%(whole)s：%(part)s")
            % {
                "whole": field.label,
                "part": ask.label,
            }
        )
        choices = "　".join(f"□{each}" for each in ask.choices.values())
        value = _example(ask) if is_sample else choices
        yield CellPart(label, value, wide=True, tall=0 if is_sample or choices else TALL)


def _rows(field: Field, *, is_sample: bool) -> Part:
    heads = tuple(ask.label for ask in field.asks)
    filled = tuple(_example(ask) for ask in field.asks)
    empty = tuple("　" for _ask in field.asks)
    return Part(
        "table",
        heads=heads,
        widths=tuple(3 for _ask in field.asks),
        rows=(filled,) if is_sample else (empty, empty, empty),
    )


def _example(ask: Ask) -> str:
    """Make an answer up; numbers of persons and firms are those that only a demo takes."""
    match ask.kind:
        case Kind.CHOICE | Kind.CHOICES:
            return next(iter(ask.choices.values()), "")
        case Kind.DATE:
            return DAY
        case Kind.NUMBER:
            return f"{ask.least if ask.least is not None else 1} {ask.unit}".strip()
        case Kind.FILE:
            return _("见所附材料")
    return EXAMPLES.get(ask.format) or _("示例%(label)s") % {"label": ask.label}


def _box(rows: Iterable[tuple[str, str]]) -> Part:
    return Part("box", cells=tuple(CellPart(label, value, wide=True, tall=0) for label, value in rows))


def _sheet(title: str, office: str, parts: Iterable[Part], address: str, *foot: str) -> Sheet:
    lost: set[str] = set()
    return Sheet(
        paper="guide",
        style="form",
        office=fonts.legible(office, lost),
        title=fonts.legible(title, lost),
        number="",
        addressee="",
        parts=tuple(_legible(each, lost) for each in parts),
        date="",
        seal=None,
        qr_content=address,
        qr_caption=_("扫码看最新的办事指南"),
        foot=(*foot, address),
        missing=tuple(sorted(lost)),
    )


def _legible(part: Part, lost: set[str]) -> Part:
    """Write characters that no font of this machine has as their codes."""
    return replace(
        part,
        text=fonts.legible(part.text, lost),
        lines=tuple(fonts.legible(each, lost) for each in part.lines),
        rows=tuple(tuple(fonts.legible(cell, lost) for cell in row) for row in part.rows),
        cells=tuple(replace(each, value=fonts.legible(each.value, lost)) for each in part.cells),
    )


def _download(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    return answer
