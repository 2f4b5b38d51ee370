"""The cockpit over HTTP: after a deed, with nothing new, of one unit, of a day past, and a process's first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from itertools import count
from time import sleep

from django.db import connections

from yichuang.config.bench import district
from yichuang.config.bench.client import Caller, at_once
from yichuang.config.bench.main import AT
from yichuang.config.bench.place import WORKERS, served
from yichuang.config.bench.results import Result, milliseconds
from yichuang.foundation.figures import keeping
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work import tallies

ASKED = 10
"""Requests of each way in a run."""
TARGET = 300
"""Milliseconds, p95."""
WARM = 3
"""Times that all processes are asked at once, so that each has answered."""
WAYS = {
    "of the district, nothing new": ("/cockpit", False),
    "of the district, after a deed": ("/cockpit", True),
    "of a unit, after a deed": ("/cockpit?unit={unit}", True),
    "of the end of last month, after a deed": ("/cockpit?as_of=2019-09-30", True),
}


def measure(runs: int) -> Iterator[Result]:
    """Ask for each way some times in every run, alone; a deed changes a case in hand before each that says so."""
    office = district.log_in(district.clerks("office")[0])
    unit = Unit.objects.get(pk=district.unit_ids()[0]).code
    deeds = _deeds()
    firsts: list[float] = []
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for _run in range(runs):
        with served() as port:
            caller = Caller(port, office)
            firsts.append(_asked(caller, "/cockpit"))
            for path, _is_after in WAYS.values():
                for _n in range(WARM):
                    at_once([partial(_see, caller, path.format(unit=unit))] * WORKERS)
            sleep(keeping.MARGIN.total_seconds())
            for way, (path, is_after) in WAYS.items():
                took = []
                for _n in range(ASKED):
                    if is_after:
                        next(deeds)
                    took.append(_asked(caller, path.format(unit=unit)))
                found[way].append(milliseconds(took))
        connections.close_all()
    for way, each in found.items():
        yield Result(
            "cockpit", f"cockpit {way}: p95", "ms", tuple(run["p95"] for run in each), TARGET,
            note=f"p50 {each[0]['p50']}", more={"runs": each},
        )  # fmt: skip
    yield Result("cockpit", "the first of a process", "ms", tuple(round(took * 1000) for took in firsts))


def _see(caller: Caller, path: str) -> None:
    _asked(caller, path)


def _asked(caller: Caller, path: str) -> float:
    answer = caller.get(path)
    assert answer.status == 200, f"{path}: {answer.status} {answer.body[:300]!r}"
    return answer.took


def _deeds() -> Iterator[None]:
    """Let something be learnt of one case in hand after the other, as a deed of it would say."""
    rows = tallies.now().filter(concluded_at=None, ended_at=None, dossier_id__gt=0).order_by("opened_at", "dossier_id")
    for number in count():
        row = rows[number]
        said = {name: getattr(row, name) for name in tallies.COLUMNS}
        tallies.put(row.dossier_id, said | {"channel": "WINDOW" if row.channel != "WINDOW" else "ONLINE"}, since=AT)
        yield
