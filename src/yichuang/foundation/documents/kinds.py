"""Makes the two kinds of definition of this room known: papers and letterheads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop

from yichuang.foundation.definitions.folders import Folder
from yichuang.foundation.definitions.kinds import Kind, register_kind, schema_file
from yichuang.foundation.definitions.problems import Problem
from yichuang.foundation.documents.papers import (
    LETTERHEAD,
    PAPER,
    PaperDefinition,
    parse_letterhead,
    parse_paper,
)
from yichuang.foundation.documents.sheets import specimen

SCHEMAS = Path(__file__).parent / "schemas"


def register() -> None:
    """Make both kinds known."""
    papers, letterheads = (schema_file(SCHEMAS / f"{name}.schema.json") for name in (PAPER, LETTERHEAD))
    register_kind(Kind(PAPER, "papers", gettext_noop("文书"), papers, parse_paper, _names_once, _example))
    register_kind(Kind(LETTERHEAD, "letterheads", gettext_noop("文头"), letterheads, parse_letterhead))


def _names_once(folder: Folder) -> Iterator[Problem]:
    """Find a name that two papers bear: a lifecycle asks by name."""
    seen: dict[str, str] = {}
    for file in folder.of(PAPER):
        assert isinstance(file.parsed, PaperDefinition)
        for name in file.parsed.names:
            if seen.setdefault(name, file.code) != file.code:
                yield file.problem(("name",), f"{name} 也是文书 {seen[name]} 的名称", "每个名称一份文书")


def _example(paper: PaperDefinition, example: Mapping[str, Any], _folder: Folder) -> Iterator[str]:
    """Run `{given, says}`: compose the paper from these facts and look for each text."""
    written = specimen(paper, example["given"]).text
    for text in example["says"]:
        if text not in written:
            yield f"文书里没有「{text}」"
