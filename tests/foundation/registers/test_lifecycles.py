"""Registers whose entries have a dossier: it opens with the entry, its clocks run as the file says, deeds move it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.definitions import publish, publish_shipped, shipped
from tests.support.people import WEDNESDAY, make_actor, make_unit
from tests.support.registers import loans, values_of
from yichuang.foundation.definitions.problems import DefinitionsFaulty
from yichuang.foundation.people.actors import NotAllowed, local_day
from yichuang.foundation.registers import commands, queries
from yichuang.foundation.work.models import Clock
from yichuang.kernel.lifecycles import NotOpen

MOVES = ("issue_letter", "discard", "sign_for", "answer", "send_back", "verify", "close", "reopen", "withdraw")
ORDER = {
    "id": "order",
    "opens": "issue",
    "deeds": {name: ["handler"] for name in MOVES if name != "verify"} | {"verify": ["dept_head"]},
    "clocks": {
        "signing": {"limit": 1, "unit": "working_day", "rule": "区督查工作规则"},
        "answer": {"limit": 5, "unit": "working_day", "rule": "区督查工作规则"},
    },
}


@pytest.fixture(autouse=True)
def orders(db):
    make_unit("zjj"), make_unit("other")
    publish_shipped("calendar", "service_hours")
    publish(order(), loans(lifecycle=ORDER, access__check=None, access__publish=None))


def order():
    """Take the lifecycle of supervision orders, without their papers."""
    body = next(each.body for each in shipped().of("lifecycle") if each.code == "order")
    return "lifecycle", {
        **body,
        "moves": [{key: value for key, value in move.items() if key != "paper"} for move in body["moves"]],
    }


def clocks(entry) -> dict[str, Clock]:
    return {row.kind: row for row in Clock.objects.filter(dossier=entry.dossier)}


def test_clocks_run_from_the_first_deed_by_the_limits_of_the_file_and_stop_by_the_lifecycle():
    handler, head = make_actor("handler", "zjj"), make_actor("dept_head", "zjj")

    entry = commands.open_entry(register="loans", values=values_of(), by=handler, at=WEDNESDAY)

    running = clocks(entry)
    day = local_day(WEDNESDAY)
    assert {kind: local_day(row.due_at) for kind, row in running.items()} == {
        "signing": day + timedelta(days=1),
        "answer": day + timedelta(days=7),  # a week with five working days
    }
    commands.move_entry(entry_id=entry.pk, name="sign_for", by=handler, at=WEDNESDAY + timedelta(hours=1))
    assert (clocks(entry)["signing"].stopped_at is None, clocks(entry)["answer"].stopped_at is None) == (False, True)
    later = WEDNESDAY + timedelta(days=1)
    commands.move_entry(entry_id=entry.pk, name="answer", by=handler, at=later)
    with pytest.raises(NotAllowed):
        commands.move_entry(entry_id=entry.pk, name="verify", by=handler, at=later)
    commands.move_entry(entry_id=entry.pk, name="verify", by=head, at=later)
    with pytest.raises(NotOpen):
        commands.move_entry(entry_id=entry.pk, name="answer", by=handler, at=later)

    entry.refresh_from_db()
    assert entry.stage == "verified"
    before = queries.entries("loans", on=day).annotate(stage=queries.stage()).values_list("stage", flat=True)
    assert list(before) == ["received"], "the list of that day says where it stood then"


def test_a_file_that_names_a_clock_that_the_lifecycle_has_not_is_refused():
    wrong = ORDER | {"clocks": {"promise": ORDER["clocks"]["answer"]}}
    with pytest.raises(DefinitionsFaulty, match="没有时限 promise"):
        publish(order(), loans(lifecycle=wrong, register="wrong", access__check=None, access__publish=None))
