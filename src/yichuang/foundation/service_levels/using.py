"""Tells how the house is used: sums by day, page, unit and role, small groups kept from who must not see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Sum

from yichuang.foundation.service_levels.models import UseOfDay
from yichuang.foundation.service_levels.terms import ANY_PAGE, LEAST_SHOWN, Apart, Audience


@dataclass(frozen=True, slots=True)
class Asked:
    """Which days (both inclusive), whose use, told apart by what, and of which unit or page alone."""

    since: date
    until: date
    apart: Apart = Apart.PAGE
    audience: Audience = Audience.STAFF
    unit_id: int | None = None
    page: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """
    How one group used the house; `hidden` groups have no numbers at all.

    `most_people` is the largest number of different people on one day, `person_days` their sum over the days; both
    are `None` outside of the staff, who are not counted as people.
    """

    key: tuple[Any, ...]
    answers: int = 0
    deeds: int = 0
    refused: int = 0
    failures: int = 0
    late: int = 0
    most_people: int | None = None
    person_days: int | None = None
    hidden: bool = False


def uses(asked: Asked, *, all_groups: bool) -> list[Use]:
    """
    Tell the groups, the most used first; days the newest first.

    Without `all_groups`, groups of fewer than five people on their best day (outside of the staff: of fewer than five
    answers) are hidden, and where that is one alone the next smallest goes too, so that nobody finds it by subtraction.
    """
    rows = UseOfDay.objects.filter(day__gte=asked.since, day__lte=asked.until)
    staff = asked.audience == Audience.STAFF
    rows = rows.filter(unit_id__gt=0) if staff else rows.filter(unit_id=0)
    if asked.unit_id is not None:
        rows = rows.filter(unit_id=asked.unit_id)
    rows = rows.exclude(page=ANY_PAGE) if asked.apart == Apart.PAGE else rows.filter(page=asked.page or ANY_PAGE)
    names = asked.apart.columns
    daily = rows.values(*names, "day").annotate(**{f"s_{each}": Sum(each) for each in SUMS}).order_by()
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in daily:
        groups.setdefault(tuple(row[name] for name in names), []).append(row)
    found = [_use(key, days, staff=staff) for key, days in groups.items()]
    if not all_groups:
        secret = secrets({each.key: (each.most_people if staff else each.answers) or 0 for each in found})
        found = [Use(each.key, hidden=True) if each.key in secret else each for each in found]
    if asked.apart == Apart.DAY:
        return sorted(found, key=lambda use: use.key, reverse=True)
    return sorted(found, key=lambda use: (-use.answers, use.key))


def pages_used(since: date, until: date) -> dict[str, date]:
    """Tell the pages that anybody used within these days, and on which day last."""
    rows = UseOfDay.objects.filter(day__gte=since, day__lte=until).exclude(page=ANY_PAGE)
    return dict(rows.order_by().values_list("page").annotate(last=Max("day")))


def last_used(pages: Iterable[str], before: date) -> dict[str, date]:
    """Tell when pages were used last before a day, as far as sums are kept; those never used are not there."""
    rows = UseOfDay.objects.filter(page__in=list(pages), day__lt=before)
    return dict(rows.order_by().values_list("page").annotate(last=Max("day")))


def secrets(sizes: Mapping[Any, int]) -> set[Any]:
    """
    Name the groups that are too small to be shown, by their sizes; none has nothing to hide.

    >>> sorted(secrets({"a": 3, "b": 7, "c": 0, "d": 9}))
    ['a', 'b']
    """
    small = {key for key, size in sizes.items() if 0 < size < LEAST_SHOWN}
    others = sorted(((size, str(key), key) for key, size in sizes.items() if size >= LEAST_SHOWN), key=lambda x: x[:2])
    return small | {others[0][2]} if len(small) == 1 and others else small


SUMS = ("answers", "deeds", "refused", "failures", "late", "people")


def _use(key: tuple[Any, ...], days: list[Mapping[str, Any]], *, staff: bool) -> Use:
    people = [row["s_people"] for row in days]
    return Use(
        key,
        **{name: sum(row[f"s_{name}"] for row in days) for name in SUMS if name != "people"},
        most_people=max(people) if staff else None,
        person_days=sum(people) if staff else None,
    )
