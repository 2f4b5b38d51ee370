"""The pages of major projects and meetings with the test client."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.support.projects import District
from yichuang.domains.projects import commands
from yichuang.domains.projects.models import InvestmentEntry, MajorProject, Resolution
from yichuang.domains.projects.terms import Chain
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Account
from yichuang.foundation.records import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return District()


def as_(actor: Any) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


class TestTheList:
    def test_says_plan_and_done_and_gives_the_same_rows_three_ways_and_as_a_workbook(self, district):
        project = district.project(name="示例产业园")
        district.invest(project, 3, 1_000)
        client = as_(district.office)

        for address in ("/projects", "/projects/board", "/projects/gantt"):
            page = client.get(address, {"year": "2019"}).content.decode()
            assert "示例产业园" in page and "年度计划 1.20 亿元" in page and "0.10 亿元" in page, address
        book = client.get("/projects", {"year": "2019", "format": "xlsx"})

        assert book["Content-Type"].endswith("sheet")
        assert "没有符合条件" in client.get("/projects", {"year": "2019", "q": "别的"}).content.decode()

    def test_ignores_filters_that_are_none(self, district):
        page = as_(district.office).get("/projects", {"year": "x", "stage": "nowhere", "unit": "nobody", "page": "-3"})

        assert page.status_code == 200


class TestTheProject:
    def test_is_enrolled_planned_reported_and_locked_by_hand(self, district):
        office, handler = as_(district.office), as_(district.handler)
        said = {"name": "滨江中心", "unit": "fgj", "developer": "示例公司", "sector": "SERVICE", "total": "120,000.5"}

        made = office.post("/projects/new", said)
        project = MajorProject.objects.get()
        office.post(f"{made['Location']}/plan", {"year": "2019", "kind": "ONGOING", "plan": "6000"})
        handler.post(f"{made['Location']}/months", {"month": "2019-09", "amount": "450.25", "do": "enter"})
        entry = InvestmentEntry.objects.get()
        office.post("/projects/waiting/decide", {"entry": [str(entry.pk)], "do": "confirm"})

        assert project.total_investment_fen == 120_000_500_000
        page = office.get(f"{made['Location']}?year=2019").content.decode()
        assert "已锁定 450.25 万元" in page and "承办甲" in page and "办公室丙" in page

    def test_keeps_what_was_typed_when_it_says_no(self, district):
        project = district.project()
        handler = as_(district.handler)
        address = f"/projects/{project.number}"

        wrong = handler.post(
            f"{address}/months?year=2019", {"month": "2019-13", "amount": "一百", "note": "封顶", "do": "enter"}
        )
        early = handler.post(f"{address}/months?year=2019", {"month": "2099-12", "amount": "7.5", "do": "enter"})
        office = as_(district.office).post(f"{address}/stage", {"to": "started"})

        text = wrong.content.decode()
        assert wrong.status_code == 422 and "月份请写成 2019-10。" in text and "一百" in text and "封顶" in text
        assert early.status_code == 422 and "尚未开始" in early.content.decode() and "7.5" in early.content.decode()
        assert "没有开工依据" in office.content.decode()

    def test_comes_in_from_a_table_after_a_check(self, district):
        office = as_(district.office)
        template = office.get("/projects/import?template")
        head = "项目名称,责任单位,建设单位,领域,阶段,总投资（万元）,年度,类别,年度计划投资（万元）"
        row = "滨江中心,fgj,示例公司,产业,储备,5000,2019,其他（储备、前期、收尾）,100"

        def table(*lines: str) -> SimpleUploadedFile:
            return SimpleUploadedFile("projects.csv", "\n".join((head, *lines)).encode("utf-8"))

        checked = office.post("/projects/import", {"file": table(row), "do": "check"}).content.decode()
        wrong = office.post("/projects/import", {"file": table(row.replace("fgj", "无")), "do": "import"})
        assert not MajorProject.objects.exists()
        office.post("/projects/import", {"file": table(row), "do": "import"})

        assert template.content[:2] == b"PK" and "检查通过：1 行" in checked
        assert wrong.status_code == 422 and "没有这个单位" in wrong.content.decode()
        assert MajorProject.objects.get().dossier.title == "滨江中心"
        told = json.loads(office.get("/projects/oc4ids?year=2019").content)
        assert told["projects"][0]["title"] == "滨江中心"
        assert office.get("/api/v1/projects?year=2019").json()["items"][0]["plan_fen"] == 100_000_000


class TestTheMeeting:
    def test_goes_from_its_proposed_agenda_to_a_verified_matter(self, district):
        project = district.project(name="慢项目")
        office, handler = as_(district.office), as_(district.handler)
        commands.raise_difficulty(
            project_id=project.pk, chain=Chain.LAND, text="供地条件未落实", by=district.handler, at=district.at
        )
        today = local_day(clock.business_now())
        due = today + timedelta(days=14)

        asked = office.get("/meetings/new").content.decode()
        said = {"body": "INVEST_COMMITTEE", "kind": "WORK", "topic": "PROJECTS", "on": f"{today}", "hour": "09:30"}
        made = office.post("/meetings/new", said | {"unit": "office", "projects": [f"{project.pk}"], "more": "通报"})
        address = made["Location"]
        office.post(f"{address}/held", {"held_on": f"{today}", "chair": "主任"})
        office.post(f"{address}/minutes", {"minutes": "一、落实供地条件。"})
        office.post(
            f"{address}/matters",
            {"text": "落实供地条件", "unit": "fgj", "due_on": f"{due}", "project": f"{project.pk}"},
        )
        matter = f"/matters-resolved/{Resolution.objects.get().dossier.number}"
        empty = handler.post(f"{matter}/report", {"do": "report", "said": ""})
        handler.post(f"{matter}/report", {"do": "report", "said": "已落实，批复2019年1号"})
        office.post(f"{matter}/verify", {"do": "verify", "said": "属实"})

        assert "供地条件未落实" in asked
        page = office.get(made["Location"]).content.decode()
        assert "第1次" in page and "供地条件未落实" in page and "已核销" in page
        assert empty.status_code == 422
        for address in (
            "/meetings",
            "/meetings?body=INVEST_COMMITTEE",
            "/meetings/bulletin",
            "/matters-resolved",
            matter,
        ):
            text = office.get(address).content.decode()
            assert "落实供地条件" in text or "第1次" in text, address
        assert "落实供地条件" in office.get(f"/projects/{project.number}").content.decode()

    def test_tells_what_troubles_a_project_in_the_readers_language(self, district, monkeypatch):
        monkeypatch.setattr("yichuang.foundation.records.clock.business_now", lambda: district.at)
        project = district.project(name="慢项目", plan_wan=10_000)
        commands.raise_difficulty(
            project_id=project.pk, chain=Chain.LAND, text="供地条件未落实", by=district.handler, at=district.at
        )
        office = as_(district.office)
        office.cookies["django_language"] = "en"

        for address in ("/meetings/new", "/meetings/bulletin"):
            text = office.get(address).content.decode()
            assert "供地条件未落实; Behind time" in text and "低于" not in text, address

    @pytest.mark.parametrize("week", ["abc", "1989-12-31", "2100-12-31", "9999-12-31"])
    def test_a_week_without_calendar_is_told_at_its_field(self, district, week):
        answer = as_(district.office).get("/meetings/bulletin", {"week": week})

        assert answer.status_code == 200
        assert "id_week_error" in answer.content.decode()
