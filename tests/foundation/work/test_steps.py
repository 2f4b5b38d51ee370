"""Steps change hands, go back and are corrected; a new notice computes the open clocks anew."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.terms import HoldKind
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.jobs import runner
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.terms import SYSTEM
from yichuang.foundation.work import commands, queries
from yichuang.foundation.work.models import Clock, Pause, Rung, Step
from yichuang.foundation.work.steps import AlreadyActed, NotYours
from yichuang.foundation.work.terms import ClockKind

pytestmark = pytest.mark.django_db

AT = china("2019-10-09 10:00")  # Wednesday


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def case(hall: Hall) -> Case:
    return cases.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)


def live(case: Case) -> Step:
    return queries.live_steps(case.dossier).get()


def promise(case: Case) -> Clock:
    return Clock.objects.get(dossier=case.dossier, kind=ClockKind.PROMISE)


class TestClaim:
    def test_keeps_others_away_until_the_close_of_the_next_working_day(self, hall, case):
        commands.claim_step(step_id=live(case).pk, by=hall.handler, at=AT)
        other = people.make_actor("handler", hall.unit, at=AT)

        assert live(case).claim_until == china("2019-10-10 17:00")
        with pytest.raises(NotYours, match="handler"):
            cases.complete_step(step_id=live(case).pk, outcome="agree", opinion="", by=other, at=AT)
        commands.claim_step(step_id=live(case).pk, by=other, at=china("2019-10-10 17:01"))

        assert live(case).claimed_by_id == other.account_id

    def test_is_given_back_by_who_has_it(self, hall, case):
        commands.claim_step(step_id=live(case).pk, by=hall.handler, at=AT)
        with pytest.raises(NotYours):
            commands.release_step(step_id=live(case).pk, by=people.make_actor("handler", hall.unit, at=AT), at=AT)

        commands.release_step(step_id=live(case).pk, by=hall.handler, at=AT)

        assert (live(case).state, live(case).claimed_by) == ("open", None)


class TestTransfer:
    def test_goes_to_another_person_with_a_reason_and_its_clock_does_not_move(self, hall, case):
        other = people.make_actor("handler", hall.unit, at=AT)
        before = Clock.objects.filter(dossier=case.dossier).values_list("kind", "started_at", "due_at")
        told = sorted(before)
        with pytest.raises(commands.ReasonMissing):
            commands.transfer_step(step_id=live(case).pk, to_account=other.account_id, reason=" ", by=hall.head, at=AT)

        commands.transfer_step(step_id=live(case).pk, to_account=other.account_id, reason="请假", by=hall.head, at=AT)

        assert live(case).claimed_by_id == other.account_id
        assert sorted(before.all()) == told
        assert "请假" in Record.objects.get(kind="StepTransferred").payload

    def test_is_not_for_who_merely_handles(self, hall, case):
        with pytest.raises(NotAllowed):
            commands.transfer_step(
                step_id=live(case).pk, to_account=hall.handler.account_id, reason="x", by=hall.citizen, at=AT
            )


class TestReturn:
    def test_opens_the_earlier_step_again_and_keeps_what_was_done(self, hall, case):
        first = live(case)
        cases.complete_step(step_id=first.pk, outcome="agree", opinion="可", by=hall.handler, at=AT)

        cases.complete_step(step_id=live(case).pk, outcome="send_back", opinion="再看", by=hall.reviewer, at=AT)

        again = live(case)
        assert (again.key, again.attempt) == (first.key, 2)
        first.refresh_from_db()
        assert (first.state, first.opinion) == ("done", "可")
        with pytest.raises(AlreadyActed):
            cases.complete_step(step_id=first.pk, outcome="agree", opinion="", by=hall.handler, at=AT)


class TestWrongPause:
    def test_is_crossed_out_and_its_time_counts_again(self, hall, case):
        cases.begin_case(case_id=case.pk, by=hall.handler, at=AT)
        due = promise(case).due_at
        hold = cases.ask_hold(
            case_id=case.pk, kind=HoldKind.SPECIAL, ground="专家评审", reason="论证", expected_days=5,
            by=hall.handler, at=AT,
        )  # fmt: skip
        cases.approve_hold(hold_id=hold.pk, by=hall.head, at=AT)
        cases.end_hold(hold_id=hold.pk, result="通过", by=hall.handler, at=china("2019-10-16 10:00"))
        assert due is not None
        assert promise(case).due_at > due

        for pause in Pause.objects.filter(clock__dossier=case.dossier):
            commands.cancel_pause(pause_id=pause.pk, reason="误停", by=hall.head, at=china("2019-10-16 11:00"))

        assert promise(case).due_at == due
        assert set(Pause.objects.values_list("cancelled_because", flat=True)) == {"误停"}


class TestNewNotice:
    def test_computes_open_clocks_anew_once_each_with_a_record(self, hall, case):
        closed = hall.receive()
        cases.recall_case(case_id=closed.pk, reason="不办了", by=hall.citizen, at=hall.at)
        assert promise(case).due_at == china("2019-10-21 17:00")
        runner.run_due(at=china("2019-10-17 09:01"))  # two of ten days are left: the lamp is yellow
        assert Rung.objects.filter(clock=promise(case), name="amber", moot_at=None).exists()
        at = china("2019-10-17 10:00")

        declare("2019-10-17", at=at)

        assert promise(case).due_at == china("2019-10-22 17:00")
        assert Record.objects.filter(kind="ClocksRecomputed", stream=case.dossier.stream).count() == 1
        assert not Record.objects.filter(kind="ClocksRecomputed", stream=closed.dossier.stream).exists()
        assert Rung.objects.filter(clock=promise(case), name="amber").exclude(moot_at=None).exists()
        assert commands.recompute(notice="again", at=at) == 0


class TestNoticeDuringAPause:
    """Accepted on 2019-10-08 for ten days; a review stops the clock from the 15th, six days used, to the 25th."""

    @pytest.mark.parametrize(
        ("day_off", "due"),
        [
            ("2019-10-17", "2019-10-31 17:00"),  # inside the pause: 28, 29, 30, 31 remain
            ("2019-10-29", "2019-11-01 17:00"),  # after it: 28, 30, 31, 1
            ("2019-10-10", "2019-11-01 17:00"),  # before it, found out late: five days used, five remain
        ],
    )
    def test_counts_as_if_it_had_stood_from_the_beginning(self, hall, case, day_off, due):
        cases.begin_case(case_id=case.pk, by=hall.handler, at=AT)
        hold = cases.ask_hold(
            case_id=case.pk, kind=HoldKind.SPECIAL, ground="专家评审", reason="论证", expected_days=8,
            by=hall.handler, at=china("2019-10-15 09:30"),
        )  # fmt: skip
        cases.approve_hold(hold_id=hold.pk, by=hall.head, at=china("2019-10-15 10:00"))
        assert promise(case).due_at is None

        declare(day_off, at=china("2019-10-21 10:00"))
        assert promise(case).due_at is None, "a paused clock has no date, whatever is declared"
        cases.end_hold(hold_id=hold.pk, result="通过", by=hall.handler, at=china("2019-10-25 15:00"))

        assert promise(case).due_at == china(due)
        assert commands.recompute(notice="again", at=china("2019-10-25 16:00")) == 0, "as computed afresh"


def declare(day_off: str, at: datetime) -> None:
    """Publish a notice that makes one more day of 2019 a day off, and let it be heard."""
    body = json.loads(Definition.objects.get(kind="calendar", code="2019").body)
    days = [*body["days"], {"name": "临时放假", "date": day_off, "isOffDay": True}]
    definitions.import_notice(
        json.dumps({"year": 2019, "papers": ["临时通知"], "days": days}).encode(), by=SYSTEM, at=at
    )
    while records.deliver(at=at):
        pass
    runner.run_due(at=at)
