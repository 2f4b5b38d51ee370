"""Taking over regions, units, posts, items of a unit, parties and accounts from YAML; run twice, it changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import jsonschema
from django.db.models import Model

from yichuang.foundation.people import sealing
from yichuang.foundation.people.events import PeopleLoaded
from yichuang.foundation.people.models import (
    Account,
    Appointment,
    EnterpriseFacts,
    ItemRight,
    Mandate,
    Party,
    PartyAccount,
    Post,
    Region,
    Unit,
    new_mark,
)
from yichuang.foundation.people.numbers import checked_number
from yichuang.foundation.people.permissions import table
from yichuang.foundation.people.terms import IdKind
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import SYSTEM, day_stream
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.identifiers import NotAnIdentifier, tidy

SCHEMA = Path(__file__).parent / "schemas" / "people.json"
FORMATS = jsonschema.FormatChecker()
Rows = Mapping[str, Any]
M = TypeVar("M", bound=Model)


def load_units(data: Rows, *, at: datetime, place: str = "people") -> PeopleLoaded:
    """
    Take over what the mapping holds: `regions`, `units`, `parties`, `accounts`, `mandates`; each may be absent.

    Rows that exist are brought to what the file says; nothing is deleted. `docs/guides/roles-and-permissions.md`
    shows the form. All in one deed.

    :raises DefinitionError: a row does not fit the schema, or names a region, unit, post, role or party that is unknown
    """
    data = json.loads(json.dumps(data, default=str))  # YAML makes dates, the schema knows ISO texts
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for problem in jsonschema.Draft202012Validator(schema, format_checker=FORMATS).iter_errors(data):
        raise DefinitionError(f"{place}: {'/'.join(map(str, problem.absolute_path))}", problem.message)
    with deed("load_units", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
        _regions(data.get("regions", []), place)
        posts = _units(data.get("units", []), place)
        _parties(data.get("parties", []), place, at)
        appointments = _accounts(data.get("accounts", []), place, at)
        _mandates(data.get("mandates", []), place)
        Account.objects.update(rights_mark=new_mark())
        event = PeopleLoaded(
            regions=len(data.get("regions", [])),
            units=len(data.get("units", [])),
            posts=posts,
            accounts=len(data.get("accounts", [])),
            appointments=appointments,
        )
        pen.record(event)
    return event


def _regions(rows: Iterable[Rows], place: str) -> None:
    for row in rows:
        parent = _find(Region, row.get("parent"), f"{place}: regions/{row['code']}")
        Region.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "level": row["level"], "parent": parent}
        )


def _units(rows: Iterable[Rows], place: str) -> int:
    posts = 0
    for number, row in enumerate(rows, start=1):
        where = f"{place}: units/{row['code']}"
        parent = _find(Unit, row.get("parent"), where)
        unit, _ = Unit.objects.update_or_create(
            code=row["code"],
            defaults={
                "name": row["name"],
                "short_name": row.get("short_name", row["name"]),
                "kind": row["kind"],
                "relation": row["relation"],
                "parent": parent,
                "region": _found(Region, row["region"], where),
                "uscc": row.get("uscc", ""),
                "is_utility": row.get("is_utility", False),
                "phone": row.get("phone", ""),
                "address": row.get("address", ""),
                "rank": row.get("rank", number * 10),
                "valid_from": date.fromisoformat(row["from"]),
                "valid_to": _end(row.get("to")),
                "successor": _find(Unit, row.get("successor"), where),
            },
        )
        path = f"{parent.path if parent else '/'}{unit.pk}/"
        if unit.path != path:
            _move(unit, path)
        for code, name in row.get("posts", {}).items():
            Post.objects.update_or_create(unit=unit, code=code, defaults={"name": name})
            posts += 1
        for item in row.get("items", []):
            ItemRight.objects.get_or_create(unit=unit, post=None, item_code=item)
    return posts


def _move(unit: Unit, path: str) -> None:
    """Give a unit its place in the tree, and take along what stands below it."""
    below = Unit.objects.filter(path__startswith=unit.path).exclude(pk=unit.pk) if unit.path else Unit.objects.none()
    for each in below:
        Unit.objects.filter(pk=each.pk).update(path=path + each.path[len(unit.path) :])
    Unit.objects.filter(pk=unit.pk).update(path=path)
    unit.path = path


def _parties(rows: Iterable[Rows], place: str, at: datetime) -> None:
    for row in rows:
        where = f"{place}: parties/{row['number']}"
        number = _number(row, where)
        said = {
            "kind": row["kind"],
            "name": row["name"],
            "id_kind": row["id_kind"],
            "uscc": number if row["id_kind"] == IdKind.USCC else "",
            "phone": row.get("phone", ""),
            "address": row.get("address", ""),
            "legal_representative": row.get("legal_representative", ""),
            "region": _find(Region, row.get("region"), where),
            "born_on": _end(row.get("born_on")),
            "is_priority": row.get("is_priority", False),
            "is_synthetic": row.get("is_synthetic", False),
        }
        party, _ = Party.objects.update_or_create(
            id_hash=sealing.fingerprint(row["id_kind"], number),
            defaults=said,
            create_defaults=said | {"id_sealed": sealing.seal(number), "created_at": at},
        )
        if facts := row.get("facts"):
            EnterpriseFacts.objects.update_or_create(
                party=party, defaults=facts | {"established_on": _end(facts.get("established_on"))}
            )


def _number(row: Rows, where: str) -> str:
    try:
        return checked_number(row["id_kind"], row["number"])
    except NotAnIdentifier as reason:
        raise DefinitionError(where, reason.message) from reason


def _accounts(rows: Iterable[Rows], place: str, at: datetime) -> int:
    appointments = 0
    for row in rows:
        where = f"{place}: accounts/{row['username']}"
        account = Account.objects.filter(username=row["username"]).first()
        if account is None:
            account = Account(username=row["username"], opened_at=at)
            account.set_unusable_password()
        account.name = row["name"]
        account.staff_no = row.get("staff_no", "")
        account.phone = row.get("phone", "")
        account.language = row.get("language", "")
        account.is_demo = row.get("is_demo", False)
        account.valid_until = _end(row.get("valid_until"))
        account.party = _party(row.get("party"), where)
        account.save()
        for number, tie in row.get("acts_for", {}).items():
            PartyAccount.objects.get_or_create(
                account=account,
                party=_party(number, where),
                valid_to=None,
                defaults={"tie": tie, "valid_from": date.fromisoformat(row["from"])},
            )
        for post in row.get("appointments", []):
            _appointment(account, post, where)
            appointments += 1
    return appointments


def _appointment(account: Account, row: Rows, where: str) -> None:
    if row["role"] not in table().roles:
        raise DefinitionError(where, f"unknown role {row['role']!r}", "a role", sorted(table().roles))
    unit = _found(Unit, row["unit"], where)
    post = None
    if "post" in row:
        post = Post.objects.filter(unit=unit, code=row["post"]).first()
        if post is None:
            there = unit.posts.values_list("code", flat=True)
            raise DefinitionError(where, f"unknown post {row['post']!r} in {unit.code}", "a post", list(there))
    held = frozenset(account.appointments.exclude(role=row["role"]).values_list("role", flat=True))
    if clash := table().conflicts(held, row["role"]):
        raise DefinitionError(where, f"{row['role']} together with {', '.join(sorted(clash))}", "two persons")
    Appointment.objects.update_or_create(
        account=account,
        unit=unit,
        role=row["role"],
        valid_from=date.fromisoformat(row["from"]),
        defaults={"post": post, "staff_kind": row.get("staff_kind", "ESTABLISHED"), "valid_to": _end(row.get("to"))},
    )


def _mandates(rows: Iterable[Rows], place: str) -> None:
    for row in rows:
        Mandate.objects.update_or_create(
            principal=_party(row["principal"], f"{place}: mandates"),
            agent=_party(row["agent"], f"{place}: mandates"),
            valid_from=date.fromisoformat(row["from"]),
            defaults={"kind": row["kind"], "scope": " ".join(row.get("items", [])), "valid_to": _end(row.get("to"))},
        )


def _party(number: str | None, where: str) -> Party | None:
    if number is None:
        return None
    digests = [sealing.fingerprint(kind, tidy(number)) for kind in IdKind]
    party = Party.objects.filter(id_hash__in=digests).first()
    if party is None:
        raise DefinitionError(where, "names a party that is not loaded", "the number of a party of this file")
    return party


def _end(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _find(model: type[M], value: str | None, where: str) -> M | None:
    return None if value is None else _found(model, value, where)


def _found(model: type[M], code: str, where: str) -> M:
    row = model._default_manager.filter(code=code).first()
    if row is None:
        raise DefinitionError(where, f"unknown {model._meta.model_name} {code!r}", "one that stands above it")
    return row
