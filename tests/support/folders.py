"""Ready-made data folders: the demo district is loaded once, every journey runs on its own copy."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from yichuang.config.bench.cluster import Cluster, find_programs

OPENED = "2019-09-27T09:00"
"""Friday before the long National Day holiday, working Sunday included: the journeys' dates are counted from here."""

_numbers = count(1)


@dataclass(frozen=True)
class DataFolder:
    """A folder with its database."""

    path: Path
    url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this folder is given."""
        return os.environ | {
            "YICHUANG_DATA": str(self.path),
            "DATABASE_URL": self.url,
            "DEMO": "1",
            "LOG_LEVEL": "ERROR",
        }

    def command(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command `yichuang` on this folder."""
        ended = subprocess.run(
            [sys.executable, "-m", "yichuang", *arguments],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert not check or ended.returncode == 0, ended.stderr[-3000:]
        return ended

    def python(self, program: str) -> str:
        """Run a program on this folder, as an engineer would in a shell, and give what it prints."""
        settings = {"DJANGO_SETTINGS_MODULE": "yichuang.config.settings"}
        return subprocess.check_output([sys.executable, "-c", program], env=self.environment | settings, text=True)


def cluster_of_the_run() -> Cluster | None:
    """Find the cluster that this run of the tests has started, if it runs on PostgreSQL."""
    folder = os.environ.get("YICHUANG_TEST_CLUSTER_FOLDER")
    if not folder or os.environ.get("YICHUANG_TEST_DB") != "postgresql":
        return None
    return Cluster(Path(folder), find_programs(), None, Path(folder) / "data")


def ready_made(shared: Path, opened: str = OPENED) -> DataFolder:
    """
    Load the demo district as of a moment once per run, whichever worker comes first, and give it; it is only copied.

    `YICHUANG_READY=DIR` keeps it between runs, for somebody who writes journeys.
    """
    kept = os.environ.get("YICHUANG_READY")
    place = Path(kept) if kept else shared
    place.mkdir(parents=True, exist_ok=True)
    cluster = cluster_of_the_run()
    name = "ready" if opened == OPENED else f"ready_{opened[:10].replace('-', '')}"
    folder = DataFolder(place / (f"{name}-pg" if cluster else name), cluster.url(name) if cluster else "")
    done = folder.path.with_suffix(".done")
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder.path, ignore_errors=True)
            if cluster:
                cluster.drop(name)
                cluster.execute(f'CREATE DATABASE "{name}"')
            folder.command("demo", "--at", opened, "--load-only")
            if not cluster:
                with sqlite3.connect(folder.path / "yichuang.sqlite3") as connection:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            done.touch()
    return folder


@contextmanager
def copied(ready: DataFolder, place: Path) -> Iterator[DataFolder]:
    """Copy a ready-made folder for one test; the copy of a database is removed afterwards."""
    shutil.copytree(ready.path, place, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    cluster = cluster_of_the_run()
    if cluster is None:
        yield DataFolder(place)
        return
    name = f"journey_{os.getpid()}_{next(_numbers)}"
    url = cluster.copy(ready.url.rsplit("/", 1)[-1], name)
    try:
        yield DataFolder(place, url)
    finally:
        cluster.drop(name)
