"""Paper bags: they go by scan from hand to hand, and what is late is seen."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from tests.support import people
from tests.support.counter import Counter, china
from yichuang.domains.cases.models import Handover
from yichuang.domains.cases.terms import Place
from yichuang.domains.counter import commands, queries
from yichuang.domains.counter.commands.receptions import Reply
from yichuang.domains.counter.commands.refusals import BagUnknown, NoBags
from yichuang.domains.counter.models import CustodyList, PaperBag
from yichuang.domains.counter.terms import How
from yichuang.foundation.people import commands as people_deeds
from yichuang.foundation.people.actors import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Counter:
    made = Counter()
    made.seat()
    return made


def bag(hall: Counter) -> str:
    party = people.make_party("王某")
    reception = commands.take_in(
        application=hall.application(applicant_id=party.pk), reply=Reply(How.ACCEPT), by=hall.window, at=hall.at
    )
    return PaperBag.objects.get(case=reception.case_id).code


def give(hall: Counter, *codes: str, to: Place = Place.DEPARTMENT, by=None, at=None) -> list[CustodyList]:
    return commands.give_bags(codes=codes, to_place=to, by=by or hall.window, at=at or hall.at)


class TestTheWayOfABag:
    def test_from_the_window_to_the_archive(self, hall):
        code = bag(hall)
        archivist = people.make_actor("archivist", hall.hall, at=hall.at)

        (there,) = give(hall, code.lower())
        commands.take_bags(list_id=there.pk, codes=[code], by=hall.handler, at=hall.at + timedelta(hours=1))
        (back,) = give(hall, code, to=Place.DELIVERY, by=hall.handler, at=hall.at + timedelta(hours=2))
        commands.take_bags(list_id=back.pk, codes=[code], by=hall.delivery, at=hall.at + timedelta(hours=3))
        (last,) = give(hall, code, to=Place.ARCHIVE, by=hall.delivery, at=hall.at + timedelta(hours=4))
        commands.take_bags(list_id=last.pk, codes=[code], by=archivist, at=hall.at + timedelta(hours=5))

        found = PaperBag.objects.get()
        assert (found.place, found.unit, found.keeper_id) == (Place.ARCHIVE, hall.hall, archivist.account_id)
        assert [row.to_place for row in Handover.objects.order_by("n")] == ["DEPARTMENT", "DELIVERY", "ARCHIVE"]
        assert Handover.objects.filter(digest="").count() == 0  # both signed each
        assert [there.number, back.number] == ["20191030-hall-001", "20191030-scjg-001"]

    def test_what_did_not_come_is_named_and_stays_open(self, hall):
        first, second = bag(hall), bag(hall)
        (paper,) = give(hall, first, second)

        missing = commands.take_bags(list_id=paper.pk, codes=[first], by=hall.handler, at=hall.at)

        assert missing == (second,)
        paper.refresh_from_db()
        assert paper.taken_at is None
        assert commands.take_bags(list_id=paper.pk, codes=[second], by=hall.handler, at=hall.at) == ()
        paper.refresh_from_db()
        assert paper.taken_by_id == hall.handler.account_id

    def test_a_bag_is_on_one_way_at_a_time(self, hall):
        code = bag(hall)
        give(hall, code)

        with pytest.raises(BagUnknown, match=code):
            give(hall, code)

    def test_a_code_that_is_not_here_stops_the_whole_list(self, hall):
        code = bag(hall)

        with pytest.raises(BagUnknown, match="B1"):
            give(hall, code, "B1")
        assert not CustodyList.objects.exists()

    def test_nothing_scanned_is_told(self, hall):
        with pytest.raises(NoBags):
            give(hall, " ")

    def test_another_unit_neither_gives_nor_takes(self, hall):
        code = bag(hall)
        (paper,) = give(hall, code)
        stranger = people.make_actor("handler", "zjj", at=hall.at)

        with pytest.raises(NotAllowed):
            commands.take_bags(list_id=paper.pk, codes=[code], by=stranger, at=hall.at)


class TestWhatIsLate:
    def test_half_a_day_after_acceptance_a_bag_at_the_window_is_late(self, hall):
        bag(hall)  # accepted on Wednesday at 9:30: half a day counted is the afternoon

        in_time = queries.bags_of(hall.window, china("2019-10-30 12:00"))
        late = queries.bags_of(hall.window, china("2019-10-31 09:30"))

        assert [each.is_late for each in in_time] == [False]
        assert [each.is_late for each in late] == [True]

    def test_a_bag_on_its_way_that_nobody_signs_for_is_late(self, hall):
        code = bag(hall)
        give(hall, code, at=china("2019-10-30 11:30"))

        (shown,) = queries.bags_of(hall.window, china("2019-11-01 09:30"))

        assert shown.is_late
        assert shown.list_number == "20191030-hall-001"

    def test_a_bag_at_the_department_is_not_asked_for(self, hall):
        code = bag(hall)
        (paper,) = give(hall, code)
        commands.take_bags(list_id=paper.pk, codes=[code], by=hall.handler, at=hall.at)

        (shown,) = queries.bags_of(hall.handler, china("2019-11-05 09:30"))

        assert (shown.is_late, shown.due_at) == (False, None)

    def test_the_two_runs_of_the_day(self, hall):
        runs, upcoming = queries.runs_of([hall.site], china("2019-10-30 11:30"))

        assert runs == [time(11, 30), time(16, 30)]
        assert upcoming == time(16, 30)


def test_who_leaves_hands_bags_and_ticket_over(hall):
    """Practice 13: closing an account is refused while it holds them."""
    code = bag(hall)
    hall.issue()
    ticket = commands.call_next(by=hall.window, at=hall.at)
    head = people.make_actor("hall_office", hall.hall, at=hall.at)

    for holding, key in (("bags", PaperBag.objects.get().pk), ("tickets", ticket.pk)):
        people_deeds.hand_over(
            giver_id=hall.window.account_id,
            taker_id=hall.other.account_id,
            holding=holding,
            keys=[str(key)],
            reason="调到街道",
            by=head,
            at=hall.at,
        )

    assert PaperBag.objects.get(code=code).keeper_id == hall.other.account_id
    assert queries.ticket_in_hand(hall.other).pk == ticket.pk
