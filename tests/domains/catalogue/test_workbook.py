"""Our own workbook: what goes out comes back without a change, and what people do to it is understood or told."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml
from django.conf import settings
from django.db import transaction

from tests.support.catalogue import TUESDAY, item, publish_items
from tests.support.engine import china
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ServiceItem
from yichuang.domains.catalogue.rules.exchange.bodies import canonical
from yichuang.foundation.definitions import commands as publishing
from yichuang.foundation.definitions import index
from yichuang.foundation.definitions.folders import exact, read_folder
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.people.actors import SYSTEM
from yichuang.foundation.people.loading import load_units
from yichuang.foundation.records.commands import make_folder

pytestmark = pytest.mark.django_db

DAY = date(2019, 10, 8)  # a Tuesday
FRIDAY = china("2019-10-11 09:30")
UNITS = Path(settings.DEFINITIONS[0]).parent / "wuchang" / "demo" / "units.yaml"


@pytest.fixture
def district() -> None:
    """The items that ship, with the units of the demo: all of them pass the publication check."""
    make_folder(district="wuchang", is_demo=True, opened_at=TUESDAY)
    load_units(yaml.safe_load(UNITS.read_text(encoding="utf-8")), at=TUESDAY)
    publish_items()


def exported(form: str = "xlsx", **options) -> io.BytesIO:
    out = io.BytesIO()
    queries.export_items(out, form=form, **options)
    return out


def edited(change: Callable[[openpyxl.Workbook], object], content: io.BytesIO | None = None) -> io.BytesIO:
    book = openpyxl.load_workbook(content or exported())
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out


def column(book: openpyxl.Workbook, sheet: str, title: str) -> int:
    titles = [str(cell.value).rstrip("*") for cell in book[sheet][1]]
    return titles.index(title) + 1


def row_of(book: openpyxl.Workbook, sheet: str, code: str) -> int:
    return next(cell.row for cell in book[sheet]["A"] if cell.value == code)


def put(book: openpyxl.Workbook, sheet: str, code: str, title: str, value: object) -> None:
    book[sheet].cell(row_of(book, sheet, code), column(book, sheet, title)).value = value


def looked_at(content: io.BytesIO, name: str = "事项.xlsx"):
    return queries.plan_import(content, name=name, on=DAY)


def told(plan) -> list[str]:
    return [each.text for each in plan.findings.errors]


def body(code: str) -> dict:
    return exact(Definition.objects.filter(kind="item", code=code).latest("version").body)


FOOD = "food_business_permit"


@pytest.mark.usefixtures("district")
class TestExportThenImport:
    @pytest.mark.parametrize("form", ["xlsx", "csv"])
    def test_changes_nothing(self, form):
        plan = looked_at(exported(form), f"事项.{form}")

        assert told(plan) == []
        assert (plan.rows, plan.unchanged, plan.changes) == (26, 26, [])

    def test_an_item_that_only_begins_on_another_day_says_so(self):
        content = edited(lambda book: put(book, "事项", FOOD, "生效日期", "2030-01-01"))

        (change,) = looked_at(content).changes

        assert [line for line in change.lines if "生效日期" in line and "2030-01-01" in line] == list(change.lines)

    def test_of_some_items_only(self):
        plan = looked_at(exported(codes=[FOOD]))

        assert (plan.rows, plan.unchanged) == (1, 1)


class Undone(Exception):
    """Takes back what a test did to make a file."""


def test_an_export_brings_the_same_items_into_an_empty_folder():
    with suppress(Undone), transaction.atomic():
        publish_items()
        bodies = {row.code: canonical(queries.body_of(row.code, row.version)) for row in ServiceItem.objects.all()}
        out = exported()
        raise Undone
    index.forget()
    make_folder(district="wuchang", is_demo=True, opened_at=TUESDAY)
    load_units(yaml.safe_load(UNITS.read_text(encoding="utf-8")), at=TUESDAY)
    folder = read_folder(settings.DEFINITIONS)
    folder.files = [each for each in folder.files if each.kind.name != "item"]
    publishing.publish(folder, by=SYSTEM.by, at=TUESDAY)

    plan = commands.import_items(out, name="事项.xlsx", by=SYSTEM, at=TUESDAY)

    assert len(plan.created) == 26
    assert {code: canonical(body(code)) for code in bodies} == bodies


@pytest.mark.usefixtures("district")
class TestEditing:
    def test_a_changed_cell_becomes_a_new_version(self):
        content = edited(lambda book: put(book, "事项", FOOD, "咨询方式", "027-88936999"))

        plan = commands.import_items(content, name="事项.xlsx", by=SYSTEM, at=FRIDAY)

        assert [(each.body["item"], each.lines) for each in plan.updated] == [
            (FOOD, (f"咨询方式：{plan.updated[0].before['consult']} → 027-88936999",))
        ]
        assert plan.unchanged == 25
        assert body(FOOD)["consult"] == "027-88936999" and body(FOOD)["in_force"]["from"] == "2019-10-11"

    def test_a_blank_cell_clears_and_a_missing_column_leaves(self):
        old = body(FOOD)
        assert old["aliases"] and old["conditions"]

        def change(book):
            put(book, "事项", FOOD, "别名", None)
            book["事项"].delete_cols(column(book, "事项", "受理条件"))

        plan = looked_at(edited(change))

        (changed,) = plan.updated
        assert "aliases" not in changed.body and changed.body["conditions"] == old["conditions"]

    def test_a_missing_sheet_leaves_its_lists(self):
        plan = looked_at(edited(lambda book: book.remove(book["材料"])))

        assert (told(plan), plan.unchanged) == ([], 26)

    def test_a_material_more_and_another_name(self):
        old = [each["name"] for each in body(FOOD)["materials"]]

        def change(book):
            put(book, "材料", FOOD, "材料名称", "改了名的材料")
            book["材料"].append([FOOD, None, "健康证明", "复印件", None, None, "政府部门核发"])

        (changed,) = looked_at(edited(change)).updated

        names = [each["name"] for each in changed.body["materials"]]
        assert names == ["改了名的材料", *old[1:], "健康证明"]
        assert changed.body["materials"][-1]["code"] and changed.body["materials"][-1]["source"] == "20"

    def test_two_columns_are_enough_to_change_a_promise(self):
        rows = openpyxl.Workbook()
        rows.active.append(["代号", "承诺时限"])
        rows.active.append([FOOD, 3])
        out = io.BytesIO()
        rows.save(out)

        (changed,) = looked_at(out).updated

        assert changed.body["promise"]["limit"] == 3
        assert changed.lines and "3" in changed.lines[0]

    def test_a_version_may_begin_later_but_not_in_the_past(self):
        def later(book):
            put(book, "事项", FOOD, "生效日期", date(2020, 1, 1))
            put(book, "事项", FOOD, "咨询方式", "1")

        def earlier(book):
            put(book, "事项", FOOD, "生效日期", date(2019, 9, 1))

        assert looked_at(edited(later)).updated[0].body["in_force"]["from"] == "2020-01-01"
        assert "新版本最早从 2019-10-08 起生效" in told(looked_at(edited(earlier)))[0]


@pytest.mark.usefixtures("district")
class TestFaults:
    @pytest.mark.parametrize(
        ("sheet", "title", "value", "answer"),
        [
            ("事项", "承诺时限", "五天", "应填数字，现为“五天”。"),
            ("事项", "承诺时限", 99, "承诺办结时限"),
            ("事项", "实施机关", "武昌区市场监督管理", "没有单位“武昌区市场监督管理”，是不是“武昌区市场监督管理局”？"),
            ("事项", "办件类型", "承诺", "“承诺”不在可选值中，是不是“承诺件”？"),
            ("事项", "服务对象", "自然人\n火星人", "“火星人”不在可选值中"),
            ("事项", "流程", "permit_three_hand", "没有名为“permit_three_hand”的流程。是不是“permit_three_hands”？"),
            ("事项", "生效日期", "明天", "应填日期，如 2019-09-24，现为“明天”。"),
            ("事项", "监督投诉方式", None, "监督投诉方式"),
            ("材料", "必要性", "随便", "“随便”不在可选值中"),
            ("材料", "材料名称", None, "必填，这里是空的。"),
            ("材料", "适用条件", "when is it", "申请材料"),
            ("依据", "施行日期", 43732, "是数字 43732，不是日期"),
        ],
    )
    def test_are_told_at_the_cell_and_keep_all_out(self, sheet, title, value, answer):
        content = edited(lambda book: put(book, sheet, FOOD, title, value))

        plan = looked_at(content)

        assert any(answer in each for each in told(plan)), told(plan)
        book = openpyxl.load_workbook(content)
        if not answer.startswith("申请材料"):
            letter = openpyxl.utils.get_column_letter(column(book, sheet, title))
            cell = f"({letter}{row_of(book, sheet, FOOD)})"
            assert any(f"工作表“{sheet}”" in each and cell in each for each in told(plan)), told(plan)
        with pytest.raises(commands.ImportFaulty):
            commands.import_items(content, name="事项.xlsx", by=SYSTEM, at=TUESDAY)

    def test_a_row_of_no_item_says_once_and_by_the_titles_what_a_new_one_needs(self):
        content = io.BytesIO("代号,承诺时限\nno_such,3\n".encode("gbk"))

        plan = looked_at(content, "承诺.csv")

        assert told(plan) == [
            "第 2 行：没有写实施机关。",
            "第 2 行：没有“no_such”这个事项；如果是新事项，还要写：事项名称、实施编码、事项类型、办件类型、服务入口。",
        ]
        assert not plan.changes

    def test_merged_cells_formulas_and_strays_all_at_once(self):
        def change(book):
            column_of = column(book, "事项", "咨询方式")
            letter = openpyxl.utils.get_column_letter(column_of)
            book["事项"].merge_cells(f"{letter}3:{letter}5")
            put(book, "事项", FOOD, "到现场次数", "=1+1")
            book["材料"].append(["no_such_item", None, "材料"])

        said = told(looked_at(edited(change)))

        assert any("是合并单元格" in each for each in said)
        assert any("是公式，文件里没有保存它的结果" in each for each in said)
        assert any("没有代号或实施编码为“no_such_item”的事项" in each for each in said)

    def test_the_publication_check_refuses_with_all_reasons(self):
        def change(book):
            put(book, "事项", FOOD, "承诺时限", 99)
            put(book, "事项", FOOD, "监督投诉方式", body(FOOD)["consult"])

        plan = looked_at(edited(change))

        codes = {each.code for each in plan.findings.errors}
        assert len([code for code in codes if code.startswith("catalogue.")]) >= 2, told(plan)

    def test_a_material_code_twice(self):
        first = body(FOOD)["materials"][0]["code"]

        plan = looked_at(edited(lambda book: book["材料"].append([FOOD, first, "又一份"])))

        assert any(f"同一事项里“{first}”已用在第" in each for each in told(plan))


@pytest.mark.usefixtures("district")
class TestTemplate:
    def test_lists_units_and_words_and_takes_a_new_item_by_its_titles(self):
        out = io.BytesIO()
        queries.write_template(out)
        book = openpyxl.load_workbook(out)

        assert book.sheetnames == [
            "填表说明",
            "事项",
            "材料",
            "情形",
            "收费",
            "常见问题",
            "依据",
            "环节",
            "地点",
            "流程类型",
            "选项",
        ]
        lists = {column[0].value: [cell.value for cell in column if cell.value] for column in book["选项"].columns}
        assert any("武昌区市场监督管理局" in each for each in lists.values())
        assert next(each for first, each in lists.items() if first == "行政许可")[:2] == ["行政许可", "行政处罚"]
        assert len(book["事项"].data_validations.dataValidation) > 20
        assert book["事项"].freeze_panes == "A2"

        new = filled(book)
        plan = looked_at(new)

        assert told(plan) == []
        assert [each.body["item"] for each in plan.created] == ["11420106mb1a00001u3420101999001"]
        made = plan.created[0].body
        assert made["legal_basis"] == [{"law": "示范条例", "article": "第三条", "from": "2019-01-01"}]
        assert made["fees"] == [{"name": "工本费", "amount_fen": 1250, "basis": "示范收费规定"}]
        assert made["situations"][0]["choices"][1] == {"id": "c2", "label": "否", "facts": {"kitchen": False}}


def filled(book: openpyxl.Workbook) -> io.BytesIO:
    """Fill the template in as an editor would."""
    code = "11420106MB1A00001U3420101999001"
    said = {
        "实施编码": code,
        "事项名称": "示范事项审批",
        "基本编码": "420101999001",
        "实施机关": "武昌区市场监督管理局",
        "事项类型": "行政许可",
        "办件类型": "承诺件",
        "行使层级": "区级",
        "办理系统": "省一张网V3.0",
        "服务对象": "自然人\n企业法人",
        "服务入口": "个人\n企业",
        "法定时限": 20,
        "法定时限依据": "示范条例 第五条",
        "承诺时限": "5",
        "咨询方式": "027-00000001",
        "监督投诉方式": "027-00000002",
        "受理条件": "有固定场所。",
        "结果名称": "准予许可决定书",
        "网上办理": "否",
        "到现场次数": 1,
        "必须到现场原因": "核对原件",
        "办理形式": "窗口办理",
        "办理时间": "工作日9:00—17:00",
        "主题": "准营准办",
        "是否收费": "是",
        "收费依据": "示范收费规定",
        "网上支付": "否",
        "权力来源": "法定本级行使",
        "实施主体代码": code[:18],
        "实施主体名称": "武昌区市场监督管理局",
        "实施主体性质": "法定机关",
    }
    for title, value in said.items():
        book["事项"].cell(2, column(book, "事项", title)).value = value
    book["材料"].append([code, None, "申请书", "原件", "纸质", "必要", "申请人自备", None, 1, None, None, "内容完整"])
    book["材料"].cell(2, column(book, "材料", "要求依据")).value = "示范条例 第四条"
    book["材料"].cell(2, column(book, "材料", "填报须知")).value = "本人签字"
    book["情形"].append([code, None, "是否自有厨房？", None, None, None, "是", "kitchen=true"])
    book["情形"].append([code, None, "是否自有厨房？", None, None, None, "否", "kitchen=false"])
    book["收费"].append([code, "工本费", 12.5, None, "示范收费规定"])
    book["常见问题"].append([code, "多久办好？", "五个工作日。"])
    book["依据"].append([code, "示范条例", "第三条", None, date(2019, 1, 1)])
    book["环节"].append([code, "受理", "窗口", 1])
    book["环节"].append([code, "决定", "签发人", 4])
    book["地点"].append([code, "区政务服务中心", "政务服务大厅", "示范路1号"])
    out = io.BytesIO()
    book.save(out)
    return out


class TestForeignItems:
    def test_go_from_folder_to_folder_with_their_units(self):
        publish_items(
            item("passport", name="护照", handling_system="NATIONAL", unit="gaj", body_code="11420106999900011N")
        )
        content = edited(
            lambda book: put(book, "事项", "passport", "实施机关", "外省公安局"), exported(codes=["passport"])
        )

        plan = commands.import_items(content, name="事项.xlsx", by=SYSTEM, at=TUESDAY)

        assert [each.name for each in plan.units.values()] == ["外省公安局"]
        assert body("passport")["unit"] == "11420106999900011n"
