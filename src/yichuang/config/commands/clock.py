"""`yichuang clock`: the business clock of the folder."""

from __future__ import annotations

from argparse import Namespace

from yichuang.foundation.jobs import shifting
from yichuang.foundation.records import clock
from yichuang.foundation.records.terms import CHINA, SYSTEM


def run(arguments: Namespace) -> int:
    """Print the business time; with `--to` shift it first and do what becomes due, in order."""
    if arguments.to is not None:
        ran = shifting.shift_clock(to=arguments.to, by=SYSTEM, at=clock.business_now())
        print(f"{ran.done} jobs done, {ran.failed} failed, {ran.parked} parked")
    print(f"{clock.business_now().astimezone(CHINA):%Y-%m-%dT%H:%M:%S%z}")
    return 0
