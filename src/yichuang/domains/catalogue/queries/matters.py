"""The desk of a unit's items: each with its state, version in force, open draft, last change and faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from yichuang.domains.catalogue.models import OPEN, ItemDraft, ItemVersion, ServiceItem
from yichuang.domains.catalogue.queries.listing import KIND, by_name
from yichuang.domains.catalogue.queries.publishing import check
from yichuang.domains.catalogue.rules import refusing
from yichuang.domains.catalogue.terms import ItemState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.visibility import visible

WITH_DRAFT = "draft"
"""In a filter: an item whose next version is being written; otherwise a state is one of `ItemState`."""


@dataclass(frozen=True, slots=True)
class MatterFilters:
    """What the desk is narrowed to; an empty value leaves it wide. Their names are those of the address."""

    q: str = ""
    state: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """One item on the desk. `faults` are what the publication check has against the version in force today."""

    item: ServiceItem
    draft: ItemDraft | None
    changed_at: datetime
    faults: int | None


def matters(actor: Actor, filters: MatterFilters = MatterFilters()) -> QuerySet[ServiceItem]:
    """List the items of the units for which the actor edits, checks or publishes, by name."""
    rows = _narrowed(actor, filters)
    if filters.state == WITH_DRAFT:
        rows = rows.filter(pk__in=_drafted())
    elif filters.state in ItemState.values:
        rows = rows.filter(state=filters.state)
    return by_name(rows)


def matter_counts(actor: Actor, filters: MatterFilters = MatterFilters()) -> dict[str, int]:
    """Count the items of each state under the other filters, under "" all of them."""
    states = {f"n{number}": state for number, state in enumerate(ItemState)}
    found = _narrowed(actor, filters).aggregate(
        every=Count("pk"),
        drafted=Count("pk", filter=Q(pk__in=_drafted())),
        **{name: Count("pk", filter=Q(state=state)) for name, state in states.items()},
    )
    by_state = {state.value: found[name] for name, state in states.items()}
    return {"": found["every"], **by_state, WITH_DRAFT: found["drafted"]}


def on_desk(rows: Sequence[ServiceItem], on: date) -> list[Matter]:
    """Add to some items what is being written, when each last changed, and what the check has against it."""
    codes = [row.pk for row in rows]
    drafts = {each.code: each for each in ItemDraft.objects.filter(code__in=codes, state__in=OPEN).defer("body")}
    published = dict(
        ItemVersion.objects.filter(item__in=codes).order_by("published_at").values_list("item", "published_at")
    )
    faults = {each.code: len(refusing(each.flaws)) for each in check(on, codes)}
    return [
        Matter(
            item=row,
            draft=drafts.get(row.pk),
            changed_at=_latest(drafts.get(row.pk), published.get(row.pk, row.first_published_at)),
            faults=faults.get(row.pk),
        )
        for row in rows
    ]


def matter(actor: Actor, code: str) -> ServiceItem | None:
    """Give one item, if the actor edits, checks or publishes for its unit."""
    return visible(actor, ServiceItem, "drafts").filter(pk=code).first()


def versions_of(code: str) -> list[ItemVersion]:
    """List the versions of an item, the newest first."""
    return list(ItemVersion.objects.filter(item=code).order_by("-number"))


def publishers_of(code: str) -> dict[int, str]:
    """Tell who published each version of an item, as the text of `records.terms.By`."""
    return dict(definitions.versions(KIND, code).values_list("version", "published_by"))


def drafts_of(actor: Actor, code: str) -> list[ItemDraft]:
    """List the drafts of an item, the newest first."""
    return list(visible(actor, ItemDraft).filter(code=code).defer("body").order_by("-pk"))


def units_of_matters(actor: Actor) -> list[str]:
    """Name the units whose items the actor sees on the desk."""
    rows = visible(actor, ServiceItem, "drafts").order_by().values_list("unit_code", flat=True).distinct()
    drafted = visible(actor, ItemDraft).order_by().values_list("unit_code", flat=True).distinct()
    return sorted({*rows, *drafted})


def _latest(draft: ItemDraft | None, published_at: datetime) -> datetime:
    return max(draft.edited_at, published_at) if draft else published_at


def _drafted() -> QuerySet[ItemDraft, str]:
    return ItemDraft.objects.filter(state__in=OPEN).values_list("code", flat=True)


def _narrowed(actor: Actor, filters: MatterFilters) -> QuerySet[ServiceItem]:
    rows = visible(actor, ServiceItem, "drafts")
    if filters.q:
        wanted = Q(name__icontains=filters.q) | Q(code__iexact=filters.q) | Q(task_code__istartswith=filters.q)
        rows = rows.filter(wanted)
    return rows.filter(unit_code=filters.unit) if filters.unit else rows
