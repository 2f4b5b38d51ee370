"""From rows of clocks to `kernel/clocks` and back: the only place where due instants are computed and written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db.models import Prefetch, QuerySet

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.records.prepared import Prepared, insert
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work import models
from yichuang.foundation.work.terms import RUNGS, ClockKind, Lamp
from yichuang.kernel import clocks as kernel
from yichuang.kernel.calendars import Office

WATCHED = (
    ClockKind.ACCEPTANCE,
    ClockKind.CORRECTION,
    ClockKind.PROMISE,
    ClockKind.SIGNING,
    ClockKind.ANSWER,
    ClockKind.DELIVERY,
)
"""Which running clock the lamp of a dossier follows, the first of these first."""


CLOCKS = Prepared(
    lambda pk: models.Clock.objects.filter(dossier_id=pk).select_related("extension").order_by("pk"),
)
PAUSES = Prepared(lambda pk: models.Pause.objects.filter(clock__dossier_id=pk).order_by("from_at", "pk"))


class Running(NamedTuple):
    """What a dossier's lamp asks of a running clock."""

    kind: str
    due_at: datetime | None
    amber_at: datetime | None
    paused_since: datetime | None


def with_ledger(rows: QuerySet[models.Clock]) -> QuerySet[models.Clock]:
    """Fetch clocks with all that moves their due date."""
    return rows.select_related("extension").prefetch_related(
        Prefetch("pauses", models.Pause.objects.order_by("from_at"))
    )


def clocks_of(dossier_id: int) -> list[models.Clock]:
    """List all clocks of a dossier and its steps with all that moves their due dates, as `with_ledger` fetches them."""
    rows = CLOCKS.all(dossier_id)
    by_clock: dict[int, list[models.Pause]] = {}
    for pause in PAUSES.all(dossier_id) if rows else ():
        by_clock.setdefault(pause.clock_id, []).append(pause)
    for row in rows:
        _fetched(row, by_clock.get(row.pk, []))
    return rows


def _fetched(row: models.Clock, pauses: list[models.Pause]) -> None:
    """Let a clock know its pauses, as if they had been fetched with it."""
    known = models.Pause.objects.none()
    known._result_cache = pauses
    row._prefetched_objects_cache = {"pauses": known}  # type: ignore[attr-defined]


def clock_of(row: models.Clock) -> kernel.Clock:
    """Read a row as the kernel's clock: its limit, its ledger of pauses, its extension."""
    extension = getattr(row, "extension", None)
    return kernel.Clock(
        limit=row.limit,
        unit=kernel.Unit(row.unit),
        started_at=row.started_at,
        pauses=tuple(
            kernel.Pause(
                from_at=pause.from_at,
                to_at=pause.to_at,
                kind=pause.kind,
                basis=pause.basis,
                cancelled=pause.cancelled_at is not None,
            )
            for pause in sorted(row.pauses.all(), key=lambda each: (each.from_at, each.pk))
        ),
        extensions=(kernel.Extension(extension.amount, extension.decided_at, extension.basis),) if extension else (),
        stopped_at=row.stopped_at,
    )


def set_instants(row: models.Clock, office: Office) -> tuple[datetime | None, datetime | None]:
    """Compute a clock's two stored instants anew; write them only where they moved. Returns (old due, new due)."""
    before = row.due_at
    clock = clock_of(row)
    due, amber = kernel.due(clock, office), kernel.amber_at(clock, office)
    if (due, amber) != (row.due_at, row.amber_at):
        row.due_at, row.amber_at = due, amber
        row.save(update_fields=["due_at", "amber_at"])
        expect_rung(row, office)
        if row.step_id:
            models.Step.objects.filter(pk=row.step_id).update(due_at=due, amber_at=amber)
    return before, due


def begin(row: models.Clock, office: Office) -> None:
    """
    Write a clock that begins: nothing has moved it yet, so its instants follow from its limit alone.

    Its step is told them; who starts the clock saves the step.
    """
    clock = kernel.Clock(limit=row.limit, unit=kernel.Unit(row.unit), started_at=row.started_at)
    due, amber = kernel.due(clock, office), kernel.amber_at(clock, office)
    row.due_at, row.amber_at = (
        due and due.astimezone(UTC),
        amber and amber.astimezone(UTC),
    )  # as the database gives them
    insert(row)
    _fetched(row, [])
    row._state.fields_cache["extension"] = None
    if row.due_at is None and row.amber_at is None:
        return
    expect_rung(row, office)
    if row.step:
        row.step.due_at, row.step.amber_at = row.due_at, row.amber_at


def would_move(row: models.Clock, office: Office) -> bool:
    """Say whether a clock's stored instants differ from what the calendar now gives."""
    clock = clock_of(row)
    return (kernel.due(clock, office), kernel.amber_at(clock, office)) != (row.due_at, row.amber_at)


def rung_moments(row: models.Clock, office: Office) -> dict[str, datetime]:
    """
    Tell when a running clock passes each of its rungs, in order; none while it stands still.

    Rungs after the due day are at the close of office of the n-th working day after it.
    """
    return rungs_between(row.amber_at, row.due_at, office)


def rungs_between(amber_at: datetime | None, due_at: datetime | None, office: Office) -> dict[str, datetime]:
    """Tell when a clock with these two instants passes its rungs."""
    if due_at is None:
        return {}
    day = local(due_at).date()
    moments = {"amber": amber_at} if amber_at else {}
    for name, days in RUNGS.items():
        if days == 0:
            moments[name] = due_at
        elif days > 0:
            moments[name] = office.closing(office.calendar.add(day, days))
    return dict(sorted(moments.items(), key=lambda each: each[1]))


def expect_rung(row: models.Clock, office: Office, *, after: str = "") -> None:
    """Let a job come when the clock passes its next rung; `after` names the last one noted."""
    names = list(moments := rung_moments(row, office))
    rest = names[names.index(after) + 1 :] if after in names else names
    if rest:
        jobs.enqueue("work.rung", f"{row.pk}/{rest[0]}", moments[rest[0]], again=True)


def watch(dossier: models.Dossier, running: Iterable[models.Clock]) -> None:
    """Copy onto the dossier which clock its lamp follows, and the legal limit beside it; the caller saves."""
    own = [row for row in running if row.step_id is None]
    seen = watched({row.kind: Running(row.kind, row.due_at, row.amber_at, _paused_since(row)) for row in own})
    for column, value in seen.items():
        setattr(dossier, column, value)


def watched(by_kind: Mapping[str, Running]) -> dict[str, Any]:
    """Give the columns of a dossier that follow its own running clocks."""
    found = next((by_kind[kind] for kind in (*WATCHED, ClockKind.LEGAL) if kind in by_kind), None)
    legal = by_kind.get(ClockKind.LEGAL)
    return {
        "watched": found.kind if found else "",
        "due_at": found.due_at if found else None,
        "amber_at": found.amber_at if found else None,
        "legal_due_at": legal.due_at if legal else None,
        "paused_since": found.paused_since if found else None,
    }


def lamp(*, amber_at: datetime | None, due_at: datetime | None, at: datetime, paused: bool = False) -> Lamp | None:
    """Tell the lamp from the two stored instants: the same ranges that lists filter by."""
    if paused:
        return Lamp.STOPPED
    if due_at is None:
        return None
    if at > due_at:
        return Lamp.RED
    return Lamp.YELLOW if amber_at is not None and at >= amber_at else Lamp.GREEN


def local(at: datetime) -> datetime:
    """Show a moment as China's wall clock does."""
    return at.astimezone(CHINA)


def office() -> Office:
    """Give the office whose calendar and hours every clock runs by."""
    return definitions.office()


def _paused_since(row: models.Clock) -> datetime | None:
    open_pauses = [pause for pause in row.pauses.all() if pause.to_at is None and pause.cancelled_at is None]
    return open_pauses[0].from_at if open_pauses else None
