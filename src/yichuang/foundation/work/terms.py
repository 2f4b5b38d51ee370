"""The engine's words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _


class StepState(models.TextChoices):
    """How far a step is."""

    WAITING = "waiting", _("未到")
    OPEN = "open", _("待办")
    CLAIMED = "claimed", _("在办")
    DONE = "done", _("已办")
    RETURNED = "returned", _("已退回")
    SKIPPED = "skipped", _("不需要")
    CANCELLED = "cancelled", _("已取消")


LIVE = (StepState.OPEN, StepState.CLAIMED)
"""States in which a step waits for a person; the partial indexes name them literally."""


class StepKind(models.TextChoices):
    """What a step is: one unit's work, or a dossier of its own."""

    WORK = "work", _("环节")
    DOSSIER = "dossier", _("子办件")


class ClockKind(models.TextChoices):
    """Which limit a clock measures."""

    ACCEPTANCE = "acceptance", _("受理时限")
    PROMISE = "promise", _("承诺时限")
    LEGAL = "legal", _("法定时限")
    DELIVERY = "delivery", _("送达时限")
    CORRECTION = "correction", _("补正期限")
    SUPPLEMENT = "supplement", _("容缺补交期限")
    CHECK = "check", _("承诺核查期限")
    HANDOVER = "handover", _("移交时限")
    STEP = "step", _("环节时限")
    ANSWER = "answer", _("反馈时限")
    SIGNING = "signing", _("签收时限")
    PRECHECK = "precheck", _("预审时限")


class ShareState(models.TextChoices):
    """One unit's part of a joint step or of a stage's pre-check."""

    OPEN = "open", _("待意见")
    GIVEN = "given", _("已给意见")
    SILENT = "silent", _("逾期视为同意")
    CANCELLED = "cancelled", _("已取消")


class ScopeKind(models.TextChoices):
    """Through what a dossier is seen: written by `work` into access rows, read by the one filter."""

    UNIT = "unit", _("单位")
    PARTY = "party", _("当事人")
    AGENT = "agent", _("经办人")


class Lamp(models.TextChoices):
    """The one mapping of lamps; colour never stands alone."""

    GREEN = "green", _("正常")
    YELLOW = "yellow", _("临期")
    RED = "red", _("超期")
    STOPPED = "stopped", _("停表")


RUNGS = {"amber": -1, "due": 0, "overdue_1": 1, "overdue_5": 5, "overdue_10": 10}
"""Rungs of a clock in working days after its due day; `amber` is the moment on which the lamp turns yellow."""


def rung_said(rung: str) -> str:
    """
    Put a rung into words.

    >>> rung_said("amber"), rung_said("due"), rung_said("overdue_5")
    ('进入临期', '到期', '超期 5 个工作日')
    """
    days = RUNGS[rung]
    if days > 0:
        return ngettext("超期 %(days)s 个工作日", "超期 %(days)s 个工作日", days) % {"days": days}
    return pgettext("rung", "到期") if days == 0 else gettext("进入临期")


POSTS = {"承办": "cases.handle", "审核": "cases.review", "签发": "cases.decide"}
"""Which permission a plan's post asks for; a plan may also name a permission itself (`construction.review`)."""

DEFAULT_POST = "承办"

COUNTERSIGN = "cases.countersign"
"""Which permission lets a person speak for a unit that was asked to sign a step too."""
