"""The four ways: follow the elements, be confirmed or overridden by the department, made public by the office."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries, rules
from yichuang.domains.catalogue.events import (
    WayOverridden,
    WaysComputed,
    WaysConfirmed,
    WaysPublished,
    WayTargetSet,
    WhatIfTried,
)
from yichuang.domains.catalogue.models import ItemVersion, ItemWay, WaysPublication, WayTarget, WhatIfEffect, WhatIfRun
from yichuang.domains.catalogue.terms import ElementChange, FourWay, WayState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records import realtime
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.dated import Said, write
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import SYSTEM, By, day_stream
from yichuang.kernel.errors import NotPossible

BATCH = 400
Key = tuple[str, FourWay]


class NoSuchWay(NotPossible):
    """The item has no ways today: it is not in force, or not there."""

    code = "catalogue.no_such_way"

    def __init__(self) -> None:
        super().__init__(_("该事项目前不在用，没有可以确认的四办结果。请先发布事项。"))


class ReasonMissing(NotPossible):
    """Who says otherwise than the elements says why."""

    code = "catalogue.way_reason_missing"

    def __init__(self) -> None:
        super().__init__(_("人工认定与按要素计算的结果不同，须写明理由。"))


class SameAsComputed(NotPossible):
    """Nothing is overridden by what the elements say themselves."""

    code = "catalogue.way_same_as_computed"

    def __init__(self) -> None:
        super().__init__(_("认定结果与按要素计算的结果相同，请直接点“确认”。"))


class WaysUnconfirmed(NotPossible):
    """The departments have not confirmed all of what is to be made public."""

    code = "catalogue.ways_unconfirmed"

    def __init__(self, by_unit: Mapping[str, int]) -> None:
        listed = "、".join(f"{unit} {n}" for unit, n in by_unit.items())
        super().__init__(_("还有四办结果未经部门确认，不能公布：%(listed)s。") % {"listed": listed})
        self.by_unit = dict(by_unit)


class NothingListed(NotPossible):
    """The registry has no item on that day."""

    code = "catalogue.nothing_listed"

    def __init__(self) -> None:
        super().__init__(_("这份清单在该日没有事项，无法公布或测算。请先发布清单。"))


class TargetWrong(NotPossible):
    """A target is a share of the items."""

    code = "catalogue.target_wrong"

    def __init__(self) -> None:
        super().__init__(_("目标须在0到100之间，季度写作2019Q4。"))


def recompute_ways(*, at: datetime, by: By = SYSTEM, codes: Iterable[str] | None = None) -> int:
    """Compute the ways of all items (or of some) anew from what is in force; tell how many rows that changed."""
    with deed("recompute_ways", stream=day_stream("system", at), by=by, at=at) as pen:
        return follow_ways(queries.all_codes() if codes is None else codes, pen)


def follow_ways(codes: Iterable[str], pen: Pen) -> int:
    """Let the ways of items follow their elements, inside the deed of `pen`; overrides stay and may be questioned."""
    day = local_day(pen.at)
    wanted = sorted(set(codes))
    said: list[Said] = []
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        spans = _spans(some, day)
        last = {(row.item_id, FourWay(row.way)): row for row in queries.last_ways(some)}
        for code in some:
            said += _followed(code, spans.get(code, []), last, day)
    rows = write(ItemWay, said)
    pen.record(WaysComputed(items=len({row.item_id for row in rows}), rows=len(rows)))
    return len(rows)


def confirm_ways(*, keys: Sequence[Key], by: Actor, at: datetime) -> int:
    """
    Confirm for the department that items are handled as their elements say; an override among them ends.

    Tells how many were not confirmed before.

    :raises NotAllowed: `by` does not confirm for the unit of one of the items
    :raises NoSuchWay: one of the items is not in force
    """
    rows = _open(keys)
    _permit(by, rows, "catalogue.confirm_ways")
    stale = [row for row in rows if row.state != WayState.CONFIRMED]
    if not stale:
        return 0
    values = {"state": WayState.CONFIRMED, "reason": "", "is_questioned": False, "by": str(by.by)}
    with deed("confirm_ways", stream=day_stream("system", at), by=by.by, at=at) as pen:
        write(ItemWay, [_said(row, at, values | {"flag": row.computed}) for row in stale])
        pen.record(WaysConfirmed(tuple((row.item_id, row.way) for row in stale)))
    return len(stale)


def override_way(*, code: str, way: FourWay, flag: bool, reason: str, by: Actor, at: datetime) -> ItemWay:
    """
    Say for the department that an item is (or is not) handled in a way although its elements say otherwise.

    :raises NotAllowed: `by` does not confirm for the item's unit
    :raises NoSuchWay: the item is not in force
    :raises ReasonMissing: no reason is given
    :raises SameAsComputed: the elements say the same
    """
    rows = _open([(code, way)])
    _permit(by, rows, "catalogue.confirm_ways")
    if not reason.strip():
        raise ReasonMissing
    if flag == rows[0].computed:
        raise SameAsComputed
    values = {"state": WayState.OVERRIDDEN, "flag": flag, "reason": reason.strip(), "is_questioned": False}
    with deed("override_way", stream=day_stream("system", at), by=by.by, at=at) as pen:
        write(ItemWay, [_said(rows[0], at, values | {"by": str(by.by)})])
        pen.record(WayOverridden(item=code, way=way, flag=flag, reason=reason.strip()))
    return queries.way_row(code, way)


def publish_ways(*, registry: str, by: Actor, at: datetime) -> WaysPublication:
    """
    Make the list of the four ways of a registry public, as it stands on the day of `at`.

    :raises NotAllowed: `by` does not publish
    :raises NothingListed: the registry is empty that day
    :raises WaysUnconfirmed: departments have still to confirm
    """
    by.require("catalogue.publish_ways")
    day = local_day(at)
    rows = queries.ways_in(registry, day)
    if not rows.exists():
        raise NothingListed
    if waiting := queries.unconfirmed_by_unit(rows):
        raise WaysUnconfirmed(waiting)
    with deed("publish_ways", stream=day_stream("system", at), by=by.by, at=at) as pen:
        publication = WaysPublication.objects.create(
            registry=registry, on=day, known_at=realtime.database_now(), published_at=at, published_by=str(by.by)
        )
        counts = queries.ratios(registry, day)
        pen.record(WaysPublished(registry=registry, on=day, counts={each.way: each.count for each in counts}))
    return publication


def set_target(
    *, registry: str, way: FourWay, quarter: str, percent: Decimal, source: str, by: Actor, at: datetime
) -> None:
    """
    Set what share is to be handled in a way by the end of a quarter.

    :raises NotAllowed: `by` does not set targets
    :raises TargetWrong: no share, or no quarter
    """
    by.require("catalogue.publish_ways")
    if not 0 <= percent <= 100 or not rules.is_quarter(quarter):
        raise TargetWrong
    hundredths = int(percent * 100)
    with deed("set_way_target", stream=day_stream("system", at), by=by.by, at=at) as pen:
        key = {"registry": registry, "way": way, "quarter": quarter}
        values = {"hundredths": hundredths, "source": source, "by": str(by.by)}
        write(WayTarget, [Said(key, values, local_day(at))])
        pen.record(WayTargetSet(registry=registry, way=way, quarter=quarter, hundredths=hundredths))


def try_change(
    *, registry: str, change: ElementChange, codes: Sequence[str], note: str, by: Actor, at: datetime
) -> WhatIfRun:
    """
    Try what changing one element of some items would do to the ratios of a registry today, and keep the answer.

    An item whose way was overridden keeps its flag, as it would.

    :raises NotAllowed: `by` does not see the ways
    :raises NothingListed: none of the items is in the registry
    """
    by.require("catalogue.ways")
    day = local_day(at)
    effects = queries.effects(registry, day, change, codes)
    if not effects:
        raise NothingListed
    with deed("try_change", stream=day_stream("system", at), by=by.by, at=at) as pen:
        run = WhatIfRun.objects.create(
            registry=registry,
            on=day,
            element=change.element,
            number=change.number,
            items="\n".join(codes),
            note=note,
            made_at=at,
            made_by=str(by.by),
        )
        WhatIfEffect.objects.bulk_create(
            WhatIfEffect(
                run=run,
                way=each.way,
                base=each.base,
                before=each.before,
                after=each.after,
                gained="\n".join(each.gained),
            )
            for each in effects
        )
        pen.record(WhatIfTried(run=run.pk, registry=registry, element=change.element, items=len(codes)))
    return run


@dataclass(frozen=True, slots=True)
class _Span:
    """The days on which one version of an item is in force, with its ways by its elements."""

    version: int
    valid_from: date
    until: date | None
    computed: Mapping[FourWay, dict[str, Any]]

    def holds(self, day: date) -> bool:
        """Tell whether it is the version in force on a day."""
        return self.valid_from <= day and (self.until is None or self.until > day)

    def ended_by(self, day: date) -> date | None:
        """Give the first day on which it was no longer in force, None where that had not come by `day`."""
        return self.until if self.until is not None and self.until <= day else None


def _spans(codes: Sequence[str], day: date) -> dict[str, list[_Span]]:
    """Give for each item the spans of its versions that have begun, the earliest first."""
    found: dict[str, list[_Span]] = {}
    rows = ItemVersion.objects.filter(item__in=codes, valid_from__lte=day).order_by("item", "number")
    for row in rows:
        if row.until is not None and row.until <= row.valid_from:
            continue  # a newer one overtook it before it began
        item = definitions.get(queries.KIND, row.item_id, row.number)
        elements = rules.elements_of(item)
        computed = {
            way: {
                "computed": verdict.holds,
                "in_base": rules.is_in_base(way, elements),
                "decided_by": " ".join(verdict.decided_by),
                "version": row.number,
            }
            for way, verdict in rules.ways_of(elements).items()
        }
        found.setdefault(row.item_id, []).append(_Span(row.number, row.valid_from, row.until, computed))
    return found


def _followed(code: str, spans: list[_Span], last: Mapping[Key, ItemWay], day: date) -> list[Said]:
    """Say what the ways of one item are to be from its versions, where that is not so already."""
    said: list[Said] = []
    now = next((span for span in reversed(spans) if span.holds(day)), None)
    for way in FourWay:
        key = {"item_id": code, "way": way}
        row = last.get((code, way))
        if row is None or row.valid_to is not None:
            since = row.valid_to if row and row.valid_to else date.min
            missing = [span for span in spans if span.until is None or span.until > since]
            said += [
                Said(key, _fresh(span.computed[way]), max(span.valid_from, since), span.ended_by(day))
                for span in missing
            ]
            continue
        before = next((span for span in spans if span.version == row.version), None)
        ended = (before and before.ended_by(day)) or row.valid_from
        if now is None:
            said.append(Said(key, None, max(ended, row.valid_from)))
        elif any(getattr(row, name) != value for name, value in now.computed[way].items()):
            said.append(Said(key, _continued(row, now.computed[way]), max(now.valid_from, row.valid_from, ended)))
    return said


def _fresh(computed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **computed,
        "flag": computed["computed"],
        "state": WayState.COMPUTED,
        "is_questioned": False,
        "reason": "",
        "by": str(SYSTEM),
    }


def _continued(row: ItemWay, computed: Mapping[str, Any]) -> dict[str, Any]:
    """Carry over what people decided: an override stays, a confirmation as long as the elements say the same."""
    if row.state == WayState.OVERRIDDEN:
        kept = {"flag": row.flag, "state": row.state, "reason": row.reason, "by": row.by}
        return {**computed, **kept, "is_questioned": computed["computed"] == row.flag}
    if computed["computed"] == row.computed:
        return {**_fresh(computed), "state": row.state, "by": row.by}
    return _fresh(computed)


def _open(keys: Sequence[Key]) -> list[ItemWay]:
    """Give the rows that hold today, in the order of the keys."""
    found = {(row.item_id, FourWay(row.way)): row for row in queries.open_ways([code for code, _way in keys])}
    if any(key not in found for key in keys):
        raise NoSuchWay
    return [found[key] for key in dict.fromkeys(keys)]


def _permit(by: Actor, rows: Iterable[ItemWay], permission: str) -> None:
    units = queries.unit_ids({row.item.unit_code for row in rows})
    by.require(permission)
    for unit_id in set(units.values()):
        by.require(permission, unit_id)


def _said(row: ItemWay, at: datetime, values: Mapping[str, Any]) -> Said:
    kept = {name: getattr(row, name) for name in ("computed", "in_base", "decided_by", "version")}
    day = max(local_day(at), row.valid_from)
    return Said({"item_id": row.item_id, "way": row.way}, kept | dict(values), day, row.valid_to)
