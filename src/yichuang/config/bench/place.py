"""Where the benchmark happens: a folder and a durable PostgreSQL of its own, and the house served on both."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from yichuang.config.bench.cluster import Cluster

NAME = "bench"
PATIENCE = 300
"""Seconds until the house must serve: on a busy machine starting it takes minutes."""
WORKERS = 2
"""Web processes, one a core."""


@dataclass(frozen=True)
class Place:
    """The folder with everything in it; thrown away after the run, or kept for the next."""

    folder: Path
    cluster: Cluster

    @property
    def environment(self) -> dict[str, str]:
        """What a process that works here is given."""
        return os.environ | {
            "YICHUANG_DATA": str(self.folder / "data"),
            "DATABASE_URL": self.cluster.url(NAME),
            "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
            "DEMO": "1",
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR"),
        }


@contextmanager
def place(keep: Path | None) -> Iterator[Place]:
    """
    Open the place, with a database in it.

    :raises PostgresqlMissing: there is no PostgreSQL
    """
    folder = keep.absolute() if keep else Path(tempfile.mkdtemp(prefix="yichuang-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    if not keep:
        folder.chmod(0o755)  # PostgreSQL runs as another user when we are root
    cluster = Cluster.start(durable=True, keep=folder / "postgresql")
    try:
        if not cluster.has(NAME):
            cluster.execute(f'CREATE DATABASE "{NAME}"')
        yield Place(folder, cluster)
    finally:
        cluster.stop()
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def served(workers: int = WORKERS) -> Iterator[int]:
    """Serve the house of this process's environment; gives the port. No worker: nothing but web processes."""
    port = free_port()
    command = [sys.executable, "-m", "yichuang", "serve", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
    log = Path(os.environ["YICHUANG_DATA"], "served.log")
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        until = time.monotonic() + PATIENCE
        while not answers(port):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the house does not serve:\n{log.read_text(encoding='utf-8')[-3000:]}")
            time.sleep(0.1)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Say whether a house serves on a port of this machine."""
    try:
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False
