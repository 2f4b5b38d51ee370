"""Two people complete one step at once, on their own connections: it is done once, the second is told by whom."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.folders import DataFolder

PREPARE = """
import django; django.setup()
from tests.support import people
from tests.support.engine import Hall
from yichuang.domains.cases import commands
from yichuang.foundation.work.models import Step
hall = Hall()
other = people.make_actor("handler", hall.unit, at=hall.at, name="乙")
case = hall.receive()
commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
commands.begin_case(case_id=case.pk, by=hall.handler, at=hall.at)
print(Step.objects.get(dossier_id=case.pk, state="open").pk, hall.handler.account_id, other.account_id)
"""

COMPLETE = """
import sys, django; django.setup()
from time import sleep
from django.db import transaction
from tests.support.engine import china
from yichuang.domains.cases import commands
from yichuang.foundation.people.actors import actor_for
from yichuang.foundation.people.models import Account
from yichuang.foundation.records.retrying import again
from yichuang.kernel.errors import NotPossible
step, account, holds = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
at = china("2019-10-09 10:00")
by = actor_for(Account.objects.get(pk=account), at)
def deed():
    with transaction.atomic():
        commands.complete_step(step_id=step, outcome="agree", opinion=by.name, by=by, at=at)
        print("done", flush=True)
        sleep(holds)
print("ready", flush=True)
sys.stdin.readline()
try:
    again(deed)
except NotPossible as refusal:
    print(refusal, flush=True)
"""

LOOK = """
import sys, django; django.setup()
from yichuang.foundation.records.models import Record
from yichuang.foundation.work.models import Step
step = Step.objects.get(pk=sys.argv[1])
following = Step.objects.filter(dossier=step.dossier, state="open").values_list("key", flat=True)
print(step.state, step.done_by_id, *following)
print(*Record.objects.filter(stream=step.dossier.stream, kind="StepHandled").values_list("seq", flat=True))
"""


def begun(folder: DataFolder, script: str, *arguments: object) -> subprocess.Popen[str]:
    """Start a script on a data folder."""
    environment = folder.environment | {"DJANGO_SETTINGS_MODULE": "yichuang.config.settings"}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def ended(process: subprocess.Popen[str]) -> list[str]:
    """Wait for a script and give the lines that it said."""
    said, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint[-3000:]
    return said.splitlines()


def says(process: subprocess.Popen[str], word: str) -> None:
    """Wait until a script says a word."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert line == word, line or ended(process)


def goes(process: subprocess.Popen[str]) -> None:
    """Let a script go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


@pytest.mark.journey
@pytest.mark.both
def test_the_second_of_two_at_once_is_told_who_acted(data: DataFolder) -> None:
    (made,) = ended(begun(data, PREPARE))
    step, handler, other = made.split()
    first, second = begun(data, COMPLETE, step, handler, 2), begun(data, COMPLETE, step, other, 0)
    says(first, "ready")
    says(second, "ready")

    goes(first)
    says(first, "done")  # and holds its lock for two seconds more
    goes(second)

    (refusal,) = ended(second)
    assert refusal == "已由handler于2019-10-09 10:00处理（agree），您填写的内容没有提交。"
    assert ended(first) == []
    step_is, records = ended(begun(data, LOOK, step))
    assert step_is == f"done {handler} review"
    assert len(records.split()) == 2  # begun, and done once
