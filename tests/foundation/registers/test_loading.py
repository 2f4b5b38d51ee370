"""A register file is checked on loading: each mistake is named with its place, what was found, what there is."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.definitions import whole
from tests.support.registers import loans
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.terms import Action, FieldType


def problems(*bodies: tuple[str, dict[str, Any]]) -> list[str]:
    return [str(each) for each in of_bodies(bodies).problems]


def parsed(body: tuple[str, dict[str, Any]]) -> Register:
    folder = of_bodies([body])
    assert folder.problems == []
    register = folder.get("register", "loans")
    assert isinstance(register, Register)
    return register


BROKEN = [
    ({"fields__kind__choices": None}, "fields.kind", "codes（代码表编号）或 choices"),
    ({"fields__kind__codes": "no_such", "fields__kind__choices": None}, "fields.kind.codes", "没有代码表「no_such」"),
    ({"fields__credit__unit": "美元"}, "fields.credit.unit", "元、万元、亿元 之一"),
    ({"fields__credit__type": "amount"}, "fields.credit.type", "money"),
    ({"fields__note__filter": True}, "fields.note.filter", "long 类型不能筛选"),
    ({"fields__tags__sort": True}, "fields.tags.sort", "多选字段不能排序"),
    ({"fields__risk__figure": True}, "fields.risk.figure", "限制可见的字段不能进入指标"),
    ({"fields__risk__search": True}, "fields.risk.search", "限制可见的字段不能供搜索"),
    ({"fields__risk__seen_by": ["boss"]}, "fields.risk.seen_by", "没有角色「boss」"),
    ({"fields__risk__required": True}, "fields.risk", "能填报却看不到它"),
    ({"fields__note__mask": "phone"}, "fields.note.mask", "谁能看全"),
    ({"fields__bank__digits": 2}, "fields.bank.digits", "只用于 number"),
    ({"fields__bank__pattern": "["}, "fields.bank.pattern", "不是正则表达式"),
    ({"fields__bank__name": "企业"}, "fields", "每列一个名称"),
    ({"fields__day": {"type": "text", "name": "日"}}, "fields.day", "留作系统使用"),
    ({"fields__other": {"type": "entry", "name": "另一条"}}, "fields.other", "引用哪本台账"),
    ({"fields__other": {"type": "entry", "name": "另", "register": "x"}}, "fields.other.register", "没有台账「x」"),
    ({"fields__is_first__default": "也许"}, "fields.is_first.default", "请填是或否"),
    ({"title": ["nobody"]}, "title", "没有字段「nobody」"),
    ({"title": ["risk"]}, "title", "限制可见，不能作标题"),
    ({"order": ["bank"]}, "order", "没有标 sort: true"),
    ({"owner": "bank"}, "owner", "是 text 类型"),
    ({"valid_from": "ends_on"}, "fields.ends_on", "可以不填"),
    ({"unique": [["bank", "left"]]}, "unique", "left 不能用来判断重复"),
    ({"public__fields": ["risk"]}, "public.fields", "限制可见，不能公开"),
    ({"rules": [{"condition": "ends_on >= nobody", "message": "x"}]}, "rules.0.condition", "nobody"),
    ({"rules": [{"condition": "credit >= ", "message": "x"}]}, "rules.0.condition", ""),
    ({"rules": [{"condition": "kind = 'gold'", "message": "x"}]}, "rules.0.condition", "credit、pledge 之一"),
    ({"rules": [{"condition": "known(risk)", "message": "x"}]}, "rules", "会让看不到它的填报人知道它"),
    ({"computed__left__formula": "credit - spent"}, "computed.left.formula", "公式用了没有的字段 spent"),
    ({"computed__left__formula": "credit - bank"}, "computed.left.formula", "公式用了没有的字段 bank"),
    ({"computed__left__formula": "credit - signed_on"}, "computed.left.formula", "是日期，不能加减乘除"),
    ({"computed__left__formula": "open('x')"}, "computed.left.formula", "没有函数 open"),
    ({"computed__left__formula": "credit -"}, "computed.left.formula", "读不通"),
    ({"computed__left__formula": "[credit]"}, "computed.left.formula", "公式里不能写 [credit]"),
    ({"computed__left__formula": "days(signed_on)"}, "computed.left.formula", "2 个"),
    ({"computed__left__formula": "used + 1", "computed__used__formula": "left + 1"}, "computed.left", "绕成一圈"),
    ({"figures__credit__of": None}, "figures.credit", "其余要写 of"),
    ({"figures__pledged__of": "bank"}, "figures.pledged", "count 数条数"),
    ({"figures__credit__of": "bank"}, "figures.credit.of", "不是数"),
    ({"figures__credit__of": "ends_on"}, "figures.credit.of", "没有标 figure: true"),
    ({"figures__pledged__where": "known(risk)"}, "figures.pledged.where", "限制可见，不能进入指标"),
    ({"access__publish": None}, "access.publish", "没有写谁可以"),
    ({"access__check": None}, "access.check", "没有写谁可以"),
    ({"access__view": {"chef": "all"}}, "access.view", "没有角色「chef」"),
    ({"access__view__handler": "everywhere"}, "access.view.handler", "all、unit"),
    ({"access__publish__leader": "all"}, "access.publish", "没有“发布和撤下台账条目”的权限"),
    ({"access__edit__hall_office": "all"}, "access.edit", "却不能查看"),
    ({"lifecycle": {"id": "nothing", "opens": "a", "deeds": {"a": ["handler"]}}}, "lifecycle.id", "没有状态表"),
    ({"match": {"field": "bank", "target": "moon", "name": "对照"}}, "match.target", "没有 moon 的引用"),
    ({"colour": "red"}, "colour", "不认识的键"),
]


class TestBrokenFiles:
    @pytest.mark.parametrize(
        ("changes", "place", "said"), BROKEN, ids=[f"{each[1]} {n}" for n, each in enumerate(BROKEN)]
    )
    def test_each_mistake_is_named_with_its_place(self, changes, place, said):
        found = problems(loans(**changes))

        assert any(place in each and said in each for each in found), found

    def test_every_problem_is_told_at_once(self):
        found = problems(loans(fields__credit__unit="美元"), loans(register="other", title=["nobody"]))

        assert len(found) == 2

    def test_required_references_that_go_round_are_told(self):
        one = loans(register="one", fields__other={"type": "entry", "name": "另", "register": "two", "required": True})
        two = loans(register="two", fields__other={"type": "entry", "name": "另", "register": "one", "required": True})

        found = problems(one, two)

        assert any("谁也不能先登记：one → two → one" in each for each in found)

    def test_references_that_may_be_left_out_may_go_round(self):
        one = loans(register="one", fields__other={"type": "entry", "name": "另", "register": "two", "required": True})
        two = loans(register="two", fields__other={"type": "entry", "name": "另", "register": "one"})

        assert problems(one, two) == []

    def test_a_column_of_a_restricted_field_is_as_restricted(self):
        cost = {"type": "money", "unit": "亿元", "name": "成本", "seen_by": ["dept_head"]}
        net = {"name": "净额", "formula": "credit - cost"}

        open_to_all = problems(loans(fields__cost=cost, computed__net=net))
        as_narrow = problems(loans(fields__cost=cost, computed__net=net | {"seen_by": ["dept_head"]}))

        assert any("却有更多人能看" in each for each in open_to_all)
        assert as_narrow == []

    def test_an_example_that_does_not_hold_is_told(self):
        example = {"given": {"bank": "甲银行", "credit": "1亿元"}, "gives": {"left": "1.00"}}

        found = problems(loans(examples=[example]))

        assert any("请填写“企业”" in each for each in found)
        assert any("left 得 nothing，不是 1.00" in each for each in found)


class TestParsed:
    def test_knows_its_fields_and_columns(self):
        register = parsed(loans())

        assert register.fields["credit"].type is FieldType.MONEY
        assert register.fields["credit"].scale == 10
        assert [each.id for each in register.computed] == ["left", "used"]

    def test_computed_columns_stand_after_what_they_read(self):
        register = parsed(
            loans(
                computed__a={"name": "甲", "formula": "b + 1"},
                computed__b={"name": "乙", "formula": "credit * 2"},
            )
        )

        assert [each.id for each in register.computed].index("b") < [each.id for each in register.computed].index("a")

    def test_says_who_may_where_the_file_is_silent(self):
        register = parsed(loans())

        assert register.access[Action.EXPORT] == register.access[Action.VIEW]
        assert register.access[Action.IMPORT] == register.access[Action.EDIT]
        assert set(register.access[Action.PROPOSE]) == {"reviewer", "office", "leader"}

    def test_the_english_name_is_for_english_readers(self):
        from django.utils import translation

        register = parsed(loans())

        assert str(register.name) == "授信台账"
        with translation.override("en"):
            assert str(register.name) == "Credit register"


def test_code_lists_may_have_english_names():
    body = whole(
        {"code_list": "colours", "codes": [{"code": "r", "name": "红", "english": "Red"}, {"code": "g", "name": "绿"}]}
    )

    folder = of_bodies([("code_list", body)])

    assert folder.problems == []
    assert folder.get("code_list", "colours").english == {"r": "Red"}
