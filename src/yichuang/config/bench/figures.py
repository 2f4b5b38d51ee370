"""All figures of the report in one pass over the million, in a process that has just begun and in one that goes on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from time import perf_counter, process_time

from django.db import connection

from yichuang.config.bench.main import AT
from yichuang.config.bench.results import Result
from yichuang.foundation.figures import queries
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import local_day

TARGET = 2
"""Seconds for all figures of the report."""


def measure(runs: int) -> Iterator[Result]:
    """Answer every figure of the report for a day, then every figure there is; how many have a value stands beside."""
    connection.ensure_connection()
    on = local_day(AT)
    everything = [each.id for each in queries.listed(on)]
    report = [each.id for each in queries.listed(on) if each.report]
    asked = {"all figures of the report": report, "all figures": everything}
    took: dict[str, list[float]] = defaultdict(list)
    cpu: dict[str, list[float]] = defaultdict(list)
    notes: dict[str, str] = {}
    for _run in range(runs):
        for what, ids in asked.items():
            began, ours = perf_counter(), process_time()
            found = queries.answers(ids, Times(on))
            took[what].append(perf_counter() - began)
            cpu[what].append(process_time() - ours)
            valued = Counter(each.value is not None for each in found.values())[True]
            notes[what] = f"{len(ids)} figures, {valued} with a value; {cpu[what][0]:.2f} s of CPU in Python"
    for what, seconds in took.items():
        target = TARGET if what == "all figures of the report" else None
        yield Result("figures", f"{what}, as of a day", "s", tuple(seconds), target, note=notes[what])
