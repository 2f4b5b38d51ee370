"""The guide: its steps and their sums, its PDF, its changes, its freshness; what people say of it and who answers."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, timedelta
from html import unescape

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support.catalogue import TUESDAY, as_item, complete, publish_items
from tests.support.people import make_account, make_actor, make_unit
from tests.support.reading import cells, page, words
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import GuideCheck, ImportRun, Remark
from yichuang.domains.catalogue.pages import leaflet
from yichuang.domains.catalogue.terms import ImportState, RemarkOutcome
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.jobs.runner import run_due
from yichuang.foundation.notices.models import Notice
from yichuang.foundation.people.actors import PUBLIC
from yichuang.foundation.records import commands as records
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Dossier

pytestmark = pytest.mark.django_db
SIGN = "sign"
LAW = "条例 第十一条"


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Let every page be answered at the moment in the list."""
    now = [TUESDAY]
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: now[0])
    cache.clear()
    return now


@pytest.fixture(autouse=True)
def catalogue() -> None:
    """Publish what ships, and one item with two versions and a fee."""
    make_unit("cgj", name="城管执法局")
    make_unit("zjj", name="城乡建设局")
    make_unit("hall", name="政务服务中心", kind="HALL")
    fees = [{"name": "工本费", "amount_fen": 1250, "basis": "价费字1号"}]
    publish_items(as_item(complete(SIGN, name="户外招牌设置审批", fees=fees, pays_online=True)))
    materials = [
        {
            "code": "drawing",
            "name": "效果图",
            "source": "10",
            "form": "ORIGINAL",
            "copies": 2,
            "basis": "条例 第十一条",
        },
        {
            "code": "card",
            "name": "营业执照",
            "source": "20",
            "licence_type": "business_licence",
            "basis": "条例 第十一条",
        },
        {
            "code": "form",
            "name": "申请表",
            "source": "10",
            "form": "FORM",
            "filled_by_form": True,
            "basis": "条例 第十一条",
        },
        {
            "code": "lease",
            "name": "租赁合同",
            "source": "10",
            "form": "COPY",
            "blank": "https://example.org/lease.docx",
        },
    ]
    later = complete(
        SIGN, name="户外招牌设置审批", version=2, in_force={"from": "2019-10-01"}, promise={"limit": 3},
        materials=materials, form="simple_application", fees=fees, pays_online=True, visits=1, visits_reason="取证",
        online_depth="III",
    )  # fmt: skip
    publish_items(as_item(later))


def staff(role: str, unit: str, name: str = "") -> Client:
    client = Client()
    client.force_login(make_account(role, make_unit(unit), **({"username": name} if name else {})))
    return client


def sums(html: str, name: str) -> int:
    return sum(int(each) for each in re.findall(rf'data-{name}="(\d+)"', html))


class TestSteps:
    def test_each_says_eight_things_and_the_totals_are_their_sums(self, client: Client):
        html = page(client, f"/matters/{SIGN}")

        steps = re.findall(r'<dl class="route__facts">(.*?)</dl>', html, re.S)
        for step in steps:
            told = re.findall(r"<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", step, re.S)
            assert [name for name, _said in told] == [
                "谁来办", "您得到什么", "要带什么", "费用", "时间", "依据", "能否网上办", "向谁投诉",
            ]  # fmt: skip
            assert all(said.strip() for _name, said in told)
        assert len(steps) == 5  # taking in, three hands, handing out
        said = words(html)
        terms = [int(each) for each in re.findall(r'data-days="(\d+)"', html)]
        assert f"最长 {sum(terms)} 个工作日（{' + '.join(map(str, terms))}）" in said
        assert "原件 2 份、复印件 1 份、表格 1 份、证照库提供的 1 份不用带" in said
        assert (sums(html, "originals"), sums(html, "copies"), sums(html, "fen")) == (2, 1, 1250)
        assert "12.50 元" in said

    def test_one_thing_is_one_form_its_departments_its_time_and_every_material_once(self, client: Client):
        html = page(client, "/matters/construction_stage_3")

        said = words(html)
        for told in ("一件事一次办", "一张申请表（分开办要 6 张）", "每份只交一次"):
            assert told in said
        guide = queries.guide("construction_stage_3", PUBLIC, TUESDAY.date())
        assert guide and guide.bundle
        names = [each.name for each in guide.item.materials]
        assert len(names) == len(set(names)) < guide.bundle.materials_apart
        assert guide.total_days < guide.bundle.days_apart
        beside = [each for each in guide.route.stops if not each.counts]
        assert beside and guide.route.days == sum(each.most or 0 for each in guide.route.stops if each.counts)


class TestPaper:
    def test_the_pdf_says_what_the_page_says_and_forms_come_blank_and_filled_in(self, client: Client):
        html = page(client, f"/matters/{SIGN}")

        guide = queries.guide(SIGN, PUBLIC, TUESDAY.date())
        assert guide
        sheet = leaflet.leaflet(guide, f"http://127.0.0.1:8000/matters/{SIGN}")
        shown = re.sub(r"\s", "", unescape(words(html)))
        lost = [
            line for word in sheet.words for line in word.splitlines() if re.sub(r"^\d+\.\s*|\s", "", line) not in shown
        ]
        assert lost == []
        assert client.get(f"/matters/{SIGN}/guide.pdf").content.startswith(b"%PDF-")
        for name in ("blank", "sample"):
            assert f"/matters/{SIGN}/materials/form/{name}.pdf" in html
            assert client.get(f"/matters/{SIGN}/materials/form/{name}.pdf").content.startswith(b"%PDF-")
        assert "https://example.org/lease.docx" in html
        assert "免提交" in html
        assert client.get(f"/matters/{SIGN}/materials/other/blank.pdf").status_code == 404


class TestFreshness:
    def test_says_what_changed_and_when_it_was_looked_at_until_somebody_looks_again(self, client: Client, moment):
        said = words(page(client, f"/matters/{SIGN}"))
        assert "第 2 版，2019-10-01 起施行；与第 1 版（2019-01-01 起施行）相比：" in said
        assert "承诺办结时限：5 个工作日 → 3 个工作日" in said
        assert "最近核对：2019-10-08，城管执法局" in said
        assert "复核周期" not in said

        moment[0] = TUESDAY + timedelta(days=181)
        assert "已超过复核周期" in words(page(client, f"/matters/{SIGN}"))
        editor = staff("item_editor", "cgj")
        assert "户外招牌设置审批" in page(editor, "/admin-desk/guides")
        staff("item_editor", "zjj").post(f"/admin-desk/guides/{SIGN}/confirm")
        assert not GuideCheck.objects.exists()
        editor.post(f"/admin-desk/guides/{SIGN}/confirm")

        assert GuideCheck.objects.get().unit_code == "cgj"
        assert f"/matters/{SIGN}" not in page(editor, "/admin-desk/guides")
        assert "最近核对：2020-04-06，城管执法局" in words(page(client, f"/matters/{SIGN}"))

    def test_what_was_taken_from_an_outside_list_was_looked_at_by_nobody_until_somebody_does(self, client: Client):
        outside = {
            "handling_system": "MUNICIPAL",
            "source_fields": {"REMARK": "旧"},
            "lifecycle": None,
            "plan": None,
            "form": None,
        }
        body = {key: said for key, said in (complete("old") | outside).items() if said is not None}
        publish_items(as_item(body))

        before = words(page(client, "/matters/old"))
        commands.confirm_guide(code="old", by=make_actor("item_editor", "cgj"), at=TUESDAY)

        assert "内容取自外部清单，2019-10-08 导入，尚未核对；办理前可先打电话确认" in before
        assert "最近核对" not in before
        assert "最近核对：2019-10-08，城管执法局" in words(page(client, "/matters/old"))


class TestRemarks:
    def test_a_wrong_guide_is_a_task_of_its_unit_with_a_limit_and_the_answer_is_for_whoever_has_the_code(
        self, client: Client
    ):
        editor = staff("item_editor", "cgj")
        assert (
            "请至少写 5 个字" in client.post(f"/matters/{SIGN}/wrong", {"text": "错", "part": "FEES"}).content.decode()
        )
        left = client.post(f"/matters/{SIGN}/wrong", {"text": "电话早就换了，打不通。", "part": "PLACE"})
        row = Remark.objects.select_related("dossier__unit").get()
        assert left.headers["Location"] == f"/questions/{row.code}"
        assert "留言已收到" in page(client, left.headers["Location"])
        assert (row.dossier.unit.code, row.dossier.state) == ("cgj", "open")
        assert queries.applications_of_the_year(TUESDAY) == {}
        assert work.clocks_of(row.dossier, TUESDAY)[0].due_at.date() == date(2019, 10, 11)  # Tuesday + 3 working days
        records.deliver(at=TUESDAY)
        assert Notice.objects.get(template="remark_left").dossier_id == row.pk

        task = f"/admin-desk/remarks/{row.dossier.number}"
        assert cells(page(editor, "/admin-desk/remarks"), "remarks")[1][3] == "电话早就换了，打不通。"
        assert staff("item_editor", "zjj").get(task).status_code == 404
        refused = editor.post(task, {"outcome": "MENDED", "answer": "已改。"})
        assert "请先起草新版本改正" in refused.content.decode()
        commands.begin_draft(code=SIGN, by=make_actor("item_editor", make_unit("cgj")), at=TUESDAY)
        editor.post(task, {"outcome": "MENDED", "answer": "谢谢，电话已改为新号码。"})

        row.refresh_from_db()
        assert (row.outcome, Dossier.objects.get(pk=row.pk).state) == (RemarkOutcome.MENDED, "answered")
        assert "谢谢，电话已改为新号码。" in page(client, f"/questions/{row.code}")
        assert "没有留言" in page(editor, "/admin-desk/remarks")
        again = editor.post(task, {"outcome": "RIGHT", "answer": "再答一次。"})
        assert "已经办结" in again.content.decode()

    def test_a_question_goes_to_the_hall_which_may_pass_it_on_and_nobody_floods_it(self, client: Client):
        assert "/questions/new?q=" in page(client, "/search?q=量子纠缠")
        for number in range(5):
            sent = client.post("/questions/new", {"text": f"我想问第 {number} 个问题"})
            assert sent.status_code == 302
        flood = client.post("/questions/new", {"text": "我想问第六个问题"})
        assert flood.status_code == 429
        assert "我想问第六个问题" in flood.content.decode()
        cache.clear()
        assert client.post("/questions/new", {"text": "买我的东西吧", "website": "x"}).status_code == 200
        assert Remark.objects.count() == 5

        row = Remark.objects.select_related("dossier__unit").order_by("pk")[0]
        assert row.dossier.unit.code == "hall"
        guide = staff("guide", "hall")
        to = {"to-unit": str(make_unit("cgj").pk), "to-reason": "属城管职责"}
        guide.post(f"/admin-desk/remarks/{row.dossier.number}/pass-on", to)
        assert guide.get(f"/admin-desk/remarks/{row.dossier.number}").status_code == 404
        assert Dossier.objects.get(pk=row.pk).unit.code == "cgj"
        head = staff("dept_head", "cgj")
        head.post(f"/admin-desk/remarks/{row.dossier.number}", {"outcome": "ANSWERED", "answer": "请到一楼窗口。"})
        assert "请到一楼窗口。" in page(client, f"/questions/{row.code}")
        assert "没有找到这条留言" in page(client, "/questions?code=ABCD")


class TestImport:
    def test_checked_first_all_or_nothing_and_published_by_another_person(self, client: Client):
        admin, office = staff("catalogue_admin", "xzspj"), staff("office", "yhb")
        template = openpyxl.load_workbook(io.BytesIO(admin.get("/admin-desk/matters/import/template").content))
        assert template["事项"].data_validations.dataValidation
        book = openpyxl.load_workbook(io.BytesIO(admin.get("/admin-desk/matters/import/export").content))

        same = brought(admin, book)
        assert (same.state, same.created, same.updated) == (ImportState.SAME, 0, 0)

        sheet = book["事项"]
        head = [str(cell.value).rstrip("*（必填） ") for cell in sheet[1]]
        line = next(row for row in sheet.iter_rows(min_row=2) if row[head.index("代号")].value == SIGN)
        line[head.index("承诺时限")].value = 2
        line[head.index("实施机关")].value = "城管执法居"
        faulty = brought(admin, book)
        assert faulty.state == ImportState.FAULTY
        shown = page(admin, f"/admin-desk/matters/import/{faulty.pk}")
        found = next(row for row in cells(shown, "findings") if row[2].startswith("实施机关"))
        assert found[:2] == ["事项", str(line[0].row)]
        assert found[2].startswith("实施机关 ")
        assert "是不是“城管执法局”" in found[4]

        line[head.index("实施机关")].value = "城管执法局"
        ready = brought(admin, book)
        address = f"/admin-desk/matters/import/{ready.pk}"
        assert (ready.state, ready.updated) == (ImportState.READY, 1)
        assert "承诺办结时限：3 个工作日 → 2 个工作日" in page(office, address)
        assert newest() == 2
        own = admin.post(f"{address}/release")
        assert "须由上传人以外的人核对后发布" in own.content.decode()
        office.post(f"{address}/release")
        assert "正在导入" in page(office, address)
        run_due(at=TUESDAY)

        assert ImportRun.objects.get(pk=ready.pk).state == ImportState.DONE
        assert newest() == 3
        assert "已导入：新增 0 项，更新 1 项" in page(admin, address)
        again = openpyxl.load_workbook(io.BytesIO(admin.get("/admin-desk/matters/import/export").content))
        assert brought(admin, again).state == ImportState.SAME


def brought(client: Client, book: openpyxl.Workbook) -> ImportRun:
    out = io.BytesIO()
    book.save(out)
    answer = client.post("/admin-desk/matters/import", {"table": SimpleUploadedFile("事项.xlsx", out.getvalue())})
    assert answer.status_code == 302, words(answer.content.decode())
    assert "正在核对" in page(client, answer.headers["Location"])
    run_due(at=TUESDAY)
    return ImportRun.objects.latest("pk")


def newest() -> int:
    return Definition.objects.filter(kind="item", code=SIGN).latest("version").version
