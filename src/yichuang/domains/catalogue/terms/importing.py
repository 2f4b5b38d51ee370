"""What an import speaks of: rows that came in, what would become of them, what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.definitions.folders import Folder
from yichuang.foundation.files.tables import Findings
from yichuang.foundation.people.bringing import NamedUnit


class ImportState(models.TextChoices):
    """Where a table that somebody brought stands."""

    CHECKING = "CHECKING", _("核对中")
    FAULTY = "FAULTY", _("有错误")
    SAME = "SAME", _("没有变化")
    READY = "READY", _("待发布")
    RUNNING = "RUNNING", _("导入中")
    DONE = "DONE", _("已导入")
    REFUSED = "REFUSED", _("未导入")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an item stands in what came in: sheet, row, and the cell of each field: (title, letter of the column)."""

    sheet: str
    row: int
    cells: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, key: str) -> dict[str, Any]:
        """Give the place of a field as findings take it; the row as a whole where the field has no column."""
        title, letter = self.cells.get(key, ("", ""))
        cell = f"{letter}{self.row}" if letter else ""
        return {"sheet": self.sheet, "row": self.row, "cell": cell, "header": title}


Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """
    A list inside an item as a table says it: its members, and which of their keys the table has columns for.

    `known` None: the members are said whole.
    """

    members: tuple[Mapping[str, Any], ...]
    known: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Incoming:
    """
    One item as a table says it.

    `fields` are values by their path in the definition; None: the table says that nothing is there. What the table
    has no column for is not among them and stays as it stands.
    """

    spot: Spot
    fields: Mapping[Path, Any]
    unit: NamedUnit | None  # None: the table does not say
    id: str = ""  # as our own tables write it
    brings_unit: bool = True  # a unit that is not there is made; else it is an error


@dataclass(frozen=True, slots=True)
class Revision:
    """One item that the import would publish: its new body, and the one before (None: it is new)."""

    spot: Spot
    body: dict[str, Any]
    before: dict[str, Any] | None
    lines: tuple[str, ...] = ()  # how they differ


@dataclass
class ImportPlan:
    """What an import would do. It can be done where `findings` has no error."""

    source: str  # mapping or form by which it was read
    findings: Findings
    source_name: str = ""
    rows: int = 0
    created: list[Revision] = field(default_factory=list)
    updated: list[Revision] = field(default_factory=list)
    unchanged: int = 0
    units: dict[str, NamedUnit] = field(default_factory=dict)  # by the code that they would get
    folder: Folder = field(default_factory=Folder)  # the new bodies, checked

    @property
    def changes(self) -> list[Revision]:
        """List what would be published."""
        return [*self.created, *self.updated]

    def as_json(self) -> dict[str, Any]:
        """Give the outcome to a program."""
        return {
            "rows": self.rows,
            "created": len(self.created),
            "updated": len(self.updated),
            "unchanged": self.unchanged,
            "warnings": [each.as_json() for each in self.findings.warnings],
            "errors": [each.as_json() for each in self.findings.errors],
            "mapping": self.source,
            "units_created": len(self.units),
            "counts": dict(sorted(self.findings.counts.items())),
        }
