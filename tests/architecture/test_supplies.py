"""What we stand on: licences, pinned and hashed requirements, migrations that can be rolled out while people work."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField

from tests.architecture.source import PACKAGE, ROOT
from tools import licences

REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


def test_every_licence_at_run_time_is_allowed():
    refused = [
        each for each in licences.all_of(ROOT / "requirements" / "run.txt") if not each.is_allowed and each.licence
    ]

    assert refused == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [("MIT", True), ("AGPL-3.0", False), ("GNU General Public License v3", False), ("GPL-2.0-only OR MIT", False),
     ("", False), ("LGPL-3.0", False)],
)  # fmt: skip
def test_the_gate_knows_what_to_refuse(licence, allowed):
    assert licences.Licensed("somebody", "1", licence).is_allowed is allowed


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_are_pinned_hashed_and_name_no_address(path):
    text = path.read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if re.match(r"[A-Za-z0-9]", line)]

    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index-url|--extra-index-url|--find-links|-f)\b", text, re.M)
    assert [pin for pin in pins if "==" not in pin] == []
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= len(pins)


def test_run_has_no_test_tools_and_no_lake():
    names = {name.lower() for name in licences.pinned(ROOT / "requirements" / "run.txt")}

    assert not names & {"playwright", "pytest", "ibis-framework", "duckdb", "pyarrow", "pyspark", "chinesecalendar"}


def test_no_asset_comes_from_elsewhere():
    outside = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.glob("**/templates/**/*.html")
        if re.search(r"(src|href)=[\"'](https?:)?//", path.read_text(encoding="utf-8"))
    ]

    assert outside == []


def test_no_font_or_crest_that_is_not_ours_to_ship():
    reserved = [path.name for path in PACKAGE.glob("**/static/**/*.css") if "GDS Transport" in path.read_text("utf-8")]
    crests = [path.name for path in PACKAGE.glob("**/static/**/*crest*")]

    assert reserved + crests == []


@pytest.mark.slow
def test_migrations_can_be_rolled_out_while_people_work(tmp_path):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.support.linting", "YICHUANG_DATA": str(tmp_path)}
    labels = sorted({path.parent.parent.name for path in PACKAGE.glob("*/*/migrations/__init__.py")})
    lint = ["lintmigrations", "--no-cache", "--ignore-initial-migrations", "--include-apps", *labels]
    lint += ["--exclude-migration-tests", "NOT_NULL", "ADD_UNIQUE"]  # SQLite makes a table anew; see the test below
    ended = subprocess.run(
        [sys.executable, "-m", "django", *lint],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.slow
def test_a_new_column_has_a_default_in_the_database():
    """What runs still with the release before writes rows without it: the database fills it in."""
    wanting = [
        f"{migration.app_label} {migration.name}: {each.model_name}.{each.name}"
        for migration in MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
        if migration.__module__.startswith("yichuang.") and not migration.name.startswith("0001")
        for each in migration.operations
        if isinstance(each, AddField) and not each.field.null and not each.field.many_to_many
        if not each.field.has_db_default()
    ]

    assert wanting == []
