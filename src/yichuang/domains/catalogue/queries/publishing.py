"""What the publication check looks up, what it says of published items, and how two versions differ."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from yichuang.domains.catalogue.queries import lists
from yichuang.domains.catalogue.queries.listing import KIND
from yichuang.domains.catalogue.rules import Change, Flaw, Known, changes, flaws
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.folders import exact
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.people.models import Region, Unit

REQUIRED_RULE = "item_required_elements"
BATCH = 500


@dataclass(frozen=True, slots=True)
class Checked:
    """One published version and what the check says of it."""

    code: str
    version: int
    name: str
    unit: str
    flaws: tuple[Flaw, ...]


def known(on: date) -> Known:
    """Give what stands on a day: units, regions, lifecycles, plans, forms, licence types, kept proofs, agencies."""
    return Known(
        required=_required(on),
        units=frozenset(Unit.objects.values_list("code", flat=True)),
        regions=frozenset(Region.objects.values_list("code", flat=True)),
        lifecycles=frozenset(definitions.all_in_force("lifecycle", on)),
        plans=frozenset(definitions.all_in_force("plan", on)),
        forms=frozenset(definitions.all_in_force("form", on)),
        licence_types=frozenset(definitions.all_in_force("licence_type", on)),
        kept_proofs=lists.kept_proofs(on),
        intermediaries=lists.intermediaries_in_force(on),
    )


def check(on: date, codes: Iterable[str] | None = None) -> Iterator[Checked]:
    """Check the versions that are in force on a day, all of them or some; a few statements for thousands."""
    there = known(on)
    in_force = definitions.all_in_force(KIND, on)
    wanted = sorted(in_force if codes is None else set(codes) & set(in_force))
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        bodies = _bodies(batch, {code: in_force[code].version for code in batch})
        for code in batch:
            item = in_force[code]
            yield Checked(code, item.version, item.name, item.unit, flaws(bodies[code], on, there))


def body_of(code: str, version: int) -> dict[str, Any]:
    """
    Give the body of a published version as JSON.

    :raises Definition.DoesNotExist: there is none
    """
    body: dict[str, Any] = json.loads(
        definitions.versions(KIND, code).values_list("body", flat=True).get(version=version)
    )
    return {**body, "version": version}


def changes_between(code: str, old: int, new: int) -> tuple[Change, ...]:
    """
    List how two published versions of an item differ, in words.

    :raises Definition.DoesNotExist: one of them was never published
    """
    return changes(body_of(code, old), body_of(code, new))


def _bodies(codes: list[str], versions: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    rows = definitions.published(KIND).filter(code__in=codes).values_list("code", "version", "body")
    return {code: exact(body) for code, version, body in rows if versions[code] == version}


def _required(on: date) -> Mapping[str, tuple[str, ...]]:
    try:
        return dict(definitions.rule(REQUIRED_RULE, on).value)
    except NotInForce:
        return {}
