"""What figures may count of major projects, their investment, meetings and resolved matters."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.queries import unit_names
from yichuang.domains.projects.models import InvestmentEntry, MajorProject, Meeting, Resolution, YearPlan
from yichuang.domains.projects.queries import bodies
from yichuang.domains.projects.terms import EntryState, MatterState, MeetingKind, PlanKind, Sector, Stage, Topic
from yichuang.foundation.figures.measures import (
    DATED,
    Dating,
    Measure,
    Row,
    day,
    flag,
    moment,
    month,
    number,
    register_measure,
    text,
)
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.models import Account
from yichuang.foundation.work.models import Span


def _labels(kind: Any) -> Any:
    """Give a function that names the codes of an enum."""

    def names(codes: Iterable[str]) -> Mapping[str, str]:
        return {code: str(kind(code).label) for code in codes if code in kind.values}

    return names


def _bodies(codes: Iterable[str]) -> Mapping[str, str]:
    known = bodies(date.max)  # the newest list
    return {code: known[code] for code in codes if code in known}


def _people(codes: Iterable[str]) -> Mapping[str, str]:
    return {str(row.pk): row.name for row in Account.objects.filter(pk__in=set(codes))}


def _standing(dossier: str) -> Any:
    """Add the state in which a row's dossier stood at the two times, and whether a project had started by then."""

    def add(rows: QuerySet[Any, Any], names: Collection[str], times: Times) -> QuerySet[Any, Any]:
        spans = Span.objects.filter(dossier=OuterRef(dossier), from_at__lt=times.end)
        if times.known_at is not None:
            spans = spans.filter(recorded_at__lte=times.known_at)
        now = spans.order_by("-from_at", "-pk")  # that one has ended may have been learnt later
        added = {
            "told_state": Subquery(now.values("state")[:1]),
            "told_started": Exists(spans.filter(state=Stage.STARTED)),
        }
        wanted = {f"told_{name}" for name in names}
        found: QuerySet[Any, Any] = rows.annotate(**{name: value for name, value in added.items() if name in wanted})
        return found

    return add


def _project_page(number_: str, _row: Row) -> str:
    return f"/projects/{number_}"


def _entry_page(_key: str, row: Row) -> str:
    return f"/projects/{row['project']}" if row.get("project") else ""


def _meeting_page(number_: str, _row: Row) -> str:
    return f"/meetings/{number_}"


def _matter_page(number_: str, _row: Row) -> str:
    return f"/matters-resolved/{number_}"


OF_PROJECT = {
    "project": text("project__dossier__number", _("编号")),
    "name": text("project__dossier__title", _("项目名称")),
    "unit": text("project__dossier__unit__code", _("责任单位"), names=unit_names),
    "sector": text("project__sector", _("领域"), names=_labels(Sector)),
    "region": text("project__dossier__region", _("区划"), apart=True),
}

register_measure(
    Measure(
        id="projects.plans",
        name=_("列入年度计划的重大项目"),
        columns={
            **OF_PROJECT,
            "year_on": day("year_on", _("年度")),
            "kind": text("kind", _("类别"), names=_labels(PlanKind)),
            "plan": number("plan_fen", _("年度计划投资"), "fen"),
            "state": text("told_state", _("阶段"), names=_labels(Stage)),
            "started": flag("told_started", _("已开工")),
        },
        rows=lambda: YearPlan.objects.all(),
        dating=DATED,
        day="year_on",
        region="region",
        unit="unit",
        key="project__dossier__number",
        opens=MajorProject,
        opened_by="project_id",
        adding=_standing("project_id"),
        link=_project_page,
        shows=("project", "name", "unit", "kind", "plan", "state"),
    ),
    Measure(
        id="projects.months",
        name=_("已锁定的月度投资"),
        columns={
            **OF_PROJECT,
            "month": month("month", _("月份")),
            "amount": number("amount_fen", _("完成投资"), "fen"),
            "who": text("entered_by_id", _("填报人"), names=_people, personal=True),
            "entered_on": moment("entered_at", _("填报日期")),
            "decider": text("decided_by_id", _("确认人"), names=_people, personal=True),
        },
        rows=lambda: InvestmentEntry.objects.filter(state=EntryState.CONFIRMED),
        dating=Dating(begins="month", recorded="recorded_at", in_days=True),
        day="month",
        region="region",
        unit="unit",
        opens=MajorProject,
        opened_by="project_id",
        link=_entry_page,
        shows=("project", "name", "unit", "month", "amount", "who", "entered_on", "decider"),
    ),
    Measure(
        id="projects.meetings",
        name=_("已召开的会议"),
        columns={
            "number": text("dossier__number", _("编号")),
            "title": text("dossier__title", _("会议")),
            "body": text("body", _("会议主体"), names=_bodies),
            "kind": text("kind", _("会议类型"), names=_labels(MeetingKind)),
            "topic": text("topic", _("议题范围"), names=_labels(Topic)),
            "held_on": day("held_on", _("召开日期")),
            "region": text("dossier__region", _("区划"), apart=True),
        },
        rows=lambda: Meeting.objects.exclude(held_on=None),
        dating=Dating(begins="held_on", recorded="recorded_at", in_days=True),
        day="held_on",
        region="region",
        key="dossier__number",
        opens=Meeting,
        link=_meeting_page,
        shows=("number", "title", "held_on", "kind", "topic"),
    ),
    Measure(
        id="projects.matters",
        name=_("议定事项"),
        columns={
            "number": text("dossier__number", _("编号")),
            "text": text("text", _("议定事项")),
            "meeting": text("meeting__dossier__title", _("会议")),
            "body": text("meeting__body", _("会议主体"), names=_bodies),
            "unit": text("dossier__unit__code", _("承办单位"), names=unit_names),
            "state": text("told_state", _("状态"), names=_labels(MatterState)),
            "opened_on": moment("dossier__opened_at", _("议定日期")),
            "region": text("dossier__region", _("区划"), apart=True),
        },
        rows=lambda: Resolution.objects.all(),
        dating=Dating(begins="dossier__opened_at", recorded="", dossier="dossier_id"),
        day="opened_on",
        region="region",
        unit="unit",
        key="dossier__number",
        opens=Resolution,
        adding=_standing("dossier_id"),
        link=_matter_page,
        shows=("number", "text", "meeting", "unit", "state"),
    ),
)
