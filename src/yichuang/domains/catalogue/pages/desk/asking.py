"""What the pages of the desk share: filters with their counts, links that keep the filters, names of who acted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.pages.asking import shown
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.records.terms import By
from yichuang.ui.forms import Filters
from yichuang.ui.tables import Table

ANY = ("", gettext_lazy("全部"))


class FindForm(Filters):
    """A word and a unit by which a list of the desk is narrowed."""

    q = forms.CharField(label=gettext_lazy("名称或编码"), required=False, max_length=120)
    unit = forms.ChoiceField(label=gettext_lazy("单位"), required=False)

    def __init__(self, *args: Any, units: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = sorted(queries.unit_names(units).items(), key=lambda pair: pair[1])
        self.fields["unit"].choices = [ANY, *names]  # type: ignore[attr-defined]

    def said(self, name: str) -> str:
        """Give what a filter says; nothing where it says what is no choice."""
        self.is_valid()
        return str(self.cleaned_data.get(name, "")).strip()


PAGES = (
    ("catalogue:matters_desk", pgettext_lazy("list", "事项"), "catalogue.drafts"),
    ("catalogue:drafts", gettext_lazy("草稿和定日发布"), "catalogue.drafts"),
    ("catalogue:registries", gettext_lazy("事项库"), "catalogue.registries"),
    ("catalogue:claims", gettext_lazy("认领任务"), "catalogue.registries"),
    ("catalogue:codes", gettext_lazy("新旧编码对照"), "catalogue.registries"),
    ("catalogue:province", gettext_lazy("全省通办"), "catalogue.registries"),
    ("catalogue:streets", gettext_lazy("下沉街道"), "catalogue.registries"),
    ("catalogue:filings", gettext_lazy("报送省级"), "catalogue.registries"),
)
"""The pages of the desk in their order, each with the permission that opens it."""


def desk(request: ActingRequest, template: str, context: dict[str, Any], **tables: Table) -> HttpResponse:
    """Show a page of the desk with the links to the others that its reader may open."""
    links = [
        {"href": reverse(name), "label": label, "current": request.path == reverse(name)}
        for name, label, permission in PAGES
        if request.actor.may(permission)
    ]
    return shown(request, template, {"desk_pages": links} | context, **tables)


def counted(
    request: HttpRequest,
    counts: Mapping[str, int],
    labels: Mapping[str, Any],
    *,
    tones: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Give what the component of counts is drawn with; each leads to its rows, the other filters stay."""
    chosen = request.GET.get("state", "")
    shown = chosen if chosen in labels else ""
    return [
        {
            "label": label,
            "count": counts[state],
            "href": address(request, state=state),
            "current": state == shown,
            "tone": (tones or {}).get(state, "") if counts[state] else "",
        }
        for state, label in labels.items()
    ]


def address(request: HttpRequest, **changed: str) -> str:
    """Give the address of the same list with some filters changed, on its first page."""
    kept = {name: value for name, value in request.GET.items() if name not in ("page", "format")}
    said = {name: value for name, value in (kept | changed).items() if value}
    return f"{request.path}?{urlencode(said)}"


def who(texts: Sequence[str]) -> dict[str, str]:
    """Name those who acted, by the text that is kept of each; what ran by itself is called so."""
    accounts = {text: By.parse(text).account_id for text in texts if text}
    names = queries.names_of(accounts.values())
    return {text: names.get(account or 0, _("系统")) for text, account in accounts.items()} | {"": ""}
