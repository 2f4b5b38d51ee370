"""Makes outside systems for tests, without publishing definitions."""

from __future__ import annotations

import json
from datetime import datetime

from yichuang.foundation.connections.models import System
from yichuang.foundation.connections.simulator import Simulator
from yichuang.foundation.jobs import queries, runner


def make_system(code: str = "provincial", *, adapter: str = "simulator", **settings: object) -> System:
    """Make or change a system; the settings are those of its adapter."""
    said = {"name": f"{code}系统", "version": 1, "adapter": adapter, "settings": json.dumps(settings)}
    return System.objects.update_or_create(code=code, defaults=said)[0]


def simulator(system: System) -> Simulator:
    """Give the other side of a simulated system."""
    return Simulator(system.code, json.loads(system.settings))


def run(at: datetime) -> int:
    """Do what is due at a moment, and count what failed; retries wait for the real clock."""
    failed = 0
    while queries.due(at).filter(not_before=None).exists():
        failed += runner.run_due(at=at, limit=1).failed
    return failed
