"""
Composes a paper: from its definition and its frozen facts to one sheet, which page and PDF both show.

Pure but for the look at which characters this machine can draw.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import cos, radians, sin
from typing import Any

from django.utils.translation import gettext as _

from yichuang.foundation.documents import codes, fonts
from yichuang.foundation.documents.papers import (
    PLACEHOLDER,
    Block,
    Box,
    Fact,
    Lines,
    PaperDefinition,
    Rows,
    Text,
)
from yichuang.foundation.documents.words import FactType, day_in_words, write
from yichuang.foundation.records.pen import plain
from yichuang.kernel.errors import NotPossible

Facts = Mapping[str, Any]
"""Facts by dotted name, as JSON: days and moments as ISO text, lists of such mappings."""

CAPTIONS = {"verify": "扫码核验真伪", "track": "扫码查询进度"}
RING = 15.6
"""Millimetres from the middle of a seal to the middle of the characters of its ring."""
SPREAD = 250.0
"""Degrees over which the ring is spread at most."""


class PaperIncomplete(NotPossible):
    """A paper was not told what it must say."""

    code = "documents.paper_incomplete"

    def __init__(self, name: str, missing: tuple[str, ...]) -> None:
        text = _("《%(name)s》还缺：%(missing)s。请补全后再办理。")
        super().__init__(text % {"name": name, "missing": "、".join(missing)})
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of the body, ready to be drawn: `kind` says which of the other fields it uses."""

    kind: str  # text, plain, heading, items, entries, table, box, lines
    text: str = ""
    lines: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    widths: tuple[int, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    cells: tuple[CellPart, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Give every text of the part, in reading order."""
        cells = (word for cell in self.cells for word in (cell.label, cell.value))
        return (self.text, *self.lines, *self.heads, *(word for row in self.rows for word in row), *cells)


@dataclass(frozen=True, slots=True)
class CellPart:
    """One label and value of a box; `tall` counts lines of room for writing by hand."""

    label: str
    value: str
    wide: bool
    tall: int


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character of a seal's ring: millimetres from the middle (y downwards), degrees clockwise."""

    sign: str
    x: float
    y: float
    angle: float


@dataclass(frozen=True, slots=True)
class SealMark:
    """A round seal of 40 mm: the office in the ring, a word in the middle, the seal's name below. Never an emblem."""

    office: str
    name: str
    middle: str
    ring: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class PrintedPart:
    """One value on a pre-printed sheet."""

    text: str
    x: float
    y: float
    size: float
    width: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a paper shows, in words; both renderers draw this and nothing else."""

    paper: str
    style: str
    office: str
    title: str
    number: str
    addressee: str
    parts: tuple[Part, ...]
    date: str
    seal: SealMark | None
    qr_content: str
    qr_caption: str
    foot: tuple[str, ...]
    missing: tuple[str, ...]
    printed: tuple[PrintedPart, ...] = ()
    printed_size: tuple[float, float] = (0, 0)

    @property
    def head(self) -> str:
        """Give the office at the head: a certificate names it only where it is signed."""
        return "" if self.style == "certificate" else self.office

    @property
    def signature(self) -> str:
        """Give the office that signs: papers that only applicants sign have none."""
        return self.office if self.date else ""

    @property
    def qr_svg(self) -> str:
        """Draw the QR sign; empty where there is none."""
        return codes.qr_svg(self.qr_content) if self.qr_content else ""

    @property
    def words(self) -> tuple[str, ...]:
        """Give every text, in reading order."""
        body = (word for part in self.parts for word in part.words)
        seal = (self.seal.office, self.seal.middle, self.seal.name) if self.seal else ()
        head = (self.head, self.title, self.number, self.addressee)
        tail = (self.qr_caption if self.qr_content else "", self.signature, self.date, *seal, *self.foot)
        return tuple(word for word in (*head, *body, *tail) if word)

    @property
    def text(self) -> str:
        """Give the whole wording, a line a piece."""
        return "\n".join(self.words)


def flat(facts: Mapping[str, Any]) -> dict[str, Any]:
    """
    Name nested facts by dotted names; lists stay, with plain rows.

    >>> flat({"applicant": {"name": "刘女士"}, "pages": 3})
    {'applicant.name': '刘女士', 'pages': 3}
    """
    found: dict[str, Any] = {}
    for key, value in facts.items():
        if isinstance(value, Mapping):
            found |= {f"{key}.{inner}": each for inner, each in flat(value).items()}
        elif isinstance(value, list | tuple):
            found[key] = [flat(row) if isinstance(row, Mapping) else plain(row) for row in value]
        else:
            found[key] = plain(value)
    return found


def missing_facts(paper: PaperDefinition, facts: Facts) -> tuple[str, ...]:
    """List the labels of what the paper must be told and was not."""
    needed = {key: fact for key, fact in paper.known.items() if not fact.optional}
    found = [fact.label for key, fact in needed.items() if not _is_there(facts, key) and fact.kind is not FactType.LIST]
    for key, fact in paper.facts.items():
        if fact.kind is FactType.LIST and not fact.optional and facts.get(key) is None:
            found.append(fact.label)
        for row in facts.get(key) or () if fact.kind is FactType.LIST else ():
            found += [
                f"{fact.label}的{each.label}"
                for name, each in fact.of.items()
                if not each.optional and not row.get(name)
            ]
    return tuple(dict.fromkeys(found))


def compose(paper: PaperDefinition, facts: Facts, *, qr_content: str = "", seal_middle: str = "演示") -> Sheet:
    """
    Compose a paper. `seal_middle` is what its seal shows in the middle: a demo seal says so.

    :raises PaperIncomplete: something that it must say is missing
    """
    if missing := missing_facts(paper, facts):
        raise PaperIncomplete(paper.name, missing)
    return _Composer(paper, facts).sheet(qr_content, seal_middle)


def specimen(paper: PaperDefinition, given: Mapping[str, Any]) -> Sheet:
    """Compose a paper from an example, with standing words for what every paper knows: for checks and previews."""
    facts = flat(SPECIMEN) | {"case.title": paper.name} | flat(given)
    if paper.number:
        facts["number"] = paper.number.format(mark="武审", year=2019, n=1)
    return compose(paper, facts, qr_content="http://127.0.0.1:8000/verify/SPECIMEN" if paper.qr else "")


def sample(fact: Fact) -> Any:
    """Give a standing value for a fact: its label between brackets, or a day, a number, one row."""
    match fact.kind:
        case FactType.LIST:
            return [{key: sample(each) for key, each in fact.of.items()}]
        case FactType.DAY:
            return "2019-10-30"
        case FactType.MOMENT:
            return "2019-10-30T09:05:00+08:00"
        case FactType.NUMBER | FactType.MONEY:
            return 1
    return f"〔{fact.label}〕"


SPECIMEN: Mapping[str, Any] = {
    "issued_on": date(2019, 10, 30),
    "office": "武汉市武昌区行政审批局",
    "district": "武汉市武昌区",
    "unit": {"name": "武汉市武昌区行政审批局", "phone": "027-88936222", "address": "武昌区中山路307号"},
    "case": {"number": "42010620191030000001", "title": "示例"},
    "clerk": {"name": "示例", "no": "W003"},
    "received_at": "2019-10-29T09:05:00+08:00",
    "received_on": date(2019, 10, 29),
    "accepted_on": date(2019, 10, 29),
    "answer_by": date(2019, 11, 6),
    "due_on": date(2019, 11, 13),
    "legal_due_on": date(2019, 11, 27),
    "review_body": "武汉市武昌区人民政府",
    "review_days": 60,
    "court": "武汉市武昌区人民法院",
    "litigation_months": 6,
    "verify_code": "SPECIMEN",
}


class _Composer:
    """Fills texts with facts while it remembers which characters could not be drawn."""

    def __init__(self, paper: PaperDefinition, facts: Facts) -> None:
        self.paper, self.facts = paper, facts
        self.known = paper.known
        self.lost: set[str] = set()

    def sheet(self, qr_content: str, seal_middle: str) -> Sheet:
        paper, facts = self.paper, self.facts
        office = self.legible(str(facts["office"])) if paper.issuer_signs else ""
        addressee = self.fill(paper.addressee, facts, self.known)
        parts = tuple(part for block in paper.body for part in self.parts(block))
        printed = tuple(
            PrintedPart(self.fill(each.value, facts, self.known), each.x, each.y, each.size, each.width)
            for each in (paper.overprint.fields if paper.overprint else ())
        )
        foot = self.foot(is_demo=bool(paper.seal and seal_middle))
        return Sheet(
            paper=paper.id,
            style=paper.style,
            office=office,
            title=self.fill(paper.title, facts, self.known),
            number=self.legible(str(facts.get("number") or "")),
            addressee=addressee,
            parts=parts,
            date=day_in_words(date.fromisoformat(str(facts["issued_on"]))) if paper.issuer_signs else "",
            seal=seal_mark(office, paper.seal, seal_middle) if paper.seal else None,
            qr_content=qr_content,
            qr_caption=CAPTIONS.get(paper.qr, "") if qr_content else "",
            foot=foot,
            missing=tuple(sorted(self.lost)),
            printed=printed,
            printed_size=(paper.overprint.width, paper.overprint.height) if paper.overprint else (0, 0),
        )

    def foot(self, *, is_demo: bool) -> tuple[str, ...]:
        facts = self.facts
        clerk = f"{facts['clerk.name']}（工号 {facts['clerk.no']}）" if facts.get("clerk.no") else facts["clerk.name"]
        lines = [self.legible(f"办件编号：{facts['case.number']}　经办人：{clerk}")]
        if self.paper.qr == "verify":
            lines.append(f"校验码：{codes.spaced(facts['verify_code'])}")
        if is_demo:
            lines.append("演示文书，所用印章为演示印章，不具法律效力。")
        if self.lost:
            signs = "、".join(f"U+{ord(sign):04X}" for sign in sorted(self.lost))
            lines.append(f"本机字库缺字：{signs}，文中以编码代替，请人工补写并由经办人确认。")
        return tuple(lines)

    def parts(self, block: Block) -> Iterator[Part]:
        if not all(_is_there(self.facts, name) for name in block.when):
            return
        if any(_is_there(self.facts, name) for name in block.unless):
            return
        match block:
            case Text():
                kind = "heading" if block.heading else "plain" if block.plain else "text"
                yield Part(kind, self.fill(block.text, self.facts, self.known))
            case Rows():
                yield from self.rows(block)
            case Box():
                cells = (
                    CellPart(cell.label, self.fill(cell.value, self.facts, self.known), cell.wide, cell.tall)
                    for cell in block.fields
                )
                yield Part("box", cells=tuple(cells))
            case Lines():
                yield Part("lines", lines=tuple(self.fill(line, self.facts, self.known) for line in block.lines))

    def rows(self, block: Rows) -> Iterator[Part]:
        of = dict(self.paper.facts[block.of].of) | {"n": Fact("序号", FactType.NUMBER)}
        rows = [{**row, "n": n} for n, row in enumerate(self.facts.get(block.of) or (), start=1)]
        if not rows:
            if block.empty:
                yield Part("text", block.empty)
        elif block.columns:
            yield Part(
                "table",
                heads=tuple(column.head for column in block.columns),
                widths=tuple(column.width for column in block.columns),
                rows=tuple(tuple(self.fill(column.value, row, of) for column in block.columns) for row in rows),
            )
        else:
            lines = tuple(self.fill(block.each, row, of) for row in rows)
            numbered = tuple(f"{n}. {line}" for n, line in enumerate(lines, start=1))
            yield Part("entries", lines=lines) if block.plain else Part("items", lines=numbered)

    def fill(self, text: str, facts: Facts, known: Mapping[str, Fact]) -> str:
        filled = PLACEHOLDER.sub(lambda found: write(facts.get(found[1]), known[found[1]].kind), text)
        return self.legible(filled)

    def legible(self, text: str) -> str:
        return fonts.legible(text, self.lost)


def seal_mark(office: str, name: str, middle: str) -> SealMark:
    """Place the characters of a seal: they read clockwise along the upper part of the ring."""
    step = min(SPREAD / max(len(office) - 1, 1), 26.0)
    ring = []
    for number, sign in enumerate(office):
        angle = (number - (len(office) - 1) / 2) * step
        x, y = RING * sin(radians(angle)), -RING * cos(radians(angle))
        ring.append(Glyph(sign, round(x, 2), round(y, 2), round(angle, 1)))
    return SealMark(office, name, middle, tuple(ring))


def frozen(facts: Facts) -> str:
    """Write facts as they are kept beside the paper."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True)


def thawed(text: str) -> dict[str, Any]:
    """Read frozen facts."""
    facts: dict[str, Any] = json.loads(text)
    return facts


def _lacks(row: Facts, name: str, fact: Fact) -> bool:
    return not fact.optional and not _is_there(row, name)


def _is_there(facts: Facts, name: str) -> bool:
    return facts.get(name) not in (None, "", [], False)
