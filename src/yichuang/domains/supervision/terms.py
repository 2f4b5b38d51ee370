"""The words of supervision, and the limits that the district sets itself."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.domains.cases.terms import Stars

KIND = "order"
"""What the engine calls a supervision order or letter, and its lifecycle."""

HEARING_DAYS = 2
"""Working days within which a unit may explain itself before a card is decided (practice 4)."""
SIGNING_DAYS = 1
"""Working days within which a unit signs for an order (district rule, synthetic)."""
ANSWER_DAYS = 3
"""Working days within which a unit reports back, unless the order says otherwise (district rule, synthetic)."""
APPEAL_DAYS = 3
"""Working days within which a unit appeals against a confirmed card (domain §11)."""
DEFER_DAYS = 10
"""Working days for which an automatic reminder may be held back at most (district rule, synthetic)."""
REASON_CHARACTERS = 3
"""A refusal of which fewer characters are left without stock phrases gives no reason (district rule, synthetic)."""
DRAFT_RUNG = "overdue_5"
"""When the machine drafts an order: the fifth working day after the promise (domain §11)."""
REMIND_RUNG = "overdue_1"
"""When the machine reminds by itself: the first working day after the limit (domain §11)."""
DEFERRED = "supervision.remind"
"""The job that sends a reminder that was held back; its key is the limit."""
BAD_STARS = Stars.BAD.value
"""Ratings up to here are 差评."""

MINUTES = timedelta(minutes=30)
"""A promised case that is accepted and decided within this time was handled before it was entered."""
ENTERED_LATE = timedelta(hours=4)
"""Half a day between paper and entry is still a busy hall; more is suspicious (district rule, synthetic)."""
AGAIN_WITHIN = timedelta(days=30)
"""A withdrawal followed by the same application within this time (practice 5)."""


class Colour(models.TextChoices):
    """The colour of a card."""

    YELLOW = "YELLOW", _("黄牌")
    RED = "RED", _("红牌")


class Ground(models.TextChoices):
    """Why a card is suspected (domain §2.3)."""

    ACCEPTANCE = "ACCEPTANCE", _("超过受理时限")
    PROMISE = "PROMISE", _("超过承诺时限")
    LEGAL = "LEGAL", _("超过法定时限")
    NEW_ROW = "NEW_ROW", _("一次性告知后又提出新的补正事项")
    NO_REASON = "NO_REASON", _("不予受理或不予许可没有说明理由")


class CardState(models.TextChoices):
    """How far a suspicion is; only a confirmed card counts."""

    SUSPECTED = "SUSPECTED", _("疑似")
    HEARD = "HEARD", _("已申辩")
    CONFIRMED = "CONFIRMED", _("认定")
    DISMISSED = "DISMISSED", _("不予认定")
    WITHDRAWN = "WITHDRAWN", _("申诉成立，已撤销")


WAITING = (CardState.SUSPECTED, CardState.HEARD)
"""States in which a card waits for the office."""


class Pattern(models.TextChoices):
    """The ways in which clocks are gamed (practice 5), and permits that no case brought about."""

    ENTERED_LATE = "entered_late", _("先办后录")
    MINUTES = "minutes", _("承诺件当场办结")
    LAST_DAY = "last_day", _("最后一个工作日停表")
    AGAIN = "again", _("撤回后30日内重报")
    RETURNED = "returned", _("预审退回两次以上")
    NOT_DELIVERED = "not_delivered", _("办结未出件")
    UNDONE = "undone", _("撤回受理后重新计时")
    OUTSIDE = "outside", _("无办件的许可")
