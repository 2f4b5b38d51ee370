"""
The one writer of versions: drafts beside the timeline, and the timeline itself, which is superseded and never changed.

It works on many entries at once, so that an import of a hundred thousand rows is the same deed as one edit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from yichuang.foundation.people.sealing import fingerprint
from yichuang.foundation.records import bulk, realtime
from yichuang.foundation.registers import problems
from yichuang.foundation.registers.cells import cells_of, keys_of, write
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.labels import Labels
from yichuang.foundation.registers.models import Batch, Cell, Entry, Key, Version
from yichuang.foundation.registers.models import Register as Row
from yichuang.foundation.registers.terms import STANDING, WORKING, EntryState
from yichuang.foundation.registers.values import canonical_text, facts_of
from yichuang.foundation.registers.writing import title_of
from yichuang.foundation.search.tokens import syllables

BLOCK = 200
"""Rows a statement: the embedded database takes few parameters."""

T = TypeVar("T")
Held = tuple[str, str, int]
"""What may stand only once: rule, digest of the values, entry."""


@dataclass
class Draft:
    """What one entry is to say; `entry` is new where it has no id."""

    entry: Entry
    facts: Mapping[str, Any]
    valid_from: date
    reason: str = ""


@dataclass
class Writer:
    """One deed's writing in one register: who, when, and the moment at which it becomes known."""

    register: Register
    by: str
    at: datetime
    on: date
    batch: Batch | None = None
    moment: datetime = field(default_factory=realtime.database_now)
    labels: Labels = field(default_factory=Labels)

    def __post_init__(self) -> None:
        """Lock the register: what is written into it is written one after the other."""
        self.row = locked(self.register.id)
        if self.row.promoted_at is not None:
            raise problems.IsPromoted(self.row.promoted_to)
        if not self.row.last_number and self.row.marks != self.register.marks:
            self.row.marks = self.register.marks
            self.row.save(update_fields=["marks"])

    def put(self, drafts: Sequence[Draft], state: EntryState = EntryState.DRAFT) -> list[Version]:
        """
        Write what entries are to say as their working copies; where the register knows no drafts, it holds at once.

        :raises AlreadyEntered: what may stand only once stands already
        """
        state = EntryState.PUBLISHED if self.register.is_direct else state
        self.labels.more(self.register.fields.values(), (each.facts for each in drafts))
        for each in drafts:
            each.entry.title = title_of(self.register, each.facts, self.labels, self.on)
            each.entry.title_key = " ".join(syllables(each.entry.title))[:400]
            each.entry.changed_at = self.at
        fresh = [each.entry for each in drafts if each.entry.pk is None]
        known = [each.entry for each in drafts if each.entry.pk is not None]
        self._number(fresh)
        self._drop_working([each.pk for each in known])
        last = self._last([each.pk for each in known])
        versions = [self._version(each, state, last.get(each.entry.pk, 0) + 1) for each in drafts]
        if self.register.is_direct:
            self._stand(versions)
        else:
            bulk.write(Version, versions)
            self._cells(zip(versions, (each.facts for each in drafts), strict=True))
        for draft, version in zip(drafts, versions, strict=True):
            draft.entry.current, draft.entry.state = version, state
        bulk.write(Entry, fresh)
        columns = ["current", "state", "title", "title_key", "unit", "region", "stage", "changed_at"]
        Entry.objects.bulk_update(known, columns, batch_size=BLOCK)
        self._keys(drafts, {each.pk for each in known})
        return versions

    def mark(self, versions: Sequence[Version], state: EntryState, reason: str = "") -> list[Version]:
        """Let working copies stand in another state; what they say stays."""
        moved = [self._again(each, state=state, reason=reason) for each in versions]
        self._supersede([each.pk for each in versions], forget_cells=True)
        bulk.write(Version, moved)
        facts = [facts_of(self.register, each.read()) for each in moved]
        self.labels.more(self.register.fields.values(), facts)
        self._cells(zip(moved, facts, strict=True))
        self._current(moved)
        return moved

    def publish(self, versions: Sequence[Version]) -> list[Version]:
        """Let working copies hold from their first day on."""
        self._supersede([each.pk for each in versions], forget_cells=True)
        standing = [self._again(each, state=EntryState.PUBLISHED, reason=each.reason) for each in versions]
        self._stand(standing)
        self._current(standing)
        drafts = [Draft(each.entry, facts_of(self.register, each.read()), each.valid_from) for each in standing]
        self._keys(drafts, {each.entry_id for each in standing})
        return standing

    def withdraw(self, entry: Entry, since: date, reason: str) -> Version:
        """Let an entry hold no more from a day on; a working copy is given up."""
        assert entry.standing is not None, "what never held is discarded, not withdrawn"
        self._drop_working([entry.pk])
        number = self._last([entry.pk])[entry.pk] + 1
        said = {"state": EntryState.WITHDRAWN, "valid_from": since, "valid_to": None, "reason": reason, "n": number}
        version = self._again(entry.standing, **said)
        version.entry = entry
        self._stand([version])
        self._current([version])
        Key.objects.filter(entry=entry).delete()
        return version

    def discard(self, entry: Entry) -> None:
        """Give up a working copy; what held before holds on."""
        self._drop_working([entry.pk])
        standing = entry.standing
        entry.current, entry.changed_at = standing, self.at
        entry.state = standing.state if standing else EntryState.WITHDRAWN
        entry.save(update_fields=["state", "current", "changed_at"])
        Key.objects.filter(entry=entry).delete()
        if standing and standing.state == EntryState.PUBLISHED:
            self._keys([Draft(entry, facts_of(self.register, standing.read()), standing.valid_from)], {entry.pk})

    # ── within ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _last(self, entry_ids: Sequence[int]) -> dict[int, int]:
        """Give the last version's number of each entry, given up ones too."""
        found: dict[int, int] = {}
        for some in blocks(entry_ids):
            rows = Version.objects.filter(entry__in=some).values_list("entry_id")
            found |= dict(rows.annotate(last=Max("n")).order_by())
        return found

    def _version(self, draft: Draft, state: EntryState, n: int) -> Version:
        return Version(
            entry=draft.entry,
            register=self.register.id,
            n=n,
            state=state,
            valid_from=draft.valid_from,
            recorded_at=self.moment,
            values=canonical_text(self.register, draft.facts),
            definition_version=self.register.version,
            by=self.by,
            at=self.at,
            reason=draft.reason[:300],
        )

    def _again(self, version: Version, **changes: Any) -> Version:
        """Write a version once more, in another state or for other days."""
        values = {
            "entry": version.entry,
            "register": version.register,
            "n": version.n,
            "state": version.state,
            "valid_from": version.valid_from,
            "valid_to": version.valid_to,
            "recorded_at": self.moment,
            "values": version.values,
            "definition_version": version.definition_version,
            "by": self.by,
            "at": self.at,
            "reason": "",
        }
        return Version(**values | changes)

    def _current(self, versions: Sequence[Version]) -> None:
        """Let entries stand as these versions, which are all in one state, say."""
        for version in versions:
            version.entry.state, version.entry.current, version.entry.changed_at = version.state, version, self.at
        for some in blocks(versions):
            Entry.objects.bulk_update([each.entry for each in some], ["current"])
            rows = Entry.objects.filter(pk__in=[each.entry_id for each in some])
            rows.update(state=some[0].state, changed_at=self.at)

    def _stand(self, versions: Sequence[Version]) -> None:
        """Put rows into the timelines of their entries; rows that they meet are superseded, what is left is kept."""
        for some in blocks(versions):
            entries = {each.entry_id: each.entry for each in some}
            rows = Version.objects.current().filter(entry__in=entries, state__in=STANDING)
            timeline: dict[int, list[Version]] = {}
            for row in rows:
                row.entry = entries[row.entry_id]
                timeline.setdefault(row.entry_id, []).append(row)
            cut: list[Version] = []
            pieces: list[Version] = []
            for version in some:
                met = [row for row in timeline.get(version.entry_id, ()) if _meet(row, version)]
                cut += met
                pieces += [piece for row in met for piece in self._left(row, version)]
            self._supersede([row.pk for row in cut], forget_cells=False)
            new = [*pieces, *some]
            bulk.write(Version, new)
            facts = [facts_of(self.register, each.read()) for each in new]
            self.labels.more(self.register.fields.values(), facts)
            self._cells(zip(new, facts, strict=True))
            for row in new:
                if row.valid_to is None:
                    row.entry.standing = row
            Entry.objects.bulk_update(entries.values(), ["standing"], batch_size=BLOCK)

    def _left(self, row: Version, version: Version) -> Iterator[Version]:
        said = {"by": row.by, "at": row.at, "reason": row.reason}
        if row.valid_from < version.valid_from:
            yield self._again(row, valid_to=version.valid_from, **said)
        if version.valid_to is not None and (row.valid_to is None or version.valid_to < row.valid_to):
            yield self._again(row, valid_from=version.valid_to, **said)

    def _number(self, entries: Sequence[Entry]) -> None:
        """Give new entries their numbers and ids; their rows are written when their versions are."""
        for entry, pk in zip(entries, bulk.take_ids(Entry, len(entries)), strict=True):
            entry.pk = pk
        for number, entry in enumerate(entries, self.row.last_number + 1):
            entry.number, entry.batch, entry.created_at = number, self.batch, self.at
        if entries:
            self.row.last_number += len(entries)
            self.row.save(update_fields=["last_number"])

    def _drop_working(self, entry_ids: Sequence[int]) -> None:
        for some in blocks(entry_ids):
            rows = Version.objects.current().filter(entry__in=some, state__in=WORKING)
            self._supersede(list(rows.values_list("pk", flat=True)), forget_cells=True)

    def _supersede(self, ids: Sequence[int], *, forget_cells: bool) -> None:
        """A superseded row of the timeline keeps its cells: what was known then is still counted."""
        for some in blocks(ids):
            Version.objects.filter(pk__in=some).update(superseded_at=self.moment)
            if forget_cells:
                Cell.objects.filter(version__in=some).delete()

    def _cells(self, pairs: Iterable[tuple[Version, Mapping[str, Any]]]) -> None:
        write(each for version, facts in pairs for each in cells_of(self.register, version, facts, self.labels))

    def _keys(self, drafts: Sequence[Draft], known: Collection[int]) -> None:
        """Hold what may stand only once, for what is written and for what still holds beside it."""
        if not self.register.keys:
            return
        for some in blocks(drafts):
            wanted = [(rule, value, each.entry.pk) for each in some for rule, value in sorted(self._keys_of(each))]
            Key.objects.filter(entry__in=[each.entry.pk for each in some if each.entry.pk in known]).delete()
            self._refuse_taken(wanted)
            rows = [(self.register.id, *each) for each in wanted]
            try:
                with transaction.atomic():
                    bulk.insert(Key, ("register", "rule", "value", "entry_id"), rows)
            except IntegrityError as twice:
                raise problems.AlreadyEntered(self._said(_rule_of_twice(wanted)), None) from twice

    def _keys_of(self, draft: Draft) -> set[tuple[str, str]]:
        found = set(keys_of(self.register, draft.facts).items())
        standing = draft.entry.standing
        if standing and standing.state == EntryState.PUBLISHED:
            found |= set(keys_of(self.register, facts_of(self.register, standing.read())).items())
        return found

    def _refuse_taken(self, wanted: Sequence[Held]) -> None:
        values = {value for _rule, value, _entry in wanted}
        taken = Key.objects.filter(register=self.register.id, value__in=values).select_related("entry").first()
        if taken is not None:
            raise problems.AlreadyEntered(self._said(taken.rule), taken.entry.number)

    def _said(self, rule: str) -> str:
        return "、".join(str(self.register.fields[name].name) for name in rule.split("+"))


def locked(code: str) -> Row:
    """Lock a register for the rest of the transaction."""
    row, _made = Row.objects.get_or_create(code=code)
    if connection.features.has_select_for_update:
        row = Row.objects.select_for_update().get(code=code)
    return row


def digest(version: Version) -> str:
    """Digest what a version says under the folder's key: compared it is proof, read it tells nothing."""
    return fingerprint("register", version.values)


def blocks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut into pieces that a statement can take."""
    return (values[start : start + BLOCK] for start in range(0, len(values), BLOCK))


def _meet(row: Version, version: Version) -> bool:
    begins = version.valid_to is None or row.valid_from < version.valid_to
    return begins and (row.valid_to is None or version.valid_from < row.valid_to)


def _rule_of_twice(wanted: Sequence[Held]) -> str:
    seen: set[tuple[str, str]] = set()
    for rule, value, _entry in wanted:
        if (rule, value) in seen:
            return rule
        seen.add((rule, value))
    return wanted[0][0]
