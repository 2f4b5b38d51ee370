"""What the pages of this room share: the project of an address, the layout of the reader."""

from __future__ import annotations

from django.http import Http404, QueryDict

from yichuang.domains.cases import queries as cases
from yichuang.domains.construction import queries
from yichuang.domains.construction.models import Project
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.work.models import Dossier


def project_of(request: ActingRequest, code: str) -> Project:
    """
    Give the project of an address.

    :raises Http404: there is none that the reader may see
    """
    project = queries.project(code, request.actor)
    if project is None:
        raise Http404
    return project


def dossier_of(request: ActingRequest, project: Project, number: str) -> Dossier:
    """
    Give a stage or item of a project that the reader may see.

    :raises Http404: there is none
    """
    case = cases.case(number, request.actor)
    if case is None or case.dossier.root_id != project.pk:
        raise Http404
    return case.dossier


def layout(request: ActingRequest) -> str:
    """Name the layout for the reader: a desk for staff, the portal for developers."""
    return "ui/layouts/desk.html" if request.actor.is_staff else "ui/layouts/public.html"


def sent(request: ActingRequest, page: str, **where: int) -> QueryDict | None:
    """Give what was typed into the form of a page that says no, to be shown again; None for every other form."""
    match = request.resolver_match
    if request.method != "POST" or match is None or match.url_name != page:
        return None
    return request.POST if where.items() <= match.kwargs.items() else None


def text_sent(request: ActingRequest, page: str, name: str) -> str:
    """Give what was typed into one box of such a form."""
    typed = sent(request, page)
    return str(typed.get(name, "")) if typed is not None else ""
