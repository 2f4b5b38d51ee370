"""What an item takes from people, what its next version spares them, and how far it is from elsewhere. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from yichuang.domains.catalogue.terms.item import Item, Limit
from yichuang.domains.catalogue.terms.ways import DAY_MINUTES, HOUR_MINUTES, Amount, Delta, Measures, Saving, Unit

WORKING_TIME = {"working_day": DAY_MINUTES, "half_day": DAY_MINUTES // 2, "working_hour": HOUR_MINUTES}
AT_ONCE = Amount(0, Unit.MINUTE)


def minutes_of(limit: Limit | None) -> int | None:
    """Give a limit in minutes of working time; None for none, and for calendar days and months."""
    if limit is None or limit.unit not in WORKING_TIME:
        return None
    return limit.limit * WORKING_TIME[limit.unit]


def amount_of(limit: Limit | None) -> Amount | None:
    """Give a limit as an amount: working time in minutes, calendar days and months as they are."""
    if limit is None:
        return None
    minutes = minutes_of(limit)
    return Amount(limit.limit, Unit(limit.unit)) if minutes is None else Amount(minutes, Unit.MINUTE)


def measures_of(item: Item, steps: int | None) -> Measures:
    """
    Measure an item. `steps` are those of its plan, None where no plan of ours handles it.

    Materials are what the applicant still brings: not what the library supplies or something else spares him.
    """
    steps = len(item.flow) or None if steps is None else steps
    asked = [each for each in item.materials if not each.licence_type and each.exempt is None]
    return Measures(
        steps=None if steps is None else Amount(steps, Unit.STEP),
        time=AT_ONCE if item.is_instant else amount_of(item.promise),
        legal=amount_of(item.legal),
        materials=Amount(len(asked), Unit.MATERIAL),
        visits=Amount(item.visits, Unit.VISIT),
        cost=_cost(item),
    )


def _cost(item: Item) -> Amount | None:
    """Add up the fees; None where one is reckoned after a standard, or is charged without being told."""
    fees = [fee.amount_fen for fee in item.fees]
    if item.charges and not fees:
        return None
    known = [each for each in fees if each is not None]
    return Amount(sum(known), Unit.FEN) if len(known) == len(fees) else None


def deltas(before: Measures, after: Measures) -> Iterator[Delta]:
    """Tell how two published versions differ, kind by kind; what cannot be compared is passed over."""
    pairs = {
        Saving.STEPS: (before.steps, after.steps),
        Saving.TIME: (before.time, after.time),
        Saving.MATERIALS: (before.materials, after.materials),
        Saving.COST: (before.cost, after.cost),
    }
    for kind, (was, now) in pairs.items():
        if was is None or now is None or not is_comparable(was, now) or was.number == now.number:
            continue
        unit = now.unit if was == AT_ONCE else was.unit
        yield Delta(kind, was.number, now.number, unit)


def is_comparable(one: Amount, other: Amount) -> bool:
    """Tell whether two amounts count the same; at once is less than any time."""
    return one.unit is other.unit or AT_ONCE in (one, other)


def average(total: int, count: int) -> Decimal | None:
    """
    Give the average to one place, half up; None of nothing.

    >>> average(-5, 2), average(1, 0)
    (Decimal('-2.5'), None)
    """
    return (Decimal(total) / count).quantize(Decimal("0.1"), ROUND_HALF_UP) if count else None
