"""How elements, amounts and shares are written on pages and in workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yichuang.domains.catalogue.terms import DAY_MINUTES, HOUR_MINUTES, Amount, Element, ElementChange, Item, Unit
from yichuang.ui.words import listed, with_note

SHOWN = 3


def moment(at: datetime | None) -> str:
    """Write a moment in China's time; nothing where there is none."""
    return f"{localtime(at):%Y-%m-%d %H:%M}" if at else ""


def percent(share: Decimal | None) -> str:
    """Write a share; nothing where there is none."""
    return "" if share is None else f"{share} %"


def points(difference: Decimal | None) -> str:
    """Write a difference of shares with its sign."""
    return "" if difference is None else f"{difference:+}"


def days(minutes: int) -> Decimal:
    """Give working time in working days, to two places, without zeros at the end."""
    return short(Decimal(minutes) / DAY_MINUTES)


def yuan(fen: int) -> Decimal:
    """Give an amount in yuan."""
    return short(Decimal(fen) / 100)


def number_of(amount: Amount | None) -> Decimal | None:
    """Give an amount as a number that its column counts: days, yuan, or itself; None for calendar days and months."""
    if amount is None or amount.unit in (Unit.CALENDAR_DAY, Unit.MONTH):
        return None
    return counted(amount.number, amount.unit)


def counted(number: int, unit: str) -> Decimal:
    """Give a number as people count it: minutes as working days, fen as yuan."""
    return {Unit.MINUTE: days, Unit.FEN: yuan}.get(Unit(unit), Decimal)(number)


def unit_label(unit: str) -> str:
    """Name what `counted` counts in."""
    return {Unit.MINUTE: _("个工作日"), Unit.FEN: _("元")}.get(Unit(unit), str(Unit(unit).label))


def amount(told: Amount | None) -> str:
    """Write an amount with its unit; nothing where it is not known."""
    return "" if told is None else f"{counted(told.number, told.unit)} {unit_label(told.unit)}"


def said_of(item: Item, element: Element) -> str:
    """Write what an element of an item says today."""
    match element:
        case Element.HANDLING:
            return str(item.handling.label)
        case Element.PROMISE:
            return item.promise.text if item.promise else ""
        case Element.SPECIAL:
            return listed(item.special) or _("无")
        case Element.IS_ONLINE:
            return _("是") if item.is_online else _("否")
        case Element.DEPTH:
            known = item.online_stage or item.online_depth
            return str(known.label) if known else _("未注明")
        case Element.SERVES:
            return listed(str(each.label) for each in item.servers)
        case Element.PLACES:
            return listed(with_note(each.name, each.kind.label) for each in item.places) or _("无")
        case Element.VISITS:
            return ngettext("%(n)s 次", "%(n)s 次", item.visits) % {"n": item.visits}
    raise ValueError(element)


def said_of_change(change: ElementChange) -> str:
    """Write what a change makes of an element."""
    match change.element:
        case Element.HANDLING:
            return _("改为即办件")
        case Element.PROMISE:
            if change.number < DAY_MINUTES and not change.number % HOUR_MINUTES:
                return _("承诺办结时限改为 %(hours)s 小时") % {"hours": change.number // HOUR_MINUTES}
            return _("承诺办结时限改为 %(days)s 个工作日") % {"days": days(change.number)}
        case Element.SPECIAL:
            return _("不再启动特别程序")
        case Element.IS_ONLINE:
            return _("开通网上办理")
        case Element.DEPTH:
            return _("网上办理到受理")
        case Element.PLACES:
            return _("增设街道办理点")
    return _("到现场次数改为 %(n)s 次") % {"n": change.number}


def short(number: Decimal) -> Decimal:
    """Round to two places, without zeros at the end."""
    rounded = number.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def some(names: Sequence[str]) -> str:
    """Write names, of many the first three and how many there are."""
    if len(names) <= SHOWN:
        return listed(names)
    return _("%(first)s等 %(n)s 个单位") % {"first": listed(names[:SHOWN]), "n": len(names)}
