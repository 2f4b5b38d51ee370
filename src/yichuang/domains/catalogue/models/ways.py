"""The four ways of items as dated rows, what was published of them, what they are to reach, and what was tried out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.catalogue.models.items import ServiceItem
from yichuang.domains.catalogue.terms.ways import Element, FourWay, WayState
from yichuang.foundation.records.dated import Dated, dated_constraints
from yichuang.ui.words import listed


class ItemWay(Dated):
    """
    Whether an item is handled in a way, from a day on: as its elements say, confirmed or overridden by its department.

    `flag` is what counts. Where it was overridden and the elements later say something else than when that was done,
    `is_questioned` asks the department to look again.
    """

    KEY: ClassVar = ("item_id", "way")

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="ways")
    way = models.CharField(_("四办"), max_length=8, choices=FourWay.choices)
    in_base = models.BooleanField(_("计入基数"))
    flag = models.BooleanField(_("是否属于"))
    computed = models.BooleanField(_("按要素计算"))
    decided_by = models.CharField(_("决定要素"), max_length=120)  # columns of the national fields, by a space
    version = models.PositiveIntegerField(_("版本"))
    state = models.CharField(_("状态"), max_length=10, choices=WayState.choices)
    is_questioned = models.BooleanField(_("需要复核"))
    reason = models.TextField(_("理由"), default="", blank=True)
    by = models.CharField(_("经办"), max_length=120)  # the text of `records.terms.By`

    class Meta:
        constraints: ClassVar = [
            *dated_constraints("item_way", "item", "way"),
            models.CheckConstraint(
                name="item_way_override_has_reason",
                condition=~Q(state=WayState.OVERRIDDEN) | ~Q(reason=""),
                violation_error_message=_("人工认定须写明理由。"),
            ),
            models.CheckConstraint(
                name="item_way_flag_is_computed_unless_overridden",
                condition=Q(state=WayState.OVERRIDDEN) | Q(flag=models.F("computed")),
            ),
        ]

    @property
    def elements(self) -> list[Element]:
        """Name the elements that decide it."""
        return [Element(each) for each in self.decided_by.split()]

    @property
    def element_names(self) -> str:
        """Write the elements that decide it."""
        return listed(str(each.label) for each in self.elements)


class WaysPublication(models.Model):
    """The list of the four ways of a registry as the office made it public: rows of a day, as they were then known."""

    registry = models.CharField(_("清单"), max_length=40)
    on = models.DateField(_("截至日期"))
    known_at = models.DateTimeField()
    published_at = models.DateTimeField(_("公布时间"))
    published_by = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["registry", "published_at"], name="ways_published_once_a_moment"),
        ]


class WayTarget(Dated):
    """What share of a registry is to be handled in a way by the end of a quarter; set on a day."""

    KEY: ClassVar = ("registry", "way", "quarter")

    registry = models.CharField(_("清单"), max_length=40)
    way = models.CharField(_("四办"), max_length=8, choices=FourWay.choices)
    quarter = models.CharField(_("季度"), max_length=6)  # 2019Q4
    hundredths = models.PositiveIntegerField(_("目标（万分之）"))  # 7000 = 70.00 %
    source = models.CharField(_("依据"), max_length=300)
    by = models.CharField(_("经办"), max_length=120)

    class Meta:
        constraints: ClassVar = [
            *dated_constraints("way_target", "registry", "way", "quarter"),
            models.CheckConstraint(name="way_target_at_most_all", condition=Q(hundredths__lte=10000)),
        ]


class WhatIfRun(models.Model):
    """What a change of one element would do to the ratios, tried out and kept."""

    registry = models.CharField(_("清单"), max_length=40)
    on = models.DateField(_("截至日期"))
    element = models.CharField(_("要素"), max_length=24, choices=Element.choices)
    number = models.PositiveIntegerField(_("改为"))
    items = models.TextField(pgettext_lazy("list", "事项"))  # codes, one a line
    note = models.CharField(_("说明"), max_length=200, default="", blank=True)
    made_at = models.DateTimeField(_("测算时间"))
    made_by = models.CharField(max_length=120)

    @property
    def codes(self) -> tuple[str, ...]:
        """Name the items that were changed."""
        return tuple(self.items.split())


class WhatIfEffect(models.Model):
    """What a run does to one way: how many items of how many, before and after, and which come in."""

    run = models.ForeignKey(WhatIfRun, models.CASCADE, related_name="effects")
    way = models.CharField(_("四办"), max_length=8, choices=FourWay.choices)
    base = models.PositiveIntegerField(_("基数"))
    before = models.PositiveIntegerField(_("现在"))
    after = models.PositiveIntegerField(_("之后"))
    gained = models.TextField(_("新增事项"), default="", blank=True)  # codes, one a line

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "way"], name="what_if_effect_once")]
