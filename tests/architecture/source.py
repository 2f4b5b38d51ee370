"""Reads the source for the tests of this folder."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src" / "yichuang"


@cache
def parsed(path: Path) -> ast.Module:
    """Parse a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def modules(*parts: str) -> list[Path]:
    """List the Python files below a part of the package, migrations left out."""
    return sorted(path for path in PACKAGE.joinpath(*parts).rglob("*.py") if "migrations" not in path.parts)


def templates(suffix: str = "html") -> list[Path]:
    """List the templates of every room."""
    return sorted(PACKAGE.glob(f"**/templates/**/*.{suffix}"))


def domains() -> list[Path]:
    """List the folders of the domains."""
    return sorted(path for path in (PACKAGE / "domains").iterdir() if (path / "__init__.py").exists())


def calls(node: ast.AST) -> Iterator[str]:
    """Name what is called inside a node: `f` for f(), `a.f` for x.a.f()."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            yield dotted(each.func)


def dotted(node: ast.AST) -> str:
    """Write a name or an attribute of a name as text; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""


@cache
def settings() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def layers(contract: str) -> list[list[str]]:
    """Read the layers of an import contract, each a list of neighbours, from the top."""
    for each in settings()["tool"]["importlinter"]["contracts"]:
        if each["name"].startswith(contract):
            return [[name.strip(" ()") for name in layer.split("|")] for layer in each["layers"]]
    raise LookupError(contract)
