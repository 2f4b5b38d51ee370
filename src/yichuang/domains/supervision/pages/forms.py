"""What is typed on the pages of supervision."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.supervision.terms import ANSWER_DAYS
from yichuang.ui.forms import UiForm


class SaidForm(UiForm):
    """One reason, answer or finding."""

    said = forms.CharField(label=_("理由或情况"), widget=forms.Textarea(attrs={"rows": 4}))


class DeferForm(UiForm):
    """Why and until when an automatic reminder waits."""

    until = forms.DateField(label=_("暂缓至"), help_text=_("例如 2019-12-01"))
    reason = forms.CharField(label=_("暂缓理由"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class OrderForm(UiForm):
    """A draft of an order or letter; only a letter has a choice of paper."""

    letter = forms.ChoiceField(
        label=_("文种"), choices=[("inquiry", _("商请函")), ("reminder", _("提醒函"))], widget=forms.RadioSelect
    )

    subject = forms.CharField(label=pgettext_lazy("supervised", "事项"), max_length=200)
    findings = forms.CharField(label=_("核实情况"), widget=forms.Textarea(attrs={"rows": 3}))
    demand = forms.CharField(label=_("办理要求"), widget=forms.Textarea(attrs={"rows": 3}))
    answer_days = forms.IntegerField(label=_("几个工作日内反馈"), min_value=1, max_value=30, initial=ANSWER_DAYS)
