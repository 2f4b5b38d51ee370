"""Questions about people."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from yichuang.foundation.people import sealing
from yichuang.foundation.people.actors import Actor, local_day, valid_on
from yichuang.foundation.people.models import (
    AccessLog,
    Account,
    Appointment,
    HandOver,
    ItemRight,
    Mandate,
    Party,
    Post,
    Region,
    SessionMark,
    Unit,
)
from yichuang.foundation.people.permissions import table
from yichuang.foundation.people.terms import IdKind, Level
from yichuang.foundation.people.visibility import Fields, fields, visible
from yichuang.kernel.identifiers import tidy


def party_by_number(id_kind: str, number: str) -> Party | None:
    """Find the party that bears this number; the numbers themselves are sealed."""
    digest = sealing.fingerprint(id_kind, tidy(number))
    return Party.objects.filter(id_hash=digest).first()


def number_of(party: Party) -> str:
    """Read a party's identity number. Whoever shows it whole to a person calls `commands.unmask_party` instead."""
    return sealing.unseal(party.id_sealed)


def unit_by_code(code: str) -> Unit:
    """
    Find a unit.

    :raises Unit.DoesNotExist: there is none
    """
    return Unit.objects.get(code=code)


def units_in_force(at: datetime) -> QuerySet[Unit]:
    """List the units of the day, in the order of the district; those that only an imported list names are left out."""
    return Unit.objects.filter(valid_on(local_day(at)), source="").select_related("region", "parent")


def current_unit(unit: Unit) -> Unit:
    """Follow successors to the unit that answers now."""
    while unit.successor is not None:
        unit = unit.successor
    return unit


def regions() -> QuerySet[Region]:
    """List the regions by code."""
    return Region.objects.select_related("parent")


def street_written(name: str, within: str) -> str:
    """Find the code of a street by what somebody wrote, 粮道街道, 粮道街 or 粮道; empty where the district has none."""
    wanted = _bare(name)
    rows = Region.objects.filter(level=Level.STREET, code__startswith=within).order_by("code") if wanted else ()
    return next((row.code for row in rows if _bare(row.name) == wanted), "")


def _bare(street: str) -> str:
    return street.strip().removesuffix("办事处").removesuffix("街道").removesuffix("街")


def posts_of(unit_ids: Collection[int]) -> QuerySet[Post]:
    """List the posts of units."""
    return Post.objects.filter(unit__in=unit_ids).select_related("unit")


def people(actor: Actor, purpose: str = "list") -> QuerySet[Account]:
    """List the accounts that the actor may see."""
    return visible(actor, Account, purpose).order_by("username")


def holders(role: str, unit_id: int, at: datetime) -> QuerySet[Account]:
    """List the people who hold a role in a unit now."""
    rows = Appointment.objects.filter(valid_on(local_day(at)), role=role, unit_id=unit_id)
    return Account.objects.filter(pk__in=rows.values("account"), is_active=True).order_by("pk")


def appointments_of(account_id: int) -> QuerySet[Appointment]:
    """List the appointments of a person, the newest first; their past is part of it."""
    return Appointment.objects.filter(account=account_id).select_related("unit", "post").order_by("-valid_from", "-pk")


def item_codes(actor: Actor) -> frozenset[str]:
    """Give the service items on which the units and posts of the actor work; empty when no unit is restricted."""
    posts = {grant.post for grant in actor.grants if grant.post}
    rows = ItemRight.objects.filter(unit__in=actor.unit_ids).values_list("item_code", "unit__code", "post__code")
    return frozenset(item for item, unit, post in rows if post is None or f"{unit}/{post}" in posts)


def mandates_of(party_id: int, at: datetime) -> QuerySet[Mandate]:
    """List what a party has mandated to others and holds from others, on the day."""
    rows = Mandate.objects.filter(valid_on(local_day(at))).select_related("principal", "agent")
    return rows.filter(principal=party_id) | rows.filter(agent=party_id)


def hand_overs_to_sign(account_id: int) -> QuerySet[HandOver]:
    """List the hand-overs that wait for this person's signature."""
    rows = HandOver.objects.select_related("giver", "taker", "by")
    giving = rows.filter(giver=account_id, giver_signed_at=None)
    return giving | rows.filter(taker=account_id, taker_signed_at=None)


def sessions_of(account_id: int) -> QuerySet[SessionMark]:
    """List a person's log-ins, the newest first."""
    return SessionMark.objects.filter(account=account_id).order_by("-started_at")


def accesses_to(subject: str) -> QuerySet[AccessLog]:
    """List who was shown personal data of a subject, the newest first."""
    return AccessLog.objects.filter(subject=subject).order_by("-recorded_at")


@dataclass(frozen=True, slots=True)
class PartyShown:
    """A party as an actor may see it."""

    party_id: int
    kind: str
    name: str
    id_kind: str
    id_number: str
    phone: str
    address: str
    legal_representative: str
    is_masked: bool


def party_shown(actor: Actor, party: Party) -> PartyShown:
    """Give a party with its personal fields as the actor may see them; numbers of organisations are open."""
    mine = party.pk in actor.party_ids or party.pk in actor.principal_ids
    return party_as(fields(actor, Party, own=mine), party)


def party_as(rights: Fields, party: Party) -> PartyShown:
    """Give a party as the rights over the row on which it stands say: a case, a licence, or itself."""
    number = number_of(party)
    return PartyShown(
        party_id=party.pk,
        kind=party.kind,
        name=rights.show("name", party.name) if party.is_person else party.name,
        id_kind=party.get_id_kind_display(),
        id_number=number if party.id_kind == IdKind.USCC else rights.show("id_number", number),
        phone=rights.show("phone", party.phone),
        address=rights.show("address", party.address) if party.is_person else party.address,
        legal_representative=rights.show("legal_representative", party.legal_representative),
        is_masked=bool(rights.masked or rights.hidden),
    )


def role_name(role: str) -> str:
    """Give the name of a role on screen."""
    return table().role_name(role)
