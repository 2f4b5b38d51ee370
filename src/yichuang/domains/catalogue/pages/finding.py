"""Finding an item: search with filters, and the list of everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.models import ServiceItem
from yichuang.domains.catalogue.queries import Filters, Option
from yichuang.domains.catalogue.terms import Serves, Way
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.search.matching import Range
from yichuang.foundation.search.terms import Hit, How
from yichuang.ui import paging

PER_PAGE = 20
SUGGESTED = 8
HEADINGS = {
    "serves": gettext_lazy("服务对象"),
    "theme": gettext_lazy("主题"),
    "unit": gettext_lazy("实施机关"),
    "way": gettext_lazy("办理形式"),
    "place": gettext_lazy("办理地点"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One item as a list shows it."""

    item: ServiceItem
    unit: str
    marks: tuple[Range, ...] = ()
    alias: str = ""
    alias_marks: tuple[Range, ...] = ()


@page(permission="search.use", public=True)
def search(request: ActingRequest) -> HttpResponse:
    """Show what was found, best first, with filters; where nothing was, ways on."""
    query = request.GET.get("q", "").strip()[:100]
    filters = _filters(request.GET)
    hits = {hit.key: hit for hit in queries.search(query, request.actor)}
    found = queries.items(request.actor).filter(pk__in=hits)
    left = {row.code: row for row in queries.items(request.actor, filters).filter(pk__in=hits)}
    context = {
        "query": query,
        "has_hits": bool(hits),
        "is_near": all(hit.how is How.PARTS for hit in hits.values()),
        **_list(request, [left[key] for key in hits if key in left], hits),
        **_narrowing(request, queries.options(found, filters) if hits else {}, filters),
        **({} if hits else suggestions(request.actor)),
    }
    return render(request, "catalogue/search.html", context)


@page(permission="catalogue.view", public=True)
def matters(request: ActingRequest) -> HttpResponse:
    """List every item in force, with filters."""
    filters = _filters(request.GET)
    context = {
        **_list(request, queries.items(request.actor, filters), {}),
        **_narrowing(request, queries.options(queries.items(request.actor), filters), filters),
    }
    return render(request, "catalogue/matters.html", context)


def suggestions(actor: Actor) -> dict[str, Any]:
    """Give ways on where a list has nothing to show: themes, and what is wanted most (else the first by name)."""
    hot = queries.popular(actor, SUGGESTED)
    return {
        "themes": queries.themes(actor),
        "is_hot": bool(hot),
        "suggested": hot or list(queries.items(actor)[:SUGGESTED]),
    }


def _filters(sent: QueryDict) -> Filters:
    """Read the filters of an address; what is no side or way is passed over."""
    said = {each.name: sent.get(each.name, "")[:120] for each in fields(Filters)}
    for name, known in (("serves", Serves.values), ("way", Way.values)):
        if said[name] not in known:
            said[name] = ""
    return Filters(**said)


def _list(request: ActingRequest, items: Any, hits: Mapping[str, Hit]) -> dict[str, Any]:
    shown = Paginator(items, PER_PAGE).get_page(request.GET.get("page"))
    names = queries.unit_names(item.unit_code for item in shown)
    return {
        "rows": [_row(item, names[item.unit_code], hits.get(item.code)) for item in shown],
        "paging": paging.links(shown, request),
    }


def _row(item: ServiceItem, unit: str, hit: Hit | None) -> Row:
    return Row(item, unit, hit.marks, hit.alias, hit.alias_marks) if hit else Row(item, unit)


def _narrowing(request: ActingRequest, options: Mapping[str, Sequence[Option]], filters: Filters) -> dict[str, Any]:
    """Describe the filters as links: a value chooses itself, or when it is chosen, lets go of itself."""
    groups = []
    for name, heading in HEADINGS.items():
        listed = options.get(name, [])
        if len(listed) > 1 or any(option.chosen for option in listed):
            links = [_link(request, name, option) for option in listed]
            groups.append({"id": name, "heading": heading, "links": links})
    chosen = [link for group in groups for link in group["links"] if link["chosen"]]
    return {"groups": groups, "chosen": chosen, "all_href": _address(request, dict.fromkeys(asdict(filters), ""))}


def _link(request: ActingRequest, name: str, option: Option) -> dict[str, Any]:
    value = "" if option.chosen else option.value
    label = option.label or _("未说明")
    return {"label": label, "count": option.count, "chosen": option.chosen, "href": _address(request, {name: value})}


def _address(request: ActingRequest, changes: Mapping[str, str]) -> str:
    """Write this page's address with other filters, from its first page."""
    query = request.GET.copy()
    for name, value in {**changes, "page": ""}.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path
