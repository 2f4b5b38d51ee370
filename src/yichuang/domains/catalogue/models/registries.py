"""Registries: the entries that are worked on, the listings that were published (dated), and the runs that did it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.models.items import ServiceItem
from yichuang.domains.catalogue.terms import UseLevel
from yichuang.domains.catalogue.terms.registries import EntryState, Registry, RunState
from yichuang.foundation.records.dated import Dated, dated_constraints


class ListingEntry(models.Model):
    """One item of one body as it is entered for a registry: checked, then published with all others."""

    registry = models.CharField(_("事项库"), max_length=16, choices=Registry.choices)
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="entries")
    unit_code = models.CharField(_("实施机关"), max_length=40)
    level = models.CharField(_("行使层级"), max_length=1, choices=UseLevel.choices)
    region = models.CharField(_("区划"), max_length=12)
    state = models.CharField(_("状态"), max_length=10, choices=EntryState.choices, default=EntryState.ENTERED)
    flaws = models.TextField(_("未通过的原因"), default="", blank=True)  # a reason a line
    version = models.PositiveIntegerField(_("所检查的版本"), null=True)
    entered_at = models.DateTimeField(_("录入时间"))
    checked_at = models.DateTimeField(_("检查时间"), null=True)
    published_at = models.DateTimeField(_("发布时间"), null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["registry", "item", "unit_code"], name="listing_entry_once"),
            models.CheckConstraint(
                name="listing_entry_faulty_says_why", condition=~Q(state=EntryState.FAULTY) | ~Q(flaws="")
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["registry", "state", "level"], name="listing_entry_by_state")]

    def __str__(self) -> str:
        return f"{self.registry} {self.item_id} {self.unit_code}"

    @property
    def reasons(self) -> list[str]:
        """List why it cannot be published."""
        return self.flaws.splitlines()


class ItemListing(Dated):
    """One item of one body as a registry lists it, from the day on which it was published."""

    KEY: ClassVar = ("item_id", "registry", "unit_code")

    registry = models.CharField(_("事项库"), max_length=16, choices=Registry.choices, db_index=True)
    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="listings")
    unit_code = models.CharField(_("实施机关"), max_length=40)
    level = models.CharField(_("行使层级"), max_length=1, choices=UseLevel.choices)
    region = models.CharField(_("区划"), max_length=12)
    version = models.PositiveIntegerField(_("版本"))
    published_at = models.DateTimeField(_("发布时间"))

    class Meta:
        constraints: ClassVar = [*dated_constraints("item_listing", "item", "registry", "unit_code")]
        indexes: ClassVar = [
            models.Index(fields=["registry", "valid_from"], name="item_listing_by_day"),
        ]


class ListingRun(models.Model):
    """One publication of a registry: how far it is, what it did, and the digest over what was listed."""

    registry = models.CharField(_("事项库"), max_length=16, choices=Registry.choices)
    state = models.CharField(_("状态"), max_length=10, choices=RunState.choices, default=RunState.WAITING)
    total = models.PositiveIntegerField(_("总数"))
    checked = models.PositiveIntegerField(_("已检查"), default=0)
    published = models.PositiveIntegerField(_("已发布"), default=0)
    faulty = models.PositiveIntegerField(_("未通过"), default=0)
    digest = models.CharField(max_length=64, default="", blank=True)
    ordered_by = models.CharField(_("发布人"), max_length=120)  # the text of `records.terms.By`
    ordered_at = models.DateTimeField(_("开始时间"))
    ended_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["registry"],
                condition=~Q(state=RunState.DONE),
                name="listing_run_one_at_a_time",
                violation_error_message=_("这个事项库正在发布，请等它完成。"),
            ),
        ]

    @property
    def percent(self) -> int:
        """Tell how far it is, in percent; writing is the last tenth."""
        if self.state == RunState.DONE:
            return 100
        return self.checked * 90 // self.total if self.total else 90
