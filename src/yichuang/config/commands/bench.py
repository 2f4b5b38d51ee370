"""`yichuang bench`: make a district of a million cases, measure, and tell it beside the numbers to reach."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from argparse import Namespace
from time import monotonic
from typing import Any

from yichuang.config.bench import main as inside
from yichuang.config.bench import quiet
from yichuang.config.bench.place import Place, place
from yichuang.config.bench.results import Result
from yichuang.kernel.errors import NotPossible


class NotMeasured(NotPossible):
    """There is no such measurement, or it ended with an error."""

    code = "config.not_measured"


def run(arguments: Namespace) -> int:
    """Make what is missing of the data, measure each thing in a process of its own; 1 when one of them failed."""
    if unknown := [name for name in arguments.only if name not in inside.MEASURES]:
        raise NotMeasured(f"no measurement {', '.join(unknown)}; there are {', '.join(inside.MEASURES)}")
    wanted = [name for name in inside.MEASURES if not arguments.only or name in arguments.only]
    measured: dict[str, Any] = {}
    failed: list[str] = []
    with place(arguments.keep) as here:
        _say(f"{arguments.cases:,} cases in {here.folder}")
        _inside(here, "prepare", str(arguments.cases))
        for name in wanted:
            before, began = quiet.load(), monotonic()
            try:
                found = _inside(here, "measure", name, str(arguments.runs))
            except NotMeasured as reason:
                _say(reason.message)
                failed.append(name)
                continue
            took = round(monotonic() - began, 1)
            _say(f"{name}: {took} s; before it the {quiet.said(before)}")
            results = [json.loads(line) for line in found.splitlines()]
            measured[name] = {"before": before, "seconds": took, "results": results}
            if not arguments.json:
                for each in results:
                    print(_result(each).line(), flush=True)
    if arguments.json:
        machine = {"cores": os.cpu_count(), "cases": arguments.cases, "runs": arguments.runs}
        print(json.dumps({"machine": machine, "measured": measured, "failed": failed}, ensure_ascii=False, indent=1))
    return 1 if failed else 0


def _inside(here: Place, *arguments: str) -> str:
    command = [sys.executable, "-m", "yichuang.config.bench.main", *arguments]
    ended = subprocess.run(command, env=here.environment, stdout=subprocess.PIPE, text=True, check=False)
    if ended.returncode:
        raise NotMeasured(f"{' '.join(arguments)} ended with {ended.returncode}")
    return ended.stdout


def _result(told: dict[str, Any]) -> Result:
    fields = {name: value for name, value in told.items() if name not in ("value", "is_reached")}
    return Result(**(fields | {"runs": tuple(told["runs"])}))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
