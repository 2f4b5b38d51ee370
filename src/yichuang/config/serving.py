"""The web server, the worker, and both as one tree of processes that stops cleanly."""

from __future__ import annotations

import ctypes
import gc
import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from gunicorn.app.base import BaseApplication
from gunicorn.workers.sync import SyncWorker

from yichuang.config import overload
from yichuang.config.wsgi import application
from yichuang.foundation.jobs import runner
from yichuang.foundation.records import clock
from yichuang.foundation.records import commands as records
from yichuang.kernel.errors import NotPossible

BREATH = 0.5
"""Seconds that an idle worker waits before it looks again."""

LONG_BREATH = 2.0
"""Seconds that a worker waits for a database that is out of order."""

GRACE = 8
"""Seconds that a worker may go on with what it does after it was told to stop."""

PATIENCE = 0.5
"""Seconds that a connection which was accepted may say nothing."""

DEFER = 60
"""Seconds for which the system keeps connections that say nothing to itself, so that none of them holds a process."""

END_WITH_PARENT = 1
"""`PR_SET_PDEATHSIG` of prctl(2)."""

log = structlog.get_logger(__name__)


class PortTaken(NotPossible):
    """Something else listens there."""

    code = "config.port_taken"

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} 已被占用。请用 --port 换一个端口，或先停止占用它的程序。")


SETTLED = (50, 1000)
"""After so many answers a web process has read what it will keep."""


class Worker(SyncWorker):  # type: ignore[misc]
    """Gunicorn's plain worker, which does not wait for a browser that connects before it has something to ask."""

    answered = 0

    def handle(self, listener: socket.socket, client: socket.socket, addr: object) -> None:
        """Answer a connection; one that says nothing is closed, and its browser comes again when it has a request."""
        if not select.select([client], [], [], PATIENCE)[0]:
            client.close()
            return
        super().handle(listener, client, addr)
        self.answered += 1
        if self.answered in SETTLED:
            gc.collect()
            gc.freeze()  # definitions, templates and texts that were read meanwhile stay too: 0.2 s to walk over them


class WebServer(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our application already loaded."""

    def __init__(self, bind: str, workers: int) -> None:
        self.bind, self.workers = bind, workers
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's own defaults."""
        options: dict[str, Any] = {
            "bind": [self.bind],
            "workers": self.workers,
            "worker_class": Worker,
            "timeout": 60,
            "graceful_timeout": 10,
            "loglevel": "warning",
            "preload_app": True,
            "post_worker_init": self.watch,
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Give the application."""
        return application

    def watch(self, worker: Any) -> None:
        """Let each worker know the sockets whose queue it shares; silent connections do not stand in it."""
        for each in worker.sockets:
            if each.sock.family in (socket.AF_INET, socket.AF_INET6):
                each.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, DEFER)
        overload.queue.watch([each.sock for each in worker.sockets], self.workers)


def web(bind: str, workers: int) -> int:
    """Serve until told to stop."""
    _make_no_database()
    import_module(settings.ROOT_URLCONF)  # or each process would load the pages at its first request
    gc.freeze()  # they stay for good, and are shared
    connections.close_all()  # the web processes are forked from here: each opens connections of its own
    try:
        WebServer(bind, workers).run()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


class _Stopped(BaseException):
    """The grace is over: what is being done is rolled back and done again by another worker."""


def worker(*, once: bool = False) -> int:
    """
    Do what is due, until told to stop; with `once`, until nothing is due any more.

    Told to stop, it has `GRACE` seconds to end what it does; then that is rolled back and waits for the next worker.
    """
    _make_no_database()
    stop = threading.Event()

    def end(*_: object) -> None:
        stop.set()
        signal.alarm(GRACE)

    def give_up(*_: object) -> None:
        raise _Stopped

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    signal.signal(signal.SIGALRM, give_up)
    try:
        return _work(stop, once=once)
    except _Stopped:
        return 0
    finally:
        signal.alarm(0)


def _make_no_database() -> None:
    """Let an embedded database that is gone be missed: opening it would make an empty one in its place."""
    for alias in connections:
        found = connections.settings[alias]
        name = str(found["NAME"])
        if found["ENGINE"].endswith("sqlite3") and Path(name).is_file():
            connections[alias].close()
            found["NAME"] = connections[alias].settings_dict["NAME"] = f"{Path(name).absolute().as_uri()}?mode=rw"


def _work(stop: threading.Event, *, once: bool) -> int:
    while not stop.is_set():
        try:
            at = clock.business_now()
            runner.enqueue_nights(at=at)
            busy = records.deliver(at=at) + runner.run_due(at=at, limit=20).total
        except (OperationalError, InterfaceError) as failure:  # gone, restarted, full: it comes back, and so do we
            log.error("the database is out of order", exc_info=failure)
            connections.close_all()
            stop.wait(LONG_BREATH)
            continue
        if not busy:
            if once:
                return 0
            stop.wait(BREATH)
    return 0


def check_free(host: str, port: int) -> None:
    """
    Look whether an address can be listened on.

    :raises PortTaken: it cannot
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as reason:
            raise PortTaken(f"{host}:{port}") from reason


def tree(parts: Mapping[str, Callable[[], int]], *, ready: Callable[[], bool], told: Callable[[], None]) -> int:
    """
    Run each part as a process of its own; when one ends, or we are told to stop, all end.

    `told` is called once, when `ready` first says yes. Gives 0 when told to stop, 1 when a part ended by itself.
    """
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: stopped.append(got))
    connections.close_all()  # a connection must not be shared across a fork
    children = {_fork(run): name for name, run in parts.items()}
    announced, pause = False, threading.Event()
    while not stopped:
        ended, _status = os.waitpid(-1, os.WNOHANG)
        if ended:
            log.error("a part ended by itself", part=children.pop(ended, "?"))
            break
        if not announced and ready():
            told()
            announced = True
        pause.wait(0.1)
    for child in children:
        os.kill(child, signal.SIGTERM)
    for child in children:
        os.waitpid(child, 0)
    return 0 if stopped else 1


def answers(port: int) -> bool:
    """Ask the server on this machine whether it serves."""
    try:
        with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/healthz", timeout=2) as response:
            return bool(response.status == 200)
    except (URLError, OSError):
        return False


def _fork(run: Callable[[], int]) -> int:
    child = os.fork()
    if child:
        return child
    ctypes.CDLL(None).prctl(END_WITH_PARENT, signal.SIGTERM)  # Linux: a killed parent leaves nobody behind
    os.setpgid(0, 0)  # Ctrl-C reaches the parent alone, which then stops each part in good order
    code = 1
    try:
        code = run()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
