"""Backup and restoration on PostgreSQL: the same promise by other means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.config.test_command import yichuang
from tests.support.folders import cluster_of_the_run
from yichuang.config.bench.cluster import Cluster

pytestmark = pytest.mark.postgresql


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    running = cluster_of_the_run()
    assert running is not None, "the tests run on PostgreSQL here"
    for name in ("kept", "empty"):
        running.execute(f'CREATE DATABASE "{name}"')
    yield running
    for name in ("kept", "empty"):
        running.drop(name)


def test_a_backup_is_restored_into_an_empty_database_and_verified(cluster, tmp_path: Path):
    kept, place, archive = tmp_path / "kept", tmp_path / "elsewhere", tmp_path / "backup.tar"
    here, there = {"DATABASE_URL": cluster.url("kept")}, {"DATABASE_URL": cluster.url("empty")}
    assert yichuang("calendar", "add", "2019-09-27", 1, data=kept, **here).returncode == 0
    assert yichuang("records", "anchor", data=kept, **here).returncode == 0

    made = yichuang("backup", archive, data=kept, **here)
    restored = yichuang("restore", archive, data=place, **there)
    again = yichuang("restore", archive, data=tmp_path / "third", **there)

    assert made.returncode == 0, made.stderr
    assert restored.returncode == 0, restored.stderr
    assert yichuang("records", "verify", data=place, **there).returncode == 0
    assert yichuang("calendar", "add", "2019-09-27", 3, data=place, **there).stdout.splitlines()[-1] == "2019-10-08"
    assert again.returncode == 1
    assert "不是空的" in again.stderr
    # what is written afterwards gets new numbers
    assert yichuang("records", "anchor", data=place, **there).returncode == 0
    assert yichuang("records", "verify", data=place, **there).returncode == 0


def test_a_backup_of_sqlite_does_not_go_there(cluster, tmp_path: Path):
    archive = tmp_path / "backup.tar"
    assert yichuang("records", "anchor", data=tmp_path / "data").returncode == 0
    assert yichuang("backup", archive, data=tmp_path / "data").returncode == 0

    ended = yichuang("restore", archive, data=tmp_path / "elsewhere", DATABASE_URL=cluster.url("empty"))

    assert ended.returncode == 1
    assert "sqlite" in ended.stderr
