"""Sets a report as PDF, and its charts as pictures for Word."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from yichuang.foundation.documents import typesetting
from yichuang.foundation.reports.drawing import chart
from yichuang.foundation.reports.terms import BlockKind

STYLES = Path(__file__).parent / "typst"


def set_report(content: Mapping[str, Any], *, at: datetime) -> bytes:
    """Set a report as PDF/A; `at` stands in the file as its date of making."""
    blocks = [
        {**block, "svg": chart(block["title"], block["bars"])} if block["kind"] == BlockKind.CHART else block
        for block in content["blocks"]
    ]
    text = json.dumps({**content, "blocks": blocks}, ensure_ascii=False)
    return typesetting.set_style(STYLES / "report.typ", {"report": text}, text, at)


def picture(svg: str) -> bytes:
    """Draw a chart as PNG."""
    return typesetting.set_picture(STYLES / "picture.typ", svg)
