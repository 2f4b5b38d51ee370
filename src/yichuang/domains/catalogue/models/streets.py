"""What went down to the streets: from where, how it is handled, how far it is (S41)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.models.items import ServiceItem
from yichuang.domains.catalogue.terms.registries import StreetMode, StreetOrigin, StreetState
from yichuang.foundation.records.dated import Dated, dated_constraints


class StreetItem(Dated):
    """One item that streets handle, from a day on. It has one origin and exactly one mode."""

    KEY: ClassVar = ("item_id",)

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="street_rows")
    origin = models.CharField(_("来源"), max_length=12, choices=StreetOrigin.choices)
    mode = models.CharField(_("办理模式"), max_length=10, choices=StreetMode.choices)
    state = models.CharField(_("状态"), max_length=12, choices=StreetState.choices)
    streets = models.TextField(_("承接街道"))  # codes of units, one a line
    flow = models.CharField(_("流程"), max_length=120, default="", blank=True)  # id of a plan; empty: the item's own
    delegation = models.CharField(_("委托文书"), max_length=200, default="", blank=True)
    by = models.CharField(_("经办"), max_length=120)

    class Meta:
        constraints: ClassVar = [
            *dated_constraints("street_item", "item"),
            models.CheckConstraint(
                name="street_item_handed_down_with_paper",
                condition=~Q(origin=StreetOrigin.HANDED_DOWN) | Q(state=StreetState.AGREED) | ~Q(delegation=""),
                violation_error_message=_("下放的事项移交时须有委托文书。"),
            ),
        ]

    @property
    def street_codes(self) -> tuple[str, ...]:
        """Name the streets that handle it."""
        return tuple(self.streets.split())
