"""Records: the anchor of a day with millions of streams, and verifying all of them."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from yichuang.config.bench.results import Result, timed
from yichuang.foundation.records import commands
from yichuang.foundation.records.events import ClockShifted
from yichuang.foundation.records.models import Mark, Stream
from yichuang.foundation.records.realtime import now
from yichuang.foundation.records.terms import SYSTEM

DAY = 2000
"""Streams that grow in a day: a year has 100,000 new cases and each is touched some five times."""


def measure(runs: int) -> Iterator[Result]:
    """Anchor what never was anchored, then days on which some streams grow, and verify everything."""
    found: dict[str, list[float]] = defaultdict(list)
    streams = Stream.objects.count()
    if not Mark.objects.exists():
        seconds = timed(_anchor)
        yield Result("records", f"the first anchor, {streams:,} streams new", "s", (seconds,))
    for _run in range(runs):
        _grow()
        found["day"].append(timed(_anchor))
        found["nothing"].append(timed(_anchor))
    yield Result("records", f"anchor of a day, {DAY:,} of {streams:,} streams grew", "s", tuple(found["day"]), 0.2)
    yield Result("records", "anchor when nothing is new", "s", tuple(found["nothing"]), 0.2)
    connection.close()
    megabytes, counted = 0.0, 0
    for _run in range(runs):
        began = time.perf_counter()
        command = [sys.executable, "-m", "yichuang", "records", "verify", "--json"]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise RuntimeError(ended.stdout[-2000:] + ended.stderr[-2000:])
        found["verify"].append(time.perf_counter() - began)
        megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        counted = json.loads(ended.stdout)["records"]
    rates = tuple(counted / seconds for seconds in found["verify"])
    yield Result(
        "records", f"everything verified, {counted:,} records", "s", tuple(found["verify"]), 60 * counted / 6e6
    )
    yield Result("records", "the same: records a second", "/s", rates, 100_000, higher=True)
    yield Result("records", "memory of the largest process that verifies", "MB", (megabytes,), 100)


def _grow() -> None:
    """Let so many streams grow by one record each, as a day's deeds do."""
    ids = list(Stream.objects.filter(id__startswith="dossier/").order_by("?").values_list("id", flat=True)[:DAY])
    for stream in ids:
        with commands.deed("bench", stream=stream, by=SYSTEM, at=now()) as deed:
            deed.record(ClockShifted(from_at=now(), to_at=now()))


def _anchor() -> None:
    commands.anchor(at=now(), keys=settings.KEYS)
