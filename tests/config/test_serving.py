"""The tree of processes: it starts, is killed in part, is overrun, stops; nothing is left behind."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.folders import DataFolder
from tests.support.server import Server
from yichuang.config import serving

pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A folder that was served once."""
    folder = DataFolder(tmp_path_factory.mktemp("serving") / "data")
    folder.path.mkdir()
    assert Server.start(folder, seconds=120).stop() == 0
    return folder


@pytest.fixture
def server(folder: DataFolder) -> Iterator[Server]:
    running = Server.start(folder)
    yield running
    running.stop()


def children(process: int) -> list[int]:
    """List the processes below one."""
    told = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process)], capture_output=True, text=True, check=False)
    direct = [int(line) for line in told.stdout.split()]
    return direct + [below for child in direct for below in children(child)]


def asked(server: Server, path: str = "/account/login/") -> tuple[int, float]:
    """Ask once; gives the status and how long it took."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.monotonic() - began


def test_web_processes_share_no_connection(monkeypatch):
    """What is open when they are forked would be one line to PostgreSQL for all of them."""
    done = []
    monkeypatch.setattr(serving.connections, "close_all", lambda: done.append("closed"))
    monkeypatch.setattr(serving.WebServer, "run", lambda self: done.append("forked"))

    assert serving.web("127.0.0.1:1", 2) == 0

    assert done == ["closed", "forked"]


def test_the_second_start_is_quick(folder):
    began = time.monotonic()
    server = Server.start(folder)
    seconds = time.monotonic() - began
    server.stop()

    assert seconds <= 5 * slowness(), f"{seconds:.1f} s"


def test_it_stops_cleanly_and_leaves_nobody_behind(folder):
    server = Server.start(folder)
    below = children(server.process.pid)

    code = server.stop()

    assert code == 0
    assert len(below) >= 4  # web with two workers, and the worker
    assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []


def test_a_web_process_may_be_killed_at_any_moment(server):
    web = children(server.process.pid)[0]
    victim = children(web)[0] if children(web) else web
    os.kill(victim, signal.SIGKILL)

    assert {asked(server)[0] for _ in range(20)} == {200}


def test_a_killed_parent_takes_its_children_with_it(folder):
    server = Server.start(folder)
    below = children(server.process.pid)
    server.process.kill()
    server.process.wait()

    until = time.monotonic() + 15
    while any(Path(f"/proc/{pid}").exists() for pid in below) and time.monotonic() < until:
        time.sleep(0.2)

    assert [pid for pid in below if Path(f"/proc/{pid}").exists()] == []


def test_connections_that_say_nothing_keep_nobody_waiting(server):
    asked(server)
    silent = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(8)]  # as browsers do, to be ready
    try:
        status, seconds = asked(server)
    finally:
        for each in silent:
            each.close()

    assert status == 200
    assert seconds < 5 * slowness()


def test_a_burst_is_refused_in_good_order_and_then_all_is_as_before(server):
    before = sorted(asked(server)[1] for _ in range(40))[37]
    with ThreadPoolExecutor(max_workers=150) as crowd:
        answers = Counter(status for status, _ in crowd.map(lambda _: asked(server), range(900)))
    time.sleep(1)
    after = sorted(asked(server)[1] for _ in range(40))[37]

    assert set(answers) <= {200, 503}
    assert answers[200] > 0
    assert answers[503] > 0
    assert after <= max(1.5 * before, 0.1 * slowness()), (
        f"p95 {before * 1000:.0f} ms before, {after * 1000:.0f} ms after"
    )


def slowness() -> float:
    """Tell how busy this machine is otherwise: a limit in seconds is meant for one with free cores."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
