"""授权委托: a person or firm lets somebody act for it, in all matters or in some, and takes that back (practice 13)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import queries as catalogue
from yichuang.foundation.people import commands, queries
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Mandate, Party
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.terms import IdKind, MandateKind
from yichuang.kernel.errors import NotPossible
from yichuang.ui import words
from yichuang.ui.forms import CodeField, UiForm
from yichuang.ui.repeating import once, once_or_back

MAY = "cases.apply"
ROOM = 400
"""How many characters the codes of the chosen items may have together."""


class MandateForm(UiForm):
    """Who lets whom act, in what and for how long."""

    principal_id = forms.TypedChoiceField(label=gettext_lazy("委托人"), coerce=int)
    agent_name = forms.CharField(label=gettext_lazy("受托人姓名或名称"), max_length=120)
    id_kind = forms.ChoiceField(label=gettext_lazy("受托人证件类型"), choices=IdKind.choices)
    id_number = CodeField(
        label=gettext_lazy("受托人证件号码"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("与受托人的关系"), choices=MandateKind.choices)
    valid_from = forms.DateField(label=gettext_lazy("从哪天起"))
    valid_to = forms.DateField(
        label=gettext_lazy("从哪天起失效"), required=False, help_text=gettext_lazy("不填即长期有效，可随时撤回。")
    )
    scope = forms.MultipleChoiceField(
        label=gettext_lazy("只委托这些事项"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("一项也不选，即委托全部事项。"),
    )

    def __init__(self, *args: Any, request: ActingRequest, **kwargs: Any) -> None:
        super().__init__(*args, initial={"valid_from": local_day(request.at)}, **kwargs)
        items = catalogue.items(request.actor).filter(is_online=True).values_list("code", "name")
        mine = _own_parties(request.actor)
        self.fields["principal_id"].choices = [(party.pk, str(party)) for party in mine]  # type: ignore[attr-defined]
        self.fields["scope"].choices = list(items)  # type: ignore[attr-defined]

    def clean_scope(self) -> list[str]:
        """Keep to as many items as one mandate names."""
        chosen: list[str] = self.cleaned_data["scope"]
        if len(" ".join(chosen)) > ROOM:
            raise forms.ValidationError(_("一份委托最多写明约二十项。请分成几份，或委托全部事项。"))
        return chosen

    def clean(self) -> dict[str, Any]:
        """Find the agent, who is known here by name and number alike; which of the two differs is not told."""
        data: dict[str, Any] = super().clean() or {}
        if {"agent_name", "id_kind", "id_number"} <= data.keys():
            found = queries.party_by_number(data.pop("id_kind"), data.pop("id_number"))
            if found is None or found.name != data.pop("agent_name").strip():
                self.add_error("id_number", _("没有找到这位受托人。请核对姓名和证件号码；受托人须先在本系统登记身份。"))
            else:
                data["agent_id"] = (found.merged_into or found).pk
        return data


@page(permission=MAY)
def listed(request: ActingRequest) -> HttpResponse:
    """Show what one has mandated to others and holds from others, and give another mandate."""
    form = MandateForm(request.POST or None, request=request)
    if request.method == "POST" and form.is_valid():

        def done() -> str:
            made = commands.give_mandate(**form.cleaned_data, by=request.actor, at=request.at)
            messages.success(request, _("已委托%(agent)s。") % {"agent": made.agent})
            return reverse("public:mandates")

        try:
            return once(request, done)
        except NotPossible as reason:
            field = {commands.WrongPeriod: "valid_to", commands.NoSelfCover: "id_number"}.get(type(reason))
            form.add_error(field, reason.message)
    mine, day = request.actor.party_ids, local_day(request.at)
    rows = Mandate.objects.select_related("principal", "agent").order_by("-valid_from", "-pk")
    held = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), agent__in=mine)
    given = list(rows.filter(principal__in=mine))
    codes = {code for row in [*given, *held] for code in row.scope.split()}
    names = dict(catalogue.all_items().filter(code__in=codes).values_list("code", "name"))
    return render(
        request,
        "public/mandates.html",
        {
            "form": form,
            "has_parties": bool(mine),
            "given": [(row, _matters(row, names), row.valid_to is None or row.valid_to > day) for row in given],
            "held": [(row, _matters(row, names)) for row in held],
        },
    )


@page(permission=MAY)
@require_POST
def end(request: ActingRequest, mandate_id: int) -> HttpResponse:
    """Take a mandate back: from today on it no longer holds."""
    row = get_object_or_404(Mandate, pk=mandate_id, principal__in=request.actor.party_ids)

    def done() -> str:
        commands.end_mandate(mandate_id=row.pk, by=request.actor, at=request.at)
        messages.success(request, _("已撤回对%(agent)s的委托。") % {"agent": row.agent})
        return reverse("public:mandates")

    return once_or_back(request, done, "public:mandates")


def _own_parties(actor: Actor) -> list[Party]:
    """Give the parties that are the reader, the reader's own person first."""
    return sorted(Party.objects.filter(pk__in=actor.party_ids), key=lambda each: (each.pk != actor.party_id, each.pk))


def _matters(row: Mandate, names: dict[str, str]) -> str:
    return words.listed(names.get(code, code) for code in row.scope.split()) or _("全部事项")
