"""What is wrong in a figure's file is named with its place; sound ones count their examples."""

from datetime import date

import pytest
from django.utils import translation

from tests.support.definitions import publish_shipped
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.figures import queries
from yichuang.foundation.figures.figure import parse_figure
from yichuang.foundation.figures.problems import NoSuchFigure
from yichuang.foundation.figures.terms import Times

DAY = date(2019, 10, 30)


def body(**changes):
    whole = {
        "figure": "construction.trial",
        "name": "审批事项数",
        "name_en": "Approvals",
        "in_force": {"from": "2019-01-01"},
        "source": "测试",
        "means": "审批事项的个数。",
        "means_en": "How many approvals.",
        "unit": "项",
        "mode": "N",
        "formula": {"count": {"of": "construction.flow_items", "when": "stage = 1"}},
        "examples": [{"rows": [{"stage": 1}, {"stage": 2}], "gives": 1}],
    } | changes
    return {key: value for key, value in whole.items() if value is not None}


def problems(*bodies):
    return [str(each) for each in of_bodies([("figure", each) for each in bodies]).problems]


class TestLoading:
    def test_a_sound_file_has_nothing_wrong(self):
        assert problems(body()) == []

    def test_what_is_lacking_is_told_in_one_language_where_the_file_has_no_other(self):
        lacks = body(formula=None, examples=None, needs="credit", because="信用专栏") | {"version": 1}

        with translation.override("en"):
            assert parse_figure(lacks, "test").lacking == "信用专栏"
            assert parse_figure(lacks | {"because_en": "Credit columns"}, "test").lacking == "Credit columns"
        assert parse_figure(lacks | {"because_en": "Credit columns"}, "test").lacking == "信用专栏"

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"formula": {"count": {"of": "construction.nothing"}}}, "没有可数的行「construction.nothing」"),
            ({"formula": {"count": {"of": "construction.flow_items", "when": "stages = 1"}}}, "stages"),
            ({"formula": {"count": {"of": "construction.flow_items", "when": "stage = 'x'"}}}, "条件 stage = 'x'"),
            ({"formula": {"distinct": {"of": "construction.flow_items", "column": "colour"}}}, "没有列「colour」"),
            ({"formula": {"sum": {"of": "construction.flow_items", "column": "name"}}}, "不是数字"),
            ({"formula": {"sum": {"of": "construction.flow_items", "column": "days"}}, "unit": "亿元"}, "不是金额"),
            ({"formula": {"guess": {"of": "construction.flow_items"}}}, "没有算法 guess"),
            (
                {"formula": {"ratio": {"of": "construction.none", "over": "construction.trial"}}},
                "没有指标「construction.none」",
            ),
            ({"formula": {"ratio": {"of": "construction.trial", "over": "construction.trial"}}}, "互相引用成环"),
            ({"period": "month"}, "不能按期统计"),
            ({"examples": [{"rows": [{"stage": 1}], "gives": 2}]}, "得 1，不是 2"),
            ({"examples": None}, "没有示例"),
            ({"formula": None}, "formula 与 needs"),
            ({"formula": None, "examples": None, "needs": "justice"}, "没有说明缺什么"),
            ({"formula": None, "examples": None, "needs": "justice", "because": "案件"}, "缺哪类记录的英文"),
            ({"mode": "L"}, "要写明措辞"),
            ({"mode": "Q"}, "Q"),
            ({"digit": 2}, "不认识的键 digit"),
        ],
    )
    def test_what_is_wrong_is_said_with_what_there_is(self, changes, said):
        found = problems(body(**changes))

        assert found and any(said in each for each in found), found

    def test_two_figures_do_not_share_a_report_number(self):
        found = problems(body(report="F98"), body(figure="construction.other", report="F98"))

        assert len(found) == 1 and "F98 也是" in found[0]


@pytest.mark.django_db
class TestDefinitionsAsRows:
    def test_the_flow_has_seventeen_items_and_thirty_seven_materials(self):
        publish_shipped()

        found = queries.answers(["F21", "construction.flow_items", "F22"], Times(DAY))

        assert [(each.id, each.value) for each in found.values()] == [
            ("F21", 17),
            ("construction.flow_items", 17),
            ("F22", 37),
        ]

    def test_an_unknown_name_is_a_no(self):
        publish_shipped()

        with pytest.raises(NoSuchFigure):
            queries.ask("F00", Times(DAY))
