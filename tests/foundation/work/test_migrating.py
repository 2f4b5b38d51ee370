"""A dossier goes on by another version of its plan or lifecycle: with a preview of each step and date, one record."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from tests.support.definitions import publish
from tests.support.engine import Hall, china, shipped
from yichuang.config.arguments import parser
from yichuang.config.commands import definitions as run
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import Case
from yichuang.foundation.definitions import index
from yichuang.foundation.people.actors import SYSTEM, NotAllowed
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read
from yichuang.foundation.work import commands, migrating
from yichuang.foundation.work.models import Clock, Dossier, Step
from yichuang.foundation.work.steps import CannotMigrate

pytestmark = pytest.mark.django_db

AT = china("2019-10-09 10:00")


def body_of(kind: str, code: str) -> dict[str, Any]:
    """Copy what ships of a definition."""
    (found,) = [file for file in shipped().files if file.kind.name == kind and file.code == code]
    return deepcopy(dict(found.body))


def newer(kind: str, code: str, **change: Any) -> None:
    """Publish version 2 of a definition."""
    body = body_of(kind, code) | {"version": 2, "in_force": {"from": "2019-10-09"}} | change
    assert publish((kind, body), at=AT)
    index.forget()


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def case(hall: Hall) -> Case:
    """A case whose 承办 is open and in hand."""
    case = hall.receive()
    cases.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    cases.begin_case(case_id=case.pk, by=hall.handler, at=hall.at)
    case.dossier.refresh_from_db()
    return case


def plan_with(case: Case, **steps: Any) -> None:
    """Publish version 2 of the case's plan with these steps changed; None takes one away."""
    body = body_of("plan", case.dossier.plan)
    changed = {key: value for key, value in (body["steps"] | steps).items() if value is not None}
    newer("plan", case.dossier.plan, steps=changed, examples=[{"given": {}, "opens": ["handle"]}])


def moved(case: Case) -> migrating.Moved:
    return migrating.migrate(kind="plan", dossier_id=case.pk, to_version=2, reason="第1版有误", by=SYSTEM, at=AT)


class TestPlan:
    def test_a_new_step_waits_and_a_live_one_takes_its_new_days(self, case: Case) -> None:
        steps = body_of("plan", case.dossier.plan)["steps"]
        look = {
            "kind": "work",
            "name": "复核",
            "post": "审核",
            "days": 2,
            "after": ["handle"],
            "outcomes": {"agree": "continue"},
        }
        plan_with(
            case, handle=steps["handle"] | {"days": 2}, look=look, sign=steps["sign"] | {"after": ["review", "look"]}
        )
        before = Step.objects.get(dossier_id=case.pk, key="handle").due_at

        told = moved(case)

        case.dossier.refresh_from_db()
        step = Step.objects.get(dossier_id=case.pk, key="handle")
        assert case.dossier.plan_version == 2
        assert case.dossier.read("pinned")["plan"] == [case.dossier.plan, 2]
        assert step.due_at is not None and before is not None and step.due_at < before
        assert (
            Clock.objects.get(step=step).started_at == Clock.objects.get(dossier=case.dossier, kind="legal").started_at
        )
        assert {each.key: (each.before, each.after) for each in told.steps if each.is_change} == {
            "handle": ("open", "open"),
            "look": ("", "waiting"),
        }

    def test_what_was_done_stays_and_what_is_ready_opens(self, hall: Hall, case: Case) -> None:
        step = Step.objects.get(dossier_id=case.pk, key="handle")
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="", by=hall.handler, at=AT)
        steps = body_of("plan", case.dossier.plan)["steps"]
        plan_with(case, review=None, sign=steps["sign"] | {"after": ["handle"]})

        moved(case)

        states = dict(Step.objects.filter(dossier_id=case.pk).values_list("key", "state"))
        assert states == {"handle": "done", "review": "cancelled", "sign": "open"}
        assert not Clock.objects.filter(step__key="review", stopped_at=None).exists()

    def test_is_one_record_with_both_versions_and_the_reason(self, case: Case) -> None:
        plan_with(case)
        before = Record.objects.filter(stream=case.dossier.stream).count()

        moved(case)

        told = read(Record.objects.get(kind="Migrated"))
        assert Record.objects.filter(stream=case.dossier.stream).count() == before + 1
        assert (told["from_version"], told["to_version"], told["reason"]) == (1, 2, "第1版有误")

    def test_a_done_step_with_an_outcome_unknown_there_is_refused(self, hall: Hall, case: Case) -> None:
        step = Step.objects.get(dossier_id=case.pk, key="handle")
        commands.complete_step(step_id=step.pk, outcome="disagree", opinion="", by=hall.handler, at=AT)
        steps = body_of("plan", case.dossier.plan)["steps"]
        plan_with(case, handle=steps["handle"] | {"outcomes": {"agree": "continue"}})

        (seen,) = migrating.preview(kind="plan", dossiers=[case.pk], to_version=2, by=SYSTEM, at=AT)

        assert "disagree" in seen.refusal

    def test_twice_is_refused(self, case: Case) -> None:
        plan_with(case)
        moved(case)

        with pytest.raises(CannotMigrate, match="已经适用"):
            moved(case)

    def test_needs_the_permission(self, hall: Hall, case: Case) -> None:
        plan_with(case)

        with pytest.raises(NotAllowed):
            migrating.migrate(kind="plan", dossier_id=case.pk, to_version=2, reason="", by=hall.handler, at=AT)


class TestPreview:
    def test_tells_steps_and_dates_and_changes_nothing(self, case: Case) -> None:
        steps = body_of("plan", case.dossier.plan)["steps"]
        plan_with(case, handle=steps["handle"] | {"days": 1})
        (pk,) = migrating.pinned("plan", case.dossier.plan, 1)
        records = Record.objects.count()

        (seen,) = migrating.preview(kind="plan", dossiers=[pk], to_version=2, by=SYSTEM, at=AT)

        (handle,) = [each for each in seen.steps if each.is_change]
        assert (handle.key, handle.due_after) == ("handle", china("2019-10-09 17:00"))
        assert Record.objects.count() == records
        case.dossier.refresh_from_db()
        assert case.dossier.plan_version == 1
        assert Step.objects.get(dossier_id=case.pk, key="handle").due_at == handle.due_before


class TestLifecycle:
    def test_keeps_state_and_clocks(self, case: Case) -> None:
        newer("lifecycle", case.dossier.lifecycle)
        due = case.dossier.due_at

        migrating.migrate(kind="lifecycle", dossier_id=case.pk, to_version=2, reason="有误", by=SYSTEM, at=AT)

        case.dossier.refresh_from_db()
        assert (case.dossier.lifecycle_version, case.dossier.state, case.dossier.due_at) == (2, "processing", due)

    def test_without_the_present_state_is_refused(self, case: Case) -> None:
        newer("lifecycle", case.dossier.lifecycle)
        Dossier.objects.filter(pk=case.pk).update(state="gone")

        with pytest.raises(CannotMigrate, match="gone"):
            migrating.migrate(kind="lifecycle", dossier_id=case.pk, to_version=2, reason="", by=SYSTEM, at=AT)


class TestCommand:
    def test_shows_first_and_moves_with_a_reason(self, case: Case, capsys: pytest.CaptureFixture[str]) -> None:
        steps = body_of("plan", case.dossier.plan)["steps"]
        plan_with(case, handle=steps["handle"] | {"days": 1})
        command = ["definitions", "migrate", "plan", case.dossier.plan, "1", "--to", "2"]

        assert run.migrate(parser().parse_args(command)) == 0
        case.dossier.refresh_from_db()
        assert case.dossier.plan_version == 1
        assert "handle 承办: open 2019-10-14 17:00 → open 2019-10-09 17:00" in capsys.readouterr().out
        assert run.migrate(parser().parse_args([*command, "--only", "another", "--reason", "有误"])) == 0
        assert run.migrate(parser().parse_args([*command, "--reason", "有误"])) == 0

        case.dossier.refresh_from_db()
        assert case.dossier.plan_version == 2
        assert "1 of 1 moved to v2" in capsys.readouterr().out
