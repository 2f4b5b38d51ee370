"""Processes are killed without a warning, again and again, while somebody applies: nothing acknowledged is lost."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from threading import Event
from typing import Any

import pytest

from tests.support.folders import DataFolder
from tests.survival.house import House, Program

pytestmark = [pytest.mark.journey, pytest.mark.both]

APPLICATIONS, KILLS = (60, 6) if os.environ.get("YICHUANG_TEST_DB") == "postgresql" else (200, 20)
"""Every kind of killing on both databases, the long run on one."""
WHAT = ("a web process", "the worker", "everything", "the web", "a web process")


def whole(folder: DataFolder, since: int) -> dict[str, Any]:
    """Look at the data from a process of its own."""
    command = [sys.executable, "-m", "tests.survival.whole", str(since)]
    ended = subprocess.run(command, env=folder.environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-3000:]
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


def settled(folder: DataFolder, since: int, seconds: float = 90) -> dict[str, Any]:
    """Wait until the worker has caught up, and look then."""
    until = time.monotonic() + seconds
    while True:
        found = whole(folder, since)
        waits = found["papers not rendered"] or found["jobs unfinished"] or found["reactions waiting"]
        if not waits or time.monotonic() > until:
            return found
        time.sleep(1)


def test_what_was_acknowledged_is_there_once_and_nothing_is_half_done(house: House) -> None:
    since = int(whole(house.folder, 0)["newest"])
    program = Program(house)
    program.log_in("citizen")

    def kill() -> None:
        """Kill something each time some more were acknowledged, wherever the program is just then."""
        for n, what in zip(range(KILLS), cycle(WHAT), strict=False):
            while len(program.journal) < n * APPLICATIONS // KILLS:
                Event().wait(0.02)
            Event().wait(random.uniform(0, 0.3))
            house.kill(what)

    with ThreadPoolExecutor(max_workers=1) as beside:
        killing = beside.submit(kill)
        for _ in range(APPLICATIONS):
            program.apply()
        killing.result()

    assert len(house.killed) == KILLS
    assert len(program.journal) == len(set(program.journal.values())) == APPLICATIONS
    found = settled(house.folder, since)
    assert sorted(found.pop("numbers")) == sorted(program.journal.values())
    assert sorted(map(str, found.pop("drafts handed in"))) == sorted(program.journal)
    assert found.pop("newest") >= since + APPLICATIONS
    assert found.pop("receipts a case") == [1]
    assert {name: value for name, value in found.items() if value} == {}
    assert json.loads(house.folder.command("records", "verify", "--json").stdout)["ok"]
