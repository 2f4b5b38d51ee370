"""A no is shown to people in their language: its words are marked for translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.architecture.source import PACKAGE

INIT = "super().__init__"
INNER = re.compile("^raise (DefinitionError|ValueError|Unavailable)")  # for who writes definitions or reads the log
CHINESE = re.compile("[\u4e00-\u9fff]")
ROOMS = ("domains", "foundation/work", "portals", "ui")
"""Where the refusals of deeds on cases are said."""


def raw(where: str) -> Iterator[str]:
    """Find Chinese words with which an exception is made as they stand."""
    tree = ast.parse((PACKAGE / where).read_text("utf-8"))
    made = [each.exc for each in ast.walk(tree) if isinstance(each, ast.Raise) and not INNER.search(ast.unparse(each))]
    made += [each for each in ast.walk(tree) if isinstance(each, ast.Call) and ast.unparse(each.func) == INIT]
    for call in made:
        for said in call.args if isinstance(call, ast.Call) else ():
            if isinstance(said, ast.Constant | ast.JoinedStr) and CHINESE.search(ast.unparse(said)):
                yield f"{where}:{said.lineno} {ast.unparse(said)}"


def test_every_no_can_be_read_in_english() -> None:
    files = [str(path.relative_to(PACKAGE)) for room in ROOMS for path in sorted((PACKAGE / room).rglob("*.py"))]

    assert [said for where in files for said in raw(where)] == []
