"""The pages of construction projects: list, project with its picture, pre-check, joint steps, multi-plan, package."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.template import engines
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from tests.support import construction as site_of
from tests.support.construction import (
    ACCEPTED,
    BEFORE_STAGE_3,
    CODE,
    FULL,
    NOTHING,
    accepted,
    agree,
    child,
    developer,
    firm,
    hold,
    open_district,
    opened,
    square,
    stage,
    who,
)
from tests.support.engine import china
from tests.support.server import DESKTOP, PHONE
from tests.support.showing import Window
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.terms import HoldKind
from yichuang.domains.construction import commands
from yichuang.domains.construction.models import Consent, OutsidePermit, PlanCheck, Project, Rework, Visit
from yichuang.domains.construction.terms import CONSENTED, LayerKind, Verdict
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.work.models import Dossier, Share, Step

pytestmark = pytest.mark.django_db

HERE = f"/construction/{CODE}"
RED_LINE = square(114.310, 30.540, 114.312, 30.542)


class Undefined(str):
    """Stands where a template names a variable that nobody gave."""

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"the template uses {name}, which it was not given")


class Clock:
    """The business moment at which pages are answered."""

    now: datetime = ACCEPTED


@pytest.fixture(autouse=True)
def house(db: None, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Open the district; every page is answered at the clock's moment; templates name nothing that is not given."""
    clock = Clock()
    open_district(monkeypatch)
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: clock.now)
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", Undefined("%s"))
    return clock


@pytest.fixture
def lenient(house: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page that refuses, which is another room's, be as it is."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


@pytest.fixture
def project() -> Project:
    hold(*BEFORE_STAGE_3)
    return opened()


def as_(client: Client, username: str) -> Client:
    client.force_login(Account.objects.get(username=username))
    return client


def text(answer) -> str:
    """Read a page as a person does."""
    return " ".join(strip_tags(answer.content.decode()).split())


def post(client: Client, path: str, **data: object):
    return client.post(path, data)


def now_open(case: Case) -> Step:
    return Step.objects.get(dossier=case.dossier, state="open")


class Svg(HTMLParser):
    """Reads the picture of a page: its texts, and how many boxes and lines it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.classes: list[str] = []
        self.inside = False
        [drawing] = re.findall(r'<svg class="plan".*?</svg>', page, flags=re.S)
        self.markup = drawing
        self.feed(drawing)

    def handle_starttag(self, tag, attrs):
        self.inside = tag in ("text", "title", "desc")
        self.classes.append(dict(attrs).get("class") or "")

    def handle_data(self, data):
        if self.inside and data.strip():
            self.texts.append(data.strip())


class TestRegistering:
    def said(self, **more: object) -> dict[str, object]:
        return {
            "code": "2019-420106-47-03-000009",
            "name": "示例二期",
            "owner": str(firm().pk),
            "flow_class": "4",
            "investment_source": "private",
            "works_class": "housing",
            "total_investment": "5000.25",
            "land_area_m2": "8000",
            "building_area_m2": "20000",
            "planned_start_on": "2019-12-01",
            "planned_completion_on": "2021-12-01",
            "land_obtained_by": "auctioned",
        } | more

    def test_a_developer_registers_a_project_and_finds_it(self, client):
        as_(client, "company")

        done = post(client, "/construction/new", **self.said())

        assert done["Location"] == "/construction/2019-420106-47-03-000009"
        row = Project.objects.get()
        assert (row.flow_class, row.total_investment_fen) == ("4", 5_000_250_000)
        assert "示例二期" in text(client.get("/construction?whose=mine"))

    def test_what_is_wrong_is_said_at_its_field(self, client):
        as_(client, "company")

        page = text(post(client, "/construction/new", **self.said(code="2019-1", planned_completion_on="2018-01-01")))

        assert "拟建成时间不能早于拟开工时间" in page
        assert not Project.objects.exists()

    @pytest.mark.usefixtures("lenient")
    def test_staff_do_not_register(self, client):
        assert as_(client, "zjj_handler").get("/construction/new").status_code == 403

    def test_the_developer_corrects_it(self, client, project):
        as_(client, "company")

        done = post(client, f"{HERE}/edit", **self.said(code="x", owner="0", flow_class="3", name="示例大厦（改）"))

        assert done.status_code == 302
        assert "示例大厦（改）" in text(client.get(HERE))


class TestStarting:
    def test_from_a_guide_one_chooses_the_project(self, client, project):
        page = as_(client, "company").get("/construction/start/construction_stage_3")

        assert f'href="/apply/construction_stage_3?project={CODE}"' in page.content.decode()
        assert client.get("/construction/start/food_business_permit").status_code == 404


class TestProjectPage:
    def test_four_stages_with_budget_and_a_button_for_the_next(self, client, project):
        page = as_(client, "company").get(HERE)

        seen = text(page)
        for words in ("期限 10 个工作日", "期限 20 个工作日", "期限 16 个工作日", "期限 14 个工作日", "61.2"):
            assert words in seen
        assert f'href="/apply/construction_stage_3?project={CODE}"' in page.content.decode()

    def test_the_picture_and_the_list_say_the_same(self, client, project):
        accepted()

        page = as_(client, "zjj_handler").get(HERE).content.decode()

        drawn = Svg(page)
        listed = strip_tags(page[page.index("以文字列出同样的内容") :])
        for name in ("施工图联合审查", "防空地下室建设审批", "建筑工程施工许可证", "建筑垃圾处置核准"):
            assert name in drawn.texts
            assert name in listed
        for said in ("区人防办 · 5天", "第1—7天 · 关键", "第1—5天 · 可宽2天", "第8—10天 · 关键", "● 正常 · 已受理"):
            assert said in drawn.texts
            assert said in listed
        assert sum("plan__box--critical" in each for each in drawn.classes) >= 2
        assert "style=" not in drawn.markup

    def test_english_words_stay_inside_their_boxes(self, client, project, house):
        item = child(accepted(), "waste_disposal")
        house.now = at = china("2019-10-10 10:00")
        cases.begin_case(case_id=item.pk, by=who("cgj_handler", at), at=at)

        page = as_(client, "company").get(HERE, headers={"accept-language": "en"}).content.decode()

        drawn = Svg(page)
        assert "● With the department" in drawn.texts  # the lamp's word is in the list beside the picture
        assert "In time · With the department" in page
        assert max(len(each) for each in drawn.texts if "·" in each and "Stage" not in each) <= 27

    def test_bpmn_of_a_stage(self, client, project):
        answer = as_(client, "company").get(f"{HERE}/stages/3.bpmn")

        assert answer["Content-Type"] == "application/xml"
        assert b"bpmndi:BPMNDiagram" in answer.content
        assert client.get(f"{HERE}/stages/5.bpmn").status_code == 404

    def test_is_not_for_others(self, client, project):
        assert as_(client, "citizen").get(HERE).status_code in (403, 404)
        assert as_(client, "mzj_handler").get(HERE).status_code == 404

    def test_the_lead_moves_an_optional_item(self, client, project):
        case = accepted()
        waste = Step.objects.get(dossier=case.dossier, key="waste_disposal")
        as_(client, "zjj_handler")
        assert "把可移后的事项移入后面的阶段" in text(client.get(HERE))

        done = post(
            client, f"{HERE}/stages/{case.dossier.number}/items/{waste.pk}/move", to_stage="4", reason="开工前再办"
        )

        assert done.status_code == 302
        assert "已移入后续阶段" in text(client.get(HERE))

    def test_the_applicant_answers_what_the_lead_asks(self, client, project, house):
        case = accepted()
        item = child(case, "waste_disposal")
        house.now = at = china("2019-10-10 10:00")
        cases.begin_case(case_id=item.pk, by=who("cgj_handler", at), at=at)
        cases.ask_hold(
            case_id=item.pk,
            kind=HoldKind.SUSPENSION,
            ground=CONSENTED,
            reason="缺线路图",
            expected_days=5,
            by=who("cgj_handler", at),
            at=at,
        )
        as_(client, "zjj_handler")
        assert "请征求申请人意见" in text(client.get(HERE))
        assert post(client, f"{HERE}/items/{item.dossier.number}/ask-consent").status_code == 302
        as_(client, "company")
        assert "缺线路图" in text(client.get(HERE))

        post(client, f"{HERE}/consents/{Consent.objects.get().pk}", answer="yes")

        assert Consent.objects.get().state == "GIVEN"

    def test_a_permit_from_outside_is_a_warning_until_answered(self, client, project):
        as_(client, "zjj_handler")
        post(client, f"{HERE}/outside", name="建筑工程施工许可证", number="旧字7号", found_how="现场检查")
        assert "体外循环：建筑工程施工许可证 旧字7号 没有对应的办件" in text(client.get(HERE))
        as_(client, "office")
        assert "体外循环待核实" in text(client.get("/construction"))

        post(client, f"{HERE}/outside/{OutsidePermit.objects.get().pk}", how="explain", note="历史遗留")

        assert OutsidePermit.objects.get().state == "EXPLAINED"

    def test_a_no_keeps_what_was_typed_and_leads_to_its_field(self, client, project):
        said = {"name": "临时施工许可", "number": "证" * 100, "found_how": "现场巡查"}

        page = post(as_(client, "zjj_handler"), f"{HERE}/outside", **said)

        html = page.content.decode()
        assert page.status_code == 422
        assert 'href="#outside_number"' in html
        for name, typed in said.items():
            assert f'id="outside_{name}" name="{name}" value="{typed}"' in html


class TestPrecheckPage:
    def test_units_say_what_is_wanting_and_the_lead_sends_one_notice(self, client, project):
        case = stage(at=ACCEPTED)
        here = f"{HERE}/precheck/{case.dossier.number}"
        as_(client, "rfb_handler")
        assert "等我单位预审" in text(client.get("/construction"))
        share = Share.objects.get(dossier=case.dossier, unit__code="rfb")
        post(client, f"{here}/{share.pk}", how="rows", ask_drawings="1", reason_drawings="缺人防专业图")
        agree(case, ACCEPTED, but=("cgj",))
        as_(client, "cgj_handler")
        cgj = Share.objects.get(dossier=case.dossier, unit__code="cgj")
        post(client, f"{here}/{cgj.pk}", how="agree")
        as_(client, "zjj_handler")
        assert "施工图设计文件：缺人防专业图（区人防办）" in text(client.get(here))

        done = post(client, f"{here}/merge", ask_construction_contract="1", reason_construction_contract="未盖章")

        assert done["Location"] == HERE
        case.dossier.refresh_from_db()
        assert case.dossier.state == "correcting"
        assert case.notices.get().rows.count() == 2

    def test_nothing_wanting_is_the_acceptance(self, client, project):
        case = stage(at=ACCEPTED)
        agree(case, ACCEPTED)

        post(as_(client, "zjj_handler"), f"{HERE}/precheck/{case.dossier.number}/merge")

        case.dossier.refresh_from_db()
        assert case.dossier.state == "accepted"

    def test_a_no_is_shown_and_what_was_ticked_stays(self, client, project):
        case = stage(at=ACCEPTED)

        answer = post(
            as_(client, "zjj_handler"),
            f"{HERE}/precheck/{case.dossier.number}/merge",
            ask_drawings="1",
            reason_drawings="图签不全",
        )

        assert answer.status_code == 422
        assert "还有单位没有给出意见" in text(answer)
        assert 'value="图签不全"' in answer.content.decode()

    @pytest.mark.usefixtures("lenient")
    def test_the_developer_does_not_see_it(self, client, project):
        case = stage(at=ACCEPTED)

        assert as_(client, "company").get(f"{HERE}/precheck/{case.dossier.number}").status_code == 403

    def test_the_case_screen_offers_no_acceptance_before_the_precheck(self, client, project):
        case = stage(at=ACCEPTED)

        assert "受理审查" not in text(as_(client, "zjj_handler").get(f"/dept/cases/{case.dossier.number}"))


class TestJointPages:
    def test_a_round_of_drawing_review(self, client, project, house):
        review = child(accepted(), "drawing_review")
        here = f"{HERE}/joint/{review.dossier.number}"
        as_(client, "zjj_handler")
        assert "分发给各单位" in text(client.get(here))
        post(client, f"{here}/send")
        for unit in ("rfb", "qxj", "zjj"):
            share = Share.objects.get(step=now_open(review), unit__code=unit)
            as_(client, f"{unit}_handler")
            verdict = Verdict.REVISE if unit == "rfb" else Verdict.PASSED
            said = "口部尺寸不符\n缺通风图" if unit == "rfb" else ""
            assert post(client, f"{here}/shares/{share.pk}", verdict=verdict.value, opinion=said).status_code == 302
        as_(client, "zjj_handler")
        assert "各单位结论汇总为：修改" in text(client.get(here))

        post(client, f"{here}/merge", rework_by="2019-10-20")

        seen = text(client.get(here))
        assert "区人防办：口部尺寸不符" in seen
        assert "区人防办：缺通风图" in seen
        assert (now_open(review).key, now_open(review).attempt) == ("distribute", 2)
        assert "提交修改后的图纸" in text(as_(client, "company").get(here))

    def test_an_opinion_that_is_not_taken_stays_as_it_was_typed(self, client, project, house):
        review = child(accepted(), "drawing_review")
        here = f"{HERE}/joint/{review.dossier.number}"
        post(as_(client, "zjj_handler"), f"{here}/send")
        share = Share.objects.get(step=now_open(review), unit__code="rfb")

        page = post(as_(client, "rfb_handler"), f"{here}/shares/{share.pk}", opinion="楼梯宽度不足")

        html = page.content.decode()
        assert page.status_code == 422
        assert "楼梯宽度不足</textarea>" in html
        assert f'href="#share_{share.pk}_verdict"' in html

    def test_the_date_of_a_joint_acceptance(self, client, house):
        hold(
            "business_licence",
            "resident_id",
            "works_permit",
            "construction_permit",
            "drawing_certificate",
            "land_permit",
        )
        opened()
        case = child(accepted(4, NOTHING), "joint_acceptance")
        here = f"{HERE}/joint/{case.dossier.number}"
        as_(client, "company")
        post(client, f"{here}/visit", on="2019-10-16")
        assert "待对方确认" in text(client.get(here))
        as_(client, "zjj_handler")
        post(client, f"{here}/visit/{Visit.objects.get().pk}")
        assert "已约定" in text(client.get(here))
        post(client, f"{here}/send")
        house.now = at = china("2019-10-16 15:00")
        site_of.joint(now_open(case), at, rfb=Verdict.REVISE)
        post(client, f"{here}/merge", rework_by="2019-10-20")
        as_(client, "company")
        assert "报告整改完成" in text(client.get(here))

        post(client, f"{here}/reworks/{Rework.objects.get().pk}", note="已更换")

        assert Rework.objects.get().done_note == "已更换"


class TestMultiPlanPage:
    @pytest.fixture
    def layers(self, project) -> None:
        for kind, unit, box in (
            (LayerKind.HERITAGE, "wlj", square(114.3115, 30.5415, 114.320, 30.550)),
            (LayerKind.GREEN, "yljj", square(114.305, 30.535, 114.3105, 30.5405)),
        ):
            commands.put_layer(
                kind=kind,
                name=f"示范{kind.label}",
                unit_id=Unit.objects.get(code=unit).pk,
                source="示范数据",
                geojson=box,
                valid_from=ACCEPTED.date(),
                by=who("zrzy_handler", ACCEPTED),
                at=ACCEPTED,
            )

    @pytest.mark.usefixtures("layers")
    def test_from_the_red_line_to_the_conclusion(self, client, house):
        here = f"{HERE}/plans"
        assert post(as_(client, "company"), f"{here}/red-line", geojson=RED_LINE).status_code == 302
        as_(client, "zrzy_handler")
        post(client, f"{here}/run")
        page = client.get(here)
        assert "冲突 2 处" in text(page)
        assert "示意图，不作为界址依据" in text(page)
        post(client, f"{here}/ask")
        share = Share.objects.get(step=None, unit__code="wlj")
        post(as_(client, "wlj_handler"), f"{here}/shares/{share.pk}", verdict="conditions", opinion="先勘探")
        house.now = china("2019-10-16 09:00")
        as_(client, "zrzy_handler")

        post(client, f"{here}/conclude", conditions="开工前完成考古勘探")

        assert PlanCheck.objects.get().state == "AGREED"
        assert "开工前完成考古勘探" in text(client.get(here))

    def test_a_bad_red_line_is_refused_with_its_place(self, client, project):
        answer = post(as_(client, "company"), f"{HERE}/plans/red-line", geojson=square(30.54, 114.31, 30.55, 114.32))

        assert answer.status_code == 422
        assert "第1圈第1点 (30.54, 114.31) 不在我国范围内" in text(answer)

    def test_layers_are_put_in_by_those_who_check_plans(self, client, project):
        done = post(
            as_(client, "zrzy_handler"),
            "/construction/layers",
            kind="WATER",
            name="东湖蓝线",
            unit=Unit.objects.get(code="swj").pk,
            source="示范数据",
            valid_from="2019-01-01",
            geojson=RED_LINE,
        )

        assert done.status_code == 302
        assert "东湖蓝线" in text(client.get("/construction/layers"))


class TestPackagePage:
    @pytest.mark.usefixtures("lenient")
    def test_is_downloaded_by_who_may_export(self, client, project):
        accepted()
        as_(client, "office")
        assert "SPGL_XMJBXXB" in text(client.get("/construction/package"))

        answer = post(client, "/construction/package")

        assert answer["Content-Type"] == "application/zip"
        names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
        assert "SPGL_XMSPSXBLXXXXB.csv" in names
        assert "清单.csv" in names
        assert as_(client, "zjj_handler").get("/construction/package").status_code == 403


class TestTheLists:
    def test_take_the_same_queries_for_one_project_and_for_many(self, client, project):
        accepted()
        as_(client, "company")
        client.get("/construction")
        one = count_queries(client)
        for n in range(2, 7):
            commands.open_project(
                registration=site_of.registration(code=f"2019-420106-47-03-00000{n}"), by=developer(), at=ACCEPTED
            )

        assert count_queries(client) == one


def count_queries(client: Client) -> int:
    """Count what a page asks of projects and stages; who the reader is, is remembered or not."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/construction").status_code == 200
    return sum('"work_' in each["sql"] for each in captured.captured_queries)


@pytest.mark.usefixtures("project")
class TestLooks:
    def prepared(self) -> tuple[str, ...]:
        """Bring every page into a telling state; gives their addresses."""
        for kind, unit, box in (
            (LayerKind.HERITAGE, "wlj", square(114.3115, 30.5415, 114.320, 30.550)),
            (LayerKind.GREEN, "yljj", square(114.305, 30.535, 114.3105, 30.5405)),
        ):
            commands.put_layer(
                kind=kind,
                name=f"示范{kind.label}",
                unit_id=Unit.objects.get(code=unit).pk,
                source="示范数据",
                geojson=box,
                valid_from=ACCEPTED.date(),
                by=who("zrzy_handler", ACCEPTED),
                at=ACCEPTED,
            )
        project = Project.objects.get()
        commands.draw_red_line(project_id=project.pk, geojson=RED_LINE, by=developer(ACCEPTED), at=ACCEPTED)
        check = commands.check_plans(project_id=project.pk, by=who("zrzy_handler", ACCEPTED), at=ACCEPTED)
        commands.ask_early_opinions(check_id=check.pk, unit_ids=[], by=who("zrzy_handler", ACCEPTED), at=ACCEPTED)
        case = stage(3, FULL)
        share = Share.objects.get(dossier=case.dossier, step=None, unit__code="cgj")
        row = commands.WantedRow("", "处置场所未盖章", "", "waste_scheme")
        commands.give_precheck(share_id=share.pk, rows=[row], by=who("cgj_handler"), at=site_of.RECEIVED)
        return (f"{HERE}/precheck/{case.dossier.number}", f"{HERE}/plans", "/construction/layers", "/construction")

    @pytest.mark.parametrize(("size", "viewport"), [("desktop", DESKTOP), ("phone", PHONE)], ids=["1366", "375"])
    def test_pages_are_accessible_and_fit(self, client, browser, size, viewport):
        paths = self.prepared()
        as_(client, "zjj_handler")
        window = Window(browser, client, viewport)
        for name, path in zip(("precheck", "plans", "layers", "list"), paths, strict=True):
            as_(client, "zrzy_handler" if name in ("plans", "layers") else "zjj_handler")
            window.go(path)
            window.shot(f"construction-{name}-{size}")
            assert (name, window.problems(), window.overflow()) == (name, [], 0)
        case = Case.objects.get(item_id="construction_stage_3")
        Share.objects.filter(dossier=case.dossier, step=None, outcome="rows").update(outcome="agreed", opinion="")
        agree(case, ACCEPTED)
        commands.merge_precheck(case_id=case.pk, by=who("zjj_handler", ACCEPTED), at=ACCEPTED)
        review = child(case, "drawing_review")
        commands.open_round(step_id=now_open(review).pk, opinion="", by=who("zjj_handler", ACCEPTED), at=ACCEPTED)
        Dossier.objects.filter(pk=review.pk).update(amber_at=ACCEPTED)
        for name, user, path in (
            ("project", "company", HERE),
            ("project-desk", "zjj_handler", HERE),
            ("joint", "rfb_handler", f"{HERE}/joint/{review.dossier.number}"),
            ("package", "office", "/construction/package"),
            ("new", "company", "/construction/new"),
        ):
            as_(client, user)
            window.go(path)
            window.shot(f"construction-{name}-{size}")
            assert (name, window.problems(), window.overflow()) == (name, [], 0)
        window.close()

        assert (window.complaints, window.strangers) == ([], [])

    def test_in_english(self, client, browser):
        accepted()
        as_(client, "company")
        client.cookies["django_language"] = "en"
        window = Window(browser, client)
        page = window.go(HERE)
        window.shot("construction-project-english")

        assert page.evaluate("document.documentElement.lang") == "en"
        assert "Four stages" in page.inner_text("main")
        assert (window.problems(), window.overflow()) == ([], 0)
        window.close()
