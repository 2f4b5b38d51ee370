"""Addresses of the pages of a list, as the pagination component takes them."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest


def links(page: Page[Any], request: HttpRequest) -> dict[str, Any]:
    """
    Give what `ui/components/pagination.html` is included with; filters and order of the address stay.

    At most seven numbers are shown: the first, the last, and those around the current one.
    """
    return numbered(page.number, page.paginator.num_pages, page.paginator.count, request)


def numbered(number: int, pages: int, count: int, request: HttpRequest) -> dict[str, Any]:
    """Give the same for a list that is not cut by Django's paginator: which page of how many, and how many rows."""
    near = [n for n in range(1, pages + 1) if n in (1, pages) or abs(n - number) <= 1]
    shown: list[dict[str, Any]] = []
    for before, each in zip([0, *near], near, strict=False):
        if each - before > 1:
            shown.append({"gap": True})
        shown.append({"number": each, "href": _address(request, each), "current": each == number})
    return {
        "number": number,
        "pages": pages,
        "count": count,
        "links": shown,
        "previous": _address(request, number - 1) if number > 1 else "",
        "next": _address(request, number + 1) if number < pages else "",
    }


def asked(request: HttpRequest) -> int:
    """Read which page the address asks for; the first where it says nothing that is a number."""
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isdecimal() and len(text) < 10 else 1


def _address(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"
