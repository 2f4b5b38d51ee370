"""A report as its file says it: headings, paragraphs, tables and charts in the office's own words, figures by id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from yichuang.foundation.definitions.folders import Folder
from yichuang.foundation.definitions.kinds import Body, Kind, register_kind, schema_file
from yichuang.foundation.definitions.problems import Problem
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.terms import FIGURE
from yichuang.foundation.reports.terms import REPORT, BlockKind
from yichuang.kernel.errors import DefinitionError

SCHEMA = Path(__file__).parent / "schemas" / "report.schema.json"
PLACE = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")
DAY, SPAN = "day", "span"
"""Places that are no figures: the day that counts, and what the report is about."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words, or a figure that stands in them."""

    text: str = ""
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table or one bar of a chart: its name and its figures."""

    label: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a report; `kind` says which of the other fields it uses."""

    kind: BlockKind
    title: str = ""
    pieces: tuple[Piece, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Template:
    """One version of a report's template: immutable."""

    id: str
    version: int
    name: str
    english: str
    title: str
    office: str
    addressee: str
    blocks: tuple[Block, ...]

    @property
    def figures(self) -> tuple[str, ...]:
        """Name the figures, each once, in the order in which the report tells them."""
        named = (
            id
            for block in self.blocks
            for id in (
                *(piece.figure for piece in block.pieces if piece.figure),
                *(figure for row in block.rows for figure in row.figures),
            )
        )
        return tuple(dict.fromkeys(named))


def parse_template(body: Body, place: str) -> Template:
    """
    Read a template.

    :raises DefinitionError: a brace that names nothing, a row with more or fewer figures than its table has heads
    """
    blocks = tuple(_block(row, f"{place}: body.{number}") for number, row in enumerate(body["body"]))
    return Template(
        id=body[REPORT],
        version=body["version"],
        name=body["name"],
        english=body["english"],
        title=body["title"],
        office=body["office"],
        addressee=body.get("addressee", ""),
        blocks=blocks,
    )


def pieces(text: str, place: str) -> tuple[Piece, ...]:
    """
    Cut words at their figures.

    >>> pieces("事项{F09}。", "")
    (Piece(text='事项', figure=''), Piece(text='', figure='F09'), Piece(text='。', figure=''))

    :raises DefinitionError: a brace that names nothing
    """
    found: list[Piece] = []
    for number, part in enumerate(PLACE.split(text)):
        if number % 2:
            found.append(Piece(figure=part))
        elif "{" in part or "}" in part:
            raise DefinitionError(place, f"括号没有配成指标：{part}", "{F46} 或 {projects.invested}")
        elif part:
            found.append(Piece(text=part))
    return tuple(found)


def _block(row: Mapping[str, Any], place: str) -> Block:
    for kind in BlockKind:
        if kind.value not in row:
            continue
        title = str(row[kind.value])
        if kind is BlockKind.TEXT:
            return Block(kind, pieces=pieces(title, place))
        heads = tuple(row.get("heads", ()))
        rows = tuple(Row(each["label"], tuple(each["figures"])) for each in row.get("rows", ()))
        wide = len(heads) - 1 if kind is BlockKind.TABLE else 1
        for each in rows:
            if len(each.figures) != wide:
                raise DefinitionError(place, f"“{each.label}”有 {len(each.figures)} 个指标", f"{wide} 个")
        return Block(kind, title=title, heads=heads, rows=rows)
    raise DefinitionError(place, "不知道是什么", "、".join(kind.value for kind in BlockKind))


def check_templates(folder: Folder) -> Iterator[Problem]:
    """Hold that every figure that a template names is there, by its id or its number in the report."""
    figures = [found for code in folder.codes(FIGURE) if isinstance(found := folder.get(FIGURE, code), Figure)]
    known = {DAY, SPAN} | {each.id for each in figures} | {each.report for each in figures if each.report}
    for file in folder.of(REPORT):
        template = file.parsed
        assert isinstance(template, Template)
        for id in template.figures:
            if id not in known:
                yield file.problem(("body",), f"没有指标「{id}」", "已定义的指标编号，或它在报告中的编号（F46）")


def register() -> None:
    """Make the kind of definition known."""
    register_kind(
        Kind(REPORT, "reports", gettext_noop("报告模板"), schema_file(SCHEMA), parse_template, check_templates)
    )
