"""The supervising office over HTTP: its board with the late list of the whole district, of one unit, and further on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db import connections

from yichuang.config.bench import district
from yichuang.config.bench.client import Caller
from yichuang.config.bench.place import served
from yichuang.config.bench.results import Result, milliseconds

ASKED = 8
"""Requests of each way in a run."""
TARGET = 300
"""Milliseconds, p95: what the cockpit's page may take. The list itself has no number in the design."""
WAYS = {
    "board, over the promise": "/supervise?show=over_promise",
    "board, over the law": "/supervise?show=over_legal",
    "board, late of one unit": "/supervise?show=late&unit={unit}",
    "board, over the promise, page 20, with names": "/supervise?show=over_promise&page=20&who=1",
    "the sheet for the morning": "/supervise/print",
}


def measure(runs: int) -> Iterator[Result]:
    """Ask for each list some times in every run, alone."""
    office = district.log_in(district.clerks("office")[0])
    unit = district.unit_ids()[0]
    connections.close_all()
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    with served() as port:
        caller = Caller(port, office)
        for path in (*WAYS.values(), *WAYS.values()):
            caller.get(path.format(unit=unit))  # each process has seen everything once
        for _run in range(runs):
            for way, path in WAYS.items():
                took = []
                for _n in range(ASKED):
                    answer = caller.get(path.format(unit=unit))
                    assert answer.status == 200, f"{path}: {answer.status} {answer.body[:300]!r}"
                    took.append(answer.took)
                found[way].append(milliseconds(took))
    for way, each in found.items():
        yield Result(
            "supervisor", f"{way}: p95", "ms", tuple(run["p95"] for run in each), TARGET,
            note=f"p50 {each[0]['p50']}", more={"runs": each},
        )  # fmt: skip
