"""Two versions of an item are compared in the words of the office: what was shortened, added, dropped."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.catalogue import complete, publish_items
from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.rules import ChangeKind, changes


def told(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [each.text for each in changes(complete(**before), complete(**after))]


class TestChanges:
    def test_the_same_is_no_change_and_the_number_of_the_version_is_none(self):
        assert told({}, {"version": 2}) == []

    def test_limits_are_told_with_their_units(self):
        assert told({"promise": {"limit": 5}}, {"promise": {"limit": 3}}) == ["承诺办结时限：5 个工作日 → 3 个工作日"]
        assert told({"legal": {"limit": 20}}, {"legal": {"limit": 20, "unit": "calendar_day"}}) == [
            "法定办结时限：20 个工作日 → 20 个自然日"
        ]

    def test_only_the_basis_of_a_limit_may_change(self):
        assert told({"legal": {"limit": 20}}, {"legal": {"limit": 20, "basis": "行政许可法 第四十二条"}}) == [
            "法定办结时限的依据：新增 行政许可法 第四十二条"
        ]

    def test_words_of_code_lists_and_boxes(self):
        assert told({"handle_area": "5"}, {"handle_area": "3", "province_mode": "ONLINE"}) == [
            "通办范围：区内通办 → 全省通办",
            "全省通办方式：新增 全程网办",
        ]
        assert told({"express": False}, {"express": True}) == ["快递送达：否 → 是"]
        assert told({"special": ["听证"]}, {"special": ["听证", "检验"]}) == ["特别程序：听证 → 听证、检验"]

    def test_materials_are_matched_by_their_code(self):
        before = [
            {"code": "a", "name": "效果图", "source": "10", "copies": 2},
            {"code": "b", "name": "照片", "source": "10"},
        ]
        after = [
            {"code": "c", "name": "平面图", "source": "10"},
            {"code": "a", "name": "效果图", "source": "20", "copies": 1},
        ]

        assert told({"materials": before}, {"materials": after}) == [
            "申请材料：新增 平面图",
            "“效果图”的来源渠道：申请人自备 → 政府部门核发",
            "“效果图”的份数：2 → 1",
            "申请材料：删去 照片",
        ]

    def test_rows_that_only_moved_are_told_once(self):
        rows = [{"code": "a", "name": "甲", "source": "10"}, {"code": "b", "name": "乙", "source": "10"}]

        assert told({"materials": rows}, {"materials": rows[::-1]}) == ["申请材料的顺序：甲、乙 → 乙、甲"]

    def test_a_basis_is_the_same_in_one_text_or_in_its_parts(self):
        parts = [{"law": "行政许可法", "article": "第四十二条", "text": "除可以当场作出…"}]

        assert told({"legal_basis": ["行政许可法 第四十二条"]}, {"legal_basis": parts}) == [
            "“行政许可法 第四十二条”的条文：新增 除可以当场作出…"
        ]

    def test_money_is_told_in_yuan(self):
        fee = {"name": "工本费", "basis": "无"}

        assert told({"fees": [fee | {"amount_fen": 1000}]}, {"fees": [fee | {"amount_fen": 550}]}) == [
            "“工本费”的金额：10.00 元 → 5.50 元"
        ]

    def test_questions_are_told_by_their_words(self):
        before = [{"question": "要多久？", "answer": "五天"}]
        after = [{"question": "要多久？", "answer": "三天"}, {"question": "能代办吗？", "answer": "能"}]

        assert told({"faq": before}, {"faq": after}) == ["“要多久？”的回答：五天 → 三天", "常见问题：新增 能代办吗？"]

    def test_each_change_knows_its_page_and_both_sides(self):
        (change,) = changes(complete(conditions="有场所。"), complete(conditions="有固定场所。"))

        assert (change.topic, change.kind, change.before, change.after) == (
            "conditions",
            ChangeKind.CHANGED,
            "有场所。",
            "有固定场所。",
        )


@pytest.mark.django_db
def test_published_versions_are_compared_by_their_numbers():
    publish_items(("item", complete()))
    publish_items(("item", complete(version=2, promise={"limit": 1}, in_force={"from": "2019-10-08"})))

    found = [each.text for each in queries.changes_between("sign", 1, 2)]

    assert found == ["承诺办结时限：5 个工作日 → 1 个工作日", "有效期的生效日期：2019-01-01 → 2019-10-08"]
