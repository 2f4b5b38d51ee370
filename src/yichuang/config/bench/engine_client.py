"""
One client of the engine's benchmark, a process of its own: completes steps for some seconds, tells how long each took.

`python -m yichuang.config.bench.engine_client fused|deed SECONDS FIRST LAST HANDLER REVIEWER`, after a line on its
standard input.
"""

from __future__ import annotations

import json
import sys
from time import perf_counter

import django

django.setup()

from yichuang.config.bench.main import AT  # noqa: E402
from yichuang.foundation.people.actors import Actor, actor_for  # noqa: E402
from yichuang.foundation.people.models import Account  # noqa: E402
from yichuang.foundation.work import commands, hottest  # noqa: E402
from yichuang.foundation.work.models import Step  # noqa: E402


def main(arguments: list[str]) -> int:
    """Complete 承办 and 审核 of one dossier after the other."""
    mode, seconds, first, last, handler, reviewer = arguments[0], float(arguments[1]), *map(int, arguments[2:])
    if mode == "deed":
        hottest.complete = lambda **_: False
    actors = [actor_for(Account.objects.get(pk=pk), AT) for pk in (handler, reviewer)]
    steps: dict[int, dict[str, int]] = {}
    for step in Step.objects.filter(dossier_id__gte=first, dossier_id__lte=last, key__in=("handle", "review")):
        steps.setdefault(step.dossier_id, {})[step.key] = step.pk
    jobs = [(row[key], by) for row in steps.values() for key, by in zip(("handle", "review"), actors, strict=True)]
    for step_id, by in jobs[:20]:
        complete(step_id, by)
    print("ready", flush=True)
    sys.stdin.readline()
    took: list[float] = []
    began = perf_counter()
    for step_id, by in jobs[20:]:
        before = perf_counter()
        if before - began > seconds:
            break
        complete(step_id, by)
        took.append(perf_counter() - before)
    print(json.dumps({"elapsed": perf_counter() - began, "took": took}))
    return 0


def complete(step_id: int, by: Actor) -> None:
    """Complete one step."""
    commands.complete_step(step_id=step_id, outcome="agree", opinion="同意。", by=by, at=AT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
