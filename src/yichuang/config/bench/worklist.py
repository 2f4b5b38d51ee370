"""A clerk's work list over HTTP: a hundred rows, the exact count and the counts of every filter, restricted rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial

from django.db import connections

from yichuang.config.bench import district
from yichuang.config.bench.client import Caller, at_once
from yichuang.config.bench.place import served
from yichuang.config.bench.results import Result, milliseconds

CLERKS = 96
USERS = 16
ALONE = 100
TOGETHER = 15
"""Requests in a run: by one user, and by each of sixteen."""
WAYS = {"JSON": "/api/v1/worklist?limit=100", "page": "/dept"}
TARGETS = {("JSON", 1): 20, ("page", 1): 30, ("JSON", USERS): 120, ("page", USERS): 150}


def measure(runs: int) -> Iterator[Result]:
    """Ask for lists, each way alone and with sixteen users, in every run."""
    people = [district.log_in(each) for each in _chosen()]
    connections.close_all()
    found: dict[tuple[str, int], list[dict[str, float]]] = defaultdict(list)
    with served() as port:
        callers = [Caller(port, who) for who in people]
        for path in WAYS.values():
            for caller in callers[:16]:
                caller.get(path)  # each process has seen everything once
        for _run in range(runs):
            for way, users in TARGETS:
                took: list[float] = []
                size = ALONE if users == 1 else TOGETHER
                works = [partial(_read, callers[place::users], WAYS[way], size, took) for place in range(users)]
                seconds = at_once(works)
                found[way, users].append(milliseconds(took) | {"lists_s": len(took) / seconds})
        seen = sorted(_rows(caller) for caller in callers)
    for (way, users), each in found.items():
        yield Result(
            "worklist",
            f"{way}, 100 rows, exact counts, {'alone' if users == 1 else f'{users} users'}: p95",
            "ms",
            tuple(run["p95"] for run in each),
            TARGETS[way, users],
            note=f"p50 {each[0]['p50']}, {each[0]['lists_s']:.0f} lists/s",
            more={"runs": each, "visible_rows": {"p50": seen[len(seen) // 2], "max": seen[-1]}},
        )


def _chosen() -> list[district.Account]:
    """Seven in ten handle, the others review, sign or head a bureau: as the district has them."""
    shares = {"handler": 7, "reviewer": 1, "signer": 1, "dept_head": 1}
    return [each for role, share in shares.items() for each in district.clerks(role)[: CLERKS * share // 10]]


def _read(callers: list[Caller], path: str, size: int, took: list[float]) -> None:
    for place in range(size):
        answer = callers[place % len(callers)].get(path)
        assert answer.status == 200, f"{path}: {answer.status} {answer.body[:300]!r}"
        took.append(answer.took)


def _rows(caller: Caller) -> int:
    told = caller.get(WAYS["JSON"]).json()
    return int(told["counts"]["all"])
