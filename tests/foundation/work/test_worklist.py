"""The work list in one statement says what its plain definition says: rows, order, counts, days left."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.db.models import Case as When_
from django.db.models import F, IntegerField, Value, When
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.support import people
from tests.support.engine import Hall, china
from tests.support.people import refresh
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases import queries
from yichuang.domains.cases.models import Case
from yichuang.foundation.people.actors import Actor, actor_for
from yichuang.foundation.people.models import Account
from yichuang.foundation.work import commands, timing
from yichuang.foundation.work import queries as work
from yichuang.foundation.work import worklist as worklists
from yichuang.foundation.work.deeds import deed
from yichuang.foundation.work.events import FactsAmended
from yichuang.foundation.work.models import Clock, Share, Step
from yichuang.foundation.work.terms import ClockKind, Lamp
from yichuang.kernel import clocks as kernel
from yichuang.kernel.calendars import SHANGHAI, Calendar, Office


def accepted(hall: Hall, at: datetime) -> Case:
    case = hall.receive(received_at=at)
    return cases.accept_case(case_id=case.pk, by=hall.window, at=at)


@pytest.fixture
def hall(db: None) -> Hall:
    """A hall with cases of every kind: fresh, late, in hand, standing still, with a reviewer, of another unit."""
    hall = Hall()
    dice = random.Random(7)
    for n in range(12):
        at = hall.at + timedelta(minutes=n * 900 + dice.randrange(60))
        case = accepted(hall, at)
        step = Step.objects.get(dossier=case.pk, state="open")
        match n % 6:
            case 1:
                commands.claim_step(step_id=step.pk, by=hall.handler, at=at)
            case 2 | 3:
                cases.complete_step(step_id=step.pk, outcome="agree", opinion="", by=hall.handler, at=at)
            case 4:
                stand_still(case.pk, hall, at + timedelta(hours=1))
            case 5:
                stand_still(case.pk, hall, at + timedelta(hours=1))
                go_on(case.pk, hall, at + timedelta(days=2, hours=9))
    return hall


def stand_still(case: int, hall: Hall, at: datetime) -> None:
    with deed("stand_still", on=case, by=hall.head, at=at) as done:
        done.because(kind="专家评审", reason="须论证", basis="行政许可法 第四十五条")
        done.pause((ClockKind.PROMISE,))
        done.record(FactsAmended(names=("x",)))


def go_on(case: int, hall: Hall, at: datetime) -> None:
    with deed("go_on_again", on=case, by=hall.head, at=at) as done:
        done.resume((ClockKind.PROMISE,))
        done.record(FactsAmended(names=("x",)))


def plainly(actor: Actor, show: str, at: datetime) -> list[Step]:
    """List by the plain definition, with the related rows that a page shows."""
    paused = When_(
        When(dossier__paused_since__isnull=False, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    rows = work.filtered(work.my_steps(actor), show, at).distinct()
    return list(rows.annotate(paused=paused).order_by("paused", F("due_at").asc(nulls_last=True), "pk"))


def counted(actor: Actor, at: datetime) -> dict[str, int]:
    return {name: len(plainly(actor, name, at)) for name in worklists.FILTERS if name != "to_countersign"}


MOMENTS = ["2019-10-08 10:00", "2019-10-15 12:30", "2019-10-18 20:00", "2019-11-25 08:00"]


class TestAgainstThePlainDefinition:
    @pytest.mark.parametrize("moment", MOMENTS)
    @pytest.mark.parametrize("show", worklists.FILTERS)
    def test_the_same_rows_in_the_same_order(self, hall: Hall, moment: str, show: str) -> None:
        at = china(moment)
        for actor in (hall.handler, hall.reviewer, hall.head, hall.window):
            found = worklists.worklist(actor, at, show=show)

            expected = plainly(actor, show, at)
            assert [row.step_id for row in found.rows] == [row.pk for row in expected]
            assert found.count == len(expected)

    @pytest.mark.parametrize("moment", MOMENTS)
    def test_every_count_and_lamp_is_exact(self, hall: Hall, moment: str) -> None:
        at = china(moment)
        for actor in (hall.handler, hall.reviewer, hall.head):
            found = worklists.worklist(actor, at)

            expected = counted(actor, at)
            assert {name: found.counts[name] for name in expected} == expected
            lamps = [row.lamp for row in found.rows]
            assert found.lamps == {lamp: lamps.count(lamp) for lamp in worklists.LAMPS}

    @pytest.mark.parametrize("moment", MOMENTS)
    def test_every_cell_is_what_its_row_says(self, hall: Hall, moment: str) -> None:
        at, office = china(moment), timing.office()
        for row in worklists.worklist(hall.handler, at).rows:
            step = Step.objects.select_related("dossier", "claimed_by", "previous_by").get(pk=row.step_id)
            clock = timing.with_ledger(Clock.objects.filter(step=step, stopped_at=None)).get()
            assert row.days_left == int(kernel.remaining(timing.clock_of(clock), at, office))
            assert (row.number, row.title, row.step) == (step.dossier.number, step.dossier.title, step.name)
            assert (row.opened_at, row.due_at, row.state) == (step.opened_at, step.due_at, step.state)
            assert (row.claimed_by, row.claimed_by_id) == (str(step.claimed_by or ""), step.claimed_by_id)
            assert row.previous == str(step.previous_by or "")
            assert row.is_paused == (step.dossier.paused_since is not None)
            assert row.paused_because == (work.paused_because(step.dossier) if row.is_paused else "")
            assert row.lamp == (Lamp.STOPPED if row.is_paused else work.lamp_of(step, at))

    def test_there_is_something_of_everything(self, hall: Hall) -> None:
        found = worklists.worklist(hall.handler, china("2019-10-15 12:30"))

        assert all(found.lamps.values()), found.lamps
        assert found.counts["to_claim"] < found.counts["all"]
        assert found.counts["special"] == 2
        assert not worklists.worklist(hall.window, hall.at).rows


class TestPages:
    def test_pages_follow_each_other_and_a_page_too_far_is_the_last(self, hall: Hall) -> None:
        at = china("2019-10-15 12:30")
        whole = [row.step_id for row in worklists.worklist(hall.handler, at).rows]

        pages = [worklists.worklist(hall.handler, at, number=n, size=3) for n in (1, 2, 3)]
        assert [row.step_id for page in pages for row in page.rows] == whole[:9]
        assert pages[0].pages == -(-len(whole) // 3)
        last = worklists.worklist(hall.handler, at, number=99, size=3)
        assert (last.number, [row.step_id for row in last.rows]) == (last.pages, whole[(last.pages - 1) * 3 :])

    def test_nothing_has_one_page(self, hall: Hall) -> None:
        empty = worklists.worklist(people.make_actor("handler", "wlj", at=hall.at), hall.at, number=4)
        assert (empty.rows, empty.count, empty.pages) == ((), 0, 1)

    def test_numbers_lead_on_in_the_order_of_the_list(self, hall: Hall) -> None:
        numbers = [row.number for row in worklists.worklist(hall.handler, hall.at).rows]

        assert worklists.numbers(hall.handler) == numbers
        assert queries.next_numbers(hall.handler, numbers[1]) == (numbers[0], numbers[2])


class TestRights:
    def test_units_of_several_appointments_are_one_list_and_each_row_stands_once(self, hall: Hall) -> None:
        account = people.make_account("handler", hall.unit)
        people.appoint(account, "reviewer", hall.unit)
        people.appoint(account, "handler", "wlj")
        refresh(account)
        actor = actor_for(Account.objects.get(pk=account.pk), hall.at)

        found = [row.step_id for row in worklists.worklist(actor, hall.at).rows]

        assert sorted(found) == sorted(work.my_steps(actor).values_list("pk", flat=True))
        assert len(found) == len(set(found)) > len(worklists.worklist(hall.handler, hall.at).rows)

    def test_an_open_share_is_found_once_however_many_there_are(self, hall: Hall) -> None:
        step = work.my_steps(hall.handler).first()
        assert step is not None
        for unit in (hall.unit, hall.hall):
            Share.objects.create(dossier_id=step.dossier_id, step=step, unit=unit, opened_at=hall.at)

        found = worklists.worklist(hall.handler, hall.at, show="to_countersign")

        assert ([row.step_id for row in found.rows], found.count) == ([step.pk], 1)


class TestStatements:
    @pytest.mark.usefixtures("definitions_stand")
    def test_a_page_takes_one_statement_and_one_more_for_what_has_a_ledger(self, hall: Hall) -> None:
        at = china("2019-10-15 12:30")

        with CaptureQueriesContext(connection) as plain:
            worklists.worklist(hall.reviewer, at)
        with CaptureQueriesContext(connection) as with_ledgers:
            worklists.worklist(hall.handler, at)

        asked = [each["sql"] for each in plain.captured_queries if "plan_cache_mode" not in each["sql"]]
        assert len(asked) == 1
        more = [each["sql"] for each in with_ledgers.captured_queries if "plan_cache_mode" not in each["sql"]]
        assert (
            len(more) == 4
        )  # and the pauses, the clocks that ever stood still, and their pauses: for all rows at once

    @pytest.mark.postgresql
    def test_the_indexes_answer_alone(self, hall: Hall) -> None:
        """Live steps are read from the index; the table only for the rows of the page."""
        branches, said = worklists._branches(hall.handler, ["cases.handle"])
        with connection.cursor() as cursor:
            for way in ("seqscan", "indexscan", "bitmapscan"):  # a handful of rows would rather be read otherwise
                cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute(f"EXPLAIN {branches}", said)
            plan = "\n".join(line for (line,) in cursor.fetchall())

        assert "Index Only Scan using step_live_unit" in plan, plan


OFFICE = Office(Calendar.of())
NEAR = st.datetimes(datetime(2019, 1, 1), datetime(2019, 12, 20)).map(lambda each: each.replace(tzinfo=SHANGHAI))


class TestDaysLeft:
    @given(limit=st.integers(0, 60), started=NEAR, at=NEAR)
    def test_is_what_the_clock_itself_says(self, limit: int, started: datetime, at: datetime) -> None:
        clock = kernel.Clock(limit=limit, unit=kernel.Unit.WORKING_DAY, started_at=started)
        if at < started:
            return

        said = kernel.days_left(limit, started_at=started, at=at, office=OFFICE)

        assert said == kernel.remaining(clock, at, OFFICE)
