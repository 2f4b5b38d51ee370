"""Shows a sheet in a page: the same words as the PDF, from the same sheet."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from yichuang.foundation.documents.sheets import Sheet


def as_html(sheet: Sheet) -> SafeString:
    """Draw a sheet as a piece of a page; `documents/paper.css` dresses it."""
    qr = mark_safe(sheet.qr_svg) if sheet.qr_content else ""
    return render_to_string("documents/paper.html", {"sheet": sheet, "qr_svg": qr})
