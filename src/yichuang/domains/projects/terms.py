"""The words of major projects, meetings and resolved matters, and the limits that the district sets itself."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

PROJECT, MEETING, RESOLUTION = "major_project", "meeting", "resolution"
"""What the engine calls the dossiers of this room, and their lifecycles."""

CONSTRUCTION = "project"
"""What the engine calls the dossier of a construction project; its number is the national project code."""
START_PERMIT = "construction_permit"
"""The licence type that shows that a project has started (建筑法 第七条)."""
BODIES = "meeting_body"
"""The code list of the bodies that meet."""
FILES = "project_evidence"
"""The purpose of files that are evidence of nodes and resolved matters."""

REPORT_DAY = 25
"""From this day of a month its investment is owed and the month counts as passed (district rule, synthetic)."""
MINUTES_DAYS = 3
"""Working days within which the minutes of a meeting are issued (district rule, synthetic)."""
HOLIDAY_WEEK = 1
"""A week with at most so many working days is a holiday week: no weekly meeting is owed in it (practice 19)."""


class Stage(models.TextChoices):
    """How far a project is: the states of its lifecycle."""

    RESERVE = "reserve", _("储备")
    PREPARING = "preparing", _("前期")
    LAND = "land", _("征收和供地")
    STARTED = "started", _("已开工")
    BUILDING = "building", _("在建")
    FINISHING = "finishing", _("收尾")
    DONE = "done", _("建成")
    SUSPENDED = "suspended", _("暂停")


WAY = (Stage.RESERVE, Stage.PREPARING, Stage.LAND, Stage.STARTED, Stage.BUILDING, Stage.FINISHING, Stage.DONE)
"""The stages in their order; a suspended project stands beside the way."""

MOVES = {
    Stage.PREPARING: "prepare",
    Stage.LAND: "take_land",
    Stage.STARTED: "start",
    Stage.BUILDING: "build",
    Stage.FINISHING: "finish",
    Stage.DONE: "complete",
    Stage.SUSPENDED: "suspend",
}
"""The deed of the lifecycle that leads to a stage."""

NEEDS_START = frozenset({Stage.STARTED, Stage.BUILDING, Stage.FINISHING, Stage.DONE})
"""Stages that no project reaches without a permit or a start node with evidence."""


class PlanKind(models.TextChoices):
    """What a year's plan wants of a project."""

    NEW = "NEW", _("新开工")
    ONGOING = "ONGOING", _("续建")
    OTHER = "OTHER", _("其他（储备、前期、收尾）")


class Sector(models.TextChoices):
    """What a project is for."""

    INDUSTRY = "INDUSTRY", _("产业")
    SERVICE = "SERVICE", _("现代服务业")
    HOUSING = "HOUSING", _("城市更新和住房")
    INFRASTRUCTURE = "INFRASTRUCTURE", _("基础设施")
    EDUCATION = "EDUCATION", _("教育")
    HEALTH = "HEALTH", _("医疗卫生")
    ECOLOGY = "ECOLOGY", _("生态环境")


class EntryKind(models.TextChoices):
    """What an investment entry is."""

    REPORT = "REPORT", _("月报")
    CORRECTION = "CORRECTION", _("更正")


class EntryState(models.TextChoices):
    """How far an investment entry is; only a confirmed one counts, and it is never changed."""

    WAITING = "WAITING", _("待审核")
    CONFIRMED = "CONFIRMED", _("已锁定")
    RETURNED = "RETURNED", _("已退回")
    REPLACED = "REPLACED", _("已重填")


class NodeKind(models.TextChoices):
    """What a node of a project is."""

    APPROVAL = "APPROVAL", _("立项")
    CLEARING = "CLEARING", _("征收拆迁")
    LAND = "LAND", _("土地出让")
    START = "START", _("开工")
    TOPPED_OUT = "TOPPED_OUT", _("主体封顶")
    COMPLETION = "COMPLETION", _("竣工")
    OTHER = "OTHER", _("其他")


class Chain(models.TextChoices):
    """The links of the chain along which projects are driven (S44)."""

    PLANNING = "PLANNING", _("项目策划")
    CLEARING = "CLEARING", _("征收拆迁")
    LAND = "LAND", _("土地出让")
    START = "START", _("项目开工")
    BUILDING = "BUILDING", _("项目建设")


class Trouble(models.TextChoices):
    """Why a project stands on the agenda that is proposed."""

    DIFFICULTY = "difficulty", _("有难点")
    BEHIND = "behind", _("低于时间进度")
    NODE_LATE = "node_late", _("节点逾期")
    UNREPORTED = "unreported", _("月报未报")
    SUSPENDED = "suspended", _("暂停")


class MeetingKind(models.TextChoices):
    """What a meeting is for."""

    WORK = "WORK", _("工作会议")
    BRIEFING = "BRIEFING", _("听取汇报")
    STUDY = "STUDY", _("专题研究")


class Topic(models.TextChoices):
    """What a meeting is about, where figures ask for it."""

    PROJECTS = "PROJECTS", _("项目调度")
    ENVIRONMENT = "ENVIRONMENT", _("优化营商环境")
    OTHER = "OTHER", _("其他")


class MeetingState(models.TextChoices):
    """How far a meeting is: the states of its lifecycle."""

    PLANNED = "planned", _("已安排")
    HELD = "held", _("已召开")
    ISSUED = "issued", _("纪要已印发")
    FOLLOWED = "followed", _("议定事项办结")
    CANCELLED = "cancelled", _("已取消")


class MatterState(models.TextChoices):
    """How far a resolved matter is: the states of its lifecycle."""

    OPEN = "open", _("待办")
    DOING = "doing", _("办理中")
    REPORTED = "reported", _("已办待核")
    VERIFIED = "verified", _("已核销")
    DROPPED = "dropped", _("不再办理")
