"""Suspected cards: raised by the machine, counted only after the office verified them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.support.engine import china
from tests.support.supervision import Watched, until
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import NoticeRow
from yichuang.domains.cases.rules import Brought, Row
from yichuang.domains.cases.terms import NoticeChannel
from yichuang.domains.supervision import commands, queries
from yichuang.domains.supervision.commands.refusals import (
    AlreadyDecided,
    AlreadyEnded,
    AppealLate,
    AppealOpen,
    DeferredTooLong,
    NoAppealOpen,
    NoReminderAhead,
    NotHeardYet,
    NotToAppeal,
    ReasonMissing,
    RemindedToday,
)
from yichuang.domains.supervision.models import Card, Order, Reminder
from yichuang.foundation.people.actors import SYSTEM, NotAllowed
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.models import Record
from yichuang.foundation.work import deeds
from yichuang.foundation.work.events import ClocksRecomputed
from yichuang.foundation.work.models import Clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Watched:
    return Watched()


def promise_card(hall: Watched) -> Card:
    case = hall.accepted()
    due = Clock.objects.get(dossier=case.dossier, kind="promise").due_at
    assert due is not None
    until(f"{due.astimezone(hall.at.tzinfo):%Y-%m-%d} 17:01")
    return Card.objects.get(dossier=case.dossier, ground="PROMISE")


class TestSuspecting:
    def test_a_promise_that_passes_raises_one_yellow_card_for_the_unit_that_held_it(self, hall):
        card = promise_card(hall)

        until("2019-10-23 18:00")  # the worker hears everything again

        assert Card.objects.filter(ground="PROMISE").count() == 1
        assert (card.colour, card.state, card.unit) == ("YELLOW", "SUSPECTED", hall.unit)
        assert card.step is not None
        assert Record.objects.filter(kind="CardSuspected").count() == Card.objects.count()

    def test_a_legal_limit_that_passes_raises_a_red_card_and_an_order_is_drafted(self, hall):
        hall.accepted()

        until("2020-01-31 18:00")

        assert list(Card.objects.order_by("ground").values_list("ground", "colour")) == [
            ("LEGAL", "RED"),
            ("PROMISE", "YELLOW"),
        ]
        assert Order.objects.get().dossier.state == "draft"  # a machine drafts, a person signs
        assert Reminder.objects.filter(by=None).count() >= 1

    def test_silence_before_acceptance_raises_a_yellow_card(self, hall):
        hall.receive()

        until("2019-10-16 18:00")

        assert Card.objects.get().ground == "ACCEPTANCE"

    def test_a_new_row_in_a_later_notice_raises_a_red_card_a_repeated_one_does_not(self, hall):
        case = hall.receive()

        def ask(material: str, at: str) -> None:
            row = Row(material=material, name="材料", reason="不清晰", how="重新提交")
            cases.ask_correction(
                case_id=case.pk, rows=[row], channel=NoticeChannel.WINDOW, by=hall.window, at=china(at)
            )

        def bring(at: str) -> None:
            cases.hand_in_correction(
                case_id=case.pk, brought={"lease": Brought()}, answers={}, by=hall.window, at=china(at)
            )

        ask("lease", "2019-10-08 10:00")
        bring("2019-10-08 11:00")
        ask("lease", "2019-10-08 14:00")
        until("2019-10-08 14:01")
        assert not Card.objects.exists()
        bring("2019-10-08 15:00")
        ask("food_floor_plan", "2019-10-08 16:00")
        until("2019-10-08 16:01")

        card = Card.objects.get()
        assert NoticeRow.objects.filter(suspected=True).count() == 1
        assert (card.colour, card.ground) == ("RED", "NEW_ROW")
        assert "材料" in card.detail

    @pytest.mark.parametrize(
        ("reason", "cards"),
        [("不符合规定的条件。", 1), ("经审查，材料不齐全，不予受理", 1), ("经营场所在其他区，不属于本机关职权范围", 0)],
    )
    def test_a_refusal_that_gives_no_reason_raises_a_red_card(self, hall, reason, cards):
        case = hall.receive()
        cases_made = {"basis": "行政许可法 第三十二条", "authority": "", "by": hall.window, "at": hall.at}

        cases.refuse_case(case_id=case.pk, reason=reason, **cases_made)
        until("2019-10-08 10:00")

        assert list(Card.objects.values_list("colour", "ground")) == [("RED", "NO_REASON")] * cards


class TestVerifying:
    def test_the_unit_is_heard_and_the_office_confirms_with_a_reason(self, hall):
        card = promise_card(hall)
        at = card.found_at

        with pytest.raises(NotHeardYet):
            commands.decide_card(card_id=card.pk, is_confirmed=True, reason="属实", by=hall.office, at=at)
        commands.explain_card(card_id=card.pk, explanation="系统停机", by=hall.handler, at=at)
        with pytest.raises(ReasonMissing):
            commands.decide_card(card_id=card.pk, is_confirmed=True, reason=" ", by=hall.office, at=at)
        commands.decide_card(card_id=card.pk, is_confirmed=True, reason="属实", by=hall.office, at=at)

        card.refresh_from_db()
        assert (card.state, card.explanation, card.decided_by_id) == ("CONFIRMED", "系统停机", hall.office.account_id)
        with pytest.raises(AlreadyDecided):
            commands.decide_card(card_id=card.pk, is_confirmed=False, reason="复核", by=hall.office, at=at)

    def test_silence_of_the_unit_lets_the_office_confirm_after_two_working_days(self, hall):
        card = promise_card(hall)

        commands.decide_card(
            card_id=card.pk, is_confirmed=True, reason="未申辩", by=hall.office, at=card.hear_by.replace(minute=1)
        )

        assert Card.objects.get(pk=card.pk).state == "CONFIRMED"

    def test_a_card_may_be_dismissed_at_once(self, hall):
        card = promise_card(hall)

        commands.decide_card(card_id=card.pk, is_confirmed=False, reason="系统故障", by=hall.office, at=card.found_at)

        assert Card.objects.get(pk=card.pk).state == "DISMISSED"

    def test_the_unit_does_not_decide_its_own_card(self, hall):
        card = promise_card(hall)

        with pytest.raises(NotAllowed):
            commands.decide_card(card_id=card.pk, is_confirmed=False, reason="没有", by=hall.head, at=card.found_at)

    def test_the_database_refuses_a_decision_without_a_person(self, hall):
        card = promise_card(hall)

        with pytest.raises(IntegrityError), transaction.atomic():
            Card.objects.filter(pk=card.pk).update(state="CONFIRMED")


class TestReminding:
    def test_once_a_day(self, hall):
        case = hall.accepted()

        commands.remind(dossier_id=case.pk, by=hall.office, at=china("2019-10-10 09:00"))
        with pytest.raises(RemindedToday):
            commands.remind(dossier_id=case.pk, by=hall.office, at=china("2019-10-10 16:00"))
        commands.remind(dossier_id=case.pk, by=hall.office, at=china("2019-10-11 09:00"))

        assert Reminder.objects.count() == Record.objects.filter(kind="UnitReminded").count() == 2

    def test_nothing_is_hurried_that_is_over(self, hall):
        case = hall.receive()
        cases.recall_case(case_id=case.pk, reason="不办了", by=hall.citizen, at=hall.at)

        with pytest.raises(AlreadyEnded):
            commands.remind(dossier_id=case.pk, by=hall.office, at=china("2019-10-10 09:00"))

    def test_a_window_does_not_remind(self, hall):
        case = hall.accepted()

        with pytest.raises(NotAllowed):
            commands.remind(dossier_id=case.pk, by=hall.window, at=china("2019-10-10 09:00"))


class TestAppealing:
    def confirmed(self, hall: Watched) -> Card:
        card = promise_card(hall)
        commands.explain_card(card_id=card.pk, explanation="停机", by=hall.handler, at=card.found_at)
        commands.decide_card(card_id=card.pk, is_confirmed=True, reason="属实", by=hall.office, at=card.found_at)
        card.refresh_from_db()
        return card

    def test_an_appeal_that_is_granted_withdraws_the_card(self, hall):
        card = self.confirmed(hall)
        at = card.found_at

        with pytest.raises(NoAppealOpen):
            commands.decide_appeal(card_id=card.pk, is_granted=True, reason="成立", by=hall.office, at=at)
        commands.appeal_card(card_id=card.pk, text="已向上级报告停机", by=hall.handler, at=at)
        with pytest.raises(AppealOpen):
            commands.appeal_card(card_id=card.pk, text="再报", by=hall.handler, at=at)
        with pytest.raises(NotAllowed):
            commands.decide_appeal(card_id=card.pk, is_granted=True, reason="成立", by=hall.head, at=at)
        commands.decide_appeal(card_id=card.pk, is_granted=True, reason="停机证明属实", by=hall.office, at=at)

        card.refresh_from_db()
        assert (card.state, card.reason) == ("WITHDRAWN", "属实")
        assert Record.objects.filter(kind="AppealDecided").count() == 1

    def test_an_appeal_that_is_rejected_lets_the_card_stand_and_is_the_only_one(self, hall):
        card = self.confirmed(hall)
        at = card.found_at

        commands.appeal_card(card_id=card.pk, text="请复核", by=hall.handler, at=at)
        commands.decide_appeal(card_id=card.pk, is_granted=False, reason="无新证据", by=hall.office, at=at)

        card.refresh_from_db()
        assert card.state == "CONFIRMED"
        with pytest.raises(NotToAppeal):
            commands.appeal_card(card_id=card.pk, text="再请复核", by=hall.handler, at=at)

    def test_after_three_working_days_it_is_too_late(self, hall):
        card = self.confirmed(hall)

        with pytest.raises(AppealLate):
            commands.appeal_card(card_id=card.pk, text="请复核", by=hall.handler, at=card.found_at + timedelta(days=7))

    def test_a_calendar_notice_that_moves_the_limit_opens_an_appeal_and_the_card_stays(self, hall):
        card = promise_card(hall)
        clock = Clock.objects.get(pk=int(card.cause.split("/")[1]))
        clock.due_at = card.found_at + timedelta(days=1)

        assert commands.appeal_for_notice(clock=clock, at=card.found_at) == 1
        assert commands.appeal_for_notice(clock=clock, at=card.found_at) == 0  # heard again

        card.refresh_from_db()
        assert card.state == "SUSPECTED"
        with pytest.raises(AppealOpen):
            commands.decide_card(card_id=card.pk, is_confirmed=False, reason="放假", by=hall.office, at=card.found_at)
        commands.decide_appeal(card_id=card.pk, is_granted=True, reason="放假安排", by=hall.office, at=card.found_at)
        card.refresh_from_db()
        assert (card.state, card.decided_by_id) == ("WITHDRAWN", hall.office.account_id)

    def test_a_notice_that_leaves_it_overdue_opens_none(self, hall):
        card = promise_card(hall)
        clock = Clock.objects.get(pk=int(card.cause.split("/")[1]))

        assert commands.appeal_for_notice(clock=clock, at=card.found_at) == 0

    def test_the_news_of_a_recomputation_reaches_the_cards(self, hall):
        card = promise_card(hall)
        clock = Clock.objects.get(pk=int(card.cause.split("/")[1]))
        due = clock.due_at
        Clock.objects.filter(pk=clock.pk).update(due_at=due + timedelta(days=1))
        with deeds.deed("recompute", on=card.dossier_id, by=SYSTEM, at=card.found_at) as deed:
            deed.record(ClocksRecomputed("2019/2", ((clock.pk, str(due), str(due + timedelta(days=1))),)))
        records.deliver(at=card.found_at)

        (appeal,) = card.appeals.all()
        assert appeal.by is None
        assert appeal.decided_at is None


class TestHoldingBack:
    def clock(self, hall: Watched) -> Clock:
        return Clock.objects.get(dossier=hall.accepted().dossier, kind="promise")

    def test_the_machine_waits_until_the_day_and_then_reminds(self, hall):
        clock = self.clock(hall)
        (ahead,) = [row for row in queries.upcoming(hall.office, hall.at, 5) if row.clock_id == clock.pk]
        until_day = ahead.until[1]

        commands.defer_reminder(clock_id=clock.pk, until=until_day, reason="系统停机", by=hall.office, at=hall.at)
        (held,) = [row for row in queries.upcoming(hall.office, hall.at, 5) if row.clock_id == clock.pk]
        until(f"{until_day - timedelta(days=1):%Y-%m-%d} 23:00")
        assert not Reminder.objects.exists()
        until(f"{until_day:%Y-%m-%d} 09:01")

        assert held.at > ahead.at
        assert held.because == "系统停机"
        assert Reminder.objects.get().by is None

    def test_not_for_good_and_not_without_a_reason(self, hall):
        clock = self.clock(hall)
        (ahead,) = [row for row in queries.upcoming(hall.office, hall.at, 5) if row.clock_id == clock.pk]
        held = {"clock_id": clock.pk, "by": hall.office, "at": hall.at}

        with pytest.raises(DeferredTooLong):
            commands.defer_reminder(until=ahead.until[1] + timedelta(days=1), reason="停机", **held)
        with pytest.raises(ReasonMissing):
            commands.defer_reminder(until=ahead.until[0], reason=" ", **held)
        with pytest.raises(NotAllowed):
            commands.defer_reminder(until=ahead.until[0], reason="停机", **(held | {"by": hall.window}))

    def test_what_was_reminded_of_is_not_held_back(self, hall):
        clock = self.clock(hall)
        (ahead,) = [row for row in queries.upcoming(hall.office, hall.at, 5) if row.clock_id == clock.pk]
        at = ahead.at + timedelta(minutes=1)

        with pytest.raises(NoReminderAhead):
            commands.defer_reminder(clock_id=clock.pk, until=ahead.until[0], reason="停机", by=hall.office, at=at)
