"""Projects in and out: a table with every fault at its cell, and an OC4IDS package that is valid."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from tests.support.projects import WAN, District
from yichuang.domains.projects import commands, queries
from yichuang.domains.projects.models import MajorProject
from yichuang.domains.projects.queries import Asked
from yichuang.domains.projects.queries.importing import COLUMNS
from yichuang.domains.projects.rules.progress import StartShown
from yichuang.domains.projects.terms import NodeKind, Stage
from yichuang.foundation.files.tables import Findings

pytestmark = pytest.mark.django_db
ON = date(2019, 10, 30)
SCHEMA = Path(__file__).resolve().parents[4] / "shared" / "data" / "standards" / "oc4ids" / "project-schema.json"
GOOD = {
    "项目名称": "滨江中心",
    "责任单位": "fgj",
    "建设单位": "示例公司",
    "领域": "产业",
    "阶段": "前期",
    "总投资（万元）": "120000",
    "年度": "2019",
    "类别": "新开工",
    "年度计划投资（万元）": "6000.5",
}


@pytest.fixture
def district() -> District:
    return District()


def read(district: District, *rows: dict[str, str]) -> tuple[list[queries.ProjectRow], Findings]:
    names = [column.name for column in COLUMNS]
    lines = [",".join(names), *(",".join(row.get(name, "") for name in names) for row in rows)]
    findings = Findings()
    file = io.BytesIO("\n".join(lines).encode("utf-8"))
    return queries.read_projects(file, "projects.csv", findings, district.office, ON), findings


class TestATable:
    def test_comes_in_whole_and_again_as_an_adjusted_plan(self, district):
        rows, findings = read(district, GOOD)
        assert findings.is_clean

        done = commands.import_projects(rows=rows, digest="x", by=district.office, at=district.at)

        project = MajorProject.objects.get()
        assert (done.rows, done.enrolled, project.dossier.state) == (1, 1, "preparing")
        assert queries.plan_of(project.pk, 2019).plan_fen == 6_000_500_000
        again = GOOD | {"编号": project.number, "年度计划投资（万元）": "5000"}
        _, findings = read(district, again)
        assert [each.code for each in findings.errors] == ["project.reason"]
        rows, findings = read(district, again | {"调整理由": "中期调整"})
        assert commands.import_projects(rows=rows, digest="y", by=district.office, at=district.at).enrolled == 0
        assert queries.plan_of(project.pk, 2019).plan_fen == 5_000 * WAN

    def test_names_every_fault_at_its_cell(self, district):
        bad = {"责任单位": "没有的局", "领域": "产叶", "阶段": "在建", "总投资（万元）": "-1", "年度": "19"}

        rows, findings = read(district, GOOD | bad, GOOD, GOOD)

        codes = {each.code for each in findings.errors}
        assert {"project.unknown_unit", "project.negative", "project.not_started", "project.twice"} <= codes
        assert any("领域" in each.text and "B" not in each.text[:1] for each in findings.errors)
        assert len(rows) == 1


class TestOc4ids:
    def test_is_valid_against_the_published_schema(self, district):
        if not SCHEMA.exists():
            pytest.skip(f"the OC4IDS schema is not beside the checkout: {SCHEMA.name}")
        project = district.project(
            stage=Stage.BUILDING,
            start=StartShown(date(2019, 4, 1), "施工许可证 示0001"),
            place="武昌区示范路",
            content="办公楼两栋",
            construction_code="2019-420106-47-03-000001",
        )
        district.invest(project, 3, 1_000)
        node = commands.plan_node(
            project_id=project.pk,
            kind=NodeKind.LAND,
            planned_on=date(2019, 2, 1),
            by=district.handler,
            at=district.at,
        )
        commands.reach_node(
            node_id=node.pk, done_on=date(2019, 2, 2), evidence="成交确认书", by=district.handler, at=district.at
        )
        district.project(name="储备项目", stage=Stage.RESERVE, planned_start_on=None, planned_completion_on=None)

        rows = queries.asked_for(district.office, Asked(year=2019, on=ON), "export")
        told = json.loads(json.dumps(queries.package(rows, district.at)))

        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        validator = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
        faults = [
            f"{each.json_path}: {each.message}" for row in told["projects"] for each in validator.iter_errors(row)
        ]
        assert faults == []
        assert [row["status"] for row in told["projects"]] == ["implementation", "identification"]
        first = told["projects"][0]
        assert first["budget"]["amount"] == {"amount": 500_000_000, "currency": "CNY"}
        assert first["metrics"][0]["observations"][0]["value"]["amount"] == 10_000_000
        assert first["milestones"][0]["status"] == "met"
