"""Questions about paper bags: where they are, what is late, when they are fetched next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import QuerySet

from yichuang.domains.cases.terms import Place
from yichuang.domains.counter import rules
from yichuang.domains.counter.models import CustodyList, CustodyRow, PaperBag, Site
from yichuang.domains.counter.queries.hall import hours_of, moment_of_day
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.visibility import visible
from yichuang.kernel import clocks

RECENT = 30


@dataclass(frozen=True, slots=True)
class BagShown:
    """One bag of a list on screen."""

    bag: PaperBag
    number: str
    item: str
    to_unit: str
    place: str
    keeper: str
    due_at: datetime | None
    is_late: bool
    on_way_since: datetime | None
    list_number: str


def bag(code: str, actor: Actor) -> PaperBag | None:
    """Find a bag to print its label."""
    return visible(actor, PaperBag).select_related("case__dossier__unit").filter(code=code).first()


def bags_of(actor: Actor, at: datetime) -> list[BagShown]:
    """
    List the bags of the actor's units whose case is open, the late ones first.

    At the window a bag is to be handed over within half a day of acceptance; on its way, to be signed for within half
    a day of being given (domain §2.4).
    """
    rows = visible(actor, PaperBag).filter(case__dossier__ended_at=None)
    rows = rows.select_related("case__dossier__unit", "keeper")
    found = list(rows.order_by("made_at"))
    moving = {
        row.bag_id: row.list for row in CustodyRow.objects.filter(bag__in=found, taken_at=None).select_related("list")
    }
    shown = [_shown(row, moving.get(row.pk), at) for row in found]
    return sorted(shown, key=lambda each: (not each.is_late, each.due_at is None, each.due_at or each.bag.made_at))


def lists_to_sign(actor: Actor) -> QuerySet[CustodyList]:
    """List what is on its way to the actor's units, the oldest first."""
    rows = visible(actor, CustodyList).filter(to_unit__in=actor.unit_ids, taken_at=None)
    return rows.select_related("from_unit", "to_unit", "given_by").order_by("given_at")


def recent_lists(actor: Actor) -> QuerySet[CustodyList]:
    """List the latest lists from or to the actor's units."""
    rows = visible(actor, CustodyList).select_related("from_unit", "to_unit", "given_by", "taken_by")
    return rows.order_by("-given_at")[:RECENT]


def custody_list(number: str, actor: Actor) -> tuple[CustodyList, list[CustodyRow]] | None:
    """Find a list with its bags."""
    found = visible(actor, CustodyList).filter(number=number)
    paper = found.select_related("from_unit", "to_unit", "given_by", "taken_by").first()
    if paper is None:
        return None
    rows = paper.rows.select_related("bag__case__dossier", "taken_by").order_by("bag__code")
    return paper, list(rows)


def runs_of(sites: Iterable[Site], at: datetime) -> tuple[list[time], time | None]:
    """Tell at which times of the day the paper is fetched, and which is next."""
    runs = sorted({run for site in sites if (hours := hours_of(site, at)) for run in hours.runs})
    return runs, rules.next_run(runs, moment_of_day(at))


def half_day_after(at: datetime) -> datetime:
    """Give the moment by which paper that was accepted or given at `at` has to be signed for."""
    on: date = local_day(at)
    row = definitions.rule("handover_limit", on)
    due = clocks.due(
        clocks.Clock(limit=int(row.value), unit=clocks.Unit(row.unit), started_at=at), definitions.office()
    )
    assert due is not None, "a clock without a pause is due some day"
    return due


def _shown(row: PaperBag, moving: CustodyList | None, at: datetime) -> BagShown:
    dossier = row.case.dossier
    since = moving.given_at if moving else dossier.accepted_at if row.place == Place.WINDOW else None
    due_at = half_day_after(since) if since else None
    return BagShown(
        bag=row,
        number=dossier.number,
        item=dossier.title,
        to_unit=str(dossier.unit),
        place=str(Place(row.place).label),
        keeper=str(row.keeper),
        due_at=due_at,
        is_late=due_at is not None and at > due_at,
        on_way_since=moving.given_at if moving else None,
        list_number=moving.number if moving else "",
    )
