"""The words of messages to people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """How a message reaches somebody."""

    IN_APP = "IN_APP", _("站内消息")
    EMAIL = "EMAIL", _("电子邮件")
    SMS = "SMS", _("短信")
    PAPER = "PAPER", _("纸质文书")


class SendingState(models.TextChoices):
    """Where a sending stands."""

    WAITING = "WAITING", _("待发送")
    HANDED = "HANDED", _("已交发")
    SENT = "SENT", _("已送达")
    FAILED = "FAILED", _("未送达")
    PARKED = "PARKED", _("已搁置")
    ON_PAPER = "ON_PAPER", _("以纸质告知")


class Audience(models.TextChoices):
    """To whom a message of this wording goes."""

    PARTY = "party", _("申请人")
    STAFF = "staff", _("工作人员")


DAYS = frozenset({"due", "day"})
"""Facts that are days; all others are words and numbers."""

FACTS = DAYS | {"number", "item", "unit", "step", "ground", "count", "list", "paper", "waybill", "days"}
"""What a wording may ask for: a case and its dates, never a name, a number or an address of a person."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language: sentences; one that asks for a fact that is not there is left out."""

    title: str
    text: tuple[str, ...]
    sms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """How one event is told, as its definition says."""

    id: str
    version: int
    name: str
    audience: Audience
    channels: tuple[Channel, ...]
    facts: Mapping[str, str]
    chinese: Wording
    english: Wording
    presses: bool
    """It presses somebody who is late: by SMS at most as often as the rule `late_sms_a_day` says."""


@dataclass(frozen=True, slots=True)
class Words:
    """A message as somebody reads it."""

    title: str
    text: str
    sms: str
