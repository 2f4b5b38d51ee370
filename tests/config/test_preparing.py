"""A new folder is the same whether its tables are made at once or by the migrations, one after the other."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.support.folders import cluster_of_the_run
from yichuang.config.bench.cluster import Cluster

SHAPE = """
SELECT table_name || '.' || column_name AS name,
       concat_ws(' ', data_type, udt_name, character_maximum_length, numeric_precision, numeric_scale, is_nullable,
                 column_default, identity_generation) AS said
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT app || '.' || name, 'applied' FROM django_migrations
"""
AT_ONCE = "import django; django.setup(); from yichuang.config import preparing; assert preparing.migrate()"
ONE_BY_ONE = "import django; django.setup(); from django.core.management import call_command; call_command('migrate')"


def make(folder: Path, code: str, url: str = "") -> None:
    """Make a folder's database by a program."""
    folder.mkdir()
    environment = os.environ | {
        "YICHUANG_DATA": str(folder),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
    }
    ended = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]


def made(folder: Path, code: str) -> sqlite3.Connection:
    """Make an embedded database."""
    make(folder, code)
    return sqlite3.connect(folder / "yichuang.sqlite3")


def made_on_postgresql(cluster: Cluster, folder: Path, code: str) -> dict[str, str]:
    """Make a database on PostgreSQL and tell what stands in it."""
    name = f"prepared_{folder.name}"
    cluster.execute(f'CREATE DATABASE "{name}"')
    try:
        make(folder, code, cluster.url(name))
        with psycopg.connect(cluster.url(name)) as connection:
            shape = dict(connection.execute(SHAPE).fetchall())
    finally:
        cluster.drop(name)
    del shape["auth_group_permissions.id"]  # of Django's groups, which nobody uses: its own migrations widen the number
    return shape


def schema(database: sqlite3.Connection) -> dict[str, list[str]]:
    """Tell what stands in a database by name; the order of a table's columns does not matter."""
    rows = database.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        name: sorted(re.split(r", (?=\"|CONSTRAINT )", sql.partition("(")[2].rpartition(")")[0])) for name, sql in rows
    }


@pytest.mark.sqlite
def test_a_new_folder_is_what_the_migrations_make(tmp_path: Path) -> None:
    new, migrated = made(tmp_path / "new", AT_ONCE), made(tmp_path / "migrated", ONE_BY_ONE)

    assert schema(new) == schema(migrated)
    for table in ("django_migrations", "django_content_type"):
        count = f"SELECT count(*) FROM {table}"
        assert new.execute(count).fetchone() == migrated.execute(count).fetchone()


@pytest.mark.postgresql
def test_a_new_database_on_postgresql_is_what_the_migrations_make(tmp_path: Path) -> None:
    cluster = cluster_of_the_run()
    assert cluster is not None

    new = made_on_postgresql(cluster, tmp_path / "new", AT_ONCE)

    assert new == made_on_postgresql(cluster, tmp_path / "migrated", ONE_BY_ONE)
