"""核对账号: whoever shows his papers at the window has his account tied to himself, or to his firm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.foundation.people import commands as people
from yichuang.foundation.people import queries
from yichuang.foundation.people.models import Party
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.terms import Tie
from yichuang.foundation.people.visibility import visible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import do


class AccountForm(UiForm):
    """Whose account it is, and what was shown."""

    username = forms.CharField(
        label=gettext_lazy("用户名"), max_length=150, help_text=gettext_lazy("办事人注册时填写的用户名")
    )
    tie = forms.ChoiceField(label=gettext_lazy("与申请人的关系"), choices=Tie.choices)
    shown = forms.BooleanField(label=gettext_lazy("已当面核对证件原件，人证一致"))

    def __init__(self, *args: Any, is_person: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["tie"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.value, each.label) for each in Tie if (each is Tie.SELF) is is_person]


@page(permission="parties.manage")
def identify(request: ActingRequest, party_id: int) -> HttpResponse:
    """Tie an account to the person or firm before the desk, after the papers were seen."""
    party = get_object_or_404(visible(request.actor, Party), pk=party_id)
    form = AccountForm(request.POST or None, is_person=party.is_person)
    back = f"{reverse('counter:desk')}?party={party.pk}"

    def again(errors: list[dict[str, str]]) -> HttpResponse:
        context = {"party": queries.party_shown(request.actor, party), "form": form, "errors": errors, "back": back}
        return render(request, "counter/identify.html", context, status=422 if errors or form.errors else 200)

    def deed(said: dict[str, Any]) -> None:
        people.identify_account(
            username=said["username"], party_id=party.pk, tie=said["tie"], by=request.actor, at=request.at
        )

    if request.method != "POST":
        return again([])
    told = _("账号已核对，可以在网上申请了。请办事人重新登录。")
    return do(request, lambda: deed(form.cleaned_data), told, back, again, form)
