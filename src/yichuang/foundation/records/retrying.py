"""Does a deed anew when the database broke it off because two deeds had met (`semantics.md` §2)."""

from __future__ import annotations

import random
from collections.abc import Callable
from time import sleep
from typing import TypeVar

import structlog
from django.db import OperationalError, connection

TRIES = 4
"""The first try and three more."""

LONGEST = 0.05
"""Seconds of the longest pause before the second try; it doubles with every further one."""

MET = frozenset({"40001", "40P01"})
"""What PostgreSQL calls it: a serialisation failure, a deadlock found."""

T = TypeVar("T")
log = structlog.get_logger(__name__)


def again(work: Callable[[], T]) -> T:
    """
    Do work that opens its own transaction, and do it anew up to three times when it met another deed.

    Inside a transaction it is simply done: only the outermost may begin anew, as nothing of it is left. `work` must
    read what it writes by itself, each time.

    :raises OperationalError: it met others every time, or something else is wrong with the database
    """
    if connection.in_atomic_block:
        return work()
    for tried in range(1, TRIES):
        try:
            return work()
        except OperationalError as failure:
            if not met(failure):
                raise
            log.info("deed met another", tried=tried)
        sleep(random.uniform(0, LONGEST * 2 ** (tried - 1)))
    return work()


def met(failure: OperationalError) -> bool:
    """Say whether a failure means that two deeds met, so that nothing of ours is left and it may be done anew."""
    return getattr(failure.__cause__, "sqlstate", None) in MET
