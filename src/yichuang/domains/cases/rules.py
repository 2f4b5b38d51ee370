"""Pure decisions on applications: what is asked for, what is missing, which limits hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from yichuang.domains.cases.terms import Channel, DeliveryKind, IdentityCheck, MaterialState
from yichuang.domains.catalogue.terms import Item, Material, Need

UNDO_SECONDS = 30
"""A wrong acceptance can be taken back for so long, while the paper has not been handed over (practice, screen 1)."""

SETTLED = frozenset({MaterialState.HANDED, MaterialState.EXEMPT, MaterialState.NOT_ASKED, MaterialState.PROMISED})


@dataclass(frozen=True, slots=True)
class Asked:
    """One material as it is asked for in a situation; `exempt` says why it need not be brought."""

    material: Material
    exempt: str = ""
    licence_id: int | None = None


SIGNED = frozenset({"approve", "deny"})
"""Outcomes that only a decision gives to a step: it has reason, basis, paper and licence."""


@dataclass(frozen=True, slots=True)
class Brought:
    """How one material came: its state at the window, and the files that were scanned or uploaded."""

    state: MaterialState = MaterialState.HANDED
    files: tuple[int, ...] = ()
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Application:
    """Everything that a window or the portal hands in at once."""

    item_id: str
    applicant_id: int
    channel: Channel
    received_at: datetime
    identity_check: IdentityCheck
    answers: Mapping[str, Any] = field(default_factory=dict)
    situation: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    brought: Mapping[str, Brought] = field(default_factory=dict)
    representative_id: int | None = None
    agent_id: int | None = None
    agent_relation: str = ""
    mandate_id: int | None = None
    recipient_name: str = ""
    recipient_phone: str = ""
    recipient_address: str = ""
    delivery_kind: DeliveryKind = DeliveryKind.WINDOW
    site: str = ""
    window: str = ""
    by_dictation: bool = False
    project_code: str = ""
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a correction notice as the clerk wrote it."""

    name: str
    reason: str
    how: str = ""
    material: str = ""
    field: str = ""
    unit_id: int | None = None


def asked_materials(item: Item, facts: Mapping[str, Any], licences: Mapping[str, tuple[int, str]]) -> tuple[Asked, ...]:
    """
    List what is asked for: each material whose situation applies or is not known, with what the library holds exempt.

    `licences` maps a licence type to (licence, how it is named in the proof).
    """
    found = []
    for material in item.materials_for(facts):
        licence = licences.get(material.licence_type) if material.licence_type else None
        found.append(Asked(material, licence[1] if licence else "", licence[0] if licence else None))
    return tuple(found)


def missing(states: Iterable[tuple[str, str, str]], *, tolerant: bool, on_commitment: bool = False) -> tuple[str, ...]:
    """
    Name the required materials that are not in hand; `states` are (name, need, state).

    What may be handed in later counts as missing too unless the acceptance is tolerant.
    """
    lacking = []
    for name, need, state in states:
        if need == Need.OPTIONAL or state in SETTLED:
            continue
        if state == MaterialState.DEFERRED and need == Need.DEFERRABLE and tolerant:
            continue
        if need == Need.DEFERRABLE and on_commitment:
            continue
        lacking.append(name)
    return tuple(lacking)


def not_eligible(item: Item, answers: Mapping[str, str]) -> tuple[str, ...]:
    """Tell why somebody who answers so cannot apply; empty if he can."""
    return tuple(choice.not_eligible for choice in item.chosen(answers) if choice.not_eligible)


def is_new_about_old(*, first_told: bool, was_in_hand: bool, told_before: bool) -> bool:
    """
    Say whether a row is a suspected breach of 一次性告知 (practice 5; 行政许可法 第三十二条第一款第四项).

    It is new (`told_before` is false) in a later notice (`first_told`: an earlier one exists) about something that was
    already in hand at the first notice.
    """
    return first_told and was_in_hand and not told_before
