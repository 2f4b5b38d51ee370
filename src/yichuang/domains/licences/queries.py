"""Questions to the library."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from yichuang.domains.licences.models import Licence
from yichuang.domains.licences.terms import LicenceState, LicenceType, Standing
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.documents import codes
from yichuang.foundation.people.actors import Actor, Reach
from yichuang.foundation.people.visibility import register_scope, visible


@dataclass(frozen=True, slots=True)
class Verified:
    """What anybody may know of a licence: no more than its face."""

    standing: Standing
    licence: Licence | None
    digest: str = ""


def register_scopes() -> None:
    """Tell the one filter who sees a licence: its holder, who is mandated, and its issuer."""
    register_scope(
        Licence,
        permission="licences.view",
        purposes={"fetch": "licences.fetch"},
        own=lambda reach: Q(holder_id__in=reach.parties),
        mandate=lambda reach: Q(holder_id__in=reach.principals),
        units=_units,
    )


def licences(actor: Actor) -> QuerySet[Licence]:
    """List the licences that the actor may see, newest first."""
    return visible(actor, Licence).select_related("issuer", "holder").order_by("-issued_at")


def valid_for(
    *, holder_ids: Iterable[int], types: Iterable[str], on: date, project_code: str = ""
) -> dict[str, Licence]:
    """
    Give the newest valid licence of each type: of the holders, or, for what a project has, of the project.

    Suspended, revoked and expired ones are never given.
    """
    wanted = list(types)
    if not wanted:
        return {}
    whose = Q(holder_id__in=list(holder_ids), project_code="")
    if project_code:
        whose |= Q(project_code=project_code)
    rows = Licence.objects.filter(whose, licence_type__in=wanted, state=LicenceState.ISSUED, valid_from__lte=on)
    rows = rows.filter(Q(valid_until=None) | Q(valid_until__gte=on))
    return {row.licence_type: row for row in rows.order_by("issued_at")}


def licence(licence_id: int) -> Licence:
    """
    Give one licence with its issuer and holder, for rooms that hear of it.

    :raises Licence.DoesNotExist: there is none
    """
    return Licence.objects.select_related("issuer", "holder").get(pk=licence_id)


def of_project(project_code: str) -> QuerySet[Licence]:
    """List the licences of a project, in the order in which they were issued."""
    return Licence.objects.filter(project_code=project_code).select_related("issuer").order_by("issued_at", "pk")


def of_dossier(dossier_id: int) -> QuerySet[Licence]:
    """List the licences that came from a case."""
    return Licence.objects.filter(dossier_id=dossier_id).order_by("issued_at")


def standing(row: Licence, on: date) -> Standing:
    """Tell what a licence is worth on a day."""
    match row.state:
        case LicenceState.SUSPENDED:
            return Standing.SUSPENDED
        case LicenceState.CHANGED:
            return Standing.REPLACED
        case LicenceState.REVOKED:
            return Standing.REVOKED
        case LicenceState.CANCELLED:
            return Standing.CANCELLED
    if row.valid_until is not None and on > row.valid_until:
        return Standing.EXPIRED
    return Standing.VALID


def verify(code: str, on: date) -> Verified:
    """Verify a licence by the code of its certificate, as typed or scanned; an unknown code tells nothing else."""
    row = Licence.objects.select_related("issuer", "holder").filter(verify_code=codes.plain_code(code)).first()
    return Verified(standing(row, on), row, row.digest) if row else Verified(Standing.UNKNOWN, None)


def licence_type(code: str, on: date) -> LicenceType:
    """
    Give a licence type as it is in force.

    :raises NotInForce: there is none
    """
    found: LicenceType = definitions.in_force("licence_type", code, on=on)
    return found


def licence_types(on: date) -> list[LicenceType]:
    """List the licence types in force, by name."""
    return sorted(definitions.all_in_force("licence_type", on=on).values(), key=lambda kind: kind.name)


def _units(reach: Reach) -> Q:
    return Q(issuer_id__in=reach.units)
