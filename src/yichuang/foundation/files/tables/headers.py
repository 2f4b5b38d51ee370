"""The header row: found among the first rows, its names compared as people write them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from yichuang.foundation.files.tables.findings import Findings, column_letter
from yichuang.foundation.files.tables.rows import Value

WITHIN = 20
"""Rows of a sheet's beginning in which the header is looked for: a title, a note and a unit may stand above it."""

_DRESS = re.compile(r"[\s*＊:：]|[（(](必填|选填|可选|required|optional)[)）]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a caller wants, by the names that it may bear."""

    name: str
    is_required: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """List its own name and the others."""
        return (self.name, *self.aliases)


@dataclass(frozen=True)
class Header:
    """Where the wanted columns stand: `row` counted from 1, `places` by wanted name from 0."""

    row: int
    titles: tuple[str, ...]  # what stands in the header row, as it is written, up to the last one
    places: dict[str, int]
    repeated: dict[str, tuple[int, ...]]  # wanted names that stand more than once
    missing: tuple[Column, ...]  # required or not
    unknown: tuple[int, ...]  # columns with a title that nobody wants

    @property
    def is_usable(self) -> bool:
        """Say whether every required column is there once."""
        return not self.repeated and not any(each.is_required for each in self.missing)

    def note(self, findings: Findings, sheet: str) -> None:
        """Note what is missing, repeated or unknown, each with its nearest name."""
        strangers = {self.titles[index]: index for index in self.unknown}
        for name, indexes in self.repeated.items():
            cells = "、".join(f"{column_letter(each)}{self.row}" for each in indexes)
            text = _("列“%(name)s”出现了 %(n)s 次（%(cells)s），不知读哪一列。请删去或改名。")
            told = text % {"name": name, "n": len(indexes), "cells": cells}
            findings.error(told, sheet=sheet, row=self.row, code="header.repeated")
        for column in self.missing:
            if column.is_required:
                said = _("缺少必需的列“%(name)s”%(near)s。") % {
                    "name": column.name,
                    "near": _nearest(column.name, strangers, self.row),
                }
                findings.error(said, sheet=sheet, row=self.row, code="header.missing")
        lacking = [column.name for column in self.missing]
        for index in self.unknown:
            title = self.titles[index]
            near = difflib.get_close_matches(title, lacking, n=1, cutoff=0.5)
            if near:
                said = _("不认识这一列，没有读取；是不是“%(name)s”？") % {"name": near[0]}
            else:
                said = _("不认识这一列，没有读取。")
            cell = f"{column_letter(index)}{self.row}"
            findings.warning(said, sheet=sheet, row=self.row, cell=cell, header=title, code="header.unknown")


def normal_name(title: object) -> str:
    """
    Write a title so that width, spaces, stars and 必填 make no difference.

    >>> normal_name(" 承诺 时限＊\\n（必填）"), normal_name("TASK_Ｃode")
    ('承诺时限', 'task_code')
    """
    return _DRESS.sub("", unicodedata.normalize("NFKC", _DRESS.sub("", str(title)))).casefold()


def find_header(head: Sequence[Sequence[Value]], columns: Sequence[Column]) -> Header | None:
    """Find the row that names most of the wanted columns; None: no row names one. Of equals the upper one counts."""
    wanted = {normal_name(name): column.name for column in columns for name in column.names}
    best, most = None, 0
    for number, row in enumerate(head, 1):
        hits = len({wanted[name] for cell in row if cell is not None and (name := normal_name(cell)) in wanted})
        if hits > most:
            best, most = number, hits
    return _header(best, head[best - 1], columns, wanted) if best else None


def _header(number: int, row: Sequence[Value], columns: Sequence[Column], wanted: dict[str, str]) -> Header:
    titles = tuple("" if cell is None else str(cell).strip() for cell in row)
    titles = titles[: max(index for index, title in enumerate(titles, 1) if title)]
    found: dict[str, list[int]] = {}
    unknown = []
    for index, title in enumerate(titles):
        if not normal_name(title):
            continue
        if name := wanted.get(normal_name(title)):
            found.setdefault(name, []).append(index)
        else:
            unknown.append(index)
    return Header(
        row=number,
        titles=titles,
        places={name: indexes[0] for name, indexes in found.items()},
        repeated={name: tuple(indexes) for name, indexes in found.items() if len(indexes) > 1},
        missing=tuple(each for each in columns if each.name not in found),
        unknown=tuple(unknown),
    )


def _nearest(name: str, strangers: dict[str, int], row: int) -> str:
    near = difflib.get_close_matches(name, list(strangers), n=1, cutoff=0.5)
    if not near:
        return ""
    return _("，最接近的是“%(title)s”(%(cell)s)") % {
        "title": near[0],
        "cell": f"{column_letter(strangers[near[0]])}{row}",
    }
