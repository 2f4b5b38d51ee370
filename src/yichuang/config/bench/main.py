"""Runs measurements in a process of their own, on the place that its environment names."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module

import django

NAME = "yichuang.config.bench"

MEASURES = {
    "worklist": "A clerk's work list: rows, counts and lamps; JSON and page, alone and with 16 users",
    "supervisor": "The supervisor's late list: the district, one unit, further pages, the sheet for the morning",
    "cockpit": "The cockpit: after a deed, with nothing new, of a unit, of a day past",
    "life": "Whole lives over HTTP by 8 clients, and a burst of four times that",
    "engine": "A step in the engine against pgbench writing the same rows",
    "search": "Search over 50,000 items",
    "publishing": "Publishing 5,458 listings",
    "history": "Import of a million events",
    "records": "The daily anchor, and verifying everything",
    "figures": "All figures of the report for a day, in one pass",
    "folder": "The embedded folder: first start, second start, loading everything, one command",
}
"""Each is a module beside this one with a function `measure(runs)`."""

AT = datetime.fromisoformat("2019-10-30T09:00:00+08:00")
"""When the district of the benchmark opens."""


def measured(name: str, runs: int) -> Iterator[str]:
    """Measure one thing; gives its results as lines of JSON."""
    for result in import_module(f"{NAME}.{name}").measure(runs):
        yield json.dumps(result.told(), ensure_ascii=False)


def main(arguments: list[str]) -> int:
    """`prepare CASES`, or `measure NAME RUNS`."""
    django.setup()
    if arguments[0] == "prepare":
        import_module(f"{NAME}.prepare").prepare(int(arguments[1]))
    else:
        for line in measured(arguments[1], int(arguments[2])):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
