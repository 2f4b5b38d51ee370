"""Words of guides: which part of one a remark is about, what became of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RemarkKind(models.TextChoices):
    """What somebody says to the house (留言)."""

    WRONG = "WRONG", _("指南纠错")
    QUESTION = "QUESTION", _("留言提问")


class GuidePart(models.TextChoices):
    """Which part of a guide is meant."""

    CONDITIONS = "CONDITIONS", _("申请条件")
    MATERIALS = "MATERIALS", _("申请材料")
    STEPS = "STEPS", _("办理流程和时限")
    FEES = "FEES", _("收费")
    PLACE = "PLACE", _("地点、时间、电话")
    OTHER = "OTHER", pgettext_lazy("part", "其他")


class RemarkOutcome(models.TextChoices):
    """How a remark was closed."""

    MENDED = "MENDED", _("指南已更正")
    RIGHT = "RIGHT", _("指南没有错")
    ANSWERED = "ANSWERED", _("已答复")
    SET_ASIDE = "SET_ASIDE", _("不予处理")


OUTCOMES = {
    RemarkKind.WRONG: (RemarkOutcome.MENDED, RemarkOutcome.RIGHT, RemarkOutcome.SET_ASIDE),
    RemarkKind.QUESTION: (RemarkOutcome.ANSWERED, RemarkOutcome.SET_ASIDE),
}
"""How each kind may be closed."""

REMARK = "remark"
"""Kind and lifecycle of the dossiers of remarks."""
