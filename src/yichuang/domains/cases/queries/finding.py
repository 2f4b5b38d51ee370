"""Finding applications, through the one filter; and what belongs to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from yichuang.domains.cases.models import Case, CaseMaterial, Decision, Hold, MaterialFile, Notice
from yichuang.domains.cases.terms import KIND, Channel, MaterialState
from yichuang.foundation.documents import queries as documents
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.documents.terms import PaperState
from yichuang.foundation.files.scopes import register_file_scope
from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.people.visibility import register_scope, visible
from yichuang.foundation.work import queries as work
from yichuang.foundation.work import sight
from yichuang.foundation.work.models import Dossier
from yichuang.foundation.work.terms import ScopeKind

MATERIAL_FILES = "case_material"
"""The purpose under which files hang on a case; registered with the one filter."""

PRECHECKED = ("received", "corrected")
"""The states in which an application waits for its pre-check."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One correction notice with its rows, as the applicant sees it."""

    n: int
    told_at: datetime
    channel: str
    rows: tuple[tuple[str, str, str, str, str, bool], ...]  # material, field, name, reason, how, solved


def register_scopes() -> None:
    """Tell the one filter who sees an application: whoever sees its dossier."""
    register_scope(
        Case,
        permission=sight.VIEW,
        purposes={"export": "cases.export", "precheck": "cases.precheck"},
        own=lambda reach: _through(reach, ScopeKind.PARTY) | _through(reach, ScopeKind.AGENT),
        mandate=lambda reach: Q(pk__in=sight.through(ScopeKind.PARTY, reach.principals)),
        units=lambda reach: Q(pk__in=sight.through(ScopeKind.UNIT, reach.units)),
    )
    register_file_scope(MATERIAL_FILES, _readable)


def case(number: str, actor: Actor) -> Case | None:
    """Find a case by its number among those that the actor may see."""
    return _one(visible(actor, Case), number)


def case_to_precheck(number: str, actor: Actor) -> Case | None:
    """Find a case by its number among those that wait for this actor's answer, of another unit too."""
    return _one(waiting_for_precheck(actor), number)


def _one(rows: QuerySet[Case], number: str) -> Case | None:
    return rows.select_related("dossier__unit", "applicant", "agent").filter(dossier__number=number).first()


def waiting_for_precheck(actor: Actor) -> QuerySet[Case]:
    """Filter the applications that wait for an answer from this actor."""
    rows = visible(actor, Case, "precheck")
    return rows.filter(dossier__state__in=PRECHECKED, dossier__kind=KIND)


def cases(actor: Actor, purpose: str = "list") -> QuerySet[Case]:
    """List the cases that the actor may see, newest first."""
    return visible(actor, Case, purpose).select_related("dossier__unit", "applicant").order_by("-received_at")


def own_cases(actor: Actor) -> QuerySet[Case]:
    """List the cases of somebody's own parties and of those who mandated him, newest first."""
    mine = Q(pk__in=sight.through(ScopeKind.PARTY, actor.party_ids | actor.principal_ids))
    mine |= Q(pk__in=sight.through(ScopeKind.AGENT, actor.party_ids))
    rows = visible(actor, Case).filter(mine).exclude(channel=Channel.STAGE)
    return rows.select_related("dossier__unit", "applicant", "rating").order_by("-received_at")


def by_slip(number: str, code: str) -> Case | None:
    """Find a case by number and slip code, for people without an account; None for a wrong number and code alike."""
    found = Case.objects.select_related("dossier__unit", "applicant").filter(dossier__number=number.strip()).first()
    return found if found and found.query_code == code.strip().upper() else None


def open_for(applicant_id: int, item_id: str) -> QuerySet[Case]:
    """List running cases of the same applicant for the same item: what a window warns of."""
    return Case.objects.filter(applicant_id=applicant_id, item_id=item_id, dossier__ended_at=None).select_related(
        "dossier"
    )


def materials(case_id: int) -> QuerySet[CaseMaterial]:
    """List the materials of a case in their order."""
    return CaseMaterial.objects.filter(case_id=case_id).order_by("place")


def files_since(case_id: int, at: datetime) -> QuerySet[MaterialFile]:
    """List the files that came to a case after a moment, oldest first."""
    return MaterialFile.objects.filter(material__case_id=case_id, added_at__gt=at).order_by("added_at", "pk")


def missing_materials(case_id: int) -> list[str]:
    """Name what is required and not in hand."""
    rows = CaseMaterial.objects.filter(case_id=case_id, state=MaterialState.MISSING)
    return list(rows.order_by("place").values_list("name", flat=True))


def notices(case_id: int) -> list[Asking]:
    """Tell every correction notice of a case, newest first."""
    rows = Notice.objects.filter(case_id=case_id).order_by("-n").prefetch_related("rows")
    return [
        Asking(
            row.n,
            row.told_at,
            row.get_channel_display(),
            tuple(
                (each.material, each.field, each.name, each.reason, each.how, each.solved_at is not None)
                for each in row.rows.all()
            ),
        )
        for row in rows
    ]


def running_hold(case_id: int) -> Hold | None:
    """Give the special procedure, suspension or extension that waits or runs."""
    return Hold.objects.filter(case_id=case_id, state__in=["ASKED", "RUNNING"]).first()


def decision(case_id: int) -> Decision | None:
    """Give the latest decision."""
    return Decision.objects.filter(case_id=case_id).order_by("-at").first()


def dossier_of(number: str) -> Dossier:
    """
    Find the dossier behind a case number.

    :raises Dossier.DoesNotExist: no such number
    """
    return work.dossier(number)


def _through(reach: Reach, kind: ScopeKind) -> Q:
    return Q(pk__in=sight.through(kind, reach.parties))


def _readable(actor: Actor) -> Q:
    mine = MaterialFile.objects.filter(material__case__in=visible(actor, Case)).values("file")
    if not actor.may("cases.precheck"):
        return Q(pk__in=mine)
    checked = MaterialFile.objects.filter(material__case__in=waiting_for_precheck(actor)).values("file")
    return Q(pk__in=mine) | Q(pk__in=checked)


def papers(case: Case, actor: Actor) -> list[Paper]:
    """List the papers of a case that the actor may see, oldest first; those made void are left out."""
    rows = documents.papers_for(actor).filter(dossier=case.dossier).exclude(state=PaperState.VOID)
    return list(rows.order_by("pk").prefetch_related("copies"))
