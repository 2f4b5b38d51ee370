"""What the addresses of figure pages say: for which day, known when, where."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.foundation.figures.answering import Shown
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.models import Snapshot
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Region
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.records.terms import CHINA
from yichuang.ui.figures import written
from yichuang.ui.forms import Filters


class AskForm(Filters):
    """For which day and where; in the address of every page."""

    as_of = forms.DateField(label=gettext_lazy("统计日"), required=False)
    region = forms.ChoiceField(label=gettext_lazy("区域"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the regions there are."""
        super().__init__(*args, **kwargs)
        rows = Region.objects.filter(level__in=["DISTRICT", "STREET"]).order_by("code").values_list("code", "name")
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)
        region.choices = [("", _("全区")), *rows]


def times_of(request: ActingRequest) -> tuple[Times, AskForm]:
    """Read for which times a page is asked; what cannot be read is told at its field, and today is taken."""
    form = AskForm(request.GET or None)
    asked: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    day: date = asked.get("as_of") or local_day(request.at)
    known_at, region = _moment(request.GET.get("known_at", "")), _digits(asked.get("region") or "")
    return Times(day, known_at, region, _inside(request.GET.getlist("in"))), form


def _inside(asked: list[str]) -> tuple[tuple[str, str], ...]:
    """Read which group is looked into: `in=unit:scjg`, as often as there are columns."""
    pairs = (each.partition(":") for each in asked)
    return tuple((name, code) for name, colon, code in pairs if name and colon)


def _moment(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=CHINA)


def _digits(text: str) -> str:
    return text if text.isdecimal() and len(text) <= 12 else ""


def published(row: Snapshot, figure: Figure) -> str:
    """Write a value as it was published, or why there was none."""
    if row.value is None:
        return row.reason
    try:
        return written(Decimal(row.value), figure.unit_label)
    except ArithmeticError:
        return row.value


def change(now: Shown, then: str | None) -> Decimal | None:
    """Give the difference between a value and one that was published; None where one is no number."""
    try:
        before = Decimal(then or "")
    except ArithmeticError:
        return None
    return now - before if isinstance(now, Decimal) else None
