"""A data folder of an earlier release is opened by the code of today: everything is there, and work goes on."""

from __future__ import annotations

import json
import sqlite3
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.folders import DataFolder
from tests.support.server import Server
from tests.survival.house import House, Program

pytestmark = [pytest.mark.journey, pytest.mark.sqlite]

RELEASES = sorted((Path(__file__).parent / "releases").glob("*.tar.xz"))
KEPT = {
    "dossiers": "SELECT number, lifecycle, state, accepted_at, concluded_at, due_at FROM work_dossier ORDER BY id",
    "steps": "SELECT id, dossier_id, key, attempt, state, outcome, done_at FROM work_step ORDER BY id",
    "clocks": 'SELECT id, kind, "limit", started_at, stopped_at, due_at FROM work_clock ORDER BY id',
    "records": "SELECT stream, seq, kind, payload, digest FROM records_record ORDER BY stream, seq LIMIT 100000",
    "licences": "SELECT id, number FROM licences_licence ORDER BY id",
    "accounts": "SELECT id, username, staff_no FROM people_account ORDER BY id",
}
"""What an upgrade may add to, and never change."""

EVERY_DEFINITION = """
import django
django.setup()
from yichuang.foundation.definitions import index
from yichuang.foundation.definitions.kinds import KINDS
for kind in KINDS:
    for code in index.codes(kind):
        index.parsed_all(index.versions(kind, code))
print("read")
"""
"""What was published once is used by cases for years: code of today still reads all of it."""


def kept(folder: Path) -> dict[str, list[Any]]:
    with sqlite3.connect(folder / "yichuang.sqlite3") as connection:
        return {name: connection.execute(query).fetchall() for name, query in KEPT.items()}


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name.removesuffix(".tar.xz"))
def test_a_folder_of_a_release_goes_on(release: Path, tmp_path: Path) -> None:
    with tarfile.open(release) as archive:
        archive.extractall(tmp_path, filter="data")
    before = kept(tmp_path)
    folder = DataFolder(tmp_path)

    folder.command("migrate")

    after = kept(tmp_path)
    for name, rows in before.items():
        assert rows
        assert after[name][: len(rows)] == rows or set(rows) <= set(after[name]), name
    assert json.loads(folder.command("records", "verify", "--json").stdout)["ok"]
    assert folder.python(EVERY_DEFINITION).strip() == "read"

    server = Server.start(folder, seconds=120)
    try:
        house = House(folder, server)
        program = Program(house)
        program.log_in("handler")
        steps = program.ask("GET", "/steps")["items"]
        assert steps, "the handler still has work"
        done = program.ask("POST", f"/steps/{steps[0]['id']}/complete", {"outcome": "agree", "opinion": "接着办"})
        assert done
        program.session.cookies.clear()
        program.log_in("citizen")
        assert program.apply()
    finally:
        server.stop()
    assert json.loads(folder.command("records", "verify", "--json").stdout)["ok"]
