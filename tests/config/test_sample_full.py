"""The sample district in full: at 2019-10-30 its figures say what the report says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.sample import opened
from yichuang.config import demo
from yichuang.domains.projects.models import InvestmentEntry, Meeting
from yichuang.foundation.figures import queries
from yichuang.foundation.figures.rows import behind
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import SYSTEM

DAY = date(2019, 10, 30)
SAID: dict[str, Any] = {
    "F03": "2019-04", "F04": 2, "F05": 2, "F06": 5, "F07": 7, "F08": 10, "F17": 42, "F18": 86, "F21": 17, "F22": 37,
    "F25": 5458, "F26": 116, "F27": 36, "F28": 163816, "F30": 1026, "F31": 82, "F42": 2018, "F43": 37, "F44": 102,
    "F45": 198, "F46": "207.08", "F47": "89.14", "F48": 30, "F49": 8, "F50": 58, "F53": 6, "F54": 200, "F55": 2065,
    "F56": 821, "F65": 10, "F66": 2, "F67": 1, "F71": 20440, "F73": 27, "F74": 10, "F77": 100, "F78": 9, "F79": 9,
    "F80": "2.34", "F81": 11, "F82": 17, "F83": 32, "F84": 9, "F93": 1, "F97": 1, "F98": "市政府十件实事",
    "F99": "2019-10-30", "F100": "双万双联、万企千亿、百万大学生", "F101": "1.8",
}  # fmt: skip
"""What `systems.md` says, of lower bounds the true count."""
WORDED = {"F28": "16万余", "F42": "2018年版", "F71": "2万多", "F77": "约100"}


@pytest.mark.slow
@pytest.mark.sqlite  # loading it all takes two minutes; the small profile is loaded on both
@pytest.mark.django_db
def test_every_figure_of_registers_and_projects_comes_out_as_the_table_says():
    with opened(demo.Profile.FULL):
        found = queries.answers(list(SAID), Times(DAY))

        assert {alias: _plain(each.value) for alias, each in found.items()} == {
            alias: _plain(each) for alias, each in SAID.items()
        }
        assert {alias: found[alias].wording for alias in WORDED} == WORDED
        weeks = [day.isocalendar().week for day in Meeting.objects.filter(body="INVEST_COMMITTEE").values_list(
            "held_on", flat=True).order_by("held_on") if day]  # fmt: skip
        assert weeks == [week for week in range(7, 45) if week != 40]
        standing = Counter(line.values["standing"] for line in _lines("F83"))
        assert standing == {"督促中": 6, "已关停": 19, "已转行": 7}
        assert not {line.key for line in _lines("F83")} & {line.key for line in _lines("F84")}
        assert not InvestmentEntry.objects.filter(entered_by=None).exists()


def _lines(alias: str) -> list[Any]:
    (part,) = behind(queries.find(alias, DAY), Times(DAY), SYSTEM)
    return part.lines()


def _plain(value: Any) -> Any:
    """Compare numbers as numbers."""
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return str(value)
