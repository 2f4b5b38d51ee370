"""Publishing values: choose figures, a day and an occasion; what is published never changes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from yichuang.foundation.figures import commands, queries
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.figures import said
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.words import named


class PublishForm(UiForm):
    """As of which day, why, and which figures."""

    as_of = forms.DateField(label=gettext_lazy("统计日"))
    occasion = forms.CharField(
        label=gettext_lazy("发布事由"),
        help_text=gettext_lazy("例如：2019年10月营商环境月报。发布后不能更改，数值以后有变会列出哪些行不同。"),
        max_length=120,
    )
    figures = forms.MultipleChoiceField(label=pgettext_lazy("list", "指标"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        """Offer the figures with what they come to."""
        super().__init__(*args, **kwargs)
        self.fields["figures"].choices = choices  # type: ignore[attr-defined]


@page(permission=commands.PUBLISH)
def publish(request: ActingRequest) -> HttpResponse:
    """Publish the chosen figures as of a day."""
    times = Times(_day(request))
    known = [each for each in queries.listed(times.as_of) if each.formula is not None or each.outside is not None]
    answers = queries.answers([each.id for each in known], times)
    chosen = request.GET.getlist("id") or [each.id for each in known if each.report]
    choices = [(each.id, named(f"{each.report} {each.label}".strip(), said(answers[each.id]))) for each in known]
    form = PublishForm(request.POST or None, choices=choices, initial={"as_of": times.as_of, "figures": chosen})
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            made = commands.publish(
                ids=form.cleaned_data["figures"],
                times=Times(form.cleaned_data["as_of"]),
                occasion=form.cleaned_data["occasion"],
                by=request.actor,
                at=request.at,
            )
            told = ngettext("已发布 %(n)d 个指标的数值。", "已发布 %(n)d 个指标的数值。", len(made)) % {"n": len(made)}
            messages.success(request, told)
            return reverse("figures:listed")

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error(None, reason.message)
    return render(request, "figures/publish.html", {"form": form, "title": _("发布指标数值")})


def _day(request: ActingRequest) -> Any:
    form = forms.DateField(required=False)
    given = request.POST.get("as_of") or request.GET.get("as_of")
    try:
        return form.clean(given) or local_day(request.at)
    except forms.ValidationError:
        return local_day(request.at)
