"""The words of the four ways (四办), of what makes an item cheaper for people, and of comparing it with elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.terms.words import HandlingType, PlaceKind

DAY_MINUTES = 480
"""One working day: 国务院关于职工工作时间的规定 第三条，每日工作8小时."""
HOUR_MINUTES = 60


class FourWay(models.TextChoices):
    """四办. The ways overlap and are never added up."""

    INSTANT = "instant", _("马上办")
    ONLINE = "online", _("网上办")
    NEARBY = "nearby", _("就近办")
    ONCE = "once", _("一次办")


class Element(models.TextChoices):
    """The elements of an item that decide its ways, by their column of the national fields."""

    HANDLING = "project_type", _("办件类型")
    PROMISE = "promise_day", _("承诺办结时限")
    SPECIAL = "special_procedure", _("特别程序")
    IS_ONLINE = "is_online", _("是否网上办理")
    DEPTH = "online_handle_depth", _("网办深度")
    SERVES = "server_type", _("服务对象")
    PLACES = "transact_addr", _("办理地点")
    VISITS = "limit_scene_num", _("到办事现场次数")


class WayState(models.TextChoices):
    """How a way of an item came to stand as it stands."""

    COMPUTED = "COMPUTED", _("待确认")
    CONFIRMED = "CONFIRMED", _("已确认")
    OVERRIDDEN = "OVERRIDDEN", _("人工认定")


@dataclass(frozen=True, slots=True)
class Elements:
    """What the ways of an item are decided by. `promise` is in minutes of working time, None where it has none."""

    handling: HandlingType
    promise: int | None
    has_special: bool
    is_online: bool
    accepts_online: bool
    serves_persons: bool
    near: frozenset[PlaceKind]
    visits: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an item is handled in a way; `decided_by` makes it so, or is what stands against it."""

    holds: bool
    decided_by: tuple[Element, ...]

    @property
    def is_one_away(self) -> bool:
        """Tell whether one element alone stands against it."""
        return not self.holds and len(self.decided_by) == 1


Ways = Mapping[FourWay, Verdict]


@dataclass(frozen=True, slots=True)
class ElementChange:
    """
    One element made better, to see what it would do.

    `number` is the new promise in minutes of working time or the new number of visits, 0 for the other elements.
    """

    element: Element
    number: int = 0


CHANGEABLE = tuple(element for element in Element if element is not Element.SERVES)
"""Whom an item serves is law, not service."""
NUMBERED = (Element.PROMISE, Element.VISITS)


class Saving(models.TextChoices):
    """四减: what an item's next version may spare people."""

    STEPS = "STEPS", _("减流程")
    TIME = "TIME", _("减时间")
    MATERIALS = "MATERIALS", _("减材料")
    COST = "COST", _("减成本")


class Unit(models.TextChoices):
    """In what an amount is counted; amounts of different units are not compared."""

    STEP = "step", _("个环节")
    MINUTE = "minute", _("分钟")
    CALENDAR_DAY = "calendar_day", _("个自然日")
    MONTH = "month", _("个月")
    MATERIAL = "material", _("份")
    FEN = "fen", _("分")
    VISIT = "visit", _("次")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and what it counts."""

    number: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Measures:
    """What an item takes from people; None where it is not known or is not one number."""

    steps: Amount | None
    time: Amount | None
    legal: Amount | None
    materials: Amount | None
    visits: Amount | None
    cost: Amount | None


@dataclass(frozen=True, slots=True)
class Delta:
    """How one version differs from the one before in one kind; `before` > `after` is a reduction."""

    kind: Saving
    before: int
    after: int
    unit: Unit

    @property
    def spared(self) -> int:
        """Tell what is spared; below 0 what was added."""
        return self.before - self.after


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What a region asks for an item, as its source told it on a day; None where it does not tell."""

    item: str
    region: str
    source: str
    source_on: date
    steps: int | None = None
    minutes: int | None = None
    materials: int | None = None
    visits: int | None = None
    cost_fen: int | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether it says nothing, or not where or after whom."""
        numbers = (self.steps, self.minutes, self.materials, self.visits, self.cost_fen)
        return not (self.region and self.source) or all(each is None for each in numbers)
