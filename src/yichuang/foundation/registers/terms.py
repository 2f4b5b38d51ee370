"""The words of the register room: types of field, states of an entry, what may be done, how rows are counted."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REGISTER = "register"
"""The kind of definition."""


class FieldType(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    INTEGER = "integer"
    MONEY = "money"
    DATE = "date"
    MONTH = "month"
    BOOL = "bool"
    CODE = "code"
    CODES = "codes"
    FILE = "file"
    PARTY = "party"
    UNIT = "unit"
    REGION = "region"
    ITEM = "item"
    PROJECT = "project"
    ENTRY = "entry"

    @property
    def is_numeric(self) -> bool:
        """Say whether it can be computed with and added up."""
        return self in NUMERIC

    @property
    def is_day(self) -> bool:
        """Say whether its cell is a day; a month is its first day."""
        return self in (FieldType.DATE, FieldType.MONTH)

    @property
    def is_reference(self) -> bool:
        """Say whether it names something that is kept elsewhere."""
        return self in REFERENCES


NUMERIC = frozenset({FieldType.NUMBER, FieldType.INTEGER, FieldType.MONEY})
REFERENCES = frozenset(
    {FieldType.PARTY, FieldType.UNIT, FieldType.REGION, FieldType.ITEM, FieldType.PROJECT, FieldType.ENTRY}
)
NEVER_MARKED = frozenset({FieldType.LONG, FieldType.FILE})
"""Too long, or no value to compare: neither filtered nor sorted nor counted."""

MONEY_SCALES = {"元": 2, "万元": 6, "亿元": 10}
"""How many zeros lie between an amount in this unit and its fen."""


class EntryState(models.TextChoices):
    """Where an entry stands. A register may give the states names of its own."""

    DRAFT = "draft", _("草稿")
    CHECKED = "checked", _("已核对")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤下")


WORKING = (EntryState.DRAFT, EntryState.CHECKED)
"""A copy that is being worked on: nobody counts or publishes it."""

STANDING = (EntryState.PUBLISHED, EntryState.WITHDRAWN)
"""The timeline of what held: these rows are read by day and by what was known."""


class Action(StrEnum):
    """What a register grants to roles."""

    VIEW = "view"
    EDIT = "edit"
    CHECK = "check"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    PROPOSE = "propose"
    DECIDE = "decide"
    IMPORT = "import"
    EXPORT = "export"

    @property
    def permission(self) -> str:
        """Name the permission without which a role that the register names still may not."""
        return f"registers.{PERMISSIONS.get(self, self.value)}"


PERMISSIONS = {Action.WITHDRAW: "publish", Action.DECIDE: "edit"}


class Reach(StrEnum):
    """How far an action of a role goes: every row, or those of the own unit, the units below, those of the region."""

    ALL = "all"
    UNIT = "unit"
    SUBTREE = "subtree"
    REGION = "region"


class Checking(StrEnum):
    """Whether an entry is checked before it is published, and whether the one who wrote it may do so."""

    ANOTHER = "another"
    ANYONE = "anyone"
    NONE = "none"


class Aggregate(StrEnum):
    """How rows become one number."""

    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"


class RequestState(models.TextChoices):
    """Where a change request stands."""

    OPEN = "open", _("待处理")
    TAKEN = "taken", _("已采纳")
    REFUSED = "refused", _("不采纳")


class ChangeKind(models.TextChoices):
    """What somebody without the right to edit asks for."""

    ADD = "add", pgettext_lazy("deed", "新增")
    CHANGE = "change", _("修改")
    WITHDRAW = "withdraw", _("撤下")
