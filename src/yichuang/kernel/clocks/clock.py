"""A clock and its ledger of pauses and extensions: values, checked when they are made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from yichuang.kernel.clocks.units import Unit
from yichuang.kernel.errors import NotPossible


class PauseInsidePause(NotPossible):
    """The clock is, or was at that moment, paused already."""

    code = "clocks.pause_inside_pause"

    def __init__(self) -> None:
        super().__init__("时限在这一时间已经暂停，不能重复暂停。请先恢复计时，或者更正原来的暂停。")


class NotPaused(NotPossible):
    """The clock is not paused, so it cannot be resumed."""

    code = "clocks.not_paused"

    def __init__(self) -> None:
        super().__init__("时限没有暂停，不需要恢复。")


class AlreadyStopped(NotPossible):
    """The clock has ended."""

    code = "clocks.already_stopped"

    def __init__(self) -> None:
        super().__init__("时限已经结束，不能再暂停、恢复或者延长。")


class AlreadyExtended(NotPossible):
    """The limit has been extended once; there is no second time."""

    code = "clocks.already_extended"
    basis = "行政许可法 第四十二条"

    def __init__(self) -> None:
        super().__init__("办理时限已经延长过一次，不能再次延长。")


@dataclass(frozen=True, slots=True)
class Pause:
    """
    A stretch in which the clock does not run; `to_at` is None while it lasts.

    A wrong pause is never edited: the row that corrects it marks it `cancelled`, and it has no effect any more.

    :raises ValueError: it ends before it begins
    """

    from_at: dt.datetime
    to_at: dt.datetime | None
    kind: str  # which of the grounds: 听证, 专家评审, 补正 …
    basis: str  # the article that allows it
    cancelled: bool = False

    def __post_init__(self) -> None:
        if self.to_at is not None and self.to_at < self.from_at:
            raise ValueError(f"a pause from {self.from_at} cannot end at {self.to_at}")


@dataclass(frozen=True, slots=True)
class Extension:
    """An addition to the limit, in the clock's unit."""

    amount: int
    decided_at: dt.datetime
    basis: str

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"an extension by {self.amount} extends nothing")


@dataclass(frozen=True, slots=True)
class Clock:
    """
    A limit that began to run, with everything that happened to it.

    The limit may be 0 (即办): it ends at the close of office of the day on which it starts.

    :raises PauseInsidePause: two pauses that are not cancelled overlap
    :raises AlreadyExtended: there are two extensions
    :raises ValueError: the limit is negative, or a pause begins before the clock
    """

    limit: int
    unit: Unit
    started_at: dt.datetime
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    stopped_at: dt.datetime | None = None

    def __post_init__(self) -> None:
        if self.limit < 0:
            raise ValueError(f"a limit of {self.limit} is below zero")
        if self.stopped_at is not None and self.stopped_at < self.started_at:
            raise ValueError(f"a clock started at {self.started_at} cannot stop at {self.stopped_at}")
        if len(self.extensions) > 1:
            raise AlreadyExtended
        free_from: dt.datetime | None = self.started_at
        for each in self.in_effect:
            if each.from_at < self.started_at:
                raise ValueError(f"a pause cannot begin at {each.from_at}, before the clock at {self.started_at}")
            if free_from is None or each.from_at < free_from:
                raise PauseInsidePause
            free_from = each.to_at

    @property
    def in_effect(self) -> tuple[Pause, ...]:
        """The pauses that count, in the order of time."""
        if not self.pauses:
            return ()
        return tuple(sorted((each for each in self.pauses if not each.cancelled), key=_order))

    @property
    def is_paused(self) -> bool:
        """Whether a pause lasts."""
        return any(each.to_at is None and not each.cancelled for each in self.pauses)

    @property
    def whole(self) -> int:
        """The limit with its extension."""
        return self.limit + sum(each.amount for each in self.extensions)


def pause(clock: Clock, at: dt.datetime, *, kind: str, basis: str) -> Clock:
    """
    Note that the clock is paused.

    :raises AlreadyStopped: it has ended
    :raises PauseInsidePause: it is, or at that moment was, paused already
    """
    if clock.stopped_at is not None:
        raise AlreadyStopped
    return replace(clock, pauses=(*clock.pauses, Pause(from_at=at, to_at=None, kind=kind, basis=basis)))


def resume(clock: Clock, at: dt.datetime) -> Clock:
    """
    Note that the pause has ended.

    :raises NotPaused: there is none
    :raises AlreadyStopped: the clock has ended
    """
    if clock.stopped_at is not None:
        raise AlreadyStopped
    if not clock.is_paused:
        raise NotPaused
    return replace(clock, pauses=tuple(_ended(each, at) for each in clock.pauses))


def cancel_pause(clock: Clock, wrong: Pause) -> Clock:
    """
    Note that a pause was wrong; the clock is as if it had never been paused by it.

    :raises ValueError: the clock has no such pause, or it is cancelled already
    """
    if wrong.cancelled or wrong not in clock.pauses:
        raise ValueError("the clock has no such pause to cancel")
    return replace(
        clock, pauses=tuple(replace(each, cancelled=True) if each == wrong else each for each in clock.pauses)
    )


def stop(clock: Clock, at: dt.datetime) -> Clock:
    """
    Note that what was owed is done; a pause that lasts goes on lasting, so that nothing of it is used.

    :raises AlreadyStopped: it has ended before
    """
    if clock.stopped_at is not None:
        raise AlreadyStopped
    return replace(clock, stopped_at=at)


def as_of(clock: Clock, at: dt.datetime) -> Clock:
    """Give the clock as it stood at a moment: without what happened later."""
    pauses = tuple(
        replace(each, to_at=None) if each.to_at is not None and each.to_at > at else each
        for each in clock.pauses
        if each.from_at <= at
    )
    extensions = tuple(each for each in clock.extensions if each.decided_at <= at)
    stopped_at = clock.stopped_at if clock.stopped_at is not None and clock.stopped_at <= at else None
    if pauses == clock.pauses and extensions == clock.extensions and stopped_at == clock.stopped_at:
        return clock
    return replace(clock, pauses=pauses, extensions=extensions, stopped_at=stopped_at)


def _ended(each: Pause, at: dt.datetime) -> Pause:
    return replace(each, to_at=at) if each.to_at is None and not each.cancelled else each


def _order(each: Pause) -> tuple[dt.datetime, bool, dt.datetime]:
    return each.from_at, each.to_at is None, each.to_at or each.from_at
