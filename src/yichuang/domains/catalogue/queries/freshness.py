"""How fresh a guide is: when its unit last looked at it, whether it is time again, and what its version changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, Max

from yichuang.domains.catalogue.models import GuideCheck, ItemVersion, Remark, ServiceItem
from yichuang.domains.catalogue.queries.listing import items, unit_names
from yichuang.domains.catalogue.queries.publishing import changes_between
from yichuang.domains.catalogue.rules import Change
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.people.actors import Actor, local_day

RECHECK_RULE = "guide_recheck"
"""Days after which a guide is looked at again."""


@dataclass(frozen=True, slots=True)
class News:
    """What the version in force changed of the one before, and since when."""

    version: int
    since: date
    before: int
    before_from: date
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class LastCheck:
    """
    When a guide was last looked at, by which unit; its publication counts as a look.

    `due_on` is the last day on which that is enough, None where no rule asks for more. `was_looked` says that somebody
    looked at it since its publication.
    """

    on: date
    unit: str
    due_on: date | None
    is_overdue: bool
    was_looked: bool = False


@dataclass(frozen=True, slots=True)
class Stale:
    """One guide in the list of those to be looked at."""

    item: ServiceItem
    unit: str
    check: LastCheck
    remarks: int


def news(version: ItemVersion) -> News | None:
    """Tell what a version changed of the one that was in force before it; None for the first."""
    earlier = version.item.versions.filter(number__lt=version.number, withdrawn_at=None).order_by("-number").first()
    if earlier is None:
        return None
    found = changes_between(version.item_id, earlier.number, version.number)
    told = tuple(each for each in found if each.label)
    return News(version.number, version.valid_from, earlier.number, earlier.valid_from, told)


def last_check(version: ItemVersion, unit: str, on: date) -> LastCheck:
    """Tell when the guide of a version was last looked at; `unit` published it."""
    found = GuideCheck.objects.filter(item=version.item_id).order_by("-checked_at", "-pk").first()
    published = local_day(version.published_at)
    if found is None or local_day(found.checked_at) < published:
        return _check(published, unit, on, recheck_days(on))
    looked = _check(local_day(found.checked_at), unit_names([found.unit_code])[found.unit_code], on, recheck_days(on))
    return replace(looked, was_looked=True)


def guide_checks(actor: Actor, on: date, *, is_overdue: bool | None = None, unit: str = "") -> list[Stale]:
    """List the guides that the actor works on, longest not looked at first; only the overdue ones, or the others."""
    rows = list(items(actor, purpose="ways").filter(state="IN_FORCE"))
    if unit:
        rows = [each for each in rows if each.unit_code == unit]
    names, days = unit_names(each.unit_code for each in rows), recheck_days(on)
    published = _published(rows)
    checked = dict(GuideCheck.objects.filter(item__in=published).values_list("item").annotate(at=Max("checked_at")))
    waiting = _open_remarks(rows)
    found = []
    for each in rows:
        moments = [moment for moment in (published.get(each.code), checked.get(each.code)) if moment]
        check = _check(local_day(max(moments)), names[each.unit_code], on, days)
        if is_overdue is None or check.is_overdue is is_overdue:
            found.append(Stale(each, names[each.unit_code], check, waiting.get(each.code, 0)))
    return sorted(found, key=lambda each: (each.check.on, each.item.name_key, each.item.code))


def recheck_days(on: date) -> int | None:
    """Give the days after which a guide is looked at again; None where no rule says so."""
    try:
        return int(definitions.rule(RECHECK_RULE, on).value)
    except NotInForce:
        return None


def _check(last: date, unit: str, on: date, days: int | None) -> LastCheck:
    due = last + timedelta(days=days) if days is not None else None
    return LastCheck(last, unit, due, due is not None and on > due)


def _published(rows: Iterable[ServiceItem]) -> dict[str, datetime]:
    wanted = {each.code: each.version for each in rows}
    versions = ItemVersion.objects.filter(item__in=wanted).values_list("item_id", "number", "published_at")
    return {code: at for code, number, at in versions if wanted[code] == number}


def _open_remarks(rows: Iterable[ServiceItem]) -> dict[str, int]:
    open_ones = Remark.objects.filter(item__in=[each.code for each in rows], outcome="")
    return dict(open_ones.values_list("item").annotate(n=Count("pk")))
