"""
Units and people that the log of an old system names: rows with their source, without log-in, not in force.

They are there so that history can say whose work it was. A log calls a unit as its own system did, so the same name in
two systems is two units, other than in the lists that `bringing` reads. Called inside the deed that brings them in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256

from django.contrib.auth.hashers import make_password

from yichuang.foundation.people import terms
from yichuang.foundation.people.bringing import level_of
from yichuang.foundation.people.models import Account, Region, Unit


def region_of(code: str, name: str) -> Region:
    """Give a region, made where it is missing."""
    found, _ = Region.objects.get_or_create(code=code, defaults={"name": name, "level": level_of(code)})
    return found


def units_named(
    names: Iterable[str], *, source: str, parent: Unit | None, region: Region, until: date
) -> tuple[dict[str, Unit], int]:
    """
    Give the units of these names, and how many of them were made: ours where one has that name, else the source's.

    A made unit was in force until before `until`: nothing can be given to it.
    """
    wanted = list(dict.fromkeys(names))
    found: dict[str, Unit] = {}
    for unit in Unit.objects.filter(source="", name__in=wanted):
        found[unit.name] = unit
    codes = {_code(source, name): name for name in wanted if name not in found}
    for unit in Unit.objects.filter(code__in=list(codes)):
        found[codes[unit.code]] = unit
    missing = {name: code for code, name in codes.items() if name not in found}
    found |= {name: _unit(code, name, source, parent, region, until) for name, code in missing.items()}
    return found, len(missing)


def accounts_named(names: Iterable[str], *, source: str, at: datetime) -> tuple[dict[str, int], int]:
    """Give the accounts that stand for people of the source, by its names for them, and how many were made."""
    wanted = {_username(source, name): name for name in dict.fromkeys(names)}
    found = dict(Account.objects.filter(username__in=list(wanted)).values_list("username", "pk"))
    new = [
        Account(
            username=username,
            name=name[:60],
            source=source,
            password=make_password(None),
            is_active=False,
            opened_at=at,
            closed_at=at,
        )
        for username, name in wanted.items()
        if username not in found
    ]
    Account.objects.bulk_create(new)
    found |= {account.username: account.pk for account in new}
    return {wanted[username]: pk for username, pk in found.items()}, len(new)


def _unit(code: str, name: str, source: str, parent: Unit | None, region: Region, until: date) -> Unit:
    unit = Unit.objects.create(
        code=code,
        name=name[:80],
        short_name=name[:20],
        kind=terms.UnitKind.OFFICE if parent else terms.UnitKind.BUREAU,
        relation=terms.Relation.VERTICAL,
        parent=parent,
        region=region,
        rank=9000,
        source=source,
        valid_from=until,
        valid_to=until,
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    return unit


def _code(source: str, name: str) -> str:
    return f"{source.replace('.', '-')[:27]}-{_mark(name)}"


def _username(source: str, name: str) -> str:
    whole = f"{source}:{name}"
    return whole if len(whole) <= 60 else f"{whole[:47]}~{_mark(name)}"


def _mark(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:12]
