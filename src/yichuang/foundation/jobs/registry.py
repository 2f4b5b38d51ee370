"""Which function does which kind of job, and which kinds come back every night."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from yichuang.foundation.jobs.terms import Due, Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Work = Callable[[Due], Outcome | None]


@dataclass(frozen=True, slots=True)
class Handler:
    """
    The function of a kind.

    `atomic`: it runs in one transaction together with the note that it is done, so its effects happen once. Otherwise
    it opens its own (slow work: PDF, network) and must be safe to run twice. `nightly_at` is China's time of day.
    """

    kind: str
    work: Work
    atomic: bool = True
    nightly_at: time | None = None
    label: StrOrPromise = ""


_handlers: dict[str, Handler] = {}


def job(kind: str, *, atomic: bool = True, label: StrOrPromise = "") -> Callable[[Work], Work]:
    """
    Name the decorated function as the one that does jobs of this kind.

    :raises ValueError: another function has the kind already
    """

    def register(work: Work) -> Work:
        return _add(Handler(kind, work, atomic, None, label))

    return register


def nightly(kind: str, *, at: time, atomic: bool = True, label: StrOrPromise = "") -> Callable[[Work], Work]:
    """
    Name the decorated function as one that runs every night at `at`, China's time.

    Nights that were missed are caught up by one run, whose `due_at` is the last of them.

    :raises ValueError: another function has the kind already
    """

    def register(work: Work) -> Work:
        return _add(Handler(kind, work, atomic, at, label))

    return register


def _add(handler: Handler) -> Work:
    known = _handlers.get(handler.kind)
    if known is not None and known.work.__qualname__ + known.work.__module__ != (
        handler.work.__qualname__ + handler.work.__module__
    ):
        raise ValueError(f"job kind {handler.kind} is done by {known.work.__module__} already")
    _handlers[handler.kind] = handler
    return handler.work


def handler_of(kind: str) -> Handler | None:
    """Find the function of a kind; None where no room that is installed knows it."""
    return _handlers.get(kind)


def night_kinds() -> list[Handler]:
    """List the kinds that come back every night, in the order of their hour."""
    nightly = [handler for handler in _handlers.values() if handler.nightly_at is not None]
    return sorted(nightly, key=lambda handler: (handler.nightly_at or time(), handler.kind))
