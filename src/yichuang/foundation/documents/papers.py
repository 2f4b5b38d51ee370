"""What a paper definition says (`definitions/national/papers`), and what a district writes at its head."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from yichuang.foundation.definitions.kinds import Body
from yichuang.foundation.documents.words import FactType
from yichuang.kernel.errors import DefinitionError

PAPER = "paper"
LETTERHEAD = "letterhead"
PLACEHOLDER = re.compile(r"\{([a-z0-9_.]+)\}")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a paper must be told: its label in the words of the office, its type, a list's columns."""

    label: str
    kind: FactType = FactType.TEXT
    optional: bool = False
    of: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. It is left out while one of the facts in `when` is absent, or one of those in `unless` is there."""

    text: str
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    heading: bool = False
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A list (`each`, numbered unless `plain`) or a table (`columns`) of the rows of one list fact."""

    of: str
    each: str = ""
    columns: tuple[Column, ...] = ()
    empty: str = ""
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table; `width` is a share."""

    head: str
    value: str
    width: int = 1


@dataclass(frozen=True, slots=True)
class Box:
    """A ruled box of labels and values, two pairs a line; a wide one takes the line."""

    fields: tuple[Cell, ...]
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One label and its value; `tall` leaves room for writing by hand, in lines."""

    label: str
    value: str
    wide: bool = False
    tall: int = 0


@dataclass(frozen=True, slots=True)
class Lines:
    """Words followed by room to write on."""

    lines: tuple[str, ...]
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


Block = Text | Rows | Box | Lines


@dataclass(frozen=True, slots=True)
class Printed:
    """One value on a pre-printed certificate: millimetres from the upper left corner of the sheet, size in points."""

    value: str
    x: float
    y: float
    size: float = 14.0
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class Overprint:
    """A pre-printed sheet in millimetres, and what is printed on it."""

    width: float
    height: float
    fields: tuple[Printed, ...]


@dataclass(frozen=True, slots=True)
class PaperDefinition:
    """One kind of paper, for both renderers."""

    id: str
    name: str
    version: int
    also: tuple[str, ...]
    style: str  # letter, form, order, certificate
    title: str  # what stands at its head: the name, unless a fact says more
    issuer: str  # hall, unit, supervision
    number: str  # template; empty: the paper bears no number of its own
    addressee: str
    facts: Mapping[str, Fact]
    body: tuple[Block, ...]
    seal: str
    qr: str  # verify, track; empty: none
    retention: str
    issuer_signs: bool  # False: the applicant alone signs, as on an application or a promise
    slip: bool
    triplicate: bool
    overprint: Overprint | None

    @property
    def known(self) -> Mapping[str, Fact]:
        """Give every fact that the paper may speak of."""
        return {**ALWAYS, **self.facts}

    @property
    def names(self) -> tuple[str, ...]:
        """Give every word by which a lifecycle may ask for this paper."""
        return (self.id, self.name, *self.also)


@dataclass(frozen=True, slots=True)
class Office:
    """Who stands at the head of a paper, and the mark with which its numbers begin."""

    name: str
    mark: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What a district writes on its papers: its offices, its units' marks, and where one turns against a decision."""

    id: str
    district: str
    offices: Mapping[str, Office]
    units: Mapping[str, Office]
    review_body: str
    court: str

    def office(self, issuer: str, unit_code: str, unit_name: str) -> Office:
        """Find who issues: an office by name, or the unit itself under its own mark, else under that of the hall."""
        if issuer != "unit":
            return self.offices[issuer]
        return self.units.get(unit_code) or Office(unit_name, self.offices["hall"].mark)


ALWAYS: Mapping[str, Fact] = MappingProxyType(
    {
        "number": Fact("文号", optional=True),
        "issued_on": Fact("日期", FactType.DAY),
        "office": Fact("发文机关"),
        "district": Fact("区名"),
        "unit.name": Fact("责任单位"),
        "unit.phone": Fact("联系电话", optional=True),
        "unit.address": Fact("地址", optional=True),
        "case.number": Fact("办件编号"),
        "case.title": Fact("办件名称"),
        "clerk.name": Fact("经办人"),
        "clerk.no": Fact("工号", optional=True),
        "received_at": Fact("收件时间", FactType.MOMENT),
        "received_on": Fact("收件日期", FactType.DAY),
        "accepted_on": Fact("受理日期", FactType.DAY),
        "answer_by": Fact("告知是否受理的期限", FactType.DAY, optional=True),
        "reply_by": Fact("补正期限", FactType.DAY, optional=True),
        "supplement_by": Fact("容缺补交期限", FactType.DAY, optional=True),
        "check_by": Fact("承诺核查期限", FactType.DAY, optional=True),
        "due_on": Fact("承诺办结日", FactType.DAY, optional=True),
        "legal_due_on": Fact("法定办结日", FactType.DAY, optional=True),
        "review_body": Fact("行政复议机关"),
        "review_days": Fact("申请行政复议的期限", FactType.NUMBER),
        "court": Fact("行政诉讼管辖法院"),
        "litigation_months": Fact("提起行政诉讼的期限", FactType.NUMBER),
        "verify_code": Fact("校验码"),
    }
)
"""What every paper knows by itself."""


def parse_paper(body: Body, place: str) -> PaperDefinition:
    """
    Read a paper definition.

    :raises DefinitionError: a placeholder names no fact, or an optional fact's absence would leave a hole
    """
    facts = {key: _fact(each) for key, each in body.get("facts", {}).items()}
    for key in facts.keys() & ALWAYS.keys():
        if not ALWAYS[key].optional:
            raise DefinitionError(f"{place}: facts.{key}", "每份文书本来就有这项", "不再声明")
    paper = PaperDefinition(
        id=body[PAPER],
        name=body["name"],
        version=int(body.get("version", 1)),
        also=tuple(body.get("also", ())),
        style=body.get("style", "letter"),
        title=str(body.get("title") or body["name"]),
        issuer=body.get("issuer", "hall"),
        number=body.get("number", ""),
        addressee=body.get("addressee", ""),
        facts=MappingProxyType(facts),
        body=tuple(_block(each, f"{place}: body.{number}") for number, each in enumerate(body["body"])),
        seal=body.get("seal", ""),
        qr=body.get("qr", ""),
        retention=body["retention"],
        issuer_signs=body.get("signed_by", "issuer") == "issuer",
        slip=body.get("slip", False),
        triplicate=body.get("triplicate", False),
        overprint=_overprint(body["overprint"]) if "overprint" in body else None,
    )
    _check(paper, place)
    return paper


def parse_letterhead(body: Body, place: str) -> Letterhead:
    """Read what a district writes on its papers."""
    del place
    return Letterhead(
        id=body[LETTERHEAD],
        district=body["name"],
        offices=MappingProxyType({key: Office(each["name"], each["mark"]) for key, each in body["offices"].items()}),
        units=MappingProxyType({key: Office(each["name"], each["mark"]) for key, each in body["units"].items()}),
        review_body=body["review_body"],
        court=body["court"],
    )


def placeholders(text: str) -> tuple[str, ...]:
    """
    List the facts that a text asks for.

    >>> placeholders("{applicant.name}：你于{received_on}提交")
    ('applicant.name', 'received_on')
    """
    return tuple(PLACEHOLDER.findall(text))


def _fact(body: Mapping[str, Any]) -> Fact:
    columns = {key: _fact(each) for key, each in body.get("of", {}).items()}
    return Fact(
        body["label"], FactType(body.get("type", "text")), body.get("optional", False), MappingProxyType(columns)
    )


def _block(body: Any, place: str) -> Block:
    if isinstance(body, str):
        return Text(body)
    when, unless = _names(body.get("when")), _names(body.get("unless"))
    match body:
        case {"text": text}:
            return Text(text, when, unless, plain=body.get("plain", False))
        case {"heading": text}:
            return Text(text, when, unless, heading=True)
        case {"list": of, "each": each}:
            return Rows(of, each, (), body.get("empty", ""), when, unless, plain=body.get("plain", False))
        case {"table": of, "columns": columns}:
            made = tuple(Column(each["head"], each["value"], each.get("width", 1)) for each in columns)
            return Rows(of, "", made, body.get("empty", ""), when, unless)
        case {"box": cells}:
            made_cells = (
                Cell(each["label"], each["value"], each.get("wide", False), each.get("tall", 0)) for each in cells
            )
            return Box(tuple(made_cells), when, unless)
        case {"lines": lines}:
            return Lines(tuple(lines), when, unless)
    raise DefinitionError(place, f"{body}", "一段文字", ("text", "heading", "list", "table", "box", "lines"))


def _overprint(body: Mapping[str, Any]) -> Overprint:
    fields = (
        Printed(each["value"], each["x"], each["y"], each.get("size", 14), each.get("width", 0))
        for each in body["fields"]
    )
    return Overprint(body["width"], body["height"], tuple(fields))


def _names(given: Any) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given or ())


def _check(paper: PaperDefinition, place: str) -> None:
    known = paper.known
    for text in (paper.title, paper.addressee):
        _check_text(text, known, (), place)
    for printed in paper.overprint.fields if paper.overprint else ():
        for name in placeholders(printed.value):
            _known(name, known, f"{place}: overprint")
    for number, block in enumerate(paper.body):
        where = f"{place}: body.{number}"
        for name in (*block.when, *block.unless):
            _known(name, known, where)
        match block:
            case Text():
                _check_text(block.text, known, block.when, where)
            case Rows():
                _check_rows(block, known, where)
            case Box():
                for cell in block.fields:
                    for name in placeholders(cell.value):
                        _known(name, known, where)
            case Lines():
                for line in block.lines:
                    _check_text(line, known, block.when, where)


def _check_rows(block: Rows, known: Mapping[str, Fact], place: str) -> None:
    fact = _known(block.of, known, place)
    if fact.kind is not FactType.LIST:
        raise DefinitionError(place, f"{block.of} 不是清单", "type: list 的事实")
    for text in (block.each, *(column.value for column in block.columns)):
        for name in placeholders(text):
            if name != "n":
                _known(name, fact.of, place)


def _check_text(text: str, known: Mapping[str, Fact], when: tuple[str, ...], place: str) -> None:
    for name in placeholders(text):
        if _known(name, known, place).optional and name not in when and name != "number":
            raise DefinitionError(place, f"{name} 可能没有，这段话会留下空白", f"when: {name}")


def _known(name: str, known: Mapping[str, Fact], place: str) -> Fact:
    if name not in known:
        raise DefinitionError(place, f"没有事实「{name}」", "在 facts 中声明", tuple(sorted(known)))
    return known[name]
