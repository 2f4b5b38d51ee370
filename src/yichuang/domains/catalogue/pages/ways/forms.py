"""What is typed on the pages of the four ways."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.rules import is_quarter
from yichuang.domains.catalogue.terms import (
    CHANGEABLE,
    DAY_MINUTES,
    NUMBERED,
    Element,
    ElementChange,
    FourWay,
    WayState,
)
from yichuang.ui.forms import Filters, UiForm

ANY = ("", _("全部"))


class ListForm(Filters):
    """The filters of the list of ways, as they stand in the address."""

    way = forms.ChoiceField(label=_("四办"), required=False, choices=[ANY, *FourWay.choices])
    flag = forms.ChoiceField(
        label=_("是否属于"), required=False, choices=[ANY, ("yes", _("属于")), ("no", _("不属于"))]
    )
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[ANY, *WayState.choices, ("questioned", _("需要复核"))]
    )
    element = forms.ChoiceField(label=_("决定要素"), required=False, choices=[ANY, *Element.choices])
    unit = forms.ChoiceField(label=_("实施机关"), required=False)
    q = forms.CharField(label=_("事项名称或代号"), required=False, max_length=100)

    def __init__(self, *args: Any, units: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [ANY, *units]  # type: ignore[attr-defined]


class OverrideForm(UiForm):
    """What the department says otherwise, and why."""

    reason = forms.CharField(
        label=_("理由"),
        help_text=_("写明为什么与按要素计算的结果不同，例如“第二次到场由窗口代办”。"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ChangeForm(UiForm):
    """Which element of which items is changed to what."""

    element = forms.ChoiceField(
        label=_("改哪个要素"), choices=[(each.value, each.label) for each in CHANGEABLE], widget=forms.Select
    )
    number = forms.DecimalField(
        label=_("改为"),
        help_text=_("承诺办结时限填工作日（1小时填0.125），到现场次数填次数；其他要素不用填。"),
        required=False,
        min_value=0,
        max_value=1000,
        decimal_places=4,
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """Ask for a number where the element has one."""
        told = super().clean() or {}
        if Element(told.get("element", Element.HANDLING)) in NUMBERED and told.get("number") is None:
            self.add_error("number", _("请填写改为多少，例如 1。"))
        return told

    @property
    def change(self) -> ElementChange:
        """Give what was asked for: days as minutes of working time."""
        element = Element(self.cleaned_data["element"])
        number = self.cleaned_data["number"] or Decimal(0)
        return ElementChange(element, int(number * DAY_MINUTES) if element is Element.PROMISE else int(number))


class TargetForm(UiForm):
    """A target of one way for one quarter."""

    way = forms.ChoiceField(label=_("四办"), choices=FourWay.choices)
    quarter = forms.CharField(label=_("季度"), help_text=_("例如 2019Q4"), max_length=6)
    percent = forms.DecimalField(label=_("目标（%）"), min_value=0, max_value=100, decimal_places=2)
    source = forms.CharField(label=_("依据"), help_text=_("文件名称、文号"), max_length=300)

    def clean_quarter(self) -> str:
        """Read a quarter, also in small letters."""
        quarter = str(self.cleaned_data["quarter"]).strip().upper()
        if not is_quarter(quarter):
            raise forms.ValidationError(_("季度写作 2019Q4。"))
        return quarter
