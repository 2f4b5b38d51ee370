"""What figures count: every declared column is there, and nothing but records, dated rows and moments written once."""

from __future__ import annotations

from datetime import date

import pytest

from yichuang.foundation.figures.measures import MEASURES, Listing, Measure
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import PUBLIC, SYSTEM
from yichuang.foundation.records import realtime
from yichuang.foundation.records.dated import Dated

ONCE = {
    "cases.cases": "tallies: a changed one is superseded by a new row",
    "cases.corrections": "a notice is written once, in its deed",
    "cases.pauses": "a wrong pause is cancelled by a correcting row",
    "cases.ratings": "given once, never changed; what is added later is a text",
    "cases.spared_proofs": "written once, at acceptance",
    "cases.steps": "done_at is written once",
    "catalogue.claims": "claimed_at is written once",
    "catalogue.items": "a published version never changes",
    "licences.licences": "issued_at and type are written once",
    "licences.uses": "written once, in the case's deed",
    "projects.matters": "opened_at is written once; its state is asked of the spans",
    "projects.meetings": "held_on and number are written once",
    "projects.months": "a locked entry is never changed; a correction is a new one",
    "people.accounts": "opened_at is written once",
}
"""Tables that are not `Dated`, and why they may be counted all the same."""


def tables() -> list[Measure]:
    return [source for source in MEASURES.values() if isinstance(source, Measure)]


@pytest.mark.django_db
@pytest.mark.parametrize("known", [False, True])
def test_every_declared_column_can_be_asked_for_both_times(known):
    times = Times(date(2019, 10, 30), realtime.database_now() if known else None)
    for source in tables():
        names = tuple(source.columns)
        paths = [source.columns[name].path for name in names]

        rows = source.population(times, None, "", names)

        assert list(rows.values_list(source.key, *paths)[:1]) == [], source.id
        assert source.known(times).count() == 0
        assert source.open_to(SYSTEM, rows).count() == source.open_to(PUBLIC, rows).count() == 0


def test_a_plain_mutable_table_is_no_source():
    plain = {source.id for source in tables() if not issubclass(source.rows().model, Dated)}

    assert {id for id in plain if not id.startswith("trial.")} <= set(ONCE)


def test_what_a_measure_names_is_declared():
    for source in MEASURES.values():
        told = {source.day, source.region, source.unit, *source.shows} - {""}
        assert told <= set(source.columns), source.id
        if isinstance(source, Listing):
            assert source.key in source.columns
