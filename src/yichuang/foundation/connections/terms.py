"""The words of outside systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    """Which way a message goes."""

    OUT = "OUT", _("发出")
    IN = "IN", _("收到")


class MessageState(models.TextChoices):
    """Where a message stands; one that came in is ANSWERED from the start."""

    WAITING = "WAITING", _("待发送")
    SENT = "SENT", _("已送达，待回复")
    ANSWERED = "ANSWERED", _("已完成")
    FAILED = "FAILED", _("对方退回")
    PARKED = "PARKED", _("已搁置")


class TheirState(models.TextChoices):
    """How the other side says that a message stands there."""

    RECEIVED = "received", _("已收到")
    DONE = "done", _("已办")
    REFUSED = "refused", _("已退回")


THEIRS: Mapping[MessageState, TheirState] = {
    MessageState.SENT: TheirState.RECEIVED,
    MessageState.ANSWERED: TheirState.DONE,
    MessageState.FAILED: TheirState.REFUSED,
}
"""What the other side should say of a message that stands so here; of the others it should not know."""


class DifferenceKind(models.TextChoices):
    """How the two books differ (对账)."""

    OURS_ONLY = "OURS_ONLY", _("我有彼无")
    THEIRS_ONLY = "THEIRS_ONLY", _("彼有我无")
    STATE_DIFFERS = "STATE_DIFFERS", _("状态不一致")


class Standing(models.TextChoices):
    """How a system stands, in one word."""

    OK = "OK", _("正常")
    SLOW = "SLOW", _("有积压")
    DOWN = "DOWN", _("无应答")
    OFF = "OFF", _("已停用")
    UNTRIED = "UNTRIED", _("尚未使用")


@dataclass(frozen=True, slots=True)
class SystemOf:
    """One outside system as its definition says it; `settings` hold no secret."""

    code: str
    version: int
    name: str
    adapter: str
    settings: Mapping[str, Any]
    unit: str
