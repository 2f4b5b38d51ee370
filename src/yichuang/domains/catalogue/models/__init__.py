"""The tables of the catalogue."""

from yichuang.domains.catalogue.models.claims import (
    ClaimTask,
    ItemCodeMap,
)
from yichuang.domains.catalogue.models.drafts import OPEN, ItemDraft
from yichuang.domains.catalogue.models.filings import ListingFiling
from yichuang.domains.catalogue.models.guides import GuideCheck, Remark
from yichuang.domains.catalogue.models.imports import ImportRun
from yichuang.domains.catalogue.models.items import ItemPlace, ItemTheme, ItemVersion, ServiceItem
from yichuang.domains.catalogue.models.lists import IntermediaryChange, IntermediaryItem, ProofItem
from yichuang.domains.catalogue.models.registries import (
    ItemListing,
    ListingEntry,
    ListingRun,
)
from yichuang.domains.catalogue.models.savings import BenchmarkValue, Reduction
from yichuang.domains.catalogue.models.streets import (
    StreetItem,
)
from yichuang.domains.catalogue.models.ways import ItemWay, WaysPublication, WayTarget, WhatIfEffect, WhatIfRun

__all__ = [
    "GuideCheck",
    "Remark",
    "ImportRun",
    "OPEN",
    "BenchmarkValue",
    "ClaimTask",
    "IntermediaryChange",
    "IntermediaryItem",
    "ItemCodeMap",
    "ItemDraft",
    "ItemListing",
    "ItemPlace",
    "ItemTheme",
    "ItemVersion",
    "ItemWay",
    "ListingEntry",
    "ListingFiling",
    "ListingRun",
    "ProofItem",
    "Reduction",
    "ServiceItem",
    "StreetItem",
    "WayTarget",
    "WaysPublication",
    "WhatIfEffect",
    "WhatIfRun",
]
