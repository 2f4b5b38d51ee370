"""What the address of a page on the ways and lists asks for, and the menu that it stands under."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui import paging
from yichuang.ui.tables import Table

PER_PAGE = 50
AS_WORKBOOK = "xlsx"


def day_of(request: ActingRequest) -> date:
    """Read the day that the address asks for; today where it names none, or no day at all."""
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return local_day(request.at)


def wants_workbook(request: ActingRequest) -> bool:
    """Tell whether the table is asked for as a workbook."""
    return request.GET.get("format") == AS_WORKBOOK


def shown(request: ActingRequest, template: str, context: dict[str, Any], **tables: Table) -> HttpResponse:
    """Show a page under the menu of its reader; tables are given to the table component."""
    ready = {name: table.context() for name, table in tables.items()}
    menu = {"in_console": request.actor.may("catalogue.edit"), "day": context.get("day") or day_of(request)}
    return render(request, template, menu | context | ready)


def paged(request: ActingRequest, rows: Any) -> tuple[list[Any], dict[str, Any]]:
    """Give the rows of one page and what leads to the others."""
    on = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return list(on.object_list), paging.links(on, request)


def yes_no(value: bool) -> str:
    """Write a yes or no."""
    return _("是") if value else _("否")
