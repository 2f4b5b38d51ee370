"""Tickets: who goes first, what may be done in which state, and that none is called twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support import people
from tests.support.counter import Counter, china
from yichuang.domains.counter import commands, queries
from yichuang.domains.counter.commands.refusals import (
    HallClosed,
    NobodyWaits,
    NothingInHand,
    NotYetCome,
    NowhereToGo,
    RecalledEnough,
    StillInHand,
    TooManyTickets,
    WindowIsPaused,
)
from yichuang.domains.counter.models import Queue, Ticket
from yichuang.domains.counter.terms import Outcome, Priority, TicketState
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.records.models import Record
from yichuang.kernel.identifiers import NotAnIdentifier, make_synthetic_resident_id

pytestmark = pytest.mark.django_db

OLD = make_synthetic_resident_id(born=date(1941, 3, 8), order=1)
YOUNG = make_synthetic_resident_id(born=date(1990, 3, 8), order=1)


class TestIssueTicket:
    def test_numbers_each_queue_from_one_with_its_prefix(self):
        hall = Counter()

        numbers = [hall.issue().number, hall.issue().number]
        other = hall.issue(queue_id=Queue.objects.get(site=hall.site, code="consult").pk)

        assert numbers == ["A001", "A002"]
        assert other.number == "Z001"
        assert Record.objects.filter(kind="TicketIssued").count() == 3

    def test_lets_the_old_go_first_without_asking(self):
        hall = Counter()

        ticket = hall.issue(id_number=OLD)

        assert ticket.priority == Priority.AGE
        assert ticket.party is None  # not registered yet
        assert ticket.shown == f"{OLD[:6]}********{OLD[-4:]}"

    def test_lets_the_disabled_go_first_and_knows_the_person(self):
        hall = Counter()
        party = people.make_party("张某", number=YOUNG, is_priority=True)

        ticket = hall.issue(id_number=YOUNG)

        assert ticket.priority == Priority.DISABLED
        assert ticket.party == party
        assert ticket.shown.startswith("张*")

    def test_gives_one_identity_two_open_tickets_at_most(self):
        hall = Counter()
        hall.issue(id_number=YOUNG)
        hall.issue(id_number=YOUNG)

        with pytest.raises(TooManyTickets, match="A001、A002"):
            hall.issue(id_number=YOUNG)

    def test_refuses_a_number_that_cannot_be(self):
        with pytest.raises(NotAnIdentifier):
            Counter().issue(id_number="42010619900101123X")

    @pytest.mark.parametrize(
        ("moment", "said"),
        [
            ("2019-10-30 17:00", "09:00—17:00"),  # Wednesday, just closed
            ("2019-10-27 10:00", "今日不对外服务"),  # Sunday
            ("2019-10-25 09:30", "消防演练"),  # a special day
        ],
    )
    def test_is_closed_outside_the_service_hours(self, moment, said):
        with pytest.raises(HallClosed, match=said):
            Counter(moment).issue()

    def test_serves_on_a_saturday_that_is_no_working_day(self):
        assert Counter("2019-10-26 10:00").issue().number == "A001"

    def test_is_not_for_everybody(self):
        hall = Counter()

        with pytest.raises(NotAllowed):
            commands.issue_ticket(queue_id=hall.queue.pk, by=hall.handler, at=hall.at)


class TestCallNext:
    def test_calls_transferred_then_priority_then_as_they_came(self):
        hall = Counter()
        hall.seat()
        first, second, old = hall.issue(), hall.issue(), hall.issue(id_number=OLD)
        commands.call_next(by=hall.other, at=hall.at)  # the old one

        onward = commands.transfer_ticket(ticket_id=old.pk, by=hall.other, at=hall.at, window_id=hall.one.pk)
        called = []
        for _ in range(3):
            ticket = commands.call_next(by=hall.window, at=hall.at)
            commands.begin_ticket(ticket_id=ticket.pk, by=hall.window, at=hall.at)
            called.append(ticket.pk)

        assert called == [onward.pk, first.pk, second.pk]
        with pytest.raises(NobodyWaits):
            commands.call_next(by=hall.window, at=hall.at)

    def test_finishes_what_was_served(self):
        hall = Counter()
        hall.seat()
        first, _ = hall.issue(), hall.issue()
        commands.call_next(by=hall.window, at=hall.at)
        commands.begin_ticket(ticket_id=first.pk, by=hall.window, at=hall.at + timedelta(minutes=1))

        commands.call_next(by=hall.window, at=hall.at + timedelta(minutes=7, seconds=40))

        first.refresh_from_db()
        assert first.state == TicketState.DONE
        assert first.outcome == Outcome.CONSULTED  # nothing was taken in
        assert first.service == timedelta(minutes=6, seconds=40)
        bar = queries.bar(queries.sitting_of(hall.window), hall.window, hall.at)
        assert (bar.done, bar.mean) == (1, "6′40″")

    def test_waits_for_who_was_called_and_has_not_come(self):
        hall = Counter()
        hall.seat()
        hall.issue(), hall.issue()
        commands.call_next(by=hall.window, at=hall.at)

        with pytest.raises(StillInHand, match="A001"):
            commands.call_next(by=hall.window, at=hall.at)

    def test_calls_nobody_while_the_window_is_paused(self):
        hall = Counter()
        hall.seat()
        hall.issue()
        commands.pause_window(by=hall.window, at=hall.at)

        with pytest.raises(WindowIsPaused, match="09:30"):
            commands.call_next(by=hall.window, at=hall.at)

        commands.resume_window(by=hall.window, at=hall.at)
        assert commands.call_next(by=hall.window, at=hall.at).number == "A001"

    def test_calls_only_the_queues_of_the_window(self):
        hall = Counter()
        hall.seat()
        hall.issue(queue_id=Queue.objects.get(site=hall.site, code="consult").pk)

        with pytest.raises(NobodyWaits):
            commands.call_next(by=hall.window, at=hall.at)

    def test_calls_only_tickets_of_the_day(self):
        hall = Counter()
        hall.seat()
        hall.issue()

        with pytest.raises(NobodyWaits):
            commands.call_next(by=hall.window, at=china("2019-10-31 09:00"))


class TestATicketInHand:
    def called(self) -> tuple[Counter, Ticket]:
        hall = Counter()
        hall.seat()
        hall.issue()
        return hall, commands.call_next(by=hall.window, at=hall.at)

    def test_is_recalled_three_times(self):
        hall, ticket = self.called()

        times = [commands.recall_ticket(ticket_id=ticket.pk, by=hall.window, at=hall.at) for _ in range(3)]

        assert times == [1, 2, 3]
        with pytest.raises(RecalledEnough):
            commands.recall_ticket(ticket_id=ticket.pk, by=hall.window, at=hall.at)

    def test_is_passed_when_nobody_comes(self):
        hall, ticket = self.called()

        commands.pass_ticket(ticket_id=ticket.pk, by=hall.window, at=hall.at)

        ticket.refresh_from_db()
        assert ticket.state == TicketState.PASSED
        assert queries.ticket_in_hand(hall.window) is None

    def test_is_not_passed_or_recalled_while_it_is_served(self):
        hall, ticket = self.called()
        commands.begin_ticket(ticket_id=ticket.pk, by=hall.window, at=hall.at)

        for deed in (commands.pass_ticket, commands.recall_ticket):
            with pytest.raises(NotYetCome):
                deed(ticket_id=ticket.pk, by=hall.window, at=hall.at)

    def test_begins_once_and_learns_who_it_is(self):
        hall, ticket = self.called()
        commands.begin_ticket(ticket_id=ticket.pk, by=hall.window, at=hall.at)

        later = hall.at + timedelta(minutes=2)
        commands.begin_ticket(ticket_id=ticket.pk, by=hall.window, at=later, party_id=hall.party.pk)

        ticket.refresh_from_db()
        assert (ticket.serving_at, ticket.party) == (hall.at, hall.party)

    def test_goes_on_to_another_queue_with_its_number(self):
        hall, ticket = self.called()
        consult = Queue.objects.get(site=hall.site, code="consult")

        onward = commands.transfer_ticket(
            ticket_id=ticket.pk, by=hall.window, at=hall.at, queue_id=consult.pk, reason="先咨询"
        )

        ticket.refresh_from_db()
        assert (ticket.state, onward.number, onward.leg, onward.queue) == ("TRANSFERRED", "A001", 2, consult)

    def test_does_not_go_on_to_where_it_is(self):
        hall, ticket = self.called()

        with pytest.raises(NowhereToGo):
            commands.transfer_ticket(ticket_id=ticket.pk, by=hall.window, at=hall.at, queue_id=ticket.queue_id)

    def test_belongs_to_who_called_it(self):
        hall, ticket = self.called()

        with pytest.raises(NothingInHand):
            commands.finish_ticket(ticket_id=ticket.pk, by=hall.other, at=hall.at)
        commands.finish_ticket(ticket_id=ticket.pk, by=hall.window, at=hall.at, outcome=Outcome.DELIVERED)

        ticket.refresh_from_db()
        assert ticket.outcome == Outcome.DELIVERED


class TestCloseHall:
    def test_passes_what_was_left_and_lets_clerks_go_home(self):
        hall = Counter()
        hall.seat()
        waiting, served = hall.issue(), None
        served = commands.call_next(by=hall.window, at=hall.at)
        commands.begin_ticket(ticket_id=served.pk, by=hall.window, at=hall.at)
        night = china("2019-10-31 01:00")

        closed = [commands.close_hall(site_id=hall.site.pk, at=night) for _ in range(2)]

        assert closed == [3, 0]  # one ticket, two sittings; then nothing
        waiting.refresh_from_db()
        assert (waiting.state, waiting.outcome) == (TicketState.DONE, Outcome.OTHER)
        assert queries.sitting_of(hall.window) is None
