"""Makes people for tests: dull by default, and only what a test asks for."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from django.contrib.auth.models import AnonymousUser

from yichuang.foundation.people import commands, sealing
from yichuang.foundation.people.actors import SYSTEM, Actor, actor_for
from yichuang.foundation.people.models import (
    Account,
    Appointment,
    Mandate,
    Party,
    PartyAccount,
    Post,
    Region,
    Substitution,
    Unit,
)
from yichuang.foundation.records.models import Folder
from yichuang.kernel.identifiers import make_synthetic_resident_id, make_synthetic_uscc

WEDNESDAY = datetime(2019, 10, 30, 2, 0, tzinfo=UTC)  # 10:00 in China
EVER = date(2019, 1, 1)
_count = itertools.count(1)


def make_region(code: str = "420106", name: str = "武昌区", level: str = "DISTRICT") -> Region:
    """Find or make a region; the district by default."""
    return Region.objects.get_or_create(code=code, defaults={"name": name, "level": level})[0]


def make_unit(code: str = "zjj", *, parent: Unit | None = None, region: Region | None = None, **fields: object) -> Unit:
    """Find or make a unit of the district."""
    found = Unit.objects.filter(code=code).first()
    if found:
        return found
    said = {"name": f"{code}单位", "short_name": code, "kind": "BUREAU", "relation": "DISTRICT", "valid_from": EVER}
    unit = Unit.objects.create(code=code, parent=parent, region=region or make_region(), **(said | fields))
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def make_post(unit: Unit, code: str = "handle", name: str = "承办岗") -> Post:
    """Find or make a post of a unit."""
    return Post.objects.get_or_create(unit=unit, code=code, defaults={"name": name})[0]


def make_party(name: str = "张三", *, number: str = "", kind: str = "PERSON", **fields: object) -> Party:
    """Make a person, or with `kind="ENTERPRISE"` a firm, with a number made for demonstrations."""
    n = next(_count)
    id_kind = str(fields.pop("id_kind", "RESIDENT" if kind == "PERSON" else "USCC"))
    if not number:
        born = date(1950, 1, 1) + timedelta(days=n)
        number = make_synthetic_resident_id(born=born, order=1) if kind == "PERSON" else make_synthetic_uscc(n)
    return Party.objects.create(
        kind=kind,
        name=name,
        id_kind=id_kind,
        id_sealed=sealing.seal(number),
        id_hash=sealing.fingerprint(id_kind, number),
        uscc=number if id_kind == "USCC" else "",
        is_synthetic=True,
        created_at=WEDNESDAY,
        **({"phone": "10000001234"} | fields),
    )


def make_account(
    role: str = "",
    unit: Unit | str | None = None,
    *,
    username: str = "",
    party: Party | None = None,
    firms: tuple[Party, ...] = (),
    staff_kind: str = "ESTABLISHED",
    post: Post | None = None,
    valid_from: date = EVER,
    valid_to: date | None = None,
    is_demo: bool = True,
    **fields: object,
) -> Account:
    """Make an account; with `role` a member of staff of `unit`, without one a citizen."""
    n = next(_count)
    account = Account.objects.create_user(
        username or f"{role or 'citizen'}{n}",
        name=str(fields.pop("name", f"{role or '市民'}{n}")),
        party=party,
        is_demo=is_demo,
        **fields,
    )
    if role:
        appoint(account, role, unit, staff_kind=staff_kind, post=post, valid_from=valid_from, valid_to=valid_to)
    for firm in firms:
        PartyAccount.objects.create(account=account, party=firm, tie="LEGAL_REPRESENTATIVE", valid_from=EVER)
    return account


def appoint(
    account: Account,
    role: str,
    unit: Unit | str | None = None,
    *,
    staff_kind: str = "ESTABLISHED",
    post: Post | None = None,
    valid_from: date = EVER,
    valid_to: date | None = None,
) -> Appointment:
    """Give an account one more role."""
    place = unit if isinstance(unit, Unit) else make_unit(unit or "zjj")
    row = Appointment.objects.create(
        account=account,
        unit=place,
        role=role,
        staff_kind=staff_kind,
        post=post,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    refresh(account)
    return row


def make_actor(role: str = "", unit: Unit | str | None = None, *, at: datetime = WEDNESDAY, **fields: object) -> Actor:
    """Make an account and the actor that it is at `at`; role `public` is nobody."""
    if role == "public":
        return actor_for(AnonymousUser(), at)
    return actor_for(make_account(role, unit, **fields), at)


def actor_of(account: Account, at: datetime = WEDNESDAY) -> Actor:
    """Give the actor that an account is at `at`, as the database now says."""
    account.refresh_from_db()
    return actor_for(account, at)


def mandate(principal: Party, agent: Party, **fields: object) -> Mandate:
    """Let one party act for another."""
    row = Mandate.objects.create(principal=principal, agent=agent, **({"kind": "FAMILY", "valid_from": EVER} | fields))
    for account in Account.objects.filter(party=agent):
        refresh(account)
    return row


def cover(absent: Account, substitute: Account, at: datetime = WEDNESDAY, hours: int = 8) -> Substitution:
    """Let one person cover another for some hours from `at`."""
    row = Substitution.objects.create(
        absent=absent, substitute=substitute, kind="LEAVE", from_at=at, to_at=at + timedelta(hours=hours)
    )
    refresh(substitute)
    return row


def refresh(account: Account) -> None:
    """Let the account's actor be built anew."""
    commands.touch_rights(account.pk)
    account.refresh_from_db()


def make_demo() -> Folder:
    """Say that this is a demo folder, in which numbers made for demonstrations pass."""
    said = {"is_demo": True, "district": "wuchang", "opened_at": WEDNESDAY}
    return Folder.objects.update_or_create(id=1, defaults=said)[0]


__all__ = [
    "EVER",
    "SYSTEM",
    "WEDNESDAY",
    "actor_of",
    "appoint",
    "cover",
    "make_account",
    "make_demo",
    "make_actor",
    "make_party",
    "make_post",
    "make_region",
    "make_unit",
    "mandate",
    "refresh",
]
