"""Sets a sheet with typst: A4, slip, three-part form, overprint. No network, no system library, nothing remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

import typst

from yichuang.foundation.documents import fonts
from yichuang.foundation.documents.grids import TextGrid
from yichuang.foundation.documents.sheets import Sheet
from yichuang.foundation.documents.terms import PrintFormat

STYLES = Path(__file__).parent / "typst"
ARCHIVE: Final = "a-2b"
"""The profile of every PDF: fonts inside, nothing outside (ISO 19005-2)."""
FILES = {
    PrintFormat.A4: "a4.typ",
    PrintFormat.SLIP: "slip.typ",
    PrintFormat.OVERPRINT: "overprint.typ",
}


def set_sheet(
    sheet: Sheet, form: PrintFormat = PrintFormat.A4, *, at: datetime, x_mm: float = 0, y_mm: float = 0
) -> bytes:
    """
    Set a sheet in one of its formats as PDF/A-2b. `at` stands in the file as its date of making.

    The offsets in millimetres shift what is printed on a pre-printed sheet or a three-part form.
    """
    if form is PrintFormat.TRIPLICATE:
        return set_grid(TextGrid.of(sheet), name=sheet.title, at=at, x_mm=x_mm, y_mm=y_mm)
    more = {"x": str(x_mm), "y": str(y_mm), "test": "0"} if form is PrintFormat.OVERPRINT else {}
    return _set(FILES[form], {"sheet": _as_json(sheet), **more}, sheet.text, at)


def set_grid(grid: TextGrid, *, name: str, at: datetime, x_mm: float = 0, y_mm: float = 0) -> bytes:
    """Set a text grid on three-part forms."""
    pages = json.dumps(grid.pages(), ensure_ascii=False)
    return _set("grid.typ", {"pages": pages, "name": name, "x": str(x_mm), "y": str(y_mm)}, grid.text, at)


def set_test_page(sheet: Sheet, *, at: datetime, x_mm: float = 0, y_mm: float = 0) -> bytes:
    """Set the overprint with rulers in millimetres and a cross at each value, to find a printer's offsets."""
    given = {"sheet": _as_json(sheet), "x": str(x_mm), "y": str(y_mm), "test": "1"}
    return _set("overprint.typ", given, sheet.text, at)


def set_stamp(line: str, *, width_pt: float, height_pt: float, at: datetime) -> bytes:
    """Set the one line that is laid over a copy, on a page of the copy's size in points."""
    return _set("stamp.typ", {"line": line, "width": str(width_pt), "height": str(height_pt)}, line, at)


def set_style(style: Path, given: Mapping[str, str], text: str, at: datetime) -> bytes:
    """Set a style of another room, with the fonts that its `text` needs under `body`, `title` and `sans`."""
    complete = fonts.needs_complete(text)
    pdf = _compiler(style, complete).compile(
        format="pdf",
        sys_inputs={**given, **_fonts(complete)},
        pdf_standards=[ARCHIVE],
        timestamp=at.astimezone(UTC).replace(microsecond=0),
    )
    assert isinstance(pdf, bytes), "one PDF, not pages"
    return pdf


def set_picture(style: Path, svg: str) -> bytes:
    """Draw what a style makes of an SVG as PNG, for programs that read no SVG."""
    complete = fonts.needs_complete(svg)
    png = _compiler(style, complete).compile(format="png", ppi=200, sys_inputs={"svg": svg, **_fonts(complete)})
    assert isinstance(png, bytes), "one picture, not pages"
    return png


def _set(style: str, given: Mapping[str, str], text: str, at: datetime) -> bytes:
    return set_style(STYLES / style, given, text, at)


def _fonts(complete: bool) -> dict[str, str]:
    return {
        "body": "|".join(fonts.families(fonts.OWN_BODY, fonts.SERIF, complete)),
        "title": "|".join(fonts.families(fonts.OWN_TITLE, fonts.SERIF, complete)),
        "sans": "|".join(fonts.families((), fonts.SANS, complete)),
    }


@lru_cache(maxsize=16)
def _compiler(style: Path, complete: bool) -> typst.Compiler:
    return typst.Compiler(
        input=str(style), root=str(style.parent), font_paths=fonts.collection(complete), ignore_system_fonts=True
    )


def _as_json(sheet: Sheet) -> str:
    drawn = {"head": sheet.head, "signature": sheet.signature, "qr_svg": sheet.qr_svg}
    return json.dumps(asdict(sheet) | drawn, ensure_ascii=False)
