"""What versions of items spared people (四减), and what other regions ask for the same items (对标)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.catalogue.models.items import ServiceItem
from yichuang.domains.catalogue.terms.ways import Saving, Unit
from yichuang.foundation.records.dated import Dated, dated_constraints


class Reduction(Dated):
    """How one published version of an item differs in one kind from the one before, since it came into force."""

    KEY: ClassVar = ("item_id", "version", "kind")

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="reductions")
    version = models.PositiveIntegerField(_("版本"))
    before_version = models.PositiveIntegerField(_("对比版本"))
    kind = models.CharField(_("种类"), max_length=10, choices=Saving.choices)
    unit_code = models.CharField(_("实施机关"), max_length=40, db_index=True)
    before = models.BigIntegerField(_("之前"))
    after = models.BigIntegerField(_("之后"))
    counted_in = models.CharField(_("单位"), max_length=12, choices=Unit.choices)

    class Meta:
        constraints: ClassVar = dated_constraints("reduction", "item", "version", "kind")

    @property
    def spared(self) -> int:
        """Tell what is spared; below 0 what was added."""
        return self.before - self.after


class BenchmarkValue(Dated):
    """What another region asks for the same item, since the day of its source; None where it is not known."""

    KEY: ClassVar = ("item_id", "region")

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="benchmarks")
    region = models.CharField(_("对标地区"), max_length=60)
    steps = models.PositiveIntegerField(pgettext_lazy("count", "环节"), null=True)
    minutes = models.PositiveIntegerField(_("办结时限（工作时间，分钟）"), null=True)
    materials = models.PositiveIntegerField(_("材料"), null=True)
    visits = models.PositiveIntegerField(_("到现场次数"), null=True)
    cost_fen = models.PositiveBigIntegerField(_("收费（分）"), null=True)
    source = models.CharField(_("来源"), max_length=300)
    by = models.CharField(_("经办"), max_length=120)

    class Meta:
        constraints: ClassVar = dated_constraints("benchmark_value", "item", "region")
