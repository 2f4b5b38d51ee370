"""What the pages of this room share: the thing of an address, a deed with its form, uploads before the deed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse

from yichuang.domains.projects import queries
from yichuang.domains.projects.models import MajorProject, Meeting, Resolution
from yichuang.foundation.files import commands as files
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import do

Shown = Callable[[list[dict[str, str]], dict[str, UiForm]], HttpResponse]
"""Draws a page with what is wrong and with the forms that were typed, by the pattern of their ids."""


def project_of(request: ActingRequest, number: str) -> MajorProject:
    """
    Give the project of an address.

    :raises Http404: there is none that the reader may see
    """
    found = queries.project(number, request.actor)
    if found is None:
        raise Http404
    return found


def meeting_of(request: ActingRequest, number: str) -> Meeting:
    """
    Give the meeting of an address.

    :raises Http404: there is none that the reader may see
    """
    found = queries.meeting(number, request.actor)
    if found is None:
        raise Http404
    return found


def resolution_of(request: ActingRequest, number: str) -> Resolution:
    """
    Give the resolved matter of an address.

    :raises Http404: there is none that the reader may see
    """
    found = queries.resolution(number, request.actor)
    if found is None:
        raise Http404
    return found


def year_of(request: ActingRequest) -> int:
    """Read the year that the address asks for; this year where it names none."""
    asked = request.GET.get("year", "")
    return int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2100 else local_day(request.at).year


def do_typed(
    request: ActingRequest, form: UiForm | None, deed: Callable[[Any], Any], said: str, href: str, shown: Shown
) -> HttpResponse:
    """Do one deed of a page with what its form was given; what was typed stands again where it is refused."""
    typed = {str(form.auto_id): form} if form else {}
    return do(
        request,
        lambda: deed(form.cleaned_data if form else {}),
        said,
        href,
        lambda errors: shown(errors, typed),
        form,
    )


def unit_choices(request: ActingRequest, permission: str) -> list[tuple[str, str]]:
    """List the units for which somebody holds a permission, by code; imported names are not offered."""
    units = request.actor.units(permission)
    rows = Unit.objects.filter(source="", valid_to=None)
    rows = rows if units is None else rows.filter(pk__in=units)
    return list(rows.values_list("code", "short_name"))


def stored(request: ActingRequest, uploads: Sequence[UploadedFile | None]) -> list[int]:
    """
    Take uploads in before the deed that hangs them on something.

    :raises FileRefused: one of them is not taken in
    """
    at, by = request.at, request.actor
    rows = [
        files.store_upload(content=each, name=each.name or "", by=by, at=at, is_synthetic=by.is_demo)
        for each in uploads
        if each
    ]
    return [row.pk for row in rows]
