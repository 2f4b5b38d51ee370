"""What is filed with the province (代发布): a row for each listing, and one more where it was taken back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.models.registries import ItemListing
from yichuang.domains.catalogue.terms.registries import FilingKind


class ListingFiling(models.Model):
    """One listing on its way to the province; how far it is, and why it came back, its message tells."""

    listing = models.ForeignKey(ItemListing, models.PROTECT, related_name="filings")
    kind = models.CharField(_("种类"), max_length=8, choices=FilingKind.choices)
    message = models.OneToOneField("connections.Message", models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(_("排入发送的时间"))

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["listing", "kind"], name="listing_filing_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.listing_id}"
