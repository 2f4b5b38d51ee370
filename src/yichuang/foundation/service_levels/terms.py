"""Words of measured service levels."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Door(models.TextChoices):
    """Which way a request came in."""

    PAGE = "PAGE", _("页面")
    API = "API", _("接口")


TARGET_MS = {Door.PAGE: 1000, Door.API: 300}
"""Milliseconds within which 95 of 100 are answered (systems.md S90)."""

EDGES_MS = (10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 500, 700, 1000, 1500, 2000, 3000, 5000, 10_000, 30_000)
"""Upper edges in milliseconds of the classes into which times are counted; both targets are edges."""

SLOWER = 10**9
"""The class of what took longer than the last edge."""


class Audience(models.TextChoices):
    """Whose use is told."""

    STAFF = "staff", _("工作人员")
    OUTSIDE = "outside", _("群众和企业")


class Apart(models.TextChoices):
    """By what use is told apart."""

    PAGE = "page", _("页面")
    UNIT = "unit", _("单位")
    ROLE = "role", _("角色")
    POST = "post", _("单位和角色")
    DAY = "day", _("日期")

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns of the sums that make a group."""
        return _COLUMNS[self.value]


_COLUMNS = {"page": ("page",), "unit": ("unit_id",), "role": ("role",), "post": ("unit_id", "role"), "day": ("day",)}

ANY_PAGE = ""
"""Stands for all pages together, so that people who used several are counted once."""

LEAST_SHOWN = 5
"""Groups of fewer are shown to those alone who watch over the house."""


@dataclass(frozen=True, slots=True)
class User:
    """
    Who used a page, as far as it is counted: unit and role. `account_id` is given of the staff alone.

    It never leaves the process: what is kept is a mark that tells nobody who it was, for two days.
    """

    unit_id: int = 0
    role: str = "public"
    account_id: int | None = None


NOBODY = User()
"""Whoever did not log in."""


def edge_of(milliseconds: float) -> int:
    """
    Give the class of a time by its upper edge, which belongs to it.

    >>> edge_of(300), edge_of(300.1), edge_of(60_000) == SLOWER
    (300, 400, True)
    """
    return next((edge for edge in EDGES_MS if milliseconds <= edge), SLOWER)
