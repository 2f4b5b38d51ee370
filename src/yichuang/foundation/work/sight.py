"""Through what a dossier, a step and a share are seen: registered once with the one filter."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from yichuang.foundation.people.actors import Reach
from yichuang.foundation.people.visibility import register_scope
from yichuang.foundation.work.models import Access, Dossier, Share, Step
from yichuang.foundation.work.terms import ScopeKind

VIEW = "cases.view"
SUPERVISE = "supervision.view"


def through(kind: ScopeKind, ids: Any) -> QuerySet[Any, Any]:
    """Give the dossiers reached through scope rows, as a query of keys."""
    return Access.objects.filter(scope_kind=kind, scope_id__in=[str(each) for each in ids]).values("dossier_id")


def register() -> None:
    """Tell the one filter about the engine's models."""
    register_scope(
        Dossier,
        permission=VIEW,
        purposes={"flow": SUPERVISE},
        own=_own,
        mandate=_mandate,
        units=_units,
        owner="unit_id",  # let in when the dossier is opened or brought in, and nobody takes that back
    )
    register_scope(
        Step, permission=VIEW, purposes={"work": "cases.handle"}, units=lambda reach: Q(unit_id__in=reach.units)
    )
    register_scope(Share, permission=VIEW, units=lambda reach: Q(unit_id__in=reach.units))


def _own(reach: Reach) -> Q:
    return Q(pk__in=through(ScopeKind.PARTY, reach.parties)) | Q(pk__in=through(ScopeKind.AGENT, reach.parties))


def _mandate(reach: Reach) -> QuerySet[Any, Any]:
    return through(ScopeKind.PARTY, reach.principals)


def _units(reach: Reach) -> QuerySet[Any, Any]:
    return through(ScopeKind.UNIT, reach.units)
