"""The pages of registers: a whole life at the desk, what each reader finds, workbooks, requests, the public's lists."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from tests.support.definitions import publish
from tests.support.people import WEDNESDAY, actor_of, make_account, make_unit
from tests.support.registers import loans, published
from tests.support.tables import workbook
from yichuang.foundation.records.models import Record
from yichuang.foundation.registers.models import ChangeRequest, Entry

TITLES = ["编号", "银行", "企业", "责任单位", "类别", "授信额（亿元）", "签约日期"]
TYPED = {
    "bank": "甲银行", "firm_name": "一号公司", "unit_of": "zjj", "kind": "pledge", "credit": "23400万元",
    "signed_on": "2019-09-02", "tags": ["tech"], "is_first": "是",
}  # fmt: skip


@pytest.fixture(autouse=True)
def desk(db, settings, tmp_path, monkeypatch):
    settings.FILES, settings.KEYS = tmp_path / "files", tmp_path / "keys"
    settings.STORAGE_URL = settings.VIRUS_SCANNER = ""
    monkeypatch.setattr("yichuang.foundation.records.clock.business_now", lambda: WEDNESDAY)
    make_unit("zjj"), make_unit("other")
    publish(
        loans(
            fields__paper={"type": "file", "name": "协议书"},
            public__fields=["bank", "firm_name", "credit", "signed_on", "paper"],
        )
    )


class Person:
    """Somebody at the desk: the account, the actor, the browser."""

    def __init__(self, role: str, unit: str = "zjj") -> None:
        account = make_account(role, unit)
        self.actor, self.client = actor_of(account), Client()
        self.client.force_login(account)

    def get(self, name: str, *args, **query) -> str:
        answer = self.client.get(reverse(f"console:{name}", args=args), query)
        assert answer.status_code == 200, (name, answer.status_code)
        return answer.content.decode()

    def post(self, name: str, *args, follow=True, **values):
        return self.client.post(reverse(f"console:{name}", args=args), values, follow=follow)


@pytest.fixture
def handler() -> Person:
    return Person("handler")


@pytest.fixture
def reviewer() -> Person:
    return Person("reviewer")


@pytest.fixture
def head() -> Person:
    return Person("dept_head")


@pytest.fixture
def office() -> Person:
    return Person("office", "office")


def standing(handler: Person, head: Person, **values) -> Entry:
    return published(by=handler.actor, checker=head.actor, at=WEDNESDAY, **values)


class TestLife:
    def test_an_entry_is_written_checked_published_and_found_by_the_public(self, handler, reviewer, head, client):
        shown = handler.post("register_add", "loans", **TYPED).content.decode()
        assert "2.34亿元" in shown and "2019年9月2日" in shown and "质押贷" in shown and "草稿" in shown
        assert "核对" not in re.findall(r"<button[^>]*>([^<]*)", shown)

        reviewer.post("register_move", "loans", 1, "check")
        head.post("register_move", "loans", 1, "publish")

        public = client.get(reverse("public:register_entry", args=["loans", 1])).content.decode()
        assert "甲银行" in public and "2.34亿元" in public and "质押贷" not in public
        assert "甲银行" in client.get(reverse("public:registers"), {"q": "jiayinhang"}).content.decode()

    def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(self, handler):
        answer = handler.post(
            "register_add", "loans", **{**TYPED, "credit": "许多", "ends_on": "2019-01-01", "bank": ""}
        )

        page = answer.content.decode()
        assert "“授信额”应为数字" in page and "请填写“银行”" in page
        assert 'value="许多"' in page and 'value="一号公司"' in page
        assert Entry.objects.count() == 0

    def test_who_comes_second_keeps_what_he_typed(self, handler, head):
        standing(handler, head)
        form = handler.get("register_change", "loans", 1)
        seen = re.search(r'name="seen" value="(\d+)"', form).group(1)
        handler.post("register_change", "loans", 1, **TYPED, seen=seen, note="先来")

        page = head.post("register_change", "loans", 1, **TYPED, seen=seen, note="后到").content.decode()

        assert "刚刚被别人修改过" in page and "后到" in page

    def test_withdrawing_needs_a_reason(self, handler, head):
        standing(handler, head)

        assert "请填写“原因”" in head.post("register_move", "loans", 1, "withdraw").content.decode()
        head.post("register_move", "loans", 1, "withdraw", reason="合同终止")

        assert Entry.objects.get().state == "withdrawn"
        assert "合同终止" in head.get("register_entry", "loans", 1)

    def test_a_deed_that_is_not_open_is_not_there(self, handler, head):
        standing(handler, head)

        assert handler.post("register_move", "loans", 1, "withdraw").status_code == 404
        assert head.post("register_move", "loans", 1, "check").status_code == 404

    def test_many_are_checked_and_published_at_once(self, handler, reviewer, head):
        for n in range(3):
            handler.post("register_add", "loans", **{**TYPED, "bank": f"银行{n}"})

        reviewer.post("register_together", "loans", number=["1", "2", "3"], check="1")
        page = head.post("register_together", "loans", number=["1", "2"], publish="1").content.decode()

        assert "已发布 2 条" in page
        assert list(Entry.objects.order_by("number").values_list("state", flat=True)) == [
            "published",
            "published",
            "checked",
        ]

    def test_a_file_hangs_on_and_is_public_where_its_field_is(self, handler, reviewer, head, client):
        paper = io.BytesIO(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF")
        text = io.BytesIO("会议纪要".encode())
        paper.name, text.name = "协议.txt", "纪要.txt"
        paper = io.BytesIO("协议正文".encode())
        paper.name = "协议.txt"

        shown = handler.post("register_add", "loans", **TYPED, paper=paper, evidence=text).content.decode()
        assert "协议.txt" in shown and "纪要.txt" in shown
        reviewer.post("register_move", "loans", 1, "check")
        head.post("register_move", "loans", 1, "publish")

        ids = dict(Entry.objects.get().evidence.values_list("field", "file_id"))
        assert client.get(reverse("public:register_file", args=["loans", ids["paper"]])).status_code == 200
        assert client.get(reverse("public:register_file", args=["loans", ids[""]])).status_code == 404
        assert (
            Person("handler", "other")
            .client.get(reverse("console:register_file", args=["loans", 1, ids[""]]))
            .status_code
            == 404
        )


class TestList:
    def test_filters_sorts_and_says_what_there_is(self, handler, head):
        standing(handler, head, bank="甲银行")
        standing(handler, head, bank="乙银行", kind="pledge")

        every = handler.get("register", "loans")
        pledged = handler.get("register", "loans", kind="pledge", sort="-credit")

        assert "甲银行" in every and "乙银行" in every and "共 2 条" in every
        assert "乙银行" in pledged and "甲银行" not in pledged and 'aria-sort="descending"' in pledged
        assert "没有符合条件的条目" in handler.get("register", "loans", credit_from="9")

    def test_the_list_of_a_day(self, handler, head):
        standing(handler, head)

        assert "没有符合条件" in handler.get("register", "loans", day="2019-09-01")
        assert "甲银行" in handler.get("register", "loans", day="2019-09-02")

    def test_shows_the_figures_of_the_file(self, handler, head):
        standing(handler, head)

        page = handler.get("register", "loans")
        assert "授信总额" in page and "2.34亿元" in page and "1家" in page

    def test_rows_of_another_unit_are_not_there(self, handler, head):
        standing(handler, head)
        other = Person("handler", "other")

        assert "甲银行" not in other.get("register", "loans")
        assert other.client.get(reverse("console:register_entry", args=["loans", 1])).status_code == 404
        assert "loans" in other.get("registers")

    def test_a_register_that_is_not_for_somebody_does_not_open(self):
        nobody = Person("discipline")

        assert "loans" not in nobody.get("registers")
        assert nobody.client.get(reverse("console:register", args=["loans"])).status_code == 404

    @pytest.mark.parametrize(
        "query", ["sort=risk", "risk=高", "sort=;drop", "credit_from=x", "day=x", "page=99", "state=x", "known_at=x"]
    )
    def test_any_address_answers(self, handler, head, query):
        standing(handler, head)

        assert handler.client.get(f"{reverse('console:register', args=['loans'])}?{query}").status_code == 200
        assert handler.client.get(f"{reverse('public:register', args=['loans'])}?{query}").status_code == 200

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("credit_from=x", "“授信额”应为数字，现为 x。没有按它筛选。"),
            ("day=x", "“查看某日”应为日期，例如 2019年10月30日，现为 x。没有按它筛选。"),
            ("known_at=x", "known_at 应为带时区的时刻"),
        ],
    )
    def test_what_cannot_be_read_is_told_and_no_file_is_given_of_it(self, handler, head, query, told):
        standing(handler, head)

        for place in ("console:register", "public:register"):
            text = handler.client.get(f"{reverse(place, args=['loans'])}?{query}").content.decode()
            assert told in text and "govuk-error-summary" in text, place
        exported = handler.client.post(f"{reverse('console:register_export', args=['loans'])}?{query}")
        downloaded = handler.client.get(f"{reverse('public:register_download', args=['loans'])}?{query}")
        assert exported["Location"] == f"{reverse('console:register', args=['loans'])}?{query}"
        assert downloaded["Location"] == f"{reverse('public:register', args=['loans'])}?{query}"

    def test_amounts_are_read_as_in_a_form(self, handler, head):
        standing(handler, head)
        standing(handler, head, bank="乙银行", credit=Decimal(12))

        some = handler.client.get(f"{reverse('console:register', args=['loans'])}?credit_from=3亿元").content.decode()

        assert "乙银行" in some and "甲银行" not in some

    def test_pins_its_number_of_queries(self, handler, head, django_assert_max_num_queries):
        for n in range(12):
            standing(handler, head, bank=f"银行{n}")

        with django_assert_max_num_queries(60):
            handler.get("register", "loans")

    def test_in_english(self, handler, head):
        standing(handler, head)
        handler.client.cookies["django_language"] = "en"

        page = handler.get("register", "loans")
        assert "Credit register" in page and "CNY 234,000,000" in page and "Published" in page
        head, _, rest = page.partition("<main")
        assert "万" not in rest and "亿" not in rest and "(100 million yuan)" in rest


class TestWorkbooks:
    def test_tried_then_taken_in(self, handler):
        rows = [TITLES, [None, "甲银行", "一号公司", "zjj", "质押贷", 2.34, date(2019, 9, 2)]]
        file = io.BytesIO(workbook(rows))
        file.name = "授信.xlsx"

        tried = handler.post("register_import", "loans", file=file).content.decode()
        assert "新增 1 条" in tried and Entry.objects.count() == 0
        told = dict(re.findall(r'name="(file_id|sha256)" value="([^"]+)"', tried))
        done = handler.post("register_import", "loans", **told).content.decode()

        assert "已导入：新增 1 条" in done and Entry.objects.count() == 1

    def test_faults_are_listed_with_row_and_column(self, handler):
        file = io.BytesIO(workbook([TITLES, [None, "甲银行", "一号公司", "zjj", "抵押贷", "x", "昨天"]]))
        file.name = "授信.xlsx"

        page = handler.post("register_import", "loans", file=file).content.decode()

        assert "有 3 处问题" in page and "第 2 行“类别”(E2)" in page and "确认导入" not in page

    @pytest.mark.parametrize(
        ("content", "name"),
        [
            (b"\x00\x01", "x.xlsx"),
            (b"%PDF-1.4\n%%EOF", "授信.pdf"),
            (b"MZ\x90\x00\x03\x00\x00\x00", "授信.exe"),
            (b"\x1f\x8b\x08\x00", "授信.csv.gz"),
            (b"<html></html>", "授信.html"),
        ],
    )
    def test_what_is_no_table_is_told_with_what_this_page_takes(self, handler, content, name):
        file = io.BytesIO(content)
        file.name = name

        text = handler.post("register_import", "loans", file=file).content.decode()

        assert f"「{name}」不是表格。请上传 .xlsx 或 .csv 文件。" in text and "OFD" not in text

    def test_a_workbook_of_the_old_format_is_told_to_be_saved_anew(self, handler):
        file = io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"))
        file.name = "授信.xls"

        assert "另存为 .xlsx" in handler.post("register_import", "loans", file=file).content.decode()

    def test_the_export_is_what_the_list_shows_and_is_recorded(self, handler, head):
        standing(handler, head)
        standing(handler, head, bank="乙银行", kind="pledge")

        answer = handler.client.post(f"{reverse('console:register_export', args=['loans'])}?kind=pledge")

        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
        assert [row[1].value for row in sheet.iter_rows(min_row=2)] == ["乙银行"]
        assert '"rows":1' in Record.objects.get(kind="EntriesExported").payload

    def test_the_template_is_given(self, handler):
        answer = handler.client.get(reverse("console:register_template", args=["loans"]))

        assert openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).sheetnames[1] == "授信台账"


class TestRequests:
    def test_proposed_by_one_and_taken_by_the_owner(self, handler, head, office):
        standing(handler, head)

        office.post("register_propose", "loans", 1, **{**TYPED, "credit": "3"}, why="合同如此")
        assert "1 份修改申请" in handler.get("register", "loans")
        waiting = handler.get("register_requests", "loans")
        assert "合同如此" in waiting and "3亿元" in waiting
        handler.post("register_decide", "loans", ChangeRequest.objects.get().pk, take="1")

        assert "待发布的修改" in handler.get("register_entry", "loans", 1)

    def test_refusing_needs_an_answer(self, handler, head, office):
        standing(handler, head)
        office.post("register_propose_withdrawal", "loans", 1, reason="已终止")
        row = ChangeRequest.objects.get()

        handler.post("register_decide", "loans", row.pk, refuse="1")
        row.refresh_from_db()
        assert row.state == "open"
        handler.post("register_decide", "loans", row.pk, refuse="1", answer="仍有效")
        row.refresh_from_db()

        assert row.state == "refused"

    def test_an_entry_that_is_missing_may_be_proposed(self, office):
        office.post("register_propose_new", "loans", **TYPED, why="漏登")

        assert ChangeRequest.objects.get().kind == "add"


class TestPublic:
    def test_the_list_shows_only_public_fields_of_what_is_published(self, handler, head, client):
        standing(handler, head, note="内部备注", drawn=None)
        handler.post("register_add", "loans", **{**TYPED, "bank": "草稿银行"})

        page = client.get(reverse("public:register", args=["loans"])).content.decode()
        text = b"".join(client.get(reverse("public:register_download", args=["loans"])).streaming_content).decode()

        assert "甲银行" in page and "内部备注" not in page and "草稿银行" not in page
        assert "甲银行" in text and "信用贷" not in text

    def test_a_list_that_is_not_public_is_not_there(self, handler, client):
        publish(loans(register="inner", public=None))

        assert client.get(reverse("public:register", args=["inner"])).status_code == 404
        assert "inner" not in client.get(reverse("public:registers")).content.decode()
