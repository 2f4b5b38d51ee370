"""Writes a report as one page that stands alone: its figures lead to their rows at the platform's address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from yichuang.foundation.reports.drawing import chart
from yichuang.foundation.reports.terms import BlockKind


def write_page(content: Mapping[str, Any], *, site: str) -> str:
    """Write the page; `site` is the address of the platform, without a slash at its end."""
    return render_to_string("reports/alone.html", {"content": content, "blocks": drawn(content), "site": site})


def drawn(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give the blocks with their charts drawn."""
    return [
        {**block, "svg": chart(block["title"], block["bars"])} if block["kind"] == BlockKind.CHART else dict(block)
        for block in content["blocks"]
    ]
