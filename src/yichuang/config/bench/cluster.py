"""
A PostgreSQL of our own: on a socket in a folder, as another user when we are root.

Tests throw theirs away and let it skip fsync; the benchmark keeps every commit on the disk, and its data when asked to.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg

from yichuang.kernel.errors import NotPossible

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "autovacuum_naptime": "10min",
}

DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
    "autovacuum_naptime": "1min",
    "max_connections": "400",  # each lane of a burst looks beside the house for its steps
}


class PostgresqlMissing(NotPossible):
    """PostgreSQL is not installed: a failure, never a skip."""

    code = "config.postgresql_missing"

    def __init__(self) -> None:
        super().__init__("PostgreSQL is not installed: apt-get install postgresql")


@dataclass
class Cluster:
    """A running cluster; `url(name)` leads to a database of it."""

    folder: Path
    bin: Path
    user: str | None
    data: Path
    is_kept: bool = False

    @classmethod
    def start(cls, *, durable: bool = False, keep: Path | None = None) -> Cluster:
        """
        Make and start one; a durable one has every commit on the disk, for measurements.

        With `keep` its data lie in that folder and are there again the next time.

        :raises PostgresqlMissing: there are no programs to run
        """
        programs = find_programs()
        user = _other_user() if os.geteuid() == 0 else None
        folder = Path(tempfile.mkdtemp(prefix="yc-pg-", dir="/tmp"))  # a socket's path must be short
        data = folder / "data" if keep is None else keep
        if user:
            shutil.chown(folder, user)
            data.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.chown(data, user)
        cluster = cls(folder, programs, user, data, keep is not None)
        if not (data / "PG_VERSION").exists():
            cluster._run("initdb", "-D", data, "-U", "yichuang", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        said = SETTINGS | DURABLE if durable else SETTINGS
        options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in said.items())
        cluster._run("pg_ctl", "-D", data, "-l", folder / "log", "-w", "-o", f"-k {folder} {options}", "start")
        return cluster

    def stop(self) -> None:
        """Stop it, and remove everything that is not kept."""
        self._run("pg_ctl", "-D", self.data, "-m", "fast" if self.is_kept else "immediate", "-w", "-t", "300", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str = "yichuang") -> str:
        """Give the address of a database, as DATABASE_URL takes it."""
        return f"postgres://yichuang@{str(self.folder).replace('/', '%2F')}/{name}"

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction, on the maintenance database."""
        with psycopg.connect(host=str(self.folder), user="yichuang", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def has(self, name: str) -> bool:
        """Say whether there is a database of this name."""
        with psycopg.connect(host=str(self.folder), user="yichuang", dbname="postgres") as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None

    def copy(self, template: str, name: str) -> str:
        """Copy a ready-made database; gives the address of the copy."""
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database with whoever is still in it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.bin / program), *map(str, arguments)]
        ended = subprocess.run(
            command, cwd="/", user=self.user, group=self.user, extra_groups=[] if self.user else None,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        if ended.returncode:
            log = self.folder / "log"
            told = log.read_text(encoding="utf-8") if log.exists() else ""
            raise RuntimeError(f"{program} failed: {ended.stderr}\n{told}")


def find_programs() -> Path:
    """Find the folder of the newest PostgreSQL: Debian's place first, then PATH."""
    known = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    found = known[-1] if known else shutil.which("initdb")
    if not found:
        raise PostgresqlMissing
    return Path(found).parent


def _other_user() -> str:
    """Name a user that may own a cluster: root may not."""
    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
