"""Tallies: the narrow dated rows that figures count follow every deed, and tell what stood then and what was known."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.support.engine import Hall, china
from yichuang.domains.cases import commands
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.terms import Channel, HoldKind
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.jobs import runner
from yichuang.foundation.records import realtime
from yichuang.foundation.work import queries as work
from yichuang.foundation.work import tallies, timing
from yichuang.foundation.work.models import Dossier, Tally

pytestmark = pytest.mark.django_db

ACCEPTED = china("2019-10-08 09:30")  # Tuesday; ten working days: Monday the 21st, as Saturday the 12th was worked
DUE = china("2019-10-21 17:00")
LEGAL_DUE = china("2019-11-04 17:00")


@pytest.fixture
def hall() -> Hall:
    return Hall()


def decided(hall: Hall, at: datetime, **more: object) -> Case:
    case = hall.receive(**more)
    commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    for who in (hall.handler, hall.reviewer):
        step = work.live_steps(case.dossier).get()
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="", by=who, at=hall.at)
    commands.approve_case(case_id=case.pk, by=hall.signer, at=at)
    return case


def latest(case: Case) -> Tally:
    return tallies.now().get(dossier=case.dossier)


class TestKeeping:
    def test_says_whose_it_is_and_through_which_door_it_came(self, hall):
        row = latest(hall.receive(channel=Channel.ONLINE))

        assert (row.kind, row.item_code, row.unit.code, row.region) == (
            "case",
            "food_business_permit",
            "scjg",
            "420106",
        )
        assert (row.channel, row.source, row.is_synthetic) == ("ONLINE", "", False)
        assert (row.opened_at, row.accepted_at, row.due_at, row.is_late) == (hall.at, None, None, None)

    def test_an_accepted_case_is_owed_until_a_date(self, hall):
        case = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)

        row = latest(case)

        assert (row.accepted_at, row.promise_limit, row.promise_unit, row.due_at) == (hall.at, 10, "working_day", DUE)
        assert (row.legal_limit, row.legal_due_at, row.used, row.is_late) == (20, LEGAL_DUE, None, None)

    def test_a_decision_in_time_says_how_many_days_it_used(self, hall):
        row = latest(decided(hall, china("2019-10-11 10:00")))  # the 9th, 10th and 11th count

        assert (row.concluded_at, row.outcome) == (china("2019-10-11 10:00"), "passed")
        assert (row.used, row.is_late, row.is_late_legally, row.due_at) == (3, False, False, DUE)

    def test_a_late_decision_says_so(self, hall):
        row = latest(decided(hall, china("2019-10-22 10:00")))

        assert (row.used, row.is_late, row.is_late_legally) == (11, True, False)

    def test_days_that_stood_still_are_not_used(self, hall):
        case = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)
        hold = commands.ask_hold(
            case_id=case.pk, kind=HoldKind.SPECIAL, ground="专家评审", reason="论证", expected_days=8,
            by=hall.handler, at=china("2019-10-15 10:00"),
        )  # fmt: skip
        commands.approve_hold(hold_id=hold.pk, by=hall.head, at=china("2019-10-15 10:00"))
        assert latest(case).due_at is None

        commands.end_hold(hold_id=hold.pk, result="通过", by=hall.handler, at=china("2019-10-25 10:00"))

        assert latest(case).due_at == china("2019-10-31 17:00")

    def test_a_step_that_changes_nothing_of_it_writes_nothing(self, hall):
        case = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)
        before = Tally.objects.filter(dossier=case.dossier).count()

        step = work.live_steps(case.dossier).get()
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="", by=hall.handler, at=hall.at)

        assert Tally.objects.filter(dossier=case.dossier).count() == before

    def test_one_row_is_open_and_each_begins_where_the_one_before_ends(self, hall):
        case = decided(hall, china("2019-10-11 10:00"))

        rows = list(Tally.objects.filter(dossier=case.dossier).order_by("pk"))

        assert [row.superseded_at is None for row in rows] == [False] * (len(rows) - 1) + [True]
        assert [(row.valid_to, row.superseded_at) for row in rows[:-1]] == [
            (row.valid_from, row.recorded_at) for row in rows[1:]
        ]


class TestAsOf:
    def test_gives_each_dossier_once_as_it_stood(self, hall):
        case = decided(hall, china("2019-10-22 10:00"))

        before, after = (tallies.as_of(china(f"2019-10-{day} 12:00")).get(dossier=case.dossier) for day in ("21", "22"))

        assert (before.concluded_at, before.is_late, before.due_at) == (None, None, DUE)
        assert (after.concluded_at, after.is_late) == (china("2019-10-22 10:00"), True)
        assert not tallies.as_of(china("2019-10-08 09:00")).exists()

    def test_what_was_not_known_yet_does_not_count(self, hall):
        case = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)
        known_at = realtime.database_now()
        dossier = Dossier.objects.get(pk=case.pk)
        dossier.channel = "POST"  # learnt afterwards, true from the first day
        tallies.keep(dossier, [], timing.office(), since=dossier.opened_at)

        moment = china("2019-10-09 12:00")
        assert tallies.as_of(moment, known_at=known_at).get().channel == "WINDOW"
        assert tallies.as_of(moment).get().channel == "POST"
        assert tallies.as_of(moment, known_at=realtime.database_now()).get().channel == "POST"


class TestCatchingUp:
    def test_writes_what_a_folder_from_before_lacks_by_a_job(self, hall):
        decided(hall, china("2019-10-22 10:00"))
        hall.receive()
        kept = list(tallies.now().order_by("dossier").values_list("dossier", *tallies.COLUMNS))
        Tally.objects.all().delete()
        jobs.enqueue("work.tally", "all", hall.at)

        runner.run_due(at=hall.at)

        assert list(tallies.now().order_by("dossier").values_list("dossier", *tallies.COLUMNS)) == kept
        assert not tallies.missing().exists()


class TestStanding:
    @pytest.mark.parametrize("day", ["2019-10-08", "2019-10-09", "2019-10-11", "2019-10-12"])
    def test_filters_apart_give_every_tally_once(self, hall, day):
        decided(hall, china("2019-10-11 10:00"))
        commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=china("2019-10-09 10:00"))
        before = china(f"{day} 00:00")

        parts = [set(Tally.objects.filter(each)) for each in tallies.standing_apart(before)]

        assert sum(len(part) for part in parts) == len(set.union(*parts))
        assert set.union(*parts) == set(Tally.objects.filter(tallies.standing(before)))

    def test_now_there_is_one_filter_alone(self, hall):
        decided(hall, china("2019-10-11 10:00"))

        assert len(tallies.standing_apart(china("2019-10-12 00:00"))) == 1
        assert len(tallies.standing_apart(china("2019-10-11 00:00"))) == 2
