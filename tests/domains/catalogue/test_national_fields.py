"""An item carries the national fields; what it leaves out has a plain meaning; what is handled here lacks nothing."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.catalogue import TUESDAY, item, publish_items
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ItemVersion, ServiceItem
from yichuang.domains.catalogue.rules import parse_item
from yichuang.domains.catalogue.terms import (
    Basis,
    ExemptMode,
    HandleArea,
    HandleType,
    Item,
    OnlineDepth,
    Place,
    PlaceKind,
    PowerSource,
    ProvinceMode,
    ResultType,
    Server,
    Source,
)
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.people.actors import PUBLIC
from yichuang.foundation.search.models import Entry
from yichuang.kernel.errors import DefinitionError

ELSEWHERE = {
    "item": "passport",
    "name": "普通护照签发",
    "version": 1,
    "in_force": {"from": "2019-01-01"},
    "source": "测试",
    "code": "11420106MB1A00001240001070010" + "0101",
    "unit": "gafj",
    "task_type": "01",
    "handling": "PROMISE",
    "handling_system": "NATIONAL",
    "materials": [{"code": "photo", "name": "照片"}],
    "serves": ["person"],
}


def read(**more: object) -> Item:
    body = dict(item("sign", **more)[1])
    return parse_item(body, "sign.yaml")


def elsewhere(**more: object) -> Item:
    return parse_item(ELSEWHERE | more, "passport.yaml")


class TestWhatIsLeftOut:
    def test_has_a_plain_meaning(self):
        found = read(serves=["person", "firm"], points=["区政务服务中心"])

        assert found.power_source == PowerSource.OWN
        assert found.servers == (Server.PERSON, Server.COMPANY)
        assert found.handle_area == HandleArea.DISTRICT
        assert found.handle_types == (HandleType.WINDOW, HandleType.ONLINE)
        assert (found.province_mode, found.online_depth) == (None, None)
        assert (found.charges, found.at_centre, found.is_bookable) == (False, True, False)
        assert found.result_type == ResultType.OTHER

    def test_a_licence_or_the_form_itself_spares_a_material(self):
        found = read(
            materials=[
                {"code": "form", "name": "申请表", "source": "10", "filled_by_form": True},
                {"code": "licence", "name": "营业执照", "source": "20", "licence_type": "business_licence"},
                {"code": "shared", "name": "户口簿", "source": "20", "exempt": "shared_data"},
                {"code": "plan", "name": "平面图", "source": "10"},
            ]
        )

        spared = [material.exempt for material in found.materials]

        assert spared == [ExemptMode.MERGED, ExemptMode.LICENCE, ExemptMode.SHARED_DATA, None]


class TestWhatIsSaid:
    def test_a_basis_is_law_article_text_and_days(self):
        found = read(
            legal_basis=[
                "行政许可法 第四十二条第一款",
                {
                    "law": "食品安全法",
                    "article": "第三十五条",
                    "text": "国家对…",
                    "from": "2015-10-01",
                    "to": "2019-12-31",
                },
            ]
        )

        assert found.basis == ("行政许可法 第四十二条第一款", "食品安全法 第三十五条")
        assert found.bases[0] == Basis("行政许可法", "第四十二条第一款")
        assert [found.bases[1].holds(day) for day in (date(2015, 9, 30), date(2015, 10, 1), date(2019, 12, 31))] == [
            False,
            True,
            True,
        ]
        assert not found.bases[1].holds(date(2020, 1, 1))

    def test_a_place_is_a_name_or_more(self):
        found = read(points=["一楼", {"name": "水果湖街道", "kind": "street", "address": "东湖路", "phone": "027-1"}])

        assert found.points == ("一楼", "水果湖街道")
        assert found.places[0] == Place("一楼")
        assert (found.places[1].kind, found.places[1].address) == (PlaceKind.STREET, "东湖路")

    def test_fees_may_be_reckoned_after_a_standard(self):
        found = read(
            fees=[{"name": "工本费", "standard": "每本 10 元", "basis": "发改价格〔2013〕1号", "reduction": "低保免收"}]
        )

        fee = found.fees[0]

        assert (fee.amount_fen, fee.yuan, fee.standard, fee.reduction) == (None, "", "每本 10 元", "低保免收")
        assert found.charges

    def test_the_fields_of_a_province_wide_item(self):
        found = read(handle_area="3", province_mode="ONLINE", online_depth="IV", visits=0, power_source="5")

        assert (found.handle_area, found.province_mode) == (HandleArea.PROVINCE, ProvinceMode.ONLINE)
        assert (found.online_depth, found.power_source) == (OnlineDepth.WHOLE, PowerSource.ENTRUSTED_ABOVE)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"handle_area": "7"},
            {"online_depth": "V"},
            {"fees": [{"name": "工本费", "basis": "无"}]},
            {"special_days": {"散步": 3}},
            {"legal_basis": [{"article": "第一条"}]},
        ],
    )
    def test_what_is_no_value_of_a_field_is_refused_with_its_place(self, wrong):
        folder = of_bodies([item("sign", **wrong)])

        assert [each.field.split("[")[0].split(".")[0] for each in folder.problems] == list(wrong)


class TestSubitems:
    def test_two_digits_more_make_a_business_item(self):
        found = elsewhere(task_name="普通护照", code="11420106MB1A00001240001070010" + "0101")

        assert (found.is_subitem, found.task_code) == (True, "11420106MB1A0000124000107001001")
        assert found.task_name == "普通护照"

    def test_a_code_of_thirty_one_is_the_item_itself(self):
        found = elsewhere(code="11420106MB1A0000124000107001001")

        assert (found.is_subitem, found.task_code) == (False, found.code)


class TestHandledElsewhere:
    def test_is_a_guide_without_lifecycle_plan_limits_and_basis(self):
        found = elsewhere()

        assert found.is_guide_only
        assert (found.legal, found.promise, found.basis) == (None, None, ())
        assert found.materials[0].source == Source.UNKNOWN

    def test_may_promise_more_than_the_law_until_somebody_checks_it(self):
        found = elsewhere(legal={"limit": 5}, promise={"limit": 7}, consult="12345", complain="12345")

        assert found.promise.limit == 7

    def test_lifecycle_and_plan_come_together(self):
        with pytest.raises(DefinitionError, match="plan"):
            elsewhere(lifecycle="permit")

    @pytest.mark.parametrize("key", ["lifecycle", "plan", "legal", "consult", "complain", "legal_basis", "result"])
    def test_what_is_handled_here_lacks_none_of_it(self, key):
        body = dict(item("sign")[1])
        del body[key]

        with pytest.raises(DefinitionError, match=key):
            parse_item(body, "sign.yaml")

    def test_what_is_handled_here_names_the_source_of_each_material(self):
        with pytest.raises(DefinitionError, match="source"):
            read(materials=[{"code": "plan", "name": "平面图"}])


@pytest.mark.django_db
class TestRows:
    def test_the_guide_tells_its_own_steps(self):
        steps = [{"name": "受理", "role": "窗口", "days": 1}, {"name": "审查", "days": 3}]
        publish_items(("item", ELSEWHERE | {"steps": steps}))

        guide = queries.guide("passport", PUBLIC, TUESDAY.date())

        assert [(step.title, step.who, step.days) for step in guide.steps] == [("受理", ("窗口",), 1), ("审查", (), 3)]
        assert guide.total_days == 4

    def test_have_level_area_and_mode(self):
        publish_items(item("sign", level="5", handle_area="3", province_mode="JOINT", catalog_code="000113011000"))

        row = ServiceItem.objects.get(pk="sign")

        assert (row.level, row.handle_area, row.province_mode) == ("5", "3", "JOINT")
        assert row.catalog_code == "000113011000"

    def test_say_how_long_each_version_was_in_force(self):
        publish_items(item("sign"))
        publish_items(item("sign", version=2, in_force={"from": "2019-10-10", "to": "2019-12-31"}))

        spans = ItemVersion.objects.filter(item="sign").order_by("number").values_list("valid_from", "until")

        assert list(spans) == [
            (date(2019, 1, 1), date(2019, 10, 10)),
            (date(2019, 10, 10), date(2020, 1, 1)),
        ]

    def test_three_thousand_items_take_few_statements(self, django_assert_max_num_queries):
        publish_items(*(item(f"sign_{n}") for n in range(30)))
        publish_items(*(item(f"sign_{n}", version=2, in_force={"from": "2019-10-08"}) for n in range(30)))
        ServiceItem.objects.filter(pk__startswith="sign_").update(version=1)

        with django_assert_max_num_queries(30):
            changed = commands.refresh(at=TUESDAY)

        assert changed == 30
        assert ItemVersion.objects.filter(item__code__startswith="sign_").count() == 60
        assert Entry.objects.filter(key__startswith="sign_").count() == 30
