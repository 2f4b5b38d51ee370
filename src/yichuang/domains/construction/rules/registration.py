"""What a developer says of a project when it is registered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

FURTHER = (
    "works_scope",
    "earlier_works_code",
    "land_obtained_by",
    "land_with_scheme",
    "area_assessed",
    "approval_kind",
    "construction_nature",
    "funds_nature",
    "industry_code",
    "site",
    "site_x",
    "site_y",
    "scale_and_content",
)
"""The elements of SPGL_XMJBXXB that have no column of their own; what may be left out is left out."""


@dataclass(frozen=True, slots=True)
class Registration:
    """The fields of SPGL_XMJBXXB as the developer gives them; `fields` holds those of `FURTHER`, by element code."""

    code: str
    name: str
    owner_id: int
    flow_class: str
    investment_source: str
    works_class: str
    total_investment_fen: int = 0
    land_area_m2: int = 0
    building_area_m2: int = 0
    planned_start_on: date | None = None
    planned_completion_on: date | None = None
    works_code: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    is_synthetic: bool = False
