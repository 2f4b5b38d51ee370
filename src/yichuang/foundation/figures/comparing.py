"""What was published against what is known now: the value that changed, and the rows by which it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet

from yichuang.foundation.figures import queries, rows
from yichuang.foundation.figures.answering import Answer
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.models import Snapshot
from yichuang.foundation.figures.terms import Part, Times
from yichuang.foundation.people.actors import SYSTEM

How = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Changed:
    """One row that differs: it came, it went, or it brings another amount."""

    part: Part
    key: str
    how: How
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published value and the one of today, both as of the same day."""

    then: Snapshot
    now: Answer
    changes: tuple[Changed, ...]

    @property
    def differs(self) -> bool:
        """Say whether value or rows are others than published."""
        return bool(self.changes) or self.then.value != self.value

    @property
    def value(self) -> str | None:
        """Write today's value as snapshots keep it."""
        return None if self.now.value is None else str(self.now.value)


def snapshots(figure: str = "") -> QuerySet[Snapshot]:
    """List what was published, newest first; of one figure, or of all."""
    found = Snapshot.objects.defer("lines").order_by("-id")
    return found.filter(figure=figure) if figure else found


def last(figure: str, region: str = "") -> Snapshot | None:
    """Give the newest publication of a figure."""
    return snapshots(figure).filter(region=region).first()


def compare(then: Snapshot) -> Comparison:
    """Tell how what was published differs from what is known now of the same day, by the same definition, by row."""
    times = Times(then.as_of, None, then.region)
    figure = queries.version(then.figure, then.version)
    old, new = then.read(), _read(figure, times)
    changes = [
        Changed(Part(part), key, *_how(old.get((part, key)), new.get((part, key))))
        for part, key in sorted({*old, *new})
        if old.get((part, key)) != new.get((part, key))
    ]
    return Comparison(then, queries.answers_of({figure.id: figure}, times)[figure.id], tuple(changes))


def _read(figure: Figure, times: Times) -> dict[tuple[str, str], str]:
    found = {}
    for line in rows.as_lines(figure, times, SYSTEM):
        part, key, amount = line.split("\t")
        found[part, key] = amount
    return found


def _how(then: str | None, now: str | None) -> tuple[How, str, str]:
    if then is None:
        return "added", "", now or ""
    return ("removed", then, "") if now is None else ("changed", then, now)
