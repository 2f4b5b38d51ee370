"""Two processes call from one queue at the same time, on their own connections: no ticket is called twice."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.folders import DataFolder

TICKETS = 30

PREPARE = """
import django; django.setup()
from yichuang.domains.counter import commands
from yichuang.domains.counter.models import Queue, Window
from yichuang.foundation.people.actors import actor_for
from yichuang.foundation.people.models import Account
from tests.support.counter import demo_sites, china
at = china("2019-09-27 10:00")
commands.load_sites(demo_sites(), at=at)
actor = lambda name: actor_for(Account.objects.get(username=name), at)
queue = Queue.objects.get(site__code="hall", code="general")
for _ in range({tickets}):
    commands.issue_ticket(queue_id=queue.pk, by=actor("guide"), at=at)
for number, name in (("1", "window"), ("2", "window2")):
    commands.sit_down(window_id=Window.objects.get(site__code="hall", number=number).pk, by=actor(name), at=at)
"""

CALL = """
import sys, django; django.setup()
from yichuang.domains.counter import commands
from yichuang.domains.counter.commands.refusals import NobodyWaits
from yichuang.foundation.people.actors import actor_for
from yichuang.foundation.people.models import Account
from tests.support.counter import china
at = china("2019-09-27 10:01")
by = actor_for(Account.objects.get(username=sys.argv[1]), at)
while True:
    try:
        ticket = commands.call_next(by=by, at=at)
    except NobodyWaits:
        break
    commands.begin_ticket(ticket_id=ticket.pk, by=by, at=at)
    print(ticket.number, flush=True)
"""


def begun(folder: DataFolder, script: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a script on a data folder."""
    environment = folder.environment | {"DJANGO_SETTINGS_MODULE": "yichuang.config.settings"}
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str]) -> list[str]:
    """Wait for a script and give the lines that it said."""
    said, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint[-3000:]
    return said.split()


@pytest.mark.journey
@pytest.mark.both
def test_no_ticket_is_called_twice(data: DataFolder) -> None:
    ended(begun(data, PREPARE.format(tickets=TICKETS)))

    both = [begun(data, CALL, name) for name in ("window", "window2")]
    first, second = (ended(process) for process in both)

    assert sorted(first + second) == [f"A{n:03d}" for n in range(1, TICKETS + 1)]
    assert first and second
