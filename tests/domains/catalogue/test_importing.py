"""Lists and workbooks of items come in whole or not at all, twice without a change, and lose nothing on the way."""

from __future__ import annotations

import io
from datetime import date
from functools import cache

import openpyxl
import pytest

from tests.support import item_tables as make
from tests.support.catalogue import TUESDAY, item, publish_items
from tests.support.engine import china
from tests.support.people import make_actor, make_unit
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.commands.importing import mark_of
from yichuang.domains.catalogue.models import ServiceItem
from yichuang.domains.catalogue.rules.exchange.bodies import canonical
from yichuang.domains.catalogue.terms import ItemState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.folders import exact
from yichuang.foundation.definitions.mappings import NoMapping, SeveralMappings
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.files.problems import FileRefused
from yichuang.foundation.people.actors import SYSTEM, NotAllowed
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.records.models import Record

pytestmark = pytest.mark.django_db

DAY = date(2019, 10, 8)  # a Tuesday
FRIDAY = china("2019-10-11 09:30")


@pytest.fixture
def catalogue() -> None:
    publish_items()


def bring(*rows: dict[str, str], at=TUESDAY, **options):
    return commands.import_items(make.listed(*rows), name="清单.csv", by=SYSTEM, at=at, **options)


def looked_at(*rows: dict[str, str], **options):
    return queries.plan_import(make.listed(*rows), name="清单.csv", on=DAY, **options)


def body(code: str) -> dict:
    return exact(Definition.objects.filter(kind="item", code=code).latest("version").body)


def told(plan) -> list[str]:
    return [each.text for each in plan.findings.errors]


ID = make.code(1).lower()


@pytest.mark.usefixtures("catalogue")
class TestListByItsMapping:
    def test_becomes_items_that_are_found_and_belong_to_units_without_log_in(self):
        plan = bring({})

        assert plan.as_json() | {"warnings": [], "counts": {}} == {
            "rows": 1,
            "created": 1,
            "updated": 0,
            "unchanged": 0,
            "warnings": [],
            "errors": [],
            "mapping": "guangdong_items",
            "units_created": 1,
            "counts": {},
        }
        row = ServiceItem.objects.get(code=ID)
        assert (row.name, row.state, row.promise_limit) == ("示范学校设立审批", ItemState.IN_FORCE, 5)
        unit = Unit.objects.get(code=row.unit_code)
        assert (unit.name, unit.source, unit.region_id) == ("示范省教育厅", "广东省政务服务事项实施清单", "990000")
        assert not Account.objects.exists()
        assert [hit.key for hit in queries.search("示范学校", SYSTEM)] == [ID]
        assert Record.objects.filter(kind="ItemsImported").count() == 1

    def test_fills_the_national_fields_and_keeps_the_rest(self):
        bring({})

        found = body(ID)
        assert found["legal"] == {"limit": 20, "unit": "working_day"}
        assert found["promise"] == {"limit": 5, "unit": "working_day"}
        assert found["servers"] == ["1", "2"] and found["serves"] == ["person", "firm"]
        assert found["materials"] == [{"code": "m1", "name": "申请表"}, {"code": "m2", "name": "身份证明"}]
        assert found["points"] == [{"name": "示范路1号"}]
        assert found["themes"] == ["教育科研", "升学"]
        assert (found["handling_system"], found["level"], found["online"]) == ("PROVINCIAL", "2", True)
        assert "conditions" not in found and "platform" not in found
        assert found["source_fields"]["courier_service"] == "不支持" and found["express"] is False

    def test_is_a_guide_without_a_start(self):
        bring({})

        found = definitions.in_force("item", ID, DAY)
        assert not found.lifecycle and not found.plan and found.ways == ("window",)

    def test_a_second_time_nothing_changes(self):
        bring({}, {"TASK_CODE": make.code(2)})
        records = Record.objects.count()

        again = bring({}, {"TASK_CODE": make.code(2)}, at=FRIDAY)

        assert (len(again.created), len(again.updated), again.unchanged) == (0, 0, 2)
        assert Record.objects.count() == records
        assert Definition.objects.filter(kind="item", code=ID).count() == 1

    def test_a_changed_row_becomes_the_next_version_from_the_day_of_the_import(self):
        bring({})

        plan = bring({"handle_time_limit": "3(工作日)", "material_intro": "申请表；照片"}, at=FRIDAY)

        assert len(plan.updated) == 1
        assert any("5" in line and "3" in line for line in plan.updated[0].lines)
        found = body(ID)
        assert found["version"] == 2 and found["in_force"] == {"from": "2019-10-11"}
        assert [each["name"] for each in found["materials"]] == ["申请表", "照片"]
        assert ServiceItem.objects.get(code=ID).promise_limit == 3

    def test_an_item_of_our_own_with_the_same_code_is_updated_and_keeps_what_the_list_does_not_know(self):
        kind, own = item("school", unit="jyj", aliases=["办学校"], handling_system="PROVINCE")
        publish_items((kind, own | {"code": make.code(1)}))

        plan = bring({})

        assert [each.body["item"] for each in plan.updated] == ["school"]
        found = body("school")
        assert found["aliases"] == ["办学校"] and found["lifecycle"] == "permit"
        assert found["name"] == "示范学校设立审批"

    def test_a_column_that_the_mapping_does_not_name_is_kept_and_told(self):
        content = (
            make.listed({}).getvalue().decode("utf-8-sig").replace("URL", "URL,新列", 1).replace("org/1", "org/1,新值")
        )

        plan = commands.import_items(io.BytesIO(content.encode()), name="清单.csv", by=SYSTEM, at=TUESDAY)

        assert body(ID)["source_fields"]["新列"] == "新值"
        assert "header.unknown" in plan.findings.counts

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
    def test_in_any_encoding(self, encoding):
        plan = queries.plan_import(make.listed({}, encoding=encoding), name="清单.csv", on=DAY)

        assert len(plan.created) == 1

    def test_as_a_workbook_too(self):
        book = openpyxl.Workbook()
        book.active.append(["广东省事项清单"])
        book.active.append(list(make.ROW))
        book.active.append(list(make.ROW.values()))
        out = io.BytesIO()
        book.save(out)

        plan = queries.plan_import(out, name="清单.xlsx", on=DAY)

        assert len(plan.created) == 1 and plan.created[0].spot.row == 3


@pytest.mark.usefixtures("catalogue")
class TestFaults:
    @pytest.mark.parametrize(
        ("row", "answer"),
        [
            ({"handle_time": "二十天"}, "第 2 行“handle_time”(S2)：应填时限，如 20(工作日)，现为“二十天”。"),
            ({"TASK_TYPE_TEXT": "行政许客"}, "第 2 行“TASK_TYPE_TEXT”(G2)：对照表不认得“行政许客”，是不是“行政许可”？"),
            ({"service_object_name": "自然人；外星人"}, "第 2 行“service_object_name”(AD2)：对照表不认得“外星人”"),
            ({"LIMIT_SCENE_NUM": "一次"}, "第 2 行“LIMIT_SCENE_NUM”(P2)：应填数字，现为“一次”。"),
            ({"TASK_NAME": ""}, "第 2 行“TASK_NAME”(L2)：必填，这里是空的。"),
            ({"TASK_NAME": "长" * 201}, "第 2 行“TASK_NAME”(L2)：事项名称："),
            ({"TASK_CODE": "12x"}, "第 2 行“TASK_CODE”(A2)：实施编码：12x；应为 12至33位大写字母和数字。"),
        ],
    )
    def test_are_told_at_the_cell(self, row, answer):
        plan = looked_at(row)

        assert any(each.startswith(answer) for each in told(plan)), told(plan)

    def test_one_wrong_row_keeps_all_out(self):
        with pytest.raises(commands.ImportFaulty, match="表里有 1 处错误，没有导入任何事项") as refused:
            bring({}, {"TASK_CODE": make.code(2), "handle_time": "x"})

        assert "第 3 行“handle_time”(S3)" in refused.value.message
        assert not ServiceItem.objects.filter(code=ID).exists() and not Unit.objects.exists()

    def test_the_same_item_twice_is_told_with_the_other_row(self):
        assert told(looked_at({}, {})) == ["第 3 行“TASK_CODE”(A3)：与第 2 行是同一个事项，一份表里只能出现一次。"]

    def test_a_list_that_no_mapping_knows(self):
        with pytest.raises(NoMapping, match="没有对照表认得这份清单的表头（甲、乙）"):
            queries.plan_import(io.BytesIO("甲,乙\n1,2\n".encode()), name="x.csv", on=DAY)

    def test_a_list_that_lacks_a_column_by_which_it_is_known_names_the_nearest(self):
        content = make.listed({}).getvalue().decode("utf-8-sig").replace("handle_time_limit", "limit", 1)

        with pytest.raises(
            NoMapping, match="最接近的是“广东省政务服务事项实施清单”（guangdong_items），还缺列：handle_time_limit"
        ):
            queries.plan_import(io.BytesIO(content.encode()), name="x.csv", on=DAY)

    def test_a_list_that_two_mappings_know(self):
        from tests.foundation.definitions.test_mappings import body as mapping
        from yichuang.foundation.definitions import commands as publishing
        from yichuang.foundation.definitions.folders import of_bodies

        columns = {"TASK_CODE": {"field": "code"}, "URL": [{"field": "name"}, {"field": "unit.name"}]}
        constants = {"task_type": "01", "handling": "PROMISE"}
        other = mapping("other", header=["TASK_CODE", "URL"], columns=columns, constants=constants)
        publishing.publish(of_bodies([("mapping", other)]), by=SYSTEM.by, at=TUESDAY)

        with pytest.raises(SeveralMappings, match="guangdong_items"):
            looked_at({})
        assert len(looked_at({}, mapping="guangdong_items").created) == 1

    def test_a_file_that_is_no_table(self):
        with pytest.raises(FileRefused):
            queries.plan_import(io.BytesIO(b"%PDF-1.7"), name="x.pdf", on=DAY)


@pytest.mark.usefixtures("catalogue")
class TestWhoMay:
    def test_only_who_imports(self):
        clerk = make_actor("window", make_unit("jyj"))

        with pytest.raises(NotAllowed):
            commands.import_items(make.listed({}), name="x.csv", by=clerk, at=TUESDAY)

    def test_an_administrator_of_the_district_brings_lists_but_changes_nothing_of_units_elsewhere(self):
        admin = make_actor("catalogue_admin", make_unit("zwj"))
        other = make_unit("jyj", name="外区教育局", uscc=make.ROW["TASK_CODE"][:18], region=make_other_region())

        with pytest.raises(commands.OutsideReach, match="jyj"):
            commands.import_items(make.listed({}), name="x.csv", by=admin, at=TUESDAY)
        plan = commands.import_items(
            make.listed({"TASK_CODE": make.code(1).replace("MB1A00001U", "MB1A00002C"), "ORGCODE": "MB1A00002"}),
            name="x.csv",
            by=admin,
            at=TUESDAY,
        )

        assert len(plan.created) == 1 and plan.created[0].body["unit"] != other.code

    def test_what_was_looked_over_is_what_comes_in(self):
        plan = looked_at({})
        mark = mark_of(plan, commands.importing.digest_of_table(make.listed({})))

        with pytest.raises(commands.FileChanged):
            bring({"TASK_NAME": "另一份"}, expects=mark)
        bring({}, expects=mark)
        with pytest.raises(commands.FileChanged):
            bring({}, expects=mark)


def make_other_region():
    from tests.support.people import make_region

    return make_region("440100", "广州市", "CITY")


needs_list = pytest.mark.skipif(not make.REAL.exists(), reason=f"the open list of Guangdong is not at {make.REAL}")


@cache
def real() -> bytes:
    return make.REAL.read_bytes()


@needs_list
class TestGuangdong:
    """The whole open list: facts of `../shared/data/README.md`."""

    @pytest.fixture(autouse=True)
    def _everything(self, catalogue):
        self.plan = commands.import_items(io.BytesIO(real()), name="items_2262.csv", by=SYSTEM, at=TUESDAY)

    def test_all_come_in_with_their_oddities_as_warnings_and_nothing_is_lost(self):
        plan = self.plan
        assert (plan.rows, len(plan.created), plan.findings.error_count) == (2262, 2262, 0)
        assert plan.source == "guangdong_items"
        counts = plan.findings.counts
        assert counts["item.body_code"] == 6
        assert counts["item.handling_digits"] == 363
        assert counts["item.no_legal_limit"] == 713
        assert counts["item.one_day"] == 1160
        assert Unit.objects.exclude(source="").count() == 177
        self._nothing_is_lost()
        again = commands.import_items(io.BytesIO(real()), name="items_2262.csv", by=SYSTEM, at=FRIDAY)
        assert (again.unchanged, len(again.changes)) == (2262, 0)
        self._exports_read_back_unchanged()

    def _nothing_is_lost(self):
        import csv

        bodies = {row.code: exact(row.body) for row in Definition.objects.filter(kind="item")}
        for row in csv.DictReader(io.StringIO(real().decode("utf-8-sig"))):
            found = bodies[row["TASK_CODE"].lower()]
            assert {title: text for title, text in row.items() if _missing(title, text, found)} == {}

    def _exports_read_back_unchanged(self):
        for form in ("xlsx", "csv"):
            out = io.BytesIO()
            queries.export_items(out, form=form)
            plan = queries.plan_import(out, name=f"export.{form}", on=DAY)
            assert (plan.rows, plan.unchanged, told(plan)) == (queries.count_items(), queries.count_items(), [])


def _missing(title: str, text: str, found: dict) -> bool:
    """Say whether the text of a cell can no longer be told from the item."""
    said = " ".join(text.split()) if title != "accept_standard" else text.strip()
    if said in ("", "无") or found.get("source_fields", {}).get(title) == text.strip():
        return False
    match title:
        case "TASK_TYPE_TEXT":
            names = {"01": "行政许可", "05": "行政给付", "07": "行政确认", "08": "行政奖励", "09": "行政裁决"}
            return (names | {"10": "其他行政权力", "20": "公共服务"})[found["task_type"]] != text
        case "matter_level":
            return {"2": "省级", "3": "市级"}[found["level"]] != text
        case "handle_time" | "handle_time_limit":
            limit = found[{"handle_time": "legal", "handle_time_limit": "promise"}[title]]
            unit = {"working_day": "工作日", "calendar_day": "自然日"}[limit["unit"]]
            return f"{limit['limit']}({unit})" != text
        case "ONLINECHECK":
            return str(int(found["online"])) != text
        case "online_book":
            return found["bookable"] != (text == "是")
        case "LIMIT_SCENE_NUM" | "visit_number":
            return str(found["visits"]) != text
        case "service_object_name":
            names = {"1": "自然人", "2": "企业法人", "3": "事业法人", "4": "社会组织法人", "5": "非法人企业"}
            return "；".join((names | {"6": "行政机关", "9": "其他组织"})[each] for each in found["servers"]) != text
        case "material_intro":
            return [each["name"] for each in found["materials"]] != [
                each.strip() for each in text.split("；") if each.strip()
            ]
        case "theme_category":
            return found["themes"] != text.split("；")
        case "co_department":
            return "、".join(found["joint_bodies"]) != text
        case "CATANAME":
            return found["main_name"] != text.strip()
        case "TASK_TYPE":
            return found["task_type"] != text
    return all(value != text.strip() for value in found.values())


def test_what_is_compared_is_canonical():
    assert canonical({"item": "a", "version": 3, "special": []}) == {}
