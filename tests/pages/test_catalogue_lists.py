"""Savings, benchmarks, proofs and intermediary items on pages, for those who keep them and for everybody."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support.catalogue import TUESDAY, item, publish_items
from tests.support.people import make_account, make_actor, make_unit
from tests.support.reading import cells, differences, page, sheet, words
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import BenchmarkValue, IntermediaryChange, ProofItem
from yichuang.domains.catalogue.terms import (
    Benchmark,
    FeeKind,
    Intermediary,
    ListStatus,
    Payer,
    Proof,
    ProofLevel,
)
from yichuang.foundation.people.actors import local_day

pytestmark = pytest.mark.django_db
TODAY = local_day(TUESDAY)
SEPTEMBER = date(2019, 9, 1)


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on that Tuesday."""
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: TUESDAY)


@pytest.fixture(autouse=True)
def catalogue() -> None:
    """Publish what ships and one item with two versions."""
    make_unit("cgj", name="城管执法局")
    publish_items(item("sign", name="户外招牌设置审批", promise={"limit": 5}))
    publish_items(
        item("sign", name="户外招牌设置审批", version=2, promise={"limit": 3}, in_force={"from": "2019-10-08"})
    )


def logged_in(client: Client, role: str, unit: str = "cgj") -> Client:
    client.force_login(make_account(role, make_unit(unit)))
    return client


def keeper():
    return make_actor("catalogue_admin", make_unit("xspj"))


def keep(*values: Benchmark) -> None:
    commands.keep_benchmarks(values=values, by=keeper(), at=TUESDAY)


def value(**more: object) -> Benchmark:
    said = {"region": "杭州市", "source": "浙江政务服务网", "source_on": SEPTEMBER, "minutes": 480, "visits": 0}
    return Benchmark("sign", **(said | more))


class TestReductions:
    def test_the_ledger_says_what_a_version_spared(self, client: Client):
        html = page(logged_in(client, "office"), "/admin-desk/reductions?unit=cgj")

        (row,) = cells(html, "ledger")[1:]
        assert row == ["2019-10-08", "户外招牌设置审批", "城管执法局", "减时间", "1 → 2", "5", "3", "2", "个工作日"]
        assert "有减少的种类：减时间" in words(html)
        assert cells(html, "ranking")[1][1] == "城管执法局"

    @pytest.mark.parametrize("table", ["ledger", "ranking"])
    def test_the_workbook_says_the_same(self, client: Client, table: str):
        logged_in(client, "office")
        shown = cells(page(client, "/admin-desk/reductions"), table)

        kept = sheet(client, f"/admin-desk/reductions?format=xlsx&table={table}")

        assert differences(shown, kept) == []

    @pytest.mark.parametrize("query", ["kind=COST", "since=2019-10-09", "on=2019-10-07"])
    def test_filters_that_leave_nothing_say_so(self, client: Client, query: str):
        assert "没有符合条件的记录" in page(logged_in(client, "office"), f"/admin-desk/reductions?{query}")


class TestBenchmarks:
    def test_nothing_known_stands(self, client: Client):
        assert "还没有对标值" in page(logged_in(client, "office"), "/admin-desk/benchmarks")

    def test_puts_own_beside_theirs(self, client: Client):
        keep(value(), value(region="深圳市", minutes=240))

        html = page(logged_in(client, "office"), "/admin-desk/benchmarks?region=%E6%9D%AD%E5%B7%9E%E5%B8%82")

        (row,) = cells(html, "distances")[1:]
        heads = cells(html, "distances")[0]
        told = dict(zip(heads[3:], row[3:], strict=False))
        assert row[:3] == ["户外招牌设置审批", "城管执法局", "杭州市"]
        time = heads.index("工作日：本区")
        assert row[time : time + 3] == ["3", "1", "+2"]
        assert told["压缩法定时限（%）"] == "85.0"
        assert cells(html, "units")[1][:3] == ["城管执法局", "1", "1"]

    @pytest.mark.parametrize("table", ["distances", "units"])
    def test_the_workbook_says_the_same(self, client: Client, table: str):
        keep(value())
        logged_in(client, "office")
        shown = cells(page(client, "/admin-desk/benchmarks"), table)

        kept = sheet(client, f"/admin-desk/benchmarks?format=xlsx&table={table}")

        assert differences(shown, kept) == []

    def test_a_value_is_typed_in(self, client: Client):
        logged_in(client, "office")
        sent = {"region": "杭州市", "days": "0.5", "cost": "10", "source": "浙江政务服务网", "source_on": "2019-09-01"}

        html = client.post("/admin-desk/benchmarks/items/sign", sent, follow=True).content.decode()

        row = BenchmarkValue.objects.get()
        assert (row.minutes, row.cost_fen, row.steps) == (240, 1000, None)
        assert "对标值已保存" in html
        assert cells(html, "history")[1][0] == "杭州市"

    def test_an_empty_one_is_refused_and_keeps_what_was_typed(self, client: Client):
        logged_in(client, "office")
        sent = {"region": "杭州市", "source": "浙江政务服务网", "source_on": "2019-09-01"}

        html = client.post("/admin-desk/benchmarks/items/sign", sent).content.decode()

        assert "至少填写一个数值" in html and "浙江政务服务网" in html

    def test_who_only_looks_types_nothing_in(self, client: Client):
        logged_in(client, "auditor")

        assert "录入对标值" not in page(client, "/admin-desk/benchmarks/items/sign")
        assert client.post("/admin-desk/benchmarks/items/sign", {"region": "x"}).status_code == 403

    def test_is_taken_back_from_today(self, client: Client):
        keep(value())
        logged_in(client, "office")

        client.post("/admin-desk/benchmarks/items/sign/end", {"region": "杭州市"}, follow=True)

        assert not BenchmarkValue.objects.on(TODAY).exists()


class TestImport:
    HEAD = (
        "事项代号",
        "对标地区",
        "环节",
        "办结时限（工作日）",
        "申请材料（份）",
        "到现场次数",
        "收费（元）",
        "来源",
        "来源日期",
    )

    def workbook(self, *rows: tuple[object, ...]) -> SimpleUploadedFile:
        book = openpyxl.Workbook()
        book.active.append(self.HEAD)
        for row in rows:
            book.active.append(row)
        out = io.BytesIO()
        book.save(out)
        return SimpleUploadedFile("对标.xlsx", out.getvalue())

    def sent(self, client: Client, file: SimpleUploadedFile) -> str:
        return client.post("/admin-desk/benchmarks/import", {"table": file}, follow=True).content.decode()

    def test_takes_all_in(self, client: Client):
        logged_in(client, "office")
        file = self.workbook(
            ("sign", "杭州市", 2, 1, 3, 0, 0, "浙江政务服务网", date(2019, 9, 1)),
            ("11420106MB1A000012300013300100001", "深圳市", None, 0.5, None, 0, 12.5, "广东政务服务网", "2019年9月1日"),
        )

        html = self.sent(client, file)

        assert "已导入 2 行，其中 2 行有变化" in html
        assert {row.region: row.minutes for row in BenchmarkValue.objects.on(TODAY)} == {"杭州市": 480, "深圳市": 240}

    def test_tells_every_fault_at_its_cell_and_takes_nothing(self, client: Client):
        logged_in(client, "office")
        file = self.workbook(
            ("sign", "杭州市", 2, 1, 3, 0, 0, "浙江政务服务网", date(2019, 9, 1)),
            ("nothing", "杭州市", "两个", 1, 3, 0, 0, "浙江政务服务网", date(2019, 9, 1)),
            ("sign", "", None, None, None, None, None, "浙江政务服务网", "哪天"),
        )

        html = self.sent(client, file)

        for told in ("(A3)", "(C3)", "(B4)", "(I4)", "没有任何数值", "什么也没有导入"):
            assert told in html
        assert not BenchmarkValue.objects.exists()

    def test_says_what_is_no_table(self, client: Client):
        logged_in(client, "office")

        html = self.sent(client, SimpleUploadedFile("x.xlsx", b"\x00\x01\x02\x03" * 50))

        assert "x.xlsx" in html and not BenchmarkValue.objects.exists()

    def test_the_template_reads_back(self, client: Client):
        answer = logged_in(client, "office").get("/admin-desk/benchmarks/template")
        book = openpyxl.load_workbook(io.BytesIO(answer.content))

        titles = [str(cell.value).rstrip("*") for cell in book["对标"][1]]

        assert titles == list(self.HEAD)


RESIDENCE = Proof(
    code="ZM-Q-001",
    level=ProofLevel.DISTRICT,
    name="户籍证明",
    basis="社会救助暂行办法 第十一条",
    demanded_by="区民政局",
    issued_by="公安派出所",
    guide="持户口簿到派出所，当场开具。",
    items=("sign",),
    status=ListStatus.KEPT,
)
TEST = Intermediary(
    code="ZJ-001",
    name="建筑工程质量检测",
    approvals=("sign",),
    fee_kind=FeeKind.MARKET,
    fee_standard="双方协商",
    basis="建设工程质量检测管理办法 第四条",
    handles="对进场材料检测并出具报告",
    payer=Payer.APPLICANT,
    time_limit="10个工作日",
    output="检测报告",
)


class TestProofs:
    def test_a_proof_is_put_on_the_list(self, client: Client):
        logged_in(client, "catalogue_admin")
        sent = {
            "code": "ZM-Q-001", "level": "DISTRICT", "name": "户籍证明", "status": "KEPT", "basis": "办法 第十一条",
            "demanded_by": "区民政局", "issued_by": "派出所", "guide": "当场开具", "items": "sign",
            "valid_from": "2019-09-01",
        }  # fmt: skip

        html = client.post("/admin-desk/proofs/new", sent, follow=True).content.decode()

        assert "证明事项清单已更新" in html
        row = ProofItem.objects.get()
        assert (row.item_codes, row.valid_from, row.version) == (("sign",), SEPTEMBER, 1)
        again = client.post("/admin-desk/proofs/new", sent).content.decode()
        assert "编号ZM-Q-001已经用过" in again

    def test_what_is_missing_is_told_and_what_was_typed_stays(self, client: Client):
        logged_in(client, "catalogue_admin")
        sent = {
            "code": "ZM-Q-002", "level": "DISTRICT", "name": "居住证明", "status": "KEPT", "valid_from": "2019-09-01",
        }  # fmt: skip

        html = client.post("/admin-desk/proofs/new", sent).content.decode()

        assert "保留的须写明设定依据" in html and "居住证明" in html

    def test_a_change_makes_a_version(self, client: Client):
        commands.keep_proofs(proofs=[RESIDENCE], valid_from=SEPTEMBER, by=keeper(), at=TUESDAY)
        logged_in(client, "catalogue_admin")
        sent = {
            "level": "DISTRICT", "name": "户籍证明", "status": "CANCELLED", "substitute": "SHARED",
            "valid_from": "2019-10-08",
        }  # fmt: skip

        html = client.post("/admin-desk/proofs/ZM-Q-001", sent, follow=True).content.decode()

        assert {row[10] for row in cells(html, "history")[1:]} == {"1", "2"}
        assert queries.kept_proofs(TODAY) == frozenset()

    def test_the_workbook_says_the_same(self, client: Client):
        commands.keep_proofs(proofs=[RESIDENCE], valid_from=SEPTEMBER, by=keeper(), at=TUESDAY)
        logged_in(client, "leader")
        shown = cells(page(client, "/admin-desk/proofs"), "proofs")

        assert differences(shown, sheet(client, "/admin-desk/proofs?format=xlsx")) == []

    def test_everybody_sees_what_is_kept_and_nothing_that_is_cancelled(self, client: Client):
        cancelled = replace(
            RESIDENCE, code="ZM-Q-002", name="无犯罪证明", status=ListStatus.CANCELLED, substitute="CHECK"
        )
        commands.keep_proofs(proofs=[RESIDENCE, cancelled], valid_from=SEPTEMBER, by=keeper(), at=TUESDAY)

        html = page(client, "/proofs")

        assert "户籍证明" in html and "无犯罪证明" not in html
        assert "户籍证明" not in page(client, "/proofs?level=STREET")
        assert differences(cells(html, "proofs"), sheet(client, "/proofs?format=xlsx")) == []

    def test_no_list_stands(self, client: Client):
        assert "没有符合条件的证明事项" in page(client, "/proofs")


class TestIntermediaries:
    def listed(self) -> None:
        commands.keep_intermediaries(items=[TEST], valid_from=SEPTEMBER, by=keeper(), at=TUESDAY)

    def test_a_change_goes_from_the_unit_to_the_check_to_the_decision(self, client: Client):
        self.listed()
        form = page(logged_in(client, "dept_head"), "/admin-desk/intermediaries/ask?code=ZJ-001")
        sent = {
            "kind": "CHANGE", "code": "ZJ-001", "name": TEST.name, "approvals": "sign", "fee_kind": "GOVERNMENT",
            "fee_standard": "每组200元", "basis": TEST.basis, "handles": TEST.handles, "payer": "AUTHORITY",
            "time_limit": "10个工作日", "output": "检测报告", "reason": "改为政府付费", "valid_from": "2019-10-08",
        }  # fmt: skip

        asked = client.post("/admin-desk/intermediaries/ask", sent, follow=True).content.decode()
        change = IntermediaryChange.objects.get()
        address = f"/admin-desk/intermediaries/changes/{change.pk}"
        silent = client.post(address, {"do": "yes", "opinion": "好"}).status_code
        checked = logged_in(client, "office", "yhb").post(address, {"do": "yes", "opinion": "于法有据"}, follow=True)
        decided = logged_in(client, "catalogue_admin", "xspj").post(address, {"do": "yes"}, follow=True)

        assert TEST.fee_standard in form
        assert "等待合法性审查" in asked
        assert ["收费标准", "双方协商", "每组200元", "有变化"] in cells(asked, "beside")
        assert silent == 200  # refused in words
        assert "待决定" in checked.content.decode()
        assert "已实施" in decided.content.decode()
        assert queries.intermediary_on("ZJ-001", TODAY).fee_standard == "每组200元"

    def test_what_is_refused_is_told_on_the_form(self, client: Client):
        self.listed()
        logged_in(client, "dept_head")
        sent = {
            "kind": "ADD", "code": "ZJ-001", "fee_kind": "MARKET", "payer": "APPLICANT", "reason": "新增",
            "valid_from": "2019-10-08",
        }  # fmt: skip

        assert "请申请“调整”" in client.post("/admin-desk/intermediaries/ask", sent).content.decode()

    def test_everybody_sees_the_published_fields(self, client: Client):
        self.listed()

        html = page(client, "/intermediaries")

        (row,) = cells(html, "intermediaries")[1:]
        assert row[:5] == [
            TEST.name, "户外招牌设置审批", "市场调节价：双方协商", TEST.basis, TEST.handles,
        ]  # fmt: skip
        assert differences(cells(html, "intermediaries"), sheet(client, "/intermediaries?format=xlsx")) == []

    def test_the_list_and_its_versions_stand(self, client: Client):
        self.listed()
        logged_in(client, "leader")
        shown = cells(page(client, "/admin-desk/intermediaries"), "intermediaries")

        assert differences(shown, sheet(client, "/admin-desk/intermediaries?format=xlsx")) == []
        assert "双方协商" in page(client, "/admin-desk/intermediaries/items/ZJ-001")
        assert client.get("/admin-desk/intermediaries/items/none").status_code == 404
