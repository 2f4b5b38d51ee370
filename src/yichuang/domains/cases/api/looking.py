"""Finding what an operation is about among what the caller may see; what he may not see is not there."""

from __future__ import annotations

from django.http import Http404

from yichuang.domains.cases import queries
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.queries import Filling
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.records.prepared import Prepared

CASE = Prepared(lambda pk: Case.objects.select_related("dossier__unit", "applicant", "agent").filter(pk=pk))


def own_filling(request: ActingRequest, draft_id: int, *, also_done: bool = False) -> Filling:
    """
    Give one of the caller's own drafts with the rules that are in force now.

    :raises Http404: there is no such draft of his, or it was handed in and `also_done` is not asked for
    """
    row = queries.drafts(request.actor, also_done=also_done).filter(pk=draft_id).first()
    if row is None:
        raise Http404
    return queries.filling(row, request.at)


def seen_case(request: ActingRequest, number: str) -> Case:
    """
    Give a case that the caller may see.

    :raises Http404: there is none of this number for him
    """
    case = queries.case(number, request.actor)
    if case is None:
        raise Http404
    return case


def is_own(request: ActingRequest, case: Case) -> bool:
    """Say whether the case belongs to the caller or to somebody who mandated him."""
    return case.applicant_id in request.actor.party_ids | request.actor.principal_ids


def look_again(case: Case) -> Case:
    """Read a case once more after a deed; it is told to who did the deed even if it has left his sight by it."""
    return CASE.get(case.pk)
