"""Items that are being edited: lists for editors and those who check, one with its flaws and what it changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from yichuang.domains.catalogue.models import OPEN, ItemDraft, ServiceItem
from yichuang.domains.catalogue.queries.listing import KIND, by_name
from yichuang.domains.catalogue.queries.publishing import body_of, known
from yichuang.domains.catalogue.rules import Change, Flaw, changes, flaws
from yichuang.domains.catalogue.terms import TaskState
from yichuang.domains.catalogue.terms.elements import ELEMENTS
from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.visibility import register_scope, visible

SUBMITTED = "submitted"
"""In a filter: a draft that waits for its check; otherwise a state is one of `TaskState`."""
FAULTY = "faulty"
SCHEDULED = "scheduled"
"""In a filter: a draft that was found fit and has its day."""


def register() -> None:
    """Tell the one filter: drafts are seen by those who edit, check or publish the items of the unit."""
    register_scope(ItemDraft, permission="catalogue.drafts", units=_of_units)


def _of_units(reach: Reach) -> Q:
    return Q(unit_code__in=Unit.objects.filter(pk__in=reach.units).values("code"))


@dataclass(frozen=True, slots=True)
class DraftFilters:
    """What the list of drafts is narrowed to; an empty value leaves it wide. Their names are those of the address."""

    q: str = ""
    state: str = ""
    unit: str = ""


STATES: Mapping[str, Callable[[], Q]] = {
    TaskState.DRAFT: lambda: Q(state=TaskState.DRAFT, submitted_at__isnull=True),
    SUBMITTED: lambda: Q(state=TaskState.DRAFT, submitted_at__isnull=False),
    TaskState.CHECKED: lambda: Q(state=TaskState.CHECKED),
    SCHEDULED: lambda: Q(state=TaskState.CHECKED, publish_on__isnull=False),
    TaskState.SENT_BACK: lambda: Q(state=TaskState.SENT_BACK),
    FAULTY: lambda: Q(state__in=OPEN, flaws__gt=0),
    TaskState.PUBLISHED: lambda: Q(state=TaskState.PUBLISHED),
    TaskState.CANCELLED: lambda: Q(state=TaskState.CANCELLED),
}


def drafts(actor: Actor, filters: DraftFilters = DraftFilters()) -> QuerySet[ItemDraft]:
    """List the drafts that the actor may see, those worked on where no state is asked for, the last touched first."""
    rows = _narrowed(visible(actor, ItemDraft), filters)
    rows = rows.filter(STATES[filters.state]()) if filters.state in STATES else rows.filter(state__in=OPEN)
    order = ("publish_on", "pk") if filters.state == SCHEDULED else ("-edited_at", "-pk")
    return rows.defer("body").order_by(*order)


def draft_counts(actor: Actor, filters: DraftFilters = DraftFilters()) -> dict[str, int]:
    """Count the drafts of each state under the other filters."""
    rows = _narrowed(visible(actor, ItemDraft), filters)
    names = {f"n{number}": state for number, state in enumerate(STATES)}
    found = rows.aggregate(**{name: Count("pk", filter=STATES[state]()) for name, state in names.items()})
    return {state: found[name] for name, state in names.items()}


def draft(actor: Actor, draft_id: int) -> ItemDraft | None:
    """Give one draft, if the actor may see it."""
    return visible(actor, ItemDraft).filter(pk=draft_id).first()


def open_draft(code: str) -> ItemDraft | None:
    """Give the draft of an item that is worked on."""
    return ItemDraft.objects.filter(code=code, state__in=OPEN).first()


def editable_items(actor: Actor, q: str = "", unit: str = "") -> QuerySet[ServiceItem]:
    """List the items whose next version the actor may begin, by name."""
    rows = visible(actor, ServiceItem, "edit")
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(code__iexact=q) | Q(task_code__iexact=q))
    if unit:
        rows = rows.filter(unit_code=unit)
    return by_name(rows)


def draft_body(row: ItemDraft) -> dict[str, Any]:
    """Read the body of a draft."""
    body: dict[str, Any] = json.loads(row.body)
    return body


def draft_flaws(row: ItemDraft, on: date) -> tuple[Flaw, ...]:
    """List every reason why a draft may not be published on a day, with the warnings last."""
    return flaws(draft_body(row), on, known(on))


def draft_changes(row: ItemDraft) -> tuple[Change, ...]:
    """List what a draft changes of the version that it was copied from; nothing for a new item."""
    if row.base_version is None:
        return ()
    return changes(body_of(row.code, row.base_version), draft_body(row))


def in_order(body: Mapping[str, Any]) -> dict[str, Any]:
    """Give a body with its keys in the order in which people read an item, as it is published."""
    first: Iterable[str] = (KIND, "name", "version", "in_force", "source")
    order = [*first, *ELEMENTS, *body]
    return {key: body[key] for key in dict.fromkeys(order) if key in body}


def _narrowed(rows: QuerySet[ItemDraft], filters: DraftFilters) -> QuerySet[ItemDraft]:
    if filters.q:
        rows = rows.filter(Q(name__icontains=filters.q) | Q(code__iexact=filters.q))
    return rows.filter(unit_code=filters.unit) if filters.unit else rows
