"""The hall's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PRIORITY_AGE = 65
"""From this age on a ticket goes first without being asked for (practice 15)."""

MOST_RECALLS = 3
"""A ticket is called again so often, then it is passed (domain §7)."""


class SiteKind(models.TextChoices):
    """Where people are received."""

    HALL = "HALL", _("政务服务大厅")
    STREET = "STREET", _("街道服务大厅")


class WindowKind(models.TextChoices):
    """What a window is for (domain §7)."""

    COMPREHENSIVE = "COMPREHENSIVE", _("综合窗口")
    SPECIAL = "SPECIAL", _("专业窗口")
    CONSULT = "CONSULT", _("咨询窗口")
    DELIVER = "DELIVER", _("出件窗口")
    SETUP_ZONE = "SETUP_ZONE", _("企业开办专区")
    BANK = "BANK", _("银行窗口")


class TicketState(models.TextChoices):
    """How far a ticket is."""

    ISSUED = "ISSUED", _("等候")
    CALLED = "CALLED", _("已叫号")
    SERVING = "SERVING", pgettext_lazy("ticket", "办理中")
    DONE = "DONE", _("已办理")
    PASSED = "PASSED", _("过号")
    TRANSFERRED = "TRANSFERRED", _("已转窗")


IN_HAND = (TicketState.CALLED, TicketState.SERVING)
"""Before a clerk; one person has at most one."""
OPEN = (TicketState.ISSUED, *IN_HAND)


class Priority(models.TextChoices):
    """Why a ticket goes first."""

    NONE = "", _("无")
    AGE = "AGE", _("65岁以上")
    DISABLED = "DISABLED", _("残疾人")
    ASKED = "ASKED", _("孕妇、军人等")


class Outcome(models.TextChoices):
    """What a ticket was for, as the day is closed: 办理 = 收件 + 咨询 + 出件 + 其他 (practice 9)."""

    RECEIVED = "RECEIVED", _("收件")
    CONSULTED = "CONSULTED", _("咨询")
    DELIVERED = "DELIVERED", pgettext_lazy("visit", "出件")
    OTHER = "OTHER", _("其他")


class How(models.TextChoices):
    """How a reception ends, by the keys of the desk."""

    ACCEPT = "ACCEPT", _("受理")
    NOTICE = "NOTICE", _("一次性告知")
    REFUSE = "REFUSE", _("不予受理")
    NOT_NEEDED = "NOT_NEEDED", _("不受理")
    INSTANT = "INSTANT", _("即办办结")


Spans = tuple[tuple[time, time], ...]
"""From and until, in order; until is not included."""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day with hours of its own (a drill, an early closing), for the whole hall or for some queues."""

    spans: Spans
    note: str
    queues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """
    When a hall serves. Not the legal calendar: a Saturday may be served while no limit runs (practice 17).

    `working_day` holds on every day that the legal calendar works, weekends that are worked included.
    """

    id: str
    version: int
    working_day: Spans
    saturday: Spans = ()
    sunday: Spans = ()
    weekend_note: str = ""
    special_days: Mapping[date, SpecialDay] = field(default_factory=dict)
    runs: tuple[time, ...] = ()  # when the paper is fetched for the departments


@dataclass(frozen=True, slots=True)
class Served:
    """The hours of one day, and what is to be said of them."""

    spans: Spans
    note: str = ""
