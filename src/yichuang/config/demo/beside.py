"""A second process that renders papers while the demo's command does everything else."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connections

from yichuang.foundation.documents.numbering import RENDER
from yichuang.foundation.jobs import runner

AT_ONCE = 100


@contextmanager
def rendering_beside(at: datetime) -> Iterator[None]:
    """
    Let a second process render what is due at `at` meanwhile, unless we are in a transaction that it would not see.

    For a command that has rendered nothing yet and runs no other thread: the process is forked.
    """
    if any(connection.in_atomic_block for connection in connections.all(initialized_only=True)):
        yield
        return
    connections.close_all()  # none may be shared across a fork
    second = multiprocessing.get_context("fork").Process(target=_render, args=(at,))
    second.start()
    try:
        yield
    finally:
        second.join()


def _render(at: datetime) -> None:
    while runner.run_due(at=at, limit=AT_ONCE, only=RENDER).total:
        pass
    connections.close_all()
