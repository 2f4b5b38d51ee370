"""The element dictionary: what a field or a material means, so that two items asking for the same thing ask once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeVar

from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.reading import Reader

from .bundle import BundleItem

T = TypeVar("T")

_CODE = re.compile(r"[a-z][a-z0-9_]*")


class ElementKind(StrEnum):
    """The kinds of fields that forms have."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    CHOICE = "choice"
    ADDRESS = "address"
    PERSON = "person"
    FIRM = "firm"
    TABLE = "table"
    FILE = "file"


MASKED = frozenset({ElementKind.TEXT, ElementKind.DATE, ElementKind.ADDRESS, ElementKind.PERSON})
"""What can be covered: a text or date as a whole, of an address its detail, of a person the name."""


@dataclass(frozen=True, slots=True)
class Element:
    """One field that may stand in many forms and means the same in all of them."""

    code: str
    name: str
    kind: ElementKind
    source: str  # the standard and its own name for it
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)  # code → Chinese label, for a choice alone
    personal: bool = False  # its value never stands in a record
    mask: str = ""  # the personal field of the permission table as which its value is covered


@dataclass(frozen=True, slots=True)
class Material:
    """One paper that may be asked by many items."""

    code: str
    name: str
    source: str
    library: bool = False  # a licence that the library supplies: never counted among what the applicant brings


@dataclass(frozen=True, slots=True)
class Elements:
    """All elements and materials by code."""

    elements: Mapping[str, Element]
    materials: Mapping[str, Material]

    def check(self, item: BundleItem) -> None:
        """
        Check that an item asks and gives only what the dictionary knows.

        :raises DefinitionError: a code is unknown
        """
        for codes, known in ((item.fields, self.elements), (item.materials + item.produces, self.materials)):
            for code in codes:
                if code not in known:
                    near = get_close_matches(code, known, 5, 0.5)
                    raise DefinitionError(f"item {item.id}", f"unknown code {code}", "one of the dictionary", near)


def parse_elements(files: Mapping[str, Mapping[str, Any]]) -> Elements:
    """
    Read the files of the dictionary (place → content) as one whole; keys beside `elements` and `materials` are left.

    :raises DefinitionError: a code stands twice, a kind is unknown, a choice has no choices, or something is left out
    """
    elements: dict[str, Element] = {}
    materials: dict[str, Material] = {}
    keys = {"name", "kind", "source", "unit", "choices", "personal", "mask"}
    for place, content in files.items():
        for code, row in _rows(content, "elements", keys, place):
            _take(elements, code, _element(code, row), row.place)
        for code, row in _rows(content, "materials", {"name", "source", "library"}, place):
            _take(materials, code, Material(code, row.text("name"), row.text("source"), row.flag("library")), row.place)
    return Elements(MappingProxyType(elements), MappingProxyType(materials))


def _rows(content: Mapping[str, Any], key: str, keys: set[str], place: str) -> Iterator[tuple[str, Reader]]:
    for code, row in Reader({key: content.get(key)}, place, {key}).mapping(key).items():
        here = f"{place}: {key}.{code}"
        if not _CODE.fullmatch(code):
            raise DefinitionError(here, f"code {code!r}", "small Latin letters, digits and _")
        yield code, Reader(row, here, keys)


def _take(known: dict[str, T], code: str, value: T, place: str) -> None:
    if code in known:
        raise DefinitionError(place, "stands twice", "each code once")
    known[code] = value


def _element(code: str, row: Reader) -> Element:
    kind = row.text("kind")
    if kind not in list(ElementKind):
        raise row.wrong("kind", "a kind of field", list(ElementKind))
    choices = row.mapping("choices")
    if (kind == ElementKind.CHOICE) is not bool(choices):
        raise row.wrong("choices", "code and label for a choice, nothing for any other kind")
    if not all(isinstance(label, str) and label for label in choices.values()):
        raise row.wrong("choices", "a label for each code")
    if row.text("mask", "") and not (row.flag("personal") and kind in MASKED):
        raise row.wrong("mask", "only beside personal: true, on one of these kinds", sorted(MASKED))
    return Element(
        code,
        row.text("name"),
        ElementKind(kind),
        row.text("source"),
        row.text("unit", ""),
        MappingProxyType(dict(choices)),
        row.flag("personal"),
        row.text("mask", ""),
    )
