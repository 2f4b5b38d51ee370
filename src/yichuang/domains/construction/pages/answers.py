"""What the pages of this room share: the project of an address, the layout of the reader."""

from __future__ import annotations

from django.http import Http404

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
