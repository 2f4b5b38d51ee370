"""The small profile of the sample: items in their registries and a year of cases that are over, there once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.construction import DEMO, open_district
from tests.support.engine import china
from yichuang.config.demo import Demo, Profile
from yichuang.config.sample import history, items, registries
from yichuang.domains.cases.models import Case, Decision
from yichuang.domains.catalogue import commands as catalogue
from yichuang.domains.catalogue.models import ItemListing, ListingEntry, StreetItem
from yichuang.domains.catalogue.queries import published_ways
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.figures import queries
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.terms import SYSTEM
from yichuang.foundation.work import timing
from yichuang.foundation.work.models import Clock, Dossier, Span, Step, Tally
from yichuang.kernel import clocks

SAMPLE = DEMO.parent / "sample"
OPENED = china("2019-10-30 09:00")


def test_what_is_spread_lies_evenly_and_apart():
    for salt in range(18):
        tenths = [int(history.spread(n, salt) * 10) for n in range(500)]
        assert all(40 <= tenths.count(each) <= 60 for each in range(10)), salt
    both = [history.spread(n, 5) < 0.5 and history.spread(n, 6) < 0.5 for n in range(500)]
    assert 90 <= sum(both) <= 160


@pytest.fixture
def district(db: None) -> Demo:
    """Load the subjects of items, registries and history."""
    open_district()
    opened = Demo(SAMPLE, OPENED, Profile.SMALL)
    _load(opened)
    return opened


def _load(district: Demo) -> None:
    for subject in (items, registries, history):
        subject.load(district)


def test_it_is_listed_and_counted_has_a_year_behind_it_and_is_loaded_once(district):
    records = Record.objects.count()
    _load(district)
    assert Record.objects.count() == records

    found = {each["item"] for each in items.read(district)}
    assert not ListingEntry.objects.exclude(state="PUBLISHED").exists()
    assert ItemListing.objects.filter(registry="SIBAN").values("item").distinct().count() == len(found)
    assert StreetItem.objects.current().count() == figure("F38") == figure("F39") + figure("F40") + figure("F41")
    assert figure("F19") == 2
    assert queries.answers(["F88"], Times(date(2019, 10, 30)))["F88"].wording == "V3.0"
    assert published_ways("SIBAN") is not None
    assert figure("F29") == len(district.read("kinds")["small"])
    _all_is_over()
    _tallies_agree_with_clocks()
    _a_slower_version_takes_one_item_out()


def figure(alias: str, day: date = date(2019, 10, 30)) -> int:
    """Ask a figure for its value."""
    value = queries.answers([alias], Times(day))[alias].value
    assert value is not None, alias
    return int(value)


def _a_slower_version_takes_one_item_out() -> None:
    """Publish an item that was decided on the spot with a promise of days: one way moves, by one."""
    before = figure("F09")
    body = next(each for each in items.read(Demo(SAMPLE, OPENED)) if each["item"] == "mzj_111_01")
    slower = body | {"version": 2, "handling": "PROMISE", "promise": {"limit": 3}, "plan": "permit_three_hands_3"}
    slower["in_force"] = {"from": "2019-10-30"}
    definitions.publish(of_bodies([("item", slower)]), by=SYSTEM, at=OPENED)
    catalogue.refresh(at=OPENED, codes=["mzj_111_01"])
    assert figure("F09") == before - 1
    assert figure("F11") == figure("F11", date(2019, 10, 29))


def _all_is_over() -> None:
    """Look at every case: marked, at its end before the opening, its moments in order."""
    rows = Dossier.objects.filter(kind="case")
    assert 50 <= rows.count() <= 70
    assert not rows.exclude(state="archived", is_synthetic=True).exists()
    assert not rows.filter(ended_at__gt=OPENED).exists()
    assert Case.objects.count() == Decision.objects.count() == rows.count()
    assert not Step.objects.exclude(state="done").exists()
    assert not Clock.objects.filter(stopped_at=None).exists()
    for dossier in rows:
        moments = list(Span.objects.filter(dossier=dossier).order_by("pk").values_list("from_at", flat=True))
        assert moments == sorted(moments), dossier.number
        done = list(Step.objects.filter(dossier=dossier).order_by("pk").values_list("opened_at", "done_at"))
        assert all(since <= until for since, until in done)
        assert done[-1][1] == dossier.concluded_at


def _tallies_agree_with_clocks() -> None:
    """Ask the kernel anew of every clock, and the figures of every month."""
    office = timing.office()
    told = Tally.objects.filter(superseded_at=None, promise_limit__isnull=False)
    assert told.exists()
    for tally in told:
        row = timing.with_ledger(Clock.objects.filter(dossier=tally.dossier_id, kind="promise")).get()
        clock = timing.clock_of(row)
        assert tally.is_late == clocks.was_late(clock, office)
        assert tally.used == int(clocks.used(clock, tally.concluded_at, office))
        assert tally.due_at == clocks.due(clock, office)
    year = [date(2018, 11, 30) + timedelta(days=30 * n) for n in range(12)]
    concluded = [queries.answers(["cases.concluded"], Times(day))["cases.concluded"].value for day in year]
    assert sum(each is not None and each > 0 for each in concluded) >= 11
