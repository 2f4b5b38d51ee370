"""Finds what a name, number or code that somebody typed stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yichuang.foundation.people import commands as people
from yichuang.foundation.people.actors import SYSTEM, Actor, local_day
from yichuang.foundation.people.models import Party, Region, Unit
from yichuang.foundation.people.numbers import checked_number
from yichuang.foundation.people.terms import IdKind, PartyKind
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.registers.definition import Field
from yichuang.foundation.registers.models import Entry
from yichuang.foundation.registers.published import chinese_choices
from yichuang.foundation.registers.targets import TARGETS
from yichuang.foundation.registers.terms import EntryState, FieldType
from yichuang.foundation.registers.typed import Unfit, half_width
from yichuang.kernel.identifiers import NotAnIdentifier, parse_uscc

USCC = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")
NUMBERED = re.compile(r"#?\s*(\d{1,9})(?:\s+.*|号)?")
SEVERAL = 5
"""Candidates that are named."""
BLOCK = 200


@dataclass(frozen=True, slots=True)
class NewParty:
    """An enterprise that is not registered yet, with a number that can be: it is registered when the entry is saved."""

    name: str
    uscc: str


@dataclass
class Lookup:
    """
    Finds parties, units, regions, things of upper rooms and entries, and remembers what it found.

    `prefetch` looks up many parties in a few questions, so that a long file needs no question a row.
    """

    at: datetime
    actor: Actor
    _found: dict[tuple[str, str], Any] = field(default_factory=dict)
    _choices: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _units: dict[str, str] = field(default_factory=dict)
    _regions: dict[str, list[str]] = field(default_factory=dict)

    def choices(self, field: Field) -> Mapping[str, str]:
        """Give the names of a field's codes."""
        key = field.codes or f"{field.id}:{id(field)}"
        if key not in self._choices:
            self._choices[key] = chinese_choices(field, local_day(self.at))
        return self._choices[key]

    def refer(self, field: Field, text: str) -> Any:
        """
        Find what a reference means.

        :raises Unfit: there is none, or several
        """
        key = (f"{field.type}:{field.register}", text)
        if key not in self._found:
            self._found[key] = self._refer(field, text)
        return self._found[key]

    def prefetch(self, field: Field, texts: Iterable[str]) -> None:
        """Look up many parties at once; the others are few and remembered anyway."""
        if field.type is not FieldType.PARTY:
            return
        wanted = {text.strip() for text in texts}
        unknown = sorted(
            each for each in wanted if each and (f"{field.type}:{field.register}", each) not in self._found
        )
        for start in range(0, len(unknown), BLOCK):
            some = unknown[start : start + BLOCK]
            numbers = {each: found.group() for each in some if (found := _with_number(each)[1])}
            rows = Party.objects.filter(uscc__in=set(numbers.values())).values_list("uscc", "pk", "merged_into_id")
            by_number = {uscc: merged or pk for uscc, pk, merged in rows}
            for text, uscc in numbers.items():
                if uscc in by_number:
                    self._found[f"{field.type}:{field.register}", text] = by_number[uscc]

    def _refer(self, field: Field, text: str) -> Any:
        match field.type:
            case FieldType.PARTY:
                return self._party(field, text)
            case FieldType.UNIT:
                return self._unit(field, text)
            case FieldType.REGION:
                return self._region(field, text)
            case FieldType.ENTRY:
                return self._entry(field, text)
        return self._outside(field, text)

    def _party(self, field: Field, text: str) -> int | NewParty:
        names, text, number = _ways(text), *_with_number(text)
        if number is None:
            firms = Party.objects.filter(name__in=names, kind=PartyKind.ENTERPRISE, merged_into=None)
            found = list(firms.values_list("pk", "uscc").order_by("uscc")[: SEVERAL + 1])
            if len(found) == 1:
                return found[0][0]
            if not found:
                told = {"label": str(field.name), "typed": text}
                raise Unfit(_("“%(label)s”没有登记过“%(typed)s”；请填统一社会信用代码，或“名称 信用代码”。") % told)
            raise Unfit(self._which(field, text, [uscc for _pk, uscc in found]))
        uscc = number.group()
        row = Party.objects.filter(uscc=uscc).first()
        if row is not None:
            return row.merged_into_id or row.pk
        try:
            checked_number(IdKind.USCC, uscc)
        except NotAnIdentifier as reason:
            raise Unfit(_("“%(label)s”：%(why)s") % {"label": str(field.name), "why": str(reason)}) from None
        name = text[: number.start()].strip(" （(") or text[number.end() :].strip(" ）)")
        if not name:
            told = {"label": str(field.name), "typed": uscc}
            raise Unfit(_("“%(label)s”没有登记过 %(typed)s；请连名称一起填写，如“某某公司 %(typed)s”。") % told)
        return NewParty(name, uscc)

    def _unit(self, field: Field, text: str) -> str:
        if not self._units:
            for code, name, short in Unit.objects.values_list("code", "name", "short_name").order_by("valid_from"):
                self._units |= {name: code, short: code, code: code}
        known = next((each for each in _ways(text) if each in self._units), None)
        if known is None:
            near = [name for name in self._units if text and (text in name or name in text)][:SEVERAL]
            raise Unfit(self._none(field, text, near))
        return self._units[known]

    def _region(self, field: Field, text: str) -> str:
        if not self._regions:
            for code, name in Region.objects.values_list("code", "name"):
                self._regions.setdefault(name, []).append(code)
                self._regions.setdefault(code, []).append(code)
        text = half_width(text)
        found = self._regions.get(text) or self._regions.get(f"{text}街道") or self._regions.get(f"{text}区") or []
        if len(found) != 1:
            raise Unfit(self._which(field, text, found) if found else self._none(field, text, []))
        return found[0]

    def _entry(self, field: Field, text: str) -> int:
        rows = visible(self.actor, Entry).filter(register=field.register).exclude(state=EntryState.WITHDRAWN)
        numbered = NUMBERED.fullmatch(half_width(text))
        named = Q(title__in=_ways(text))
        found = list(rows.filter(named | Q(number=int(numbered.group(1))) if numbered else named)[: SEVERAL + 1])
        exact = [row for row in found if numbered and row.number == int(numbered.group(1))] or found
        if len(exact) == 1:
            return exact[0].pk
        if not exact:
            raise Unfit(self._none(field, text, []))
        raise Unfit(self._which(field, text, [f"{row.number} {row.title}" for row in exact]))

    def _outside(self, field: Field, text: str) -> str:
        target, text = TARGETS[field.type], half_width(text)
        found = target.find(text) or target.find(text.split()[0])
        if len(found) == 1:
            return found[0]
        raise Unfit(self._which(field, text, found) if found else self._none(field, text, []))

    def _none(self, field: Field, text: str, near: list[str]) -> str:
        told = {"label": str(field.name), "typed": text, "near": "、".join(near)}
        if near:
            return _("“%(label)s”没有“%(typed)s”；相近的有：%(near)s。") % told
        return _("“%(label)s”没有“%(typed)s”；请核对名称或编号。") % told

    def _which(self, field: Field, text: str, found: list[str]) -> str:
        told = {"label": str(field.name), "typed": text, "found": "、".join(found[:SEVERAL])}
        return _("“%(label)s”的“%(typed)s”不止一个：%(found)s；请填编号。") % told


def _ways(text: str) -> tuple[str, ...]:
    """Write a name as it was typed and in half width: brackets and letters are registered in either."""
    return tuple(dict.fromkeys((text, half_width(text))))


def _with_number(text: str) -> tuple[str, re.Match[str] | None]:
    """Find a credit code in what was typed, or else in its half width; gives the text in which it stands."""
    plain = text if USCC.search(text.upper()) else half_width(text)
    return plain, USCC.search(plain.upper())


def settled(values: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """
    Register the enterprises that values name for the first time, inside the deed; the machine does it for the editor.

    :raises NotPossible: the number is taken by somebody else meanwhile
    """
    found = dict(values)
    for name, value in values.items():
        if isinstance(value, NewParty):
            found[name] = people.register_party(
                kind=PartyKind.ENTERPRISE,
                name=value.name,
                id_kind=IdKind.USCC,
                number=value.uscc,
                by=SYSTEM,
                at=at,
                is_synthetic=parse_uscc(value.uscc).is_synthetic,
            ).pk
    return found
