"""Stories 2 and 4 of practice.md in the engine: deemed acceptance, and an expert review that stops the clocks."""

from __future__ import annotations

import pytest

from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands
from yichuang.domains.cases.commands.refusals import OwnRequest
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.terms import Channel, HoldKind
from yichuang.foundation.jobs import runner
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Clock, Rung
from yichuang.foundation.work.terms import ClockKind, Lamp

pytestmark = pytest.mark.django_db


def clock(case: Case, kind: ClockKind) -> Clock:
    return Clock.objects.get(dossier=case.dossier, kind=kind, stopped_at=None)


class TestSilenceIsAcceptance:
    def test_a_hand_in_after_closing_on_friday_is_received_on_the_working_sunday(self) -> None:
        hall = Hall(at="2019-09-27 17:20")  # Friday, after closing

        case = hall.receive(channel=Channel.ONLINE)

        assert clock(case, ClockKind.ACCEPTANCE).due_at == china("2019-10-11 17:00")  # Friday; 09-29 is day 0

    def test_accepts_from_the_day_of_receipt_when_nobody_answered(self) -> None:
        hall = Hall(at="2019-09-27 17:20")
        case = hall.receive(channel=Channel.ONLINE)

        runner.run_due(at=china("2019-10-12 09:00"))  # the working Saturday after the limit

        case.refresh_from_db()
        case.dossier.refresh_from_db()
        assert case.deemed
        assert case.dossier.state == "accepted"
        assert clock(case, ClockKind.PROMISE).due_at == china("2019-10-17 17:00")

    def test_waits_while_the_limit_runs(self) -> None:
        hall = Hall(at="2019-09-27 17:20")
        case = hall.receive(channel=Channel.ONLINE)

        runner.run_due(at=china("2019-10-11 16:59"))

        case.dossier.refresh_from_db()
        assert case.dossier.state == "received"


class TestExpertReview:
    def test_stops_the_clocks_and_gives_a_new_date(self) -> None:
        hall = Hall()
        case = hall.receive()
        commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
        at = china("2019-10-15 10:00")
        hold = commands.ask_hold(
            case_id=case.pk,
            kind=HoldKind.SPECIAL,
            ground="专家评审",
            reason="面积与用途须专家论证",
            expected_days=8,
            by=hall.handler,
            at=at,
        )

        commands.approve_hold(hold_id=hold.pk, by=hall.head, at=at)

        case.dossier.refresh_from_db()
        seen = {each.kind: each for each in work.clocks_of(case.dossier, at)}
        assert case.dossier.state == "special_start"
        assert case.dossier.due_at is None
        assert seen[ClockKind.PROMISE].lamp == Lamp.STOPPED
        assert work.days_used(case.dossier, ClockKind.PROMISE, china("2019-10-20 12:00")) == 6

        commands.end_hold(hold_id=hold.pk, result="通过", by=hall.handler, at=china("2019-10-25 10:00"))

        case.dossier.refresh_from_db()
        assert case.dossier.state == "processing"
        assert case.dossier.due_at == china("2019-10-31 17:00")
        assert work.lamp_of(case.dossier, china("2019-10-30 10:00")) == Lamp.YELLOW

    def test_is_not_approved_by_who_asked(self) -> None:
        hall = Hall()
        account = people.make_account("handler", hall.unit)
        people.appoint(account, "dept_head", hall.unit)
        both = people.actor_of(account, hall.at)
        case = hall.receive()
        commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
        commands.begin_case(case_id=case.pk, by=hall.handler, at=hall.at)
        hold = commands.ask_hold(
            case_id=case.pk,
            kind=HoldKind.SPECIAL,
            ground="专家评审",
            reason="须论证",
            expected_days=8,
            by=both,
            at=hall.at,
        )

        with pytest.raises(OwnRequest):
            commands.approve_hold(hold_id=hold.pk, by=both, at=hall.at)


class TestRungs:
    def test_are_noted_once_with_their_true_dates_though_the_worker_was_down(self) -> None:
        hall = Hall()
        case = hall.receive()
        commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
        promise = clock(case, ClockKind.PROMISE)

        runner.run_due(at=china("2019-10-24 09:00"), limit=500)
        runner.run_due(at=china("2019-10-24 09:00"), limit=500)

        fired = dict(Rung.objects.filter(clock=promise).values_list("name", "due_at"))
        assert fired == {
            "amber": china("2019-10-17 09:00"),  # Thursday, counted from its opening: two of ten days left
            "due": china("2019-10-21 17:00"),
            "overdue_1": china("2019-10-22 17:00"),
        }
