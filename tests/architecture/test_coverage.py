"""`docs/coverage.md` tells the truth: every row is there once, and what it points at exists."""

from __future__ import annotations

import ast
import re
from functools import cache

from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve

from tests.architecture.source import ROOT, parsed

COVERAGE = ROOT / "docs" / "coverage.md"
ROW = re.compile(
    r"^\| ([0-9]+-[0-9]+a?\.[0-9]+[a-z]?|D-[0-9]+[a-z]?|[XY]-[A-Z]?[0-9]+|[SF][0-9]+) \| (.*) \| ([^|]*) \|$"
)
NOT_YET = re.compile(r"not yet: \S+( \S+){0,8}")
"""What does not hold, in a few words."""


@cache
def rows() -> dict[str, str]:
    found = [match.groups() for line in COVERAGE.read_text("utf-8").splitlines() if (match := ROW.match(line))]
    assert len({identity for identity, _what, _shown in found}) == len(found), "an id stands twice"
    return {identity: shown for identity, _what, shown in found}


def pointers() -> list[tuple[str, str]]:
    return [
        (identity, pointer.strip(" `"))
        for identity, shown in rows().items()
        for pointer in shown.split(",")
        if not NOT_YET.fullmatch(pointer.strip())
    ]


@cache
def names_in(file: str) -> set[str]:
    """Name the tests of a file: `test_a`, `TestB`, `TestB::test_c`."""
    names = set()
    for node in parsed(ROOT / file).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{each.name}" for each in node.body if isinstance(each, ast.FunctionDef)}
    return names


def is_there(pointer: str) -> bool:
    if pointer.startswith("tests/"):
        file, _, name = pointer.partition("::")
        return (ROOT / file).exists() and (not name or name in names_in(file))
    if pointer.startswith("/"):
        return page_is_there(pointer)
    file, _, _anchor = pointer.partition("#")
    return (ROOT / file).exists()


def page_is_there(path: str) -> bool:
    try:
        resolve(path.replace("ID", "1").replace("NO", "1").replace("CODE", "1"))
    except (Resolver404, NoReverseMatch):
        return any(str(pattern.pattern) == path.lstrip("/") for pattern in get_resolver().url_patterns)
    return True


def test_every_pointer_leads_somewhere():
    assert [f"{identity}: {pointer}" for identity, pointer in pointers() if not is_there(pointer)] == []


def test_every_row_says_something():
    assert [identity for identity, shown in rows().items() if not shown.strip()] == []


def test_the_whole_of_every_issue_is_listed():
    sections = {identity.partition(".")[0] for identity in rows() if re.match(r"\d", identity)}

    assert {*(f"2-{n}" for n in range(8)), *(f"3-{n}" for n in range(5)), *(f"4-{n}" for n in range(7))} <= sections
