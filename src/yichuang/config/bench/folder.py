"""The embedded folder, as somebody meets it who only wants to see the house: starting, loading, one command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from yichuang.config.bench.place import answers, free_port
from yichuang.config.bench.results import Result, timed
from yichuang.foundation.definitions.folders import read_folder

TARGETS: dict[str, float | None] = {
    "first start, empty folder": 20,
    "second start": 5,
    "loading everything": 120,
    "one command": None,
    "checking all definitions": 10,
}


def measure(runs: int) -> Iterator[Result]:
    """Start an empty folder and start it again, load another, ask one command."""
    found: dict[str, list[float]] = defaultdict(list)
    for _run in range(runs):
        with tempfile.TemporaryDirectory(prefix="yichuang-bench-") as scratch:
            data = Path(scratch, "data")
            for what in ("first start, empty folder", "second start"):
                found[what].append(_started(data))
            load = _command(Path(scratch, "loaded"), "demo", "--load-only")
            found["loading everything"].append(timed(lambda: _run_it(*load)))  # noqa: B023
            calendar = _command(data, "calendar", "add", "2019-09-27", "3")
            found["one command"].append(timed(lambda: _run_it(*calendar)))  # noqa: B023
        found["checking all definitions"].append(timed(lambda: read_folder(settings.DEFINITIONS)))
    for what, seconds in found.items():
        yield Result("folder", what, "s", tuple(seconds), TARGETS[what])


def _started(data: Path) -> float:
    """Give the seconds until the first page can be asked for."""
    port = free_port()
    command, environment = _command(data, "demo", "--port", str(port))
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not answers(port):
            if process.poll() is not None:
                raise RuntimeError("the demo ended by itself")
            time.sleep(0.05)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _command(data: Path, *arguments: str) -> tuple[list[str], dict[str, str]]:
    environment = os.environ | {"YICHUANG_DATA": str(data), "DATABASE_URL": ""}
    return [sys.executable, "-m", "yichuang", *arguments], environment


def _run_it(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, env=environment, check=True, capture_output=True)
