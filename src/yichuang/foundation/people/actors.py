"""The one who acts: built once per request from what is valid at that moment, then only asked."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.translation import gettext as _

from yichuang.foundation.people.models import Account, Appointment, Mandate, PartyAccount, Substitution, Unit
from yichuang.foundation.people.permissions import Allowance, Scope, table
from yichuang.foundation.people.terms import TEMPORARY, PartyKind
from yichuang.foundation.records.terms import CHINA, By
from yichuang.kernel.errors import NotPossible

REMEMBERED = 4000
"""Actors kept per process."""


class NotAllowed(NotPossible):
    """The one who acts does not hold the permission, there."""

    code = "people.not_allowed"

    def __init__(self, permission: str) -> None:
        super().__init__(
            _("您没有“%(name)s”的权限，或者它不在您的管辖范围内。如确需办理，请联系本单位负责人或大厅管理科。")
            % {"name": table().permission_name(permission)}
        )
        self.permission = permission


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held in one unit, with the units that its scopes reach."""

    role: str
    unit_id: int | None = None
    post: str = ""
    staff_kind: str = ""
    subtree: frozenset[int] = frozenset()
    region: frozenset[int] = frozenset()
    on_behalf_of: int | None = None

    def allowance(self, permission: str) -> Allowance | None:
        """Find what the table gives this role; temporary staff never get what practice 13 keeps from them."""
        rights = table()
        if self.staff_kind in TEMPORARY and permission in rights.never_temporary:
            return None
        return rights.allowance(self.role, permission)

    def units(self, permission: str) -> frozenset[int] | None:
        """Give the units in which this grant carries the permission; None means every unit."""
        allowance = self.allowance(permission)
        found: frozenset[int] = frozenset()
        if allowance is None:
            return found
        if Scope.ALL in allowance.scopes:
            return None
        if Scope.UNIT in allowance.scopes and self.unit_id is not None:
            found |= {self.unit_id}
        if Scope.SUBTREE in allowance.scopes:
            found |= self.subtree
        if Scope.REGION in allowance.scopes:
            found |= self.region
        return found


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a permission of one actor goes: what `visible` and the functions of `register_scope` are given."""

    actor: Actor
    permission: str
    everything: bool
    units: frozenset[int]
    parties: frozenset[int]
    principals: frozenset[int]

    @property
    def is_nothing(self) -> bool:
        """Say whether nothing at all is reached."""
        return not (self.everything or self.units or self.parties or self.principals)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with rights, at a moment: a person of the staff, a citizen, the public, or the system itself."""

    account_id: int | None
    name: str
    grants: tuple[Grant, ...] = ()
    staff_no: str = ""
    party_id: int | None = None
    party_ids: frozenset[int] = frozenset()
    """The parties that are this person: itself, and the firms it represents or works for."""
    principal_ids: frozenset[int] = frozenset()
    """The parties that have mandated one of `party_ids`, for every matter or for some."""
    ward_ids: frozenset[int] = frozenset()
    """Those of them that mandated it for every matter: lists show everything of theirs, of the others only the cases
    in which the agent is named."""
    language: str = ""
    is_demo: bool = False
    is_system: bool = False
    was_staff: bool = False
    """Whether the person was ever appointed to anything."""
    roles: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(grant.role for grant in self.grants))

    @property
    def is_known(self) -> bool:
        """Say whether somebody logged in."""
        return self.account_id is not None

    @property
    def is_staff(self) -> bool:
        """Say whether the person holds a role of the staff today."""
        rows = table().roles
        return any(role in rows and rows[role].is_staff for role in self.roles)

    @property
    def unit_ids(self) -> frozenset[int]:
        """Give the units in which the person is appointed, or covers somebody."""
        return frozenset(grant.unit_id for grant in self.grants if grant.unit_id is not None)

    @property
    def by(self) -> By:
        """Say who acts, for a record: in the first own post."""
        own = [grant.post for grant in self.grants if grant.post and grant.on_behalf_of is None]
        return By(self.account_id, own[0] if own else "")

    def may(
        self, permission: str, unit_id: int | Collection[int] | None = None, *, party_id: int | None = None
    ) -> bool:
        """
        Say whether the actor holds the permission.

        Without a place: anywhere. With `unit_id`: in that unit, or in one of those units. With `party_id`: for that
        party, as itself or by mandate. With both, either suffices.
        """
        return self.is_system or self._grant(permission, unit_id, party_id) is not None

    def require(
        self, permission: str, unit_id: int | Collection[int] | None = None, *, party_id: int | None = None
    ) -> None:
        """
        Insist on `may`.

        :raises NotAllowed: the actor may not
        """
        if not self.may(permission, unit_id, party_id=party_id):
            raise NotAllowed(permission)

    def by_for(
        self, permission: str, unit_id: int | Collection[int] | None = None, *, party_id: int | None = None
    ) -> By:
        """
        Say who acts with this permission there: own rights come before those of a person who is covered.

        :raises NotAllowed: the actor may not
        """
        if self.is_system:
            return self.by
        grant = self._grant(permission, unit_id, party_id)
        if grant is None:
            raise NotAllowed(permission)
        return By(self.account_id, grant.post, grant.on_behalf_of)

    def units(self, permission: str) -> frozenset[int] | None:
        """Give the ids of the units in which the actor holds the permission; None means every unit."""
        if self.is_system:
            return None
        found: frozenset[int] = frozenset()
        for grant in self.grants:
            units = grant.units(permission)
            if units is None:
                return None
            found |= units
        return found

    def reach(self, permission: str) -> Reach:
        """Tell how far the permission goes, for lists."""
        units = self.units(permission)
        scopes = self._scopes(permission)
        return Reach(
            actor=self,
            permission=permission,
            everything=units is None,
            units=units or frozenset(),
            parties=self.party_ids if Scope.OWN in scopes else frozenset(),
            principals=self.ward_ids if Scope.MANDATE in scopes else frozenset(),
        )

    def _scopes(self, permission: str) -> frozenset[Scope]:
        cells = (grant.allowance(permission) for grant in self.grants if grant.on_behalf_of is None)
        return frozenset().union(*(cell.scopes for cell in cells if cell))

    def _grant(self, permission: str, unit_id: int | Collection[int] | None, party_id: int | None) -> Grant | None:
        asked = {unit_id} if isinstance(unit_id, int) else unit_id
        for grant in self.grants:
            cell = grant.allowance(permission)
            if cell is None:
                continue
            if asked is None and party_id is None:
                return grant
            units = grant.units(permission)
            if units is None or (asked is not None and units.intersection(asked)):
                return grant
            if party_id is not None and grant.on_behalf_of is None and self._is_for(cell, party_id):
                return grant
        return None

    def _is_for(self, cell: Allowance, party_id: int) -> bool:
        own = Scope.OWN in cell.scopes and party_id in self.party_ids
        return own or (Scope.MANDATE in cell.scopes and party_id in self.principal_ids)


SYSTEM = Actor(None, "系统", is_system=True)
"""The machine itself: jobs and reactions act as it."""

PUBLIC = Actor(None, "访客", (Grant("public"),))
"""Whoever did not log in."""

_remembered: OrderedDict[int, tuple[str, datetime, datetime, Actor]] = OrderedDict()


def local_day(at: datetime) -> date:
    """Give China's day of a moment."""
    return at.astimezone(CHINA).date()


def actor_for(account: Account | AnonymousUser | None, at: datetime) -> Actor:
    """Build the actor from what is valid at `at`; the same account is built anew only when its rights changed."""
    if not isinstance(account, Account):
        return PUBLIC
    kept = _remembered.get(account.pk)
    if kept and kept[0] == account.rights_mark and kept[1] <= at < kept[2]:
        _remembered.move_to_end(account.pk)
        return kept[3]
    actor, until = _build(account, at)
    _remembered[account.pk] = (account.rights_mark, at, until, actor)
    if len(_remembered) > REMEMBERED:
        _remembered.popitem(last=False)
    return actor


def may_log_in(account: Account, at: datetime) -> bool:
    """
    Say whether the account is let in: active, not past its last day.

    Staff whose appointments have all ended are not, from the midnight on which the last one ended.
    """
    day = local_day(at)
    if not account.is_active or (account.valid_until is not None and account.valid_until < day):
        return False
    actor = actor_for(account, at)
    return bool(actor.unit_ids) or not actor.was_staff


def valid_on(day: date) -> Q:
    """Filter rows that bear `valid_from` and `valid_to` by a day; `valid_to` is the first day no longer valid."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))


def _build(account: Account, at: datetime) -> tuple[Actor, datetime]:
    day = local_day(at)
    covers = list(Substitution.objects.filter(substitute=account, to_at__gt=at))
    covered = {cover.absent_id for cover in covers if cover.from_at <= at}
    rows = list(
        Appointment.objects.filter(valid_on(day), account_id__in={account.pk, *covered})
        .select_related("unit__region", "post")
        .order_by("id")
    )
    own = [row for row in rows if row.account_id == account.pk]
    grants = [*_grants(own), *_covered_grants(own, [row for row in rows if row.account_id != account.pk])]
    parties, firms = _parties(account, day)
    if not own or account.party_id:
        grants.append(Grant("citizen"))
    if firms:
        grants.append(Grant("firm"))
    mandates = Mandate.objects.filter(valid_on(day), agent__in=parties) if parties else Mandate.objects.none()
    principals = list(mandates.values_list("principal_id", "scope"))
    actor = Actor(
        account_id=account.pk,
        name=str(account),
        grants=tuple(grants),
        staff_no=account.staff_no,
        party_id=account.party_id,
        party_ids=parties,
        principal_ids=frozenset(principal for principal, _scope in principals),
        ward_ids=frozenset(principal for principal, scope in principals if not scope),
        language=account.language,
        is_demo=account.is_demo,
        was_staff=bool(own) or account.appointments.exists(),
    )
    midnight = datetime.combine(day + timedelta(days=1), time(), CHINA)
    changes = [moment for cover in covers for moment in (cover.from_at, cover.to_at) if moment > at]
    return actor, min([midnight, *changes])


def _parties(account: Account, day: date) -> tuple[frozenset[int], bool]:
    ties = PartyAccount.objects.filter(valid_on(day), account=account).values_list("party_id", "party__kind")
    found = dict(ties)
    mine = {account.party_id} if account.party_id else set()
    return frozenset(mine | found.keys()), PartyKind.ENTERPRISE in found.values()


def _grants(rows: Iterable[Appointment], on_behalf_of: bool = False) -> list[Grant]:
    rows = list(rows)
    below = _below(rows)
    return [
        Grant(
            role=row.role,
            unit_id=row.unit_id,
            post=f"{row.unit.code}/{row.post.code if row.post else row.role}",
            staff_kind=row.staff_kind,
            subtree=frozenset(pk for pk, path, _region in below if path.startswith(row.unit.path)),
            region=frozenset(pk for pk, _path, region in below if region.startswith(row.unit.region.stem)),
            on_behalf_of=row.account_id if on_behalf_of else None,
        )
        for row in rows
    ]


def _covered_grants(own: list[Appointment], covered: list[Appointment]) -> list[Grant]:
    """A substitute gets the rights of the absent, but never more than the own kind of employment allows."""
    kept_apart = frozenset().union(*table().apart)
    temporary = next((row.staff_kind for row in own if row.staff_kind in TEMPORARY), "")
    for row in covered:
        row.staff_kind = temporary or row.staff_kind
    return _grants((row for row in covered if own and row.role not in kept_apart), on_behalf_of=True)


def _below(rows: list[Appointment]) -> list[tuple[int, str, str]]:
    if not rows:
        return []
    wanted = Q()
    for row in rows:
        wanted |= Q(path__startswith=row.unit.path) | Q(region__code__startswith=row.unit.region.stem)
    return list(Unit.objects.filter(wanted).order_by().values_list("pk", "path", "region_id"))
