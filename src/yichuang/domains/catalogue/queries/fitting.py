"""What a situation asks for (情形导办): the next question, one's own materials, or why one cannot apply. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.domains.catalogue.terms import Choice, Item, Material, Situation
from yichuang.kernel.conditions import Truth


@dataclass(frozen=True, slots=True)
class Fit:
    """
    What the answers so far lead to.

    `asks` is the next question, None at the end. `reasons` say why somebody who answers so cannot apply, each with its
    basis; then `asks` is None and `materials` are empty.
    """

    item: Item
    answered: tuple[tuple[Situation, Choice], ...]
    asks: Situation | None
    place: int
    """Number of the question that is asked, from 1."""
    reasons: tuple[tuple[str, str], ...]
    materials: tuple[Material, ...]
    facts: Mapping[str, Any]
    """What the answers make true."""
    spared: tuple[Material, ...]
    """Materials of the item that these answers do not ask for."""


def fit(item: Item, answers: Mapping[str, str], again: str = "") -> Fit:
    """
    Follow the answers (situation → choice) through the questions; answers to nothing that is asked are passed over.

    `again` names a question that is to be asked although it was answered.
    """
    answered: list[tuple[Situation, Choice]] = []
    given: dict[str, str] = {}
    asks = None
    for situation in item.situations:
        if situation not in item.questions(given):
            continue
        choice = next((each for each in situation.choices if each.id == answers.get(situation.id)), None)
        if choice is None or situation.id == again:
            asks = situation
            break
        answered.append((situation, choice))
        given[situation.id] = choice.id
    refused = [choice for _, choice in answered if choice.not_eligible]
    facts = item.facts_of(given)
    settled = item.for_facts(facts)
    wanted = () if refused or asks else settled.materials_for(facts)
    return Fit(
        item=settled,
        answered=tuple(answered),
        asks=None if refused else asks,
        place=len(answered) + 1,
        reasons=tuple((each.not_eligible, each.basis or "；".join(item.basis)) for each in refused),
        materials=wanted,
        facts=facts,
        spared=() if refused or asks else tuple(each for each in item.materials if each not in wanted),
    )


def needed_when(item: Item, material: Material) -> tuple[str, ...]:
    """Name the answers that alone ask for a material; empty where it is always asked for, or no one answer decides."""
    if material.when is None:
        return ()
    choices = (choice for situation in item.situations for choice in situation.choices)
    return tuple(each.label for each in choices if material.when.decide(each.facts).truth is Truth.YES)
