"""Receptions: what the keys of the desk do, all or nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support import people
from tests.support.counter import Counter, china
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.commands import Brought, Row
from yichuang.domains.cases.models import Case, Notice
from yichuang.domains.cases.terms import DecisionKind, MaterialState, Relation
from yichuang.domains.counter import commands, queries
from yichuang.domains.counter.commands.receptions import Arrival, Reply
from yichuang.domains.counter.commands.refusals import (
    CaseUnknown,
    LateReasonMissing,
    MandateMissing,
    NotInstant,
    NotSeated,
    ReceivedInFuture,
)
from yichuang.domains.counter.models import PaperBag, Reception
from yichuang.domains.counter.terms import How, Outcome
from yichuang.foundation.people.models import Mandate
from yichuang.foundation.records.models import Record
from yichuang.foundation.work.models import Dossier
from yichuang.kernel.errors import NotPossible

pytestmark = pytest.mark.django_db

ALL = ("business_licence", "resident_id", "food_floor_plan", "food_safety_rules", "lease")
ACCEPT = Reply(How.ACCEPT)
PLAIN = Arrival()


def brought(**states: MaterialState) -> dict[str, Brought]:
    return {code: Brought(states.get(code, MaterialState.HANDED)) for code in ALL}


@pytest.fixture
def hall() -> Counter:
    made = Counter()
    made.seat()
    return made


def take(hall: Counter, reply: Reply = ACCEPT, arrival: Arrival = PLAIN, **more) -> Reception:
    application = hall.application(**more)
    return commands.take_in(application=application, reply=reply, arrival=arrival, by=hall.window, at=hall.at)


class TestAccepting:
    def test_receives_and_accepts_in_one_go(self, hall):
        reception = take(hall)

        dossier = Dossier.objects.get(pk=reception.case_id)
        assert dossier.state == "accepted"
        assert (reception.case.site, reception.case.window) == ("hall", "1")
        assert PaperBag.objects.get().code == f"B{dossier.number}"
        assert Record.objects.filter(kind="TakenIn").count() == 1

    def test_takes_nothing_in_when_something_is_missing(self, hall):
        with pytest.raises(NotPossible, match="平面图"):
            take(hall, brought=brought(food_floor_plan=MaterialState.MISSING))

        assert not Case.objects.exists()
        assert not Dossier.objects.exists()
        assert not Record.objects.filter(kind__in=["TakenIn", "ApplicationReceived"]).exists()

    def test_accepts_tolerantly_what_comes_later(self, hall):
        reception = take(hall, brought=brought(food_safety_rules=MaterialState.DEFERRED))

        assert reception.case.is_tolerant

    def test_can_be_undone_while_the_paper_is_here(self, hall):
        reception = take(hall)

        cases.undo_acceptance(case_id=reception.case_id, by=hall.window, at=hall.at + timedelta(seconds=29))

        assert Dossier.objects.get().state == "received"

    def test_marks_the_ticket_as_received(self, hall):
        hall.issue()
        ticket = commands.call_next(by=hall.window, at=hall.at)
        commands.begin_ticket(ticket_id=ticket.pk, by=hall.window, at=hall.at)

        take(hall, arrival=Arrival(ticket_id=ticket.pk))
        commands.finish_ticket(ticket_id=ticket.pk, by=hall.window, at=hall.at)

        ticket.refresh_from_db()
        assert ticket.outcome == Outcome.RECEIVED
        assert ticket.receptions.count() == 1

    def test_needs_a_window(self):
        with pytest.raises(NotSeated):
            take(Counter())


class TestTheOtherKeys:
    def test_a_notice_tells_all_gaps_at_once(self, hall):
        rows = (
            Row("平面图", "未提交", material="food_floor_plan"),
            Row("租赁合同", "未提交", material="lease"),
            Row("经营面积", "未填写", field="food_premises_area_m2"),
        )
        states = brought(food_floor_plan=MaterialState.MISSING, lease=MaterialState.MISSING)

        reception = take(hall, Reply(How.NOTICE, rows=rows), brought=states)

        notice = Notice.objects.get(case=reception.case_id)
        assert notice.rows.count() == 3
        assert Dossier.objects.get().state == "correcting"

    def test_a_refusal_keeps_no_paper(self, hall):
        take(hall, Reply(How.REFUSE, reason="不属于本机关职权", basis="行政许可法 第三十二条", authority="省局"))

        assert Dossier.objects.get().state == "refused"
        assert not PaperBag.objects.exists()

    def test_not_needed_is_told_at_once(self, hall):
        take(hall, Reply(How.NOT_NEEDED, reason="依法不需要许可"))

        assert Dossier.objects.get().state == "not_needed"
        assert Case.objects.get().decisions.get().kind == DecisionKind.NOT_NEEDED

    def test_only_what_is_decided_on_the_spot_is_concluded_here(self, hall):
        with pytest.raises(NotInstant, match="承诺件"):
            take(hall, Reply(How.INSTANT))

        assert not Case.objects.exists()


class TestPaperThatCameEarlier:
    def test_keeps_both_times_and_the_reason(self, hall):
        came = hall.at - timedelta(hours=20)

        reception = take(hall, arrival=Arrival(late_because="停电"), received_at=came)

        assert (reception.case.received_at, reception.case.entered_at) == (came, hall.at)
        assert reception.late_because == "停电"
        assert Record.objects.filter(kind="EnteredLate").count() == 1

    def test_asks_for_the_reason(self, hall):
        with pytest.raises(LateReasonMissing):
            take(hall, received_at=hall.at - timedelta(minutes=30))

    def test_is_not_from_the_future(self, hall):
        with pytest.raises(ReceivedInFuture):
            take(hall, received_at=hall.at + timedelta(minutes=1))


class TestWhoComesForSomebody:
    def test_a_daughter_needs_no_mandate(self, hall):
        daughter = people.make_party("张秀云")

        reception = take(hall, agent_id=daughter.pk, agent_relation=Relation.FAMILY, by_dictation=True)

        assert (reception.case.agent, reception.case.mandate, reception.case.by_dictation) == (daughter, None, True)

    def test_an_agency_shows_its_mandate_for_this_matter(self, hall):
        agency = people.make_party("代办公司", kind="ENTERPRISE")
        arrival = Arrival(has_mandate=True, mandate_until=date(2019, 12, 31))

        reception = take(hall, arrival=arrival, agent_id=agency.pk, agent_relation=Relation.AGENCY)

        mandate = Mandate.objects.get()
        assert reception.case.mandate == mandate
        assert (mandate.scope, mandate.valid_to) == ("food_business_permit", date(2020, 1, 1))

    def test_without_it_nothing_is_taken_in(self, hall):
        agency = people.make_party("代办公司", kind="ENTERPRISE")

        with pytest.raises(MandateMissing):
            take(hall, agent_id=agency.pk, agent_relation=Relation.AGENCY)


class TestCorrections:
    """Story 1: the same wrong plan twice is told twice and is no breach; what is new about old is."""

    def told(self, hall: Counter) -> Reception:
        row = Row("平面图", "未提交", material="food_floor_plan")
        states = brought(food_floor_plan=MaterialState.MISSING)
        return take(hall, Reply(How.NOTICE, rows=(row,)), brought=states)

    def correct(self, hall: Counter, reception: Reception, reply: Reply, when: str) -> None:
        commands.take_correction(
            number=reception.case.dossier.number,
            brought={"food_floor_plan": Brought()},
            answers={},
            reply=reply,
            by=hall.window,
            at=china(when),
        )

    def test_the_same_row_again_is_no_breach(self, hall):
        reception = self.told(hall)
        again = Row("平面图", "缺少设备布局", material="food_floor_plan")

        self.correct(hall, reception, Reply(How.NOTICE, rows=(again,)), "2019-11-01 10:00")

        rows = [row for notice in Notice.objects.order_by("n") for row in notice.rows.all()]
        assert [row.suspected for row in rows] == [False, False]
        assert rows[1].first_notice.n == 1

    def test_a_new_row_about_what_was_there_is_suspected(self, hall):
        reception = self.told(hall)
        lease = Row("租赁合同", "未加盖公章", material="lease")

        self.correct(hall, reception, Reply(How.NOTICE, rows=(lease,)), "2019-11-01 10:00")

        assert Notice.objects.get(n=2).rows.get().suspected

    def test_what_is_complete_is_accepted(self, hall):
        reception = self.told(hall)

        self.correct(hall, reception, ACCEPT, "2019-11-01 10:00")

        assert Dossier.objects.get().state == "accepted"
        assert PaperBag.objects.count() == 1

    def test_an_unknown_number_is_told(self, hall):
        with pytest.raises(CaseUnknown):
            commands.take_correction(number="1", brought={}, answers={}, reply=ACCEPT, by=hall.window, at=hall.at)


def test_the_ten_most_used_begin_with_ones_own(hall):
    take(hall)

    first = queries.most_used(hall.window, hall.one, hall.at + timedelta(hours=1))[0]

    assert (first.id, first.key) == ("food_business_permit", "1")


def test_the_last_answers_are_remembered(hall):
    take(hall, situation={"business": "restaurant", "place": "rented", "area": "small"})

    assert queries.last_situation(hall.window, "food_business_permit")["place"] == "rented"
    assert queries.last_situation(hall.other, "food_business_permit") == {}
