"""What the publication check tells and what it looks up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.terms import Item
from yichuang.domains.catalogue.terms.elements import Topic, element_of

PUBLIC_LAW = "行政许可法 第三十条"
LIMITS_LAW = "行政许可法 第四十二条、第四十三条"
FEES_LAW = "行政许可法 第五十八条、第五十九条"
WAYS_PAPER = "国办发〔2018〕45号"
PROOF_PAPER = "国办发〔2018〕47号"
AGENCY_PAPER = "国办发〔2015〕31号"


@dataclass(frozen=True, slots=True)
class Flaw:
    """
    One reason against publishing, at its element; `row` names the row in which it stands, as people call it.

    A warning is told and does not refuse. `todo` says what to do, `basis` which law or paper asks for it.
    """

    code: str
    key: str
    label: str
    topic: Topic
    found: str
    todo: str
    basis: str = ""
    is_warning: bool = False
    row: str = ""

    def __str__(self) -> str:
        return _("%(label)s：%(found)s。%(todo)s") % {"label": self.label, "found": self.found, "todo": self.todo}

    @property
    def said(self) -> str:
        """Say it as sentences, for whoever sees the element beside it."""
        return _("%(found)s。%(todo)s") % {"found": self.found[:1].upper() + self.found[1:], "todo": self.todo}


@dataclass(frozen=True, slots=True)
class Known:
    """
    What the check looks up: ids that stand on the day.

    `required` are the keys that an item of a level must state. `kept_proofs` are the proof items that are kept (S11),
    `intermediaries` the services of agencies that may be asked for (S46).
    """

    required: Mapping[str, tuple[str, ...]]
    units: frozenset[str]
    lifecycles: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    licence_types: frozenset[str] = frozenset()
    kept_proofs: frozenset[str] = frozenset()
    intermediaries: frozenset[str] = frozenset()
    regions: frozenset[str] = field(default_factory=frozenset)


Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one rule is asked about."""

    body: Body
    item: Item
    on: date
    known: Known


def flaw(code: str, key: str, found: str, todo: str, *, basis: str = "", row: str = "", warns: bool = False) -> Flaw:
    """Make a flaw of the element at a key; `row` names the row in which it stands, as people call it."""
    element = element_of(key)
    assert element is not None, key
    label = _("“%(row)s”的%(label)s") % {"row": row, "label": element.label} if row else str(element.label)
    return Flaw(f"catalogue.{code}", key, label, element.topic, found, todo, basis, warns, row)
