"""A district with its bureaus, an office that manages major projects, and a project or two."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.support import people
from tests.support.engine import china, publish
from yichuang.domains.projects import commands
from yichuang.domains.projects.models import MajorProject
from yichuang.domains.projects.terms import PlanKind, Stage

AT = china("2019-10-30 10:00")  # a Wednesday
WAN = 1_000_000


class District:
    """One bureau that reports, an office that plans, and another person of the office who confirms."""

    def __init__(self, at: Any = AT) -> None:
        publish()
        self.at = at
        self.bureau = people.make_unit("fgj")
        self.office_unit = people.make_unit("office")
        self.handler = people.make_actor("handler", self.bureau, at=at, name="承办甲")
        self.head = people.make_actor("dept_head", self.bureau, at=at, name="负责人乙")
        self.office = people.make_actor("office", self.office_unit, at=at, name="办公室丙")
        self.office_two = people.make_actor("office", self.office_unit, at=at, name="办公室丁")

    def said(self, **more: Any) -> commands.ProjectSaid:
        """Say what a project is."""
        given: dict[str, Any] = {
            "name": "示例产业园",
            "developer": "武汉示例置业有限公司",
            "sector": "INDUSTRY",
            "total_investment_fen": 50_000 * WAN,
            "planned_start_on": date(2019, 3, 1),
            "planned_completion_on": date(2021, 6, 30),
        }
        return commands.ProjectSaid(**(given | more))

    def project(
        self,
        *,
        plan_wan: int = 12_000,
        kind: PlanKind = PlanKind.NEW,
        stage: Stage = Stage.PREPARING,
        **more: Any,
    ) -> MajorProject:
        """Enrol a project with a plan for 2019."""
        start = more.pop("start", None)
        row = commands.enrol_project(
            said=self.said(**more),
            unit_id=self.bureau.pk,
            stage=stage,
            start=start,
            by=self.office,
            at=self.at,
            is_synthetic=True,
        )
        commands.set_plan(project_id=row.pk, year=2019, kind=kind, plan_fen=plan_wan * WAN, by=self.office, at=self.at)
        return row

    def invest(self, project: MajorProject, month: int, wan: int, *, confirmed: bool = True) -> int:
        """Enter a month and confirm it."""
        row = commands.enter_month(
            project_id=project.pk, month=date(2019, month, 1), amount_fen=wan * WAN, by=self.handler, at=self.at
        )
        if confirmed:
            commands.confirm_entry(entry_id=row.pk, by=self.office, at=self.at)
        return row.pk
