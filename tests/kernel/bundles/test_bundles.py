"""Several items as one matter: by example, and what holds of every bundle."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.bundles.construction import BROUGHT, ITEMS, stage
from yichuang.kernel.bundles import Ask, BundleItem, NotAsked, Why, merge
from yichuang.kernel.errors import DefinitionError

LIBRARY = {
    "business_licence": "营业执照（某公司）",
    "legal_representative_id": "居民身份证",
    "real_estate_certificate": "不动产权证书",
    "project_filing_certificate": "项目备案证",
    "land_permit": "建设用地规划许可证",
    "works_permit": "建设工程规划许可证",
    "construction_permit": "建筑工程施工许可证",
    "drawing_certificate": "施工图审查合格书",
}


class TestConstruction:
    @pytest.mark.parametrize(("number", "materials"), [(1, 8), (2, 11), (3, 14), (4, 4)])
    def test_a_stage_asks_for_its_share_of_the_thirty_seven(self, number, materials):
        assert len(merge(stage(number), LIBRARY).materials) == materials

    def test_the_whole_asks_for_thirty_seven_materials(self):
        bundle = merge(ITEMS, LIBRARY)

        assert len(bundle.materials) == 37
        assert {ask.code for ask in bundle.materials} == {code for codes in BROUGHT.values() for code in codes}

    def test_what_the_seventeen_produce_need_not_be_in_the_library(self):
        outside = {
            code: LIBRARY[code] for code in ("business_licence", "legal_representative_id", "real_estate_certificate")
        }

        bundle = merge(ITEMS, outside)

        assert len(bundle.materials) == 37
        assert {each.why for each in bundle.not_asked} == {Why.LIBRARY, Why.SIBLING}

    def test_the_third_stage_takes_as_long_as_drawings_and_permit(self):
        saving = merge(stage(3), LIBRARY).saving

        assert (saving.days_before, saving.days_now, saving.days) == (30, 10, 20)  # 7+5+3+5+5+5; 7, then 3
        assert (saving.visits_before, saving.visits_now, saving.visits) == (6, 1, 5)
        assert (saving.materials_before, saving.materials_now) == (20, 14)  # and six licences

    def test_a_material_of_an_earlier_stage_does_not_hold_the_later_one(self):
        assert merge(stage(2), LIBRARY).after["scheme_review"] == ()


class TestMerge:
    def test_a_field_is_asked_once_and_knows_who_wants_it(self):
        one, two = BundleItem("a", "甲", ("name", "area")), BundleItem("b", "乙", ("area", "date", "name"))

        assert merge([one, two], {}).fields == (Ask("name", ("a", "b")), Ask("area", ("a", "b")), Ask("date", ("b",)))

    def test_says_why_each_material_is_not_asked(self):
        land = BundleItem("land", "用地许可", materials=("form",), produces=("permit",))
        plan = BundleItem("plan", "规划许可", materials=("form", "permit", "licence"))

        bundle = merge([land, plan], {"licence": "营业执照 91420106MA4K00000X"})

        assert bundle.materials == (Ask("form", ("land", "plan")),)
        assert bundle.not_asked == (
            NotAsked("form", "plan", Why.ONCE, "land", "办理“用地许可”时已收取，不再重复提交"),
            NotAsked("permit", "plan", Why.SIBLING, "land", "由同批办理的“用地许可”办出，系统内流转"),
            NotAsked(
                "licence",
                "plan",
                Why.LIBRARY,
                "营业执照 91420106MA4K00000X",
                "证照库已有：营业执照 91420106MA4K00000X",
            ),
        )

    def test_who_needs_a_sibling_s_product_waits_for_it(self):
        plan = BundleItem("plan", "规划许可", materials=("permit",), days=6)
        land = BundleItem("land", "用地许可", produces=("permit",), days=4)

        bundle = merge([plan, land], {})

        assert bundle.after["plan"] == ("land",)
        assert bundle.saving.days_now == 10

    def test_a_product_in_the_making_wins_over_an_old_one_in_the_library(self):
        land = BundleItem("land", "用地许可变更", produces=("permit",))
        plan = BundleItem("plan", "规划许可", materials=("permit",))

        assert [each.why for each in merge([land, plan], {"permit": "原证"}).not_asked] == [Why.SIBLING]

    def test_an_item_that_renews_a_licence_takes_the_old_one_from_the_library(self):
        renewal = BundleItem("renewal", "延续", materials=("licence",), produces=("licence",))

        assert merge([renewal], {"licence": "原证"}).not_asked[0].why is Why.LIBRARY
        assert merge([renewal], {}).materials == (Ask("licence", ("renewal",)),)

    def test_nothing_merges_to_nothing(self):
        bundle = merge([], {})

        assert (bundle.fields, bundle.materials, bundle.saving.days_now, bundle.saving.visits) == ((), (), 0, 0)

    @pytest.mark.parametrize(
        ("items", "found"),
        [
            ([BundleItem("a", "甲"), BundleItem("a", "乙")], "item a: stands twice"),
            ([BundleItem("a", "甲", after=("b",)), BundleItem("b", "乙", after=("a",))], "items wait for each other"),
            ([BundleItem("a", "甲", produces=("p",)), BundleItem("b", "乙", produces=("p",))], "produced by a and b"),
            (
                [
                    BundleItem("a", "甲", materials=("q",), produces=("p",)),
                    BundleItem("b", "乙", materials=("p",), produces=("q",)),
                ],
                "items wait for each other",
            ),
        ],
    )
    def test_refuses_what_cannot_be_one_matter(self, items, found):
        with pytest.raises(DefinitionError, match=found):
            merge(items, {})


codes = st.lists(st.sampled_from("pqrstu"), max_size=4).map(tuple)


@st.composite
def bundles(draw):
    """Items that come only after earlier ones; each material is produced by at most one, before anybody wants it."""
    items = []
    for number in range(draw(st.integers(0, 6))):
        earlier = [item.id for item in items]
        after = tuple(draw(st.lists(st.sampled_from([*earlier, "outside"]), max_size=3)))
        wanted = tuple(code + draw(st.sampled_from(["", *earlier])) for code in draw(codes))
        item = BundleItem(
            id=f"{number}",
            name=f"事项{number}",
            fields=draw(codes),
            materials=wanted,
            produces=tuple(dict.fromkeys(f"{code}{number}" for code in draw(codes))),
            visits=draw(st.integers(0, 3)),
            days=draw(st.integers(0, 20)),
            after=after,
        )
        items.append(item)
    return draw(st.permutations(items))


@given(bundles(), st.sets(st.sampled_from("pqrstu")))
def test_every_material_of_every_item_is_asked_or_excused_once(items, held):
    holdings = dict.fromkeys(held, "证照")

    bundle = merge(items, holdings)

    asked = [(ask.code, ask.items[0]) for ask in bundle.materials]
    excused = [(each.code, each.item) for each in bundle.not_asked]
    assert sorted(asked + excused) == sorted({(code, item.id) for item in items for code in item.materials})
    assert len({code for code, _ in asked}) == len(asked)
    assert not {code for code, _ in asked} & held
    produced = {code for item in items for code in item.produces}
    assert not {code for code, _ in asked} & produced


@given(bundles(), st.sets(st.sampled_from("pqrstu")))
def test_a_bundle_never_costs_more_than_its_items_one_by_one(items, held):
    saving = merge(items, dict.fromkeys(held, "证照")).saving

    assert min(saving.materials, saving.visits, saving.days) >= 0
    assert saving.days_now >= max((item.days for item in items), default=0)


@given(bundles())
def test_the_order_of_items_does_not_change_what_is_asked_nor_the_days(items):
    one, other = merge(items, {}), merge(items[::-1], {})

    assert {ask.code for ask in one.materials} == {ask.code for ask in other.materials}
    assert one.saving == other.saving


@given(bundles())
def test_no_item_begins_before_those_it_waits_for_have_ended(items):
    bundle = merge(items, {})
    days = {item.id: item.days for item in items}

    def end(item):
        return days[item] + max((end(other) for other in bundle.after[item]), default=0)

    assert bundle.saving.days_now == max((end(item.id) for item in items), default=0)


def test_a_code_that_an_item_names_twice_counts_once():
    item = BundleItem("a", "甲", ("f", "f"), ("m", "m"), ("p", "p"))

    bundle = merge([item, replace(item, id="b", produces=())], {})

    assert bundle.fields == (Ask("f", ("a", "b")),)
    assert bundle.saving.materials_before == 2
