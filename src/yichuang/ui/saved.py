"""A reader's saved views of a list, as `ui/components/saved_views.html` takes them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from yichuang.foundation.people import saving
from yichuang.foundation.people.pages import ActingRequest

PASSING = frozenset({"page"})
"""What of an address belongs to the moment and not to the view."""


def views(request: ActingRequest) -> dict[str, Any]:
    """Give the reader's views of the list that the request shows, and what would be saved now."""
    query = _lasting(request.GET.urlencode())
    kept = [
        {"id": each.pk, "name": each.name, "href": f"?{each.query}", "current": each.query == query}
        for each in saving.views(request.actor, request.path)
    ]
    return {"kept": kept, "place": request.path, "query": query}


def _lasting(query: str) -> str:
    return urlencode([(name, value) for name, value in parse_qsl(query) if name not in PASSING])
