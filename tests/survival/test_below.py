"""The disk is full, the database is gone: a clear page, nothing lost, and all is well again by itself."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support import folders
from tests.survival.house import PLAN, House, Program, children
from tests.survival.test_killed import settled, whole

pytestmark = [pytest.mark.journey, pytest.mark.both]

TELLS = "数据暂时不能读写"


@contextmanager
def full_disk(house: House) -> Iterator[None]:
    """Let no process of the house make a file longer than a page, until the block ends (RLIMIT_FSIZE)."""
    assert house.server is not None
    top = house.server.process.pid
    pids = [below for child in children(top) for below in (child, *children(child))]
    for pid in pids:
        subprocess.run(["prlimit", f"--pid={pid}", "--fsize=4096:unlimited"], check=True)
    try:
        yield
    finally:
        for pid in pids:
            subprocess.run(["prlimit", f"--pid={pid}", "--fsize=unlimited:unlimited"], check=False)


@contextmanager
def no_database(house: House) -> Iterator[None]:
    """Take the database away until the block ends: the file, or every connection to the server and new ones too."""
    cluster = folders.cluster_of_the_run()
    if cluster is None:
        path = house.folder.path / "yichuang.sqlite3"
        away = path.with_suffix(".away")
        path.rename(away)
        try:
            yield
        finally:
            assert not path.exists(), "an empty database was made in place of the one that is gone"
            away.rename(path)
        return
    name = house.folder.url.rsplit("/", 1)[-1].split("?")[0]
    cluster.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    cluster.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        yield
    finally:
        cluster.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def tried(program: Program, method: str, path: str, key: str = "", **more: Any) -> requests.Response:
    """Ask once, whatever is answered."""
    headers = {"X-CSRFToken": program.session.cookies.get("csrftoken", ""), "Idempotency-Key": key}
    return program.session.request(method, f"{program.house.url}{path}", headers=headers, timeout=30, **more)


def test_a_full_disk_refuses_what_writes_and_loses_nothing(house: House) -> None:
    if house.folder.url:
        pytest.skip("the server of PostgreSQL has a disk of its own; the files of a house are the same on both")
    since = int(whole(house.folder, 0)["newest"])
    program = Program(house)
    program.log_in("citizen")
    before = program.apply()
    draft = program.ask("POST", "/drafts", {"item": "food_business_permit"})["id"]
    situation = {"situation": {"business": "restaurant", "place": "own", "area": "small"}}

    with full_disk(house):
        refused = tried(program, "PUT", f"/api/v1/drafts/{draft}/situation", "k-1", json=situation)
        picture = {"file": ("plan.png", PLAN + os.urandom(20_000), "image/png")}
        upload = tried(program, "POST", f"/api/v1/drafts/{draft}/materials/food_floor_plan", "k-2", files=picture)
        page = program.session.get(f"{house.url}/matters/food_business_permit", timeout=30)

    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
    assert TELLS in refused.json()["title"] and refused.headers["Retry-After"] == "5"
    assert upload.status_code == 503
    assert page.status_code == 200, "what is only read goes on"

    again = tried(program, "PUT", f"/api/v1/drafts/{draft}/situation", "k-1", json=situation)
    assert again.status_code == 200, again.text
    after = program.apply()

    found = settled(house.folder, since)
    assert sorted(found["numbers"]) == sorted([before, after])
    assert found["papers not rendered"] == 0 and not found["jobs parked"]
    assert Path(house.folder.path, "yichuang.sqlite3").exists()
    house.folder.command("records", "verify")


def test_a_database_that_is_gone_is_told_and_comes_back(house: House) -> None:
    since = int(whole(house.folder, 0)["newest"])
    program = Program(house)
    program.log_in("citizen")
    before = program.apply()
    settled(house.folder, since)

    with no_database(house):
        page = tried(program, "GET", "/me")
        draft = tried(program, "POST", "/api/v1/drafts", "k-1", json={"item": "food_business_permit"})

    assert (page.status_code, draft.status_code) == (503, 503)
    assert TELLS in page.text
    assert house.server is not None and house.server.process.poll() is None, "the house stands"

    after = program.apply()

    found = settled(house.folder, since)
    assert sorted(found["numbers"]) == sorted([before, after])
    assert found["papers not rendered"] == 0 and not found["jobs parked"]
    house.folder.command("records", "verify")


def test_signals_of_the_limit_are_not_deadly() -> None:
    """A process of Python ignores SIGXFSZ: the limit is told as an error, as a full disk is."""
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN
