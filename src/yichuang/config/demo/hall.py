"""The places of the hall: sites, queues and windows (`counter`)."""

from __future__ import annotations

from yichuang.config import demo
from yichuang.domains.counter import commands


def load(district: demo.Demo) -> None:
    """Take over the file."""
    commands.load_sites(district.read("counter"), at=district.opened_at, place="counter.yaml")
