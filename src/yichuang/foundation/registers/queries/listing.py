"""Lists of a register for one reader: what he may see of it, filtered and in order, on a day or as it is worked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import F, OrderBy, Q, QuerySet
from django.db.models.functions import Collate
from django.utils.translation import gettext as _

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.registers import rights
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.models import Cell, ChangeRequest, Entry, Version
from yichuang.foundation.registers.queries.standing import cell, column_of, entries
from yichuang.foundation.registers.terms import EntryState, FieldType, RequestState
from yichuang.foundation.registers.typed import Unfit, bound

CONTAINED = frozenset({FieldType.TEXT, FieldType.PARTY, FieldType.ENTRY, FieldType.ITEM, FieldType.PROJECT})
"""Types that are filtered by a part of their words."""

RANGED = frozenset({FieldType.NUMBER, FieldType.INTEGER, FieldType.MONEY, FieldType.DATE, FieldType.MONTH})
"""Types that are filtered from a value to a value."""


@dataclass(frozen=True)
class Asked:
    """
    What a list is asked for, as its address says: `?kind=pledge&credit_from=1&sort=-credit&state=draft`.

    With `day` the list is what held then, as it was known at `known_at`; without, what is worked on now. What an
    address says of fields that the reader does not see, or that do not exist, is passed over. `unread` is what cannot
    be read of the others, by parameter with what is wrong: the list is not narrowed by it, and has to say so.
    """

    words: str = ""
    state: str = ""
    day: date | None = None
    known_at: datetime | None = None
    sort: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    unread: tuple[tuple[str, str], ...] = ()

    @property
    def is_narrowed(self) -> bool:
        """Say whether anything is filtered."""
        return bool(self.words or self.state or self.filters)


def asked(register: Register, actor: Actor | None, query: Mapping[str, str]) -> Asked:
    """Read an address; without an actor the fields are those that the public sees."""
    filters: list[tuple[str, str]] = []
    unread: list[tuple[str, str]] = []
    for field in filtered_fields(register, actor):
        for name in parameters(field):
            if not (value := query.get(name, "").strip()):
                continue
            try:
                _bound(field, value)
            except Unfit as reason:
                unread.append((name, reason.message))
            else:
                filters.append((name, value))
    day, known_at = query.get("day", "").strip(), query.get("known_at", "").strip()
    if day and _day(day) is None:
        told = {"label": _("查看某日"), "typed": day}
        unread.append(("day", _("“%(label)s”应为日期，例如 2019年10月30日，现为 %(typed)s。") % told))
    if known_at and _moment(known_at) is None:
        told = {"typed": known_at}
        unread.append(
            ("known_at", _("known_at 应为带时区的时刻，例如 2019-10-30T09:00+08:00，现为 %(typed)s。") % told)
        )
    sort = query.get("sort", "")
    if sort.removeprefix("-") not in {each.id for each in sorted_fields(register, actor)} | {"number", "changed"}:
        sort = ""
    return Asked(
        words=query.get("q", "").strip()[:100],
        state=query.get("state", "") if query.get("state", "") in EntryState.values else "",
        day=_day(day),
        known_at=_moment(known_at),
        sort=sort,
        filters=tuple(filters),
        unread=tuple(unread),
    )


def filtered_fields(register: Register, actor: Actor | None) -> list[Field]:
    """Give the fields by which a reader may filter: those that he sees whole."""
    return [each for each in _seen(register, actor) if each.is_filter]


def parameters(field: Field) -> tuple[str, ...]:
    """Name the parameters of an address by which a field is filtered."""
    return (f"{field.id}_from", f"{field.id}_to") if field.type in RANGED else (field.id,)


def sorted_fields(register: Register, actor: Actor | None) -> list[Field]:
    """Give the fields by which a reader may sort."""
    return [each for each in _seen(register, actor) if each.is_sort]


def columns(register: Register, actor: Actor) -> list[Field]:
    """Give the columns of the list as this reader sees it."""
    return [each for each in rights.seen_fields(actor, register) if each.in_list]


def listed(register: Register, actor: Actor, question: Asked, purpose: str = "list") -> QuerySet[Version]:
    """Give the versions that a list shows, one an entry, filtered and in order; `version.entry` is the entry."""
    own = visible(actor, Entry, purpose).filter(register=register.id)
    rows: QuerySet[Version]
    if question.day is None:
        rows = Version.objects.filter(entry__in=own, pk=F("entry__current"))
        if question.state:
            rows = rows.filter(entry__state=question.state)
        elif not question.words:
            rows = rows.exclude(entry__state=EntryState.WITHDRAWN)
    else:
        rows = entries(register.id, on=question.day, known_at=question.known_at).filter(entry__in=own)
    return ordered(register, narrowed(register, rows, question), question.sort).select_related("entry__unit")


def public_list(register: Register, on: date, question: Asked) -> QuerySet[Version]:
    """Give the versions that the public sees on a day; nothing where the register is not public."""
    if register.public is None:
        return Version.objects.none()
    rows = narrowed(register, entries(register.id, on=question.day or on), question, is_public=True)
    return ordered(register, rows, question.sort).select_related("entry")


def narrowed(
    register: Register, rows: QuerySet[Version], question: Asked, *, is_public: bool = False
) -> QuerySet[Version]:
    """Keep the versions that meet the filters of an address."""
    if question.words:
        wanted = Q(entry__title__icontains=question.words)
        if question.words.isdigit() and len(question.words) < 10:
            wanted |= Q(entry__number=int(question.words))
        if not is_public or _title_is_public(register):
            rows = rows.filter(wanted)
    for name, value in question.filters:
        rows = rows.filter(_filter(register, name, value))
    return rows


def ordered(register: Register, rows: QuerySet[Version], sort: str) -> QuerySet[Version]:
    """Put versions in an order; the number of the entry decides between equals, what is missing comes last."""
    keys: list[OrderBy] = []
    for key in (sort,) if sort else register.order:
        name, is_falling = key.removeprefix("-"), key.startswith("-")
        column: F | Collate
        if name in ("number", "changed"):
            column = F("entry__number") if name == "number" else F("entry__changed_at")
        else:
            field = register.fields[name]
            rows = rows.annotate(**{f"f_{name}": cell(field)})
            column = F(f"f_{name}")
            if column_of(field) == "text":
                column = Collate(column, "C" if connection.vendor == "postgresql" else "BINARY")
        keys.append(OrderBy(column, descending=is_falling, nulls_last=True))
    return rows.order_by(*keys, "entry__number")


def counts_by_state(register: Register, actor: Actor) -> dict[str, int]:
    """Count the entries that a reader sees by where they stand."""
    states = visible(actor, Entry).filter(register=register.id).values_list("state", flat=True)
    found = dict.fromkeys(EntryState.values, 0)
    for state in states:
        found[state] += 1
    return found


def open_requests(register: Register, actor: Actor) -> QuerySet[ChangeRequest]:
    """List the change requests that wait and that the reader sees, oldest first."""
    rows = visible(actor, ChangeRequest).filter(register=register.id, state=RequestState.OPEN)
    own = ChangeRequest.objects.filter(register=register.id, state=RequestState.OPEN, asked_by=actor.account_id)
    found = ChangeRequest.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=own.values("pk")))
    return found.select_related("entry", "asked_by").order_by("asked_at", "pk")


def entry_for(actor: Actor, register: str, number: int, purpose: str = "list") -> Entry | None:
    """Find one entry that the reader sees."""
    rows = visible(actor, Entry, purpose).filter(register=register, number=number)
    return rows.select_related("current", "standing", "unit", "dossier").first()


def _seen(register: Register, actor: Actor | None) -> list[Field]:
    if actor is not None:
        return [each for each in register.fields.values() if rights.sees(actor, each)]
    shown = register.public.fields if register.public else ()
    return [register.fields[name] for name in shown]


def _title_is_public(register: Register) -> bool:
    return register.public is not None and set(register.title) <= set(register.public.fields)


def _filter(register: Register, name: str, value: str) -> Q:
    field = register.fields.get(name) or register.fields[name.rpartition("_")[0]]
    cells = Cell.objects.filter(register=register.id, field=field.id)
    if field.type in RANGED:
        sign = "gte" if name.endswith("_from") else "lte"
        edge = {f"{column_of(field)}__{sign}": _bound(field, value)}
        return Q(pk__in=cells.filter(**edge).values("version"))
    if field.type is FieldType.BOOL:
        return Q(pk__in=cells.filter(number=int(value == "1")).values("version"))
    how = {"text__icontains": value} if field.type in CONTAINED else {"text": value}
    return Q(pk__in=cells.filter(**how).values("version"))


def _bound(field: Field, value: str) -> int | date | None:
    """
    Read what a list is narrowed by as it is kept; None where a field is not filtered from a value to a value.

    :raises Unfit: it does not fit the field
    """
    if field.type not in RANGED:
        return None
    found = bound(field, value)
    return found if isinstance(found, date) else int(found.scaleb(field.scale))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo else None
