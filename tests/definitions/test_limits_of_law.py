"""The limits of the licensing law, as dated rows with their source: read off the text of the law, not off the code."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.definitions import publish_shipped
from yichuang.foundation.definitions import queries

pytestmark = pytest.mark.django_db

LAW = {
    "acceptance_limit": (5, "第三十二条"),
    "decision_limit": (20, "第四十二条"),
    "decision_extension": (10, "第四十二条"),
    "joint_decision_limit": (45, "第四十二条"),
    "joint_decision_extension": (15, "第四十二条"),
    "delivery_limit": (10, "第四十四条"),
}
"""行政许可法: days, and the article that says so."""


@pytest.mark.parametrize("rule", LAW)
def test_is_as_the_law_has_it(rule):
    publish_shipped("rule")

    row = queries.rule(rule, date(2019, 10, 30))

    value, article = LAW[rule]
    assert (row.value, row.unit) == (value, "working_day")
    assert article in row.basis
