"""Writes a report as Word: the file `word/report.docx`, or the administration's own, filled by docxtpl."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage, RichText

from yichuang.foundation.reports.drawing import chart
from yichuang.foundation.reports.pdf import picture
from yichuang.foundation.reports.terms import BlockKind

SHIPPED = Path(__file__).parent / "word" / "report.docx"
OWN = "report.docx"
WIDTH = Mm(130)


def write_word(content: Mapping[str, Any]) -> bytes:
    """Write a report as Word; every figure is one run, so that it is found, checked and marked as a whole."""
    own = Path(settings.DATA) / OWN
    book = DocxTemplate(str(own if own.is_file() else SHIPPED))
    figures = content["figures"]
    book.render(
        {
            "title": content["title"],
            "office": content["office"],
            "span": content["span"],
            "addressee": content["addressee"],
            "before": content["before"],
            "blocks": [_block(book, block) for block in content["blocks"]],
            "figures": [
                {
                    "report": each["report"],
                    "name": each["name"],
                    "words": _run(each["text"]),
                    "means": f"{each['means']}（{each['reason']}）" if each["reason"] else each["means"],
                }
                for each in figures
            ],
            "compared": [
                {
                    "name": each["name"],
                    "words": _run(each["text"]),
                    "then": _run(each["before"]),
                    "apart": _run(each["difference"]),
                }
                for each in figures
                if each["before"]
            ],
        },
        autoescape=True,
    )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _block(book: DocxTemplate, block: Mapping[str, Any]) -> dict[str, Any]:
    match block["kind"]:
        case BlockKind.TEXT:
            return {"kind": block["kind"], "words": _runs(block["runs"])}
        case BlockKind.TABLE:
            rows = [[_run(cell["text"]) for cell in row] for row in block["rows"]]
            return {**block, "rows": rows}
        case BlockKind.CHART:
            png = io.BytesIO(picture(chart(block["title"], block["bars"])))
            return {**block, "picture": InlineImage(book, png, width=WIDTH)}
    return dict(block)


def _runs(runs: Sequence[Mapping[str, str]]) -> RichText:
    words = RichText()
    for run in runs:
        words.add(run["text"])
    return words


def _run(text: str) -> RichText:
    return _runs([{"text": text}])
