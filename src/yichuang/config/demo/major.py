"""
Major projects and meetings of a demo (`major_projects`), by the deeds of those who report, confirm and meet.

All of it is one transaction: what was cut off is begun anew, what is there is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from django.db import transaction

from yichuang.config import demo
from yichuang.domains.projects import commands
from yichuang.domains.projects.models import Difficulty, InvestmentEntry, MajorProject, Meeting, Node, Resolution
from yichuang.domains.projects.rules.amounts import FEN_OF_WAN
from yichuang.domains.projects.rules.progress import StartShown
from yichuang.domains.projects.terms import Chain, MeetingKind, NodeKind, PlanKind, Stage, Topic
from yichuang.foundation.people.actors import Actor, actor_for
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.terms import CHINA

OFFICE = "office"
Do = Callable[[datetime], object]


def load(district: demo.Demo) -> None:
    """Make projects and meetings, unless there are some, up to the opening moment."""
    make(district.read("major_projects"), district.opened_at)


def make(said: Mapping[str, Any], until: datetime) -> None:
    """Make what `projects`, `meetings` and `briefings` tell, unless there are projects; nothing after `until`."""
    if MajorProject.objects.exists():
        return
    for known in (_acting, _project):  # another folder has others
        known.cache_clear()
    found = [each for row in said["projects"] for each in _of_project(row)]
    found += [each for row in said["meetings"] for each in _of_meeting(row, Topic.PROJECTS)]
    found += [each for row in said["briefings"] for each in _of_meeting(row, Topic.ENVIRONMENT)]
    with transaction.atomic():
        for at, do in sorted(found, key=lambda each: each[0]):
            if at <= until:
                do(at)
    while records.deliver(at=until):
        pass


def _of_project(row: Mapping[str, Any]) -> Iterator[tuple[datetime, Do]]:
    enrolled = _moment(row["enrolled"])
    yield enrolled, lambda at: _enrol(row, at)
    for number, wan in enumerate(row["months"], 1):
        if wan is None:  # nothing is reported of this month
            continue
        yield _on(date(2019, number, 25), 10), _entering(row, number, wan)
        yield _on(date(2019, number, 26), 16), _confirming(row, number)
    for node in row.get("nodes", ()):
        yield enrolled + timedelta(hours=1), _planning(row, node)
        if "done_on" in node:
            yield _on(node["done_on"], 17), _reaching(row, node)
    if "started" in row:
        yield (
            _moment(row["started"]),
            lambda at: commands.move_project(
                project_id=_project(row["name"]), to=Stage.STARTED, reason="", by=_who(OFFICE, at), at=at
            ),
        )
    if difficulty := row.get("difficulty"):
        yield (
            _moment(difficulty["at"]),
            lambda at: commands.raise_difficulty(
                project_id=_project(row["name"]),
                chain=Chain(difficulty["chain"]),
                text=difficulty["text"],
                by=_reporter(row, at),
                at=at,
            ),
        )


def _of_meeting(row: Mapping[str, Any], topic: Topic) -> Iterator[tuple[datetime, Do]]:
    body, kind = row.get("body", "INVEST_COMMITTEE"), MeetingKind(row.get("kind", "WORK"))
    yield _on(row["held_on"], 9), lambda at: _meet(row, body, kind, topic, at)
    for matter in row.get("matters", ()):
        if "reported" in matter:
            yield _moment(matter["reported"]), _reporting(matter)
            yield _moment(matter["verified"]), _verifying(matter)


def _enrol(row: Mapping[str, Any], at: datetime) -> None:
    start = row.get("start")
    made = commands.enrol_project(
        said=commands.ProjectSaid(
            name=row["name"],
            developer=row["developer"],
            sector=row["sector"],
            total_investment_fen=row["total"] * FEN_OF_WAN,
            place=row.get("place", ""),
            content=row.get("content", ""),
            planned_start_on=row.get("planned_start_on"),
            planned_completion_on=row.get("planned_completion_on"),
        ),
        unit_id=Unit.objects.get(code=row["unit"]).pk,
        stage=Stage(row["stage"]),
        start=StartShown(start["since"], start["basis"]) if start else None,
        by=_who(OFFICE, at),
        at=at,
        is_synthetic=True,
    )
    plan = row["plan"]
    commands.set_plan(
        project_id=made.pk,
        year=2019,
        kind=PlanKind(plan["kind"]),
        plan_fen=plan["wan"] * FEN_OF_WAN,
        by=_who(OFFICE, at),
        at=at,
    )


def _entering(row: Mapping[str, Any], number: int, wan: int) -> Do:
    return lambda at: commands.enter_month(
        project_id=_project(row["name"]),
        month=date(2019, number, 1),
        amount_fen=wan * FEN_OF_WAN,
        by=_reporter(row, at),
        at=at,
    )


def _confirming(row: Mapping[str, Any], number: int) -> Do:
    def do(at: datetime) -> None:
        entry = InvestmentEntry.objects.get(project=_project(row["name"]), month=date(2019, number, 1))
        commands.confirm_entry(entry_id=entry.pk, by=_who(OFFICE, at), at=at)

    return do


def _planning(row: Mapping[str, Any], node: Mapping[str, Any]) -> Do:
    return lambda at: commands.plan_node(
        project_id=_project(row["name"]),
        kind=NodeKind(node["kind"]),
        planned_on=node["planned_on"],
        by=_reporter(row, at),
        at=at,
    )


def _reaching(row: Mapping[str, Any], node: Mapping[str, Any]) -> Do:
    return lambda at: commands.reach_node(
        node_id=Node.objects.get(project=_project(row["name"]), kind=node["kind"]).pk,
        done_on=node["done_on"],
        evidence=node["evidence"],
        by=_reporter(row, at),
        at=at,
    )


def _meet(row: Mapping[str, Any], body: str, kind: MeetingKind, topic: Topic, at: datetime) -> None:
    by = _who(OFFICE, at)
    open_ = Difficulty.objects.filter(solved_at=None).select_related("project__dossier")
    agenda = [commands.AgendaSaid(each.project.dossier.title, each.project_id, each.text) for each in open_]
    meeting: Meeting = commands.plan_meeting(
        body=body,
        kind=kind,
        topic=topic,
        planned_at=at,
        agenda=[*agenda, commands.AgendaSaid("项目进展情况" if topic == Topic.PROJECTS else "优化营商环境工作情况")],
        unit_id=Unit.objects.get(code=OFFICE).pk,
        by=by,
        at=at,
        is_synthetic=True,
    )
    commands.hold_meeting(meeting_id=meeting.pk, held_on=row["held_on"], by=by, at=at)
    for matter in row.get("matters", ()):
        commands.resolve_matter(
            meeting_id=meeting.pk,
            text=matter["text"],
            unit_id=Unit.objects.get(code=matter["unit"]).pk,
            project_id=_project(matter["project"]),
            due_on=matter["due_on"],
            by=by,
            at=at,
        )
    commands.issue_minutes(meeting_id=meeting.pk, minutes="会议议定事项见附表（示例）。", by=by, at=at)


def _reporting(matter: Mapping[str, Any]) -> Do:
    return lambda at: commands.report_resolution(
        resolution_id=_matter(matter).pk, report="已完成，见附送材料（示例）", by=_reporter(matter, at), at=at
    )


def _verifying(matter: Mapping[str, Any]) -> Do:
    return lambda at: commands.verify_resolution(
        resolution_id=_matter(matter).pk, finding="现场核查属实（示例）", by=_who(OFFICE, at), at=at
    )


@cache
def _project(name: str) -> int:
    return MajorProject.objects.values_list("pk", flat=True).get(dossier__title=name)


def _matter(matter: Mapping[str, Any]) -> Resolution:
    return Resolution.objects.get(text=matter["text"])


def _reporter(row: Mapping[str, Any], at: datetime) -> Actor:
    return _who(f"{row['unit']}_handler", at)


def _who(name: str, at: datetime) -> Actor:
    return _acting(name, at.date())


@cache
def _acting(name: str, day: date) -> Actor:
    """Tell who acts, once a day: the demo appoints nobody for part of one."""
    return actor_for(Account.objects.get(username=name), datetime.combine(day, time(12), CHINA))


def _moment(written: datetime | str) -> datetime:
    return datetime.fromisoformat(str(written)).replace(tzinfo=CHINA)


def _on(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), CHINA)
