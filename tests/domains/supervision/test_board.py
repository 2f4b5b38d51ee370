"""The numbers of screen ③ say what their plain definitions say, for whoever looks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from importlib import import_module

import pytest

from tests.support import people
from tests.support.engine import china, shipped
from tests.support.supervision import Watched
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import Case, Notice, Rating
from yichuang.domains.cases.rules import Brought, Row
from yichuang.domains.cases.terms import NoticeChannel
from yichuang.domains.supervision import queries
from yichuang.domains.supervision.models import Deferral
from yichuang.domains.supervision.queries import board, reminders
from yichuang.domains.supervision.terms import Pattern
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.work.models import Clock, Dossier, Tally
from yichuang.foundation.work.terms import ClockKind
from yichuang.kernel.lifecycles import Lifecycle

NOW = china("2019-11-20 09:30")  # a Wednesday
MONTH = china("2019-11-01 00:00")
RECEIVED = [
    ("2019-10-21 09:00", "2019-10-21 09:00"),  # a month before
    ("2019-10-31 16:00", "2019-11-04 10:00"),  # came before the month, was entered in it
    ("2019-11-01 09:00", "2019-11-01 09:00"),
    ("2019-11-01 10:00", "2019-11-01 17:00"),  # entered late
    ("2019-11-04 09:00", "2019-11-04 09:00"),
    ("2019-11-05 09:00", "2019-11-05 09:00"),
    ("2019-11-06 09:00", "2019-11-06 09:00"),
    ("2019-11-14 09:00", "2019-11-14 09:00"),
    ("2019-11-18 09:00", "2019-11-18 09:00"),
    ("2019-11-19 15:00", "2019-11-19 15:00"),
    ("2019-11-07 09:00", "2019-11-07 09:00"),  # due tomorrow
]


@pytest.fixture
def hall(db: None) -> Watched:
    """A hall with cases of two units: received, accepted, corrected once and twice, late, concluded, ill rated."""
    hall = Watched()
    other = people.make_unit("cgj")
    for n, (received, entered) in enumerate(RECEIVED):
        hall.at = china(entered)
        case = hall.receive(received_at=china(received))
        at = hall.at + timedelta(minutes=5)
        for time in range({2: 1, 5: 2, 7: 1, 1: 1}.get(n, 0)):
            correct(hall, case, at + timedelta(hours=2 * time))
        if n not in (2, 8):
            cases.accept_case(case_id=case.pk, by=hall.window, at=at + timedelta(hours=5))
        if n in (0, 4, 7):
            Dossier.objects.filter(pk=case.pk).update(unit=other)
        if n in (3, 6):
            conclude(case, at + timedelta(days=3), used=n)
        if n in (0, 3, 6):
            Rating.objects.create(case=case, stars=1 + n // 3, channel="WEB", at=NOW - timedelta(days=n))
    return hall


def correct(hall: Watched, case: Case, at: datetime) -> None:
    row = Row(material="food_floor_plan", name="平面图", reason="未标面积", how="标出面积")
    cases.ask_correction(case_id=case.pk, rows=[row], channel=NoticeChannel.WINDOW, by=hall.window, at=at)
    cases.hand_in_correction(
        case_id=case.pk,
        brought={"food_floor_plan": Brought()},
        answers={},
        by=hall.window,
        at=at + timedelta(hours=1),
    )


def conclude(case: Case, at: datetime, *, used: int) -> None:
    Dossier.objects.filter(pk=case.pk).update(concluded_at=at, outcome="passed")
    Tally.objects.filter(dossier=case.pk, superseded_at=None).update(
        concluded_at=at, used=used, promise_limit=10, promise_unit="working_day"
    )


def readers(hall: Watched) -> list[Actor]:
    return [hall.office, hall.head, people.make_actor("dept_head", people.make_unit("cgj"), at=hall.at)]


@pytest.fixture(params=[0, 50], ids=["many units", "few units"])
def many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "MANY", request.param)
    monkeypatch.setattr(reminders, "MANY", request.param)
    evasion = import_module("yichuang.domains.supervision.queries.evasion")  # the package has a function of this name
    monkeypatch.setattr(evasion, "MANY", request.param)
    monkeypatch.setattr(reminders, "BATCH", 2)


def supervised(reader: Actor) -> list[Dossier]:
    units = reader.units(board.VIEW)
    return [row for row in Dossier.objects.filter(kind="case") if units is None or row.unit_id in units]


def is_over(row: Dossier, kind: ClockKind) -> bool:
    running = Clock.objects.filter(dossier=row, kind=kind, step=None, stopped_at=None, due_at__lt=NOW)
    return row.concluded_at is None and row.ended_at is None and running.exists()


def is_corrected(row: Dossier, times: int) -> bool:
    is_of_month = MONTH <= Case.objects.get(pk=row.pk).received_at <= NOW
    return is_of_month and Notice.objects.filter(case=row.pk, n=times).exists()


def plainly(name: str, row: Dossier) -> bool:
    """Say whether a number counts a case, by what the number means."""
    is_live = row.concluded_at is None and row.ended_at is None
    match name:
        case "live":
            return is_live
        case "late":
            return is_live and row.due_at is not None and row.due_at < NOW
        case "soon":
            assert row.due_at is None or row.amber_at is not None
            return is_live and row.due_at is not None and row.amber_at <= NOW <= row.due_at  # type: ignore[operator]
        case "today":
            return is_live and row.due_at is not None and row.due_at.astimezone(NOW.tzinfo).date() == NOW.date()
        case "over_promise":
            return is_over(row, ClockKind.PROMISE)
        case "over_legal":
            return is_over(row, ClockKind.LEGAL)
        case "received":
            return MONTH <= Case.objects.get(pk=row.pk).received_at <= NOW
        case "corrected":
            return is_corrected(row, 1)
        case "corrected_twice":
            return is_corrected(row, 2)
        case "bad":
            return Rating.objects.filter(case=row.pk, stars__lte=2, at__gte=MONTH, at__lte=NOW).exists()
    raise LookupError(name)


def by_unit(name: str, rows: Iterable[Dossier]) -> Counter[int]:
    return Counter(row.unit_id for row in rows if plainly(name, row))


@pytest.mark.usefixtures("many")
class TestNumbers:
    def test_of_every_unit_are_those_of_their_plain_definitions(self, hall):
        found, wanted = [], []

        for reader in readers(hall):
            rows = queries.units_table(reader, NOW)
            for name in ("received", *queries.CELLS):
                found.append({row.unit_id: getattr(row, name) for row in rows if getattr(row, name)})
                wanted.append(dict(by_unit(name, supervised(reader))))

        assert found == wanted
        assert all(wanted[:7])  # the office has something behind every number

    def test_of_the_first_row_are_those_of_their_plain_definitions(self, hall):
        for reader in readers(hall):
            told = queries.counts(reader, NOW)

            plain = {name: by_unit(name, supervised(reader)).total() for name in queries.LISTS}
            assert {name: told[name] for name in queries.LISTS} == plain
        assert queries.counts(hall.office, NOW)["over_promise"]

    def test_of_days_are_the_means_of_what_was_decided_this_month(self, hall):
        rows = {row.unit_id: row for row in queries.units_table(hall.office, NOW)}

        assert (rows[hall.unit.pk].used, rows[hall.unit.pk].promised) == (Fraction(9, 2), Fraction(10))

    @pytest.mark.parametrize("name", [*board.LISTS, *board.CELLS])
    def test_are_as_many_as_the_cases_behind_them(self, hall, name):
        for reader in readers(hall):
            now, rows = queries.in_hand(reader, NOW), queries.units_table(reader, NOW)
            for unit in (None, hall.unit.pk, 0):
                behind = list(queries.behind(reader, name, NOW, unit_id=unit))

                plain = [row for row in supervised(reader) if plainly(name, row) and unit in (None, row.unit_id)]
                assert {row.pk for row in behind} == {row.pk for row in plain}
                assert queries.count_behind(name, now, rows, unit) == len(plain)
                assert behind == sorted(behind, key=lambda row: (row.due_at is None, row.due_at or NOW, row.pk))


@pytest.mark.usefixtures("many")
class TestLeads:
    def test_are_those_of_the_units_that_the_reader_supervises(self, hall):
        late = {row.pk: row.unit_id for row in Dossier.objects.order_by("pk")[:4]}
        Case.objects.filter(pk__in=late).update(entered_at=NOW, received_at=NOW - timedelta(hours=5))

        for reader in readers(hall):
            found = queries.evasion(reader, NOW)[Pattern.ENTERED_LATE]

            units = reader.units(board.VIEW)
            mine = {row.number for row in Dossier.objects.filter(pk__in=late) if units is None or row.unit_id in units}
            assert {row.number for row in found} == mine
        assert len(set(late.values())) == 2


@pytest.mark.usefixtures("many")
class TestReminders:
    @pytest.mark.parametrize("at", ["2019-11-18 08:00", "2019-11-20 09:30", "2019-11-21 18:30"])
    def test_are_the_next_of_all_that_are_ahead(self, hall, at):
        at = china(at)
        for n, clock in enumerate(Clock.objects.filter(kind__in=reminders.REMINDED, stopped_at=None, due_at__gt=at)):
            if n % 3 == 0:
                until = at.date() + timedelta(days=2 * n - 2)
                Deferral.objects.create(clock=clock, until=until, reason=f"{n}", at=at, by_id=hall.office.account_id)

        for reader in readers(hall):
            keys = {row.pk for row in supervised(reader) if row.concluded_at is None and row.ended_at is None}
            clocks = Clock.objects.filter(kind__in=reminders.REMINDED, step=None, dossier__in=keys)
            ahead = [(moment, each.pk) for each in clocks if (moment := reminders.next_moment(each, at))]
            found = queries.upcoming(reader, at, 5)

            assert [(row.at, row.clock_id) for row in found] == sorted(ahead)[:5]
            assert [row.because for row in found] == [
                held.reason if (held := Deferral.objects.filter(clock=row.clock_id).last()) else "" for row in found
            ]
        assert found


def test_no_lifecycle_lets_the_promise_run_beside_what_the_lamp_follows_before_it():
    lifecycles = [file.parsed for file in shipped().of("lifecycle")]

    assert len(lifecycles) > 5
    for lifecycle in lifecycles:
        for running in running_sets(lifecycle):
            assert not ("promise" in running and running & {"acceptance", "correction"}), lifecycle.id


def running_sets(lifecycle: Lifecycle) -> set[frozenset[str]]:
    """Follow every way through a lifecycle and tell which clocks run together on it."""
    seen = {(lifecycle.start, frozenset[str]())}
    waiting = list(seen)
    while waiting:
        state, running = waiting.pop()
        for move in lifecycle.moves:
            if move.state == state:
                then = move.to, running - set(move.clocks.stop) | set(move.clocks.start)
                if then not in seen:
                    seen.add(then)
                    waiting.append(then)
    return {running for _state, running in seen}
