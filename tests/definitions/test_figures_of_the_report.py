"""Every figure of the report is defined: it counts, or it says whose records are missing; none is typed in."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from tests.support.definitions import publish_shipped, shipped
from yichuang.foundation.figures import queries
from yichuang.foundation.figures.formulas import Label, leaves
from yichuang.foundation.figures.terms import Missing, Mode, Times

REPORT_DAY = date(2019, 10, 30)
ALL = [f"F{number:02}" for number in range(1, 102)]


def defined():
    return {file.parsed.report: file.parsed for file in shipped().of("figure") if file.parsed.report}


def test_all_one_hundred_and_one_are_there():
    assert sorted(defined(), key=lambda alias: int(alias[1:])) == ALL


def test_no_value_is_typed_in():
    """A fixed text is a name; everything else comes from rows, a rule or the day."""
    fixed = {alias for alias, figure in defined().items() if isinstance(figure.formula, Label)}

    assert fixed == {"F100"}
    assert {defined()[alias].mode for alias in fixed} == {Mode.LABEL}


def test_who_has_no_formula_says_whose_records_are_missing():
    for alias, figure in defined().items():
        assert bool(figure.needs and figure.because) != bool(figure.formula or figure.outside), alias


def test_every_figure_is_told_in_both_languages():
    for file in shipped().of("figure"):
        figure = file.parsed
        assert figure.name_en.isascii() and figure.means_en.isascii(), figure.id
        assert figure.unit_en.isascii() and figure.because_en.isascii(), figure.id
        assert bool(figure.because) == bool(figure.because_en), figure.id
        assert figure.means.endswith("。") and figure.means_en.endswith("."), figure.id


@pytest.mark.django_db
def test_what_stands_in_definitions_has_its_value_in_an_empty_district():
    publish_shipped()

    found = queries.answers(ALL, Times(REPORT_DAY))

    values = {alias: found[alias].value for alias in ("F20", "F21", "F22", "F89", "F91", "F99")}
    assert values == {"F20": 13, "F21": 17, "F22": 37, "F89": 4, "F91": 4, "F99": "2019-10-30"}
    for alias, answer in found.items():
        if alias not in values and answer.figure.formula is not None:
            assert answer.value is None or list(leaves(answer.figure.formula)) == [] or alias == "F87", alias
        if answer.figure.needs:
            assert answer.missing is Missing.DOMAIN and answer.figure.because in answer.reason
            with translation.override("en"):
                assert answer.figure.because_en in answer.reason and answer.reason.isascii(), alias
