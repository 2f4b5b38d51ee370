"""The words of figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.records.terms import CHINA

FIGURE = "figure"
RULE = "rule"
"""The kind of definition."""
REGISTERS = "registers"
"""Measures called `registers.ID` are registers: lists kept as data."""
ALL = "figures.all"
"""The permission to see every figure and every group."""
LEAST_SHOWN = 5
"""Groups of fewer rows are not shown to the public."""
PERCENT = "%"
MONEY = ("元", "万元", "亿元")
"""Units of money that people read."""
FEN = {"fen": 1, "元": 100, "万元": 10**6, "亿元": 10**10}
"""Units of money, by the fen that one of them is."""


class Mode(models.TextChoices):
    """How a figure comes to its value: the letters of the report's table of figures."""

    COUNTED = "N", _("实数")
    RATIO = "R", _("比率")
    SUM = "S", _("合计")
    LOWER = "L", _("下限")
    ABOUT = "A", _("约数")
    LABEL = "P", _("名称")
    CONFIGURED = "C", _("设定")
    OUTSIDE = "X", _("外部")


class Aggregate(StrEnum):
    """What is made of the rows."""

    COUNT = "count"
    DISTINCT = "distinct"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"
    MEDIAN = "median"
    PERCENTILE = "percentile"
    ONLY = "only"  # the value that all rows share
    NEWEST = "newest"  # the value of the row that began last


class Missing(models.TextChoices):
    """Why a figure has no value; `DOMAIN` names the domain beside it."""

    DOMAIN = "domain", _("相应业务模块尚未建设，没有可数的记录")
    NO_ROWS = "no_rows", _("没有记录")
    NO_DENOMINATOR = "no_denominator", _("分母为零，没有可比的记录")
    NO_SOURCE = "no_source", _("没有这个台账或指标来源")
    NO_REGION = "no_region", _("这个指标不分区域")
    NOT_APART = "not_apart", _("这个指标不能这样细分")
    DIFFERS = "differs", _("各行数值不一致，不能合为一个数")
    NOT_PUBLIC = "not_public", _("少于5，不公开")
    NOT_IN_FORCE = "not_in_force", _("统计日没有生效的定义")


class Part(models.TextChoices):
    """Which rows of a ratio a row is of."""

    NUMERATOR = "numerator", _("分子")
    DENOMINATOR = "denominator", _("分母")
    OUTSIDE = "outside", _("外部通报")


class Reason(models.TextChoices):
    """Why a reader may not open a row that was counted."""

    NO_PERMISSION = "no_permission", _("您没有查看这类记录的权限")
    ELSEWHERE = "elsewhere", _("不在您的管辖范围内")
    NOT_PUBLIC = "not_public", _("不对外公开")


@dataclass(frozen=True, slots=True)
class Times:
    """
    For when and where a figure is asked.

    `as_of` is a day of China: what was true at its end. `known_at` is a moment of the real clock: what we had learnt by
    then; None is now. `region` is a code of GB/T 2260 whose whole inside counts; empty is the whole district.
    `inside` leaves of all rows those of one group: columns and the code that a row must have there; the column `unit`
    is whatever column a measure names as its unit.
    """

    as_of: date
    known_at: datetime | None = None
    region: str = ""
    inside: tuple[tuple[str, str], ...] = ()

    @property
    def end(self) -> datetime:
        """Give the first moment after the day."""
        return day_begins(self.as_of + timedelta(days=1))


def day_begins(day: date) -> datetime:
    """Give the first moment of a day of China."""
    return datetime.combine(day, time(), CHINA)


@dataclass(frozen=True, slots=True)
class Said:
    """One figure as it was published."""

    snapshot_id: int
    figure: str
    version: int
    value: str
    rows: int
    digest: str
