"""The way of an applicant through an item: every step from the hand-in to the result, with all that it takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.queries.steps import GuideStep, steps_of
from yichuang.domains.catalogue.terms import Fee, Item, Limit, Material, MaterialForm

WORKING_DAY = "working_day"


@dataclass(frozen=True, slots=True)
class Sheets:
    """How many originals and copies are brought; forms that are filled in, and what the licence library gives."""

    originals: int = 0
    copies: int = 0
    forms: int = 0
    spared: int = 0

    def __add__(self, other: Sheets) -> Sheets:
        """Count both together."""
        return Sheets(
            self.originals + other.originals,
            self.copies + other.copies,
            self.forms + other.forms,
            self.spared + other.spared,
        )


def sheets_of(materials: Iterable[Material]) -> Sheets:
    """Count what is brought; what a licence gives is not, and a form is filled in there."""
    found = Sheets()
    for each in materials:
        if each.licence_type:
            found += Sheets(spared=1)
        elif each.filled_by_form or each.form is MaterialForm.FORM:
            found += Sheets(forms=each.copies)
        elif each.form is MaterialForm.COPY:
            found += Sheets(copies=each.copies)
        else:
            found += Sheets(originals=each.copies)
    return found


@dataclass(frozen=True, slots=True)
class Stop:
    """
    One step as an applicant meets it.

    `most` are working days, None where no limit is promised; at the least a step ends on the day on which it begins.
    `counts` says whether its days add to the total: of what runs side by side the longest counts. `is_online` is None
    where nobody has to come.
    """

    title: str
    who: tuple[str, ...]
    place: str
    gets: str
    most: int | None
    brings: tuple[Material, ...] = ()
    fees: tuple[Fee, ...] = ()
    basis: str = ""
    is_online: bool | None = None
    complain: str = ""
    counts: bool = True
    code: str = ""
    beside: bool = False
    only_if: bool = False

    @property
    def sheets(self) -> Sheets:
        """Count what is brought to this step."""
        return sheets_of(self.brings)

    @property
    def fen(self) -> int:
        """Sum what is paid at this step, in fen; fees that are reckoned case by case have no sum."""
        return sum(each.amount_fen or 0 for each in self.fees)


@dataclass(frozen=True, slots=True)
class Route:
    """The whole way; its totals are the sums of its steps."""

    stops: tuple[Stop, ...]

    @property
    def counted(self) -> tuple[Stop, ...]:
        """List the steps whose days make the total."""
        return tuple(each for each in self.stops if each.counts and each.most)

    @property
    def days(self) -> int:
        """Sum the working days of the longest way."""
        return sum(each.most or 0 for each in self.counted)

    @property
    def sheets(self) -> Sheets:
        """Sum what is brought."""
        return sum((each.sheets for each in self.stops), Sheets())

    @property
    def fen(self) -> int:
        """Sum what is paid, in fen."""
        return sum(each.fen for each in self.stops)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Matters that are applied for together (一件事): one form, every material once, side by side where possible."""

    items: tuple[Item, ...]
    units: tuple[str, ...]
    days_apart: int
    materials_apart: int
    forms_apart: int
    uses: Mapping[str, tuple[str, ...]]
    """Material → the matters that want it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the way of every item has: where it is handled, and the limits of taking in and handing out."""

    unit: str
    place: str
    acceptance: Limit | None
    delivery: Limit | None


def route_of(
    item: Item, steps: Sequence[GuideStep], around: Surroundings, materials: Sequence[Material] | None = None
) -> Route:
    """
    Tell the way through an item: handing in, the steps of its plan, the result.

    `materials` are those of one's own situation, all of the item unless given. An item that tells its own steps begins
    and ends with these.
    """
    wanted = tuple(item.materials if materials is None else materials)
    middle = [_stop(each, item, around) for each in steps] or [_whole(item, around)]
    stops = middle if item.is_guide_only and steps else [_taken_in(item, around), *middle, _handed_out(item, around)]
    first, last = stops[0], stops[-1]
    stops[0] = replace(first, brings=wanted, is_online=item.is_online)
    stops[-1] = replace(stops[-1], fees=item.fees, gets=last.gets or item.result_name, is_online=not item.visits)
    return Route(tuple(stops))


def bundle_of(item: Item, steps: Sequence[GuideStep], on: date) -> Bundle | None:
    """Tell what is applied for together in an item; None where its steps are no items."""
    items = tuple({each.item.id: each.item for each in steps if each.item}.values())
    if not items:
        return None
    inside = {each.id: steps_of(each, on) for each in items}
    names = (name for each in steps for name in each.who)
    deeper = (name for found, _days in inside.values() for each in found for name in each.who)
    return Bundle(
        items=items,
        units=tuple(dict.fromkeys((*names, *deeper))),
        days_apart=sum(each.days or 0 for each in steps if each.item),
        materials_apart=sum(len(each.materials) for each in items),
        forms_apart=sum(any(one.filled_by_form for one in each.materials) for each in items),
        uses=_uses(item.materials, items),
    )


def _uses(materials: Iterable[Material], items: Sequence[Item]) -> dict[str, tuple[str, ...]]:
    found: dict[str, Any] = {}
    for material in materials:
        found[material.code] = tuple(
            each.name for each in items if any(one.code == material.code for one in each.materials)
        )
    return found


def _taken_in(item: Item, around: Surroundings) -> Stop:
    limit = around.acceptance
    return Stop(
        title=_("申请和受理"),
        who=(_("综合窗口"),),
        place=around.place,
        gets=_("受理通知书；要补正的，一次告知全部内容"),
        most=_working_days(limit),
        basis=limit.basis if limit else "",
        complain=item.complain,
    )


def _handed_out(item: Item, around: Surroundings) -> Stop:
    limit = around.delivery
    return Stop(
        title=_("缴费和领取结果") if item.fees else _("领取结果"),
        who=(_("统一出件窗口"),),
        place=around.place,
        gets=item.result_name,
        most=_working_days(limit),
        basis=limit.basis if limit else "",
        complain=item.complain,
    )


def _stop(step: GuideStep, item: Item, around: Surroundings) -> Stop:
    of = step.item or item
    return Stop(
        title=step.title,
        who=step.who or (around.unit,),
        place=_("、").join(of.points) or around.place,
        gets=of.result_name if step.item else "",
        most=step.days,
        basis=(of.legal.basis if of.legal else "") or _("；").join(of.basis),
        complain=of.complain,
        counts=step.counts,
        code=step.code,
        beside=step.beside,
        only_if=step.only_if,
    )


def _whole(item: Item, around: Surroundings) -> Stop:
    """Tell the handling of an item that names no steps as one."""
    return Stop(
        title=_("办理"),
        who=(around.unit,),
        place=around.place,
        gets="",
        most=_working_days(item.promise or item.legal),
        basis=(item.legal.basis if item.legal else "") or _("；").join(item.basis),
        complain=item.complain,
    )


def _working_days(limit: Limit | None) -> int | None:
    return limit.limit if limit and limit.unit == WORKING_DAY else None
