"""From the YAML form of a licence type to what the library works with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yichuang.domains.licences.terms import Category, LicenceType


def parse_licence_type(body: Mapping[str, Any], place: str) -> LicenceType:
    """Read a licence type; its keys are those of `schemas/licence_type.schema.json`."""
    assert place
    return LicenceType(
        id=body["licence_type"],
        version=body["version"],
        name=body["name"],
        code=body["code"],
        category=Category(body["category"]),
        definer=body["definer"],
        holder=body["holder"],
        number_letters=body["number_letters"],
        valid_months=body.get("valid_months", 0),
        fields=tuple((each["element"], each["label"]) for each in body.get("fields", [])),
        by_project=body.get("by_project", False),
        paper=body.get("paper", "电子证照"),
    )
