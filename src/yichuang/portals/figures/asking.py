"""What the addresses of figure pages say: for which day, known when, where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.foundation.figures import queries
from yichuang.foundation.figures.answering import Shown
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.models import Snapshot
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Region
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui.figures import written
from yichuang.ui.forms import Filters

NO_DEFINITION = gettext_lazy("这一天还没有生效的指标定义，请选更近的日子。")


class AskForm(Filters):
    """For which day, known when, and where; in the address of every page."""

    as_of = forms.DateField(label=gettext_lazy("统计日"), required=False)
    known_at = forms.DateTimeField(
        label=gettext_lazy("数据截止"),
        help_text=gettext_lazy("不填为此刻。例如 2019-10-30 09:30：只用当时已录入的记录来数。"),
        error_messages={"invalid": gettext_lazy("请填写日期和时间，例如 2019-10-30 09:30。")},
        required=False,
    )
    region = forms.ChoiceField(label=gettext_lazy("区域"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        """Offer the regions there are."""
        super().__init__(*args, **kwargs)
        self.today = today
        rows = Region.objects.filter(level__in=["DISTRICT", "STREET"]).order_by("code").values_list("code", "name")
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)
        region.choices = [("", _("全区")), *rows]

    def clean_as_of(self) -> date | None:
        """Hold the day to those that are known: not ahead, and not before the figures were defined."""
        day: date | None = self.cleaned_data["as_of"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("统计日不能晚于今天。"))
        if day is not None and not queries.figures(day):
            raise forms.ValidationError(NO_DEFINITION)
        return day


class SampleForm(Filters):
    """How many cases a group needs to have a place."""

    least = forms.IntegerField(label=gettext_lazy("参加排名的最少样本"), min_value=1, max_value=100_000, required=False)


def times_of(request: ActingRequest) -> tuple[Times, AskForm]:
    """Read for which times a page is asked; what cannot be read is told at its field, and today is taken."""
    today = local_day(request.at)
    form = AskForm(request.GET or None, today=today)
    form.is_valid()
    asked: dict[str, Any] = form.cleaned_data if form.is_bound else {}
    inside = _inside(request.GET.getlist("in"))
    return Times(asked.get("as_of") or today, asked.get("known_at"), asked.get("region") or "", inside), form


def _inside(asked: list[str]) -> tuple[tuple[str, str], ...]:
    """Read which group is looked into: `in=unit:scjg`, as often as there are columns."""
    pairs = (each.partition(":") for each in asked)
    return tuple((name, code) for name, _colon, code in pairs if name)


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
