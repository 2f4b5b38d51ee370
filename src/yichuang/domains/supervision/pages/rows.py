"""The rows of the board, one a unit: some hundreds in a big city, so they are filled into one template, escaped."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from yichuang.domains.supervision.queries import Row
from yichuang.ui.row_templates import row_template

LINK = '<a href="?show={}&amp;unit={}#cases">{}</a>'


def of_units(found: Iterable[Row], *, linked: bool) -> SafeString:
    """Write the rows; where they are `linked` each number opens its cases."""
    row, returned = row_template("supervision/unit_row.html"), _("未启用")
    return mark_safe("".join(_written(row, each, returned, linked) for each in found))  # each is escaped


def _written(row: str, each: Row, returned: str, linked: bool) -> SafeString:
    def number(name: str, text: object) -> object:
        return mark_safe(LINK.format(name, each.unit_id, text)) if linked else text  # a number or a share

    return format_html(
        row,
        unit=each.unit,
        live=number("live", each.live),
        soon=number("soon", each.soon),
        late=number("late", each.late),
        time=each.time or "—",
        share=number("corrected", each.share) if each.corrected else each.share or "—",
        corrected_twice=number("corrected_twice", each.corrected_twice),
        returned=returned,
        bad=number("bad", each.bad),
    )
