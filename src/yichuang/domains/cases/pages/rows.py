"""The rows of the work list, a hundred to a page: cells are made here, and put into the row's template, escaped."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yichuang.domains.cases.queries import WorkRow
from yichuang.ui.row_templates import row_template

ROW = "cases/worklist_row.html"
WHO = '<br><span class="quiet small">{}</span>'


def of_worklist(found: Iterable[WorkRow]) -> SafeString:
    """Write the rows of the work list."""
    language, row = get_language() or "", row_template(ROW)
    cases = reverse("cases:screen", args=["0"]).removesuffix("0")
    return mark_safe("".join(_written(row, each, cases, language) for each in found))  # each is escaped


def _written(row: str, each: WorkRow, cases: str, language: str) -> SafeString:
    return format_html(
        row,
        lamp=_lamp(each.lamp, language),
        left=_left(each),
        href=f"{cases}{each.number}",
        number=each.number,
        item=each.item,
        applicant=each.applicant,
        step=each.step,
        who=format_html(WHO, each.who) if each.who else "",
        since=f"{localtime(each.since):%m-%d %H:%M}" if each.since else "",
        previous=each.previous,
        corrections=each.corrections,
        channel=each.channel,
        outside=each.outside,
    )


def _left(row: WorkRow) -> str:
    """Tell what is left in words: why it stands still, by how much it is late, until when today, or the days."""
    if row.paused or row.days_left is None:
        return row.paused
    if row.lamp == "red" and row.days_left < 0:
        return _("已超 %(days)s 个工作日") % {"days": -row.days_left}
    if row.days_left == 0 and row.due_at:
        return _("今日 %(at)s 前") % {"at": f"{localtime(row.due_at):%H:%M}"}
    return _("%(days)s 个工作日") % {"days": row.days_left}


@cache
def _lamp(lamp: str, language: str) -> SafeString:
    """Draw a lamp, once a language."""
    assert language == (get_language() or "")
    return mark_safe(render_to_string("ui/components/lamp.html", {"lamp": lamp}).strip())  # a component
