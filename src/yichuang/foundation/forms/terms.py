"""The words of forms: kinds of fields, formats of texts, sources of what is filled in beforehand, states of topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

Answers = Mapping[str, Any]
"""
Element code → answer in JSON: text, number and date as text, choices as a list, person, firm and address as a mapping
of parts, a table as a list of mappings, files as a list of ids. Blank answers are absent or None.
"""

Cover = Callable[[str, str], str]
"""How one who looks sees a personal field: field, value → text. `Fields.show` of the people's room is one."""


def uncovered(_field: str, value: str) -> str:
    """Show a value whole: to its owner, and to whoever gave a reason that was noted."""
    return value


class Kind(StrEnum):
    """What a field asks for."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    ADDRESS = "address"
    PERSON = "person"
    FIRM = "firm"
    TABLE = "table"
    FILE = "file"


class Format(StrEnum):
    """What a text has to look like."""

    PLAIN = "plain"
    LONG = "long"
    RESIDENT_ID = "resident_id"
    USCC = "uscc"
    PHONE = "phone"
    POSTCODE = "postcode"
    EMAIL = "email"
    PROJECT_CODE = "project_code"


class Source(TextChoices):
    """Where an answer that was filled in beforehand came from."""

    LICENCE = "licence", _("电子证照")
    ACCOUNT = "account", _("账户")
    PARTY = "party", _("主体信息")
    MANDATE = "mandate", _("授权委托书")
    PREVIOUS = "previous", _("上次办件")


class TopicState(TextChoices):
    """How far a topic is, as the task list says it."""

    NOT_STARTED = "not_started", _("未开始")
    STARTED = "started", _("进行中")
    DONE = "done", _("已完成")
