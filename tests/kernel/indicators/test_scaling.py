"""The scores of Doing Business 2020, starting a business, come out of the formula for every economy in the sheet."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from openpyxl import load_workbook

from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.indicators import Scale, overall, score, topic

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
SHEET = DATA / "doing_business" / "db_starting_a_business.xlsx"
PROCEDURES, DAYS, COST, CAPITAL = Scale(1, 18), Scale(Decimal("0.5"), 100), Scale(0, 200), Scale(0, 400)
"""Best and worst values: `domain.md` §15."""
NEAR = Fraction(25, 1000)
"""The sheet has its raw values rounded to a tenth, its scores not."""


def rows():
    book = load_workbook(SHEET, read_only=True)
    return [row for row in book.worksheets[0].iter_rows(min_row=2, values_only=True) if row[0]]


def amount(cell) -> Decimal:
    return Decimal(str(cell))


@pytest.mark.skipif(not SHEET.exists(), reason="the shared sheet of Doing Business is not on this machine")
class TestTheSheet:
    def test_has_two_hundred_and_thirteen_rows(self):
        assert len(rows()) == 213

    def test_every_indicator_and_every_topic_score_is_reproduced(self):
        wrong = []
        for row in rows():
            scales = ((6, PROCEDURES), (8, DAYS), (10, COST), (12, PROCEDURES), (14, DAYS), (16, COST), (18, CAPITAL))
            made = {place: score(amount(row[place]), scale) for place, scale in scales}
            wrong += [(row[1], place) for place in made if abs(made[place] - Fraction(amount(row[place + 1]))) > NEAR]
            whole = topic([[made[6], made[12]], [made[8], made[14]], [made[10], made[16]], made[18]])
            if abs(whole - Fraction(amount(row[5]))) > NEAR:
                wrong.append((row[1], "topic"))
        assert wrong == []


class TestScore:
    def test_set_up_in_one_day_and_eight_tenths(self):
        assert round(float(score(Decimal("1.8"), DAYS)), 2) == 98.69

    def test_is_cut_off_beyond_best_and_worst(self):
        assert [score(value, PROCEDURES) for value in (0, 1, 18, 40)] == [100, 100, 0, 0]

    def test_the_higher_may_be_the_better(self):
        assert score(12, Scale(15, 0)) == 80

    def test_a_scale_has_a_length(self):
        with pytest.raises(DefinitionError):
            Scale(3, 3)

    def test_topics_without_a_score_do_not_count(self):
        assert overall({"setup": 90, "permits": None, "property": 80}) == 85
        assert topic([]) is None
