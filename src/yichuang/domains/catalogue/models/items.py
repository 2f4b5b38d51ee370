"""
Items as rows: what lists, filters, search and foreign keys need of the published definitions.

Mirrored by `commands.refresh`; the definition stays the truth, a row can be made anew at any time.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.catalogue.terms import (
    HandleArea,
    HandlingSystem,
    HandlingType,
    ItemState,
    Limit,
    ProvinceMode,
    TaskType,
    UseLevel,
)


class ServiceItem(models.Model):
    """One service item as it stands today, whichever version that is."""

    code = models.CharField(_("代号"), max_length=120, primary_key=True)  # the definition's id: food_business_permit
    state = models.CharField(_("状态"), max_length=10, choices=ItemState.choices)
    version = models.PositiveIntegerField(_("版本"))
    name = models.CharField(_("名称"), max_length=200)
    name_key = models.CharField(max_length=400)  # its pinyin: Chinese order is the same on both databases
    task_code = models.CharField(_("实施编码"), max_length=36)
    catalog_code = models.CharField(_("基本编码"), max_length=36, default="", db_default="", blank=True, db_index=True)
    unit_code = models.CharField(_("实施机关"), max_length=40, db_index=True)
    level = models.CharField(
        _("行使层级"), max_length=1, choices=UseLevel.choices, default=UseLevel.DISTRICT, db_default="4"
    )
    task_type = models.CharField(_("事项类型"), max_length=2, choices=TaskType.choices)
    handling = models.CharField(_("办件类型"), max_length=8, choices=HandlingType.choices)
    handling_system = models.CharField(_("办理系统"), max_length=12, choices=HandlingSystem.choices)
    handle_area = models.CharField(
        _("通办范围"), max_length=1, choices=HandleArea.choices, default=HandleArea.DISTRICT, db_default="5"
    )
    province_mode = models.CharField(
        _("全省通办方式"), max_length=10, choices=ProvinceMode.choices, default="", db_default="", blank=True
    )
    for_persons = models.BooleanField(_("个人"))
    for_firms = models.BooleanField(pgettext_lazy("served", "企业"))
    is_online = models.BooleanField(_("网上办理"))
    at_window = models.BooleanField(_("窗口办理"))
    promise_limit = models.PositiveIntegerField(_("承诺时限"), null=True)  # None: decided on the spot
    promise_unit = models.CharField(max_length=16, default="", blank=True)
    popularity = models.PositiveIntegerField(default=0)  # applications of the last year
    first_published_at = models.DateTimeField(_("首次发布"))

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name_key", "code"], name="item_in_force_by_name", condition=Q(state="IN_FORCE")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def promise(self) -> Limit | None:
        """Give what is promised, None for what is decided on the spot."""
        return Limit(self.promise_limit, self.promise_unit, "") if self.promise_limit else None


class ItemVersion(models.Model):
    """One published version of an item, with its dates."""

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    name = models.CharField(_("名称"), max_length=200)
    valid_from = models.DateField(_("生效日期"))
    valid_to = models.DateField(_("失效日期"), null=True)  # the first day on which it is no longer in force
    until = models.DateField(null=True)  # the first day on which it is no longer the one in force, whatever the reason
    handle_area = models.CharField(_("通办范围"), max_length=1, choices=HandleArea.choices, default="5", db_default="5")
    published_at = models.DateTimeField(_("发布时间"))
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="item_version_once"),
            models.CheckConstraint(
                name="item_version_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                violation_error_message=_("失效日期须晚于生效日期。"),
            ),
        ]


class ItemTheme(models.Model):
    """One theme under which an item is found."""

    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="themes")
    name = models.CharField(_("主题"), max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "item"], name="item_theme_once")]


class ItemPlace(models.Model):
    """One place where an item is handled over the counter."""

    item = models.ForeignKey(ServiceItem, models.CASCADE, related_name="places")
    name = models.CharField(_("办理地点"), max_length=300)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["name", "item"], name="item_place_once")]
