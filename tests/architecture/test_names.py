"""Names: nothing without a home, no word that belongs behind the scenes on the screen."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.template import TemplateSyntaxError, engines

from tests.architecture.source import PACKAGE, ROOT, domains, layers, modules, parsed, templates

HOMELESS = {"utils", "util", "helpers", "helper", "common", "core", "misc", "services", "service", "managers", "base"}
BEHIND_THE_SCENES = ("卷宗", "契约", "台账引擎")


def test_nothing_is_called_after_having_no_home():
    homeless = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if path.stem in HOMELESS or HOMELESS & set(path.relative_to(PACKAGE).parts[:-1])
    ]

    assert homeless == []


@pytest.mark.parametrize("word", BEHIND_THE_SCENES)
def test_words_of_the_engine_never_appear_on_screen(word):
    shown = [*templates(), *PACKAGE.glob("**/*.po"), *PACKAGE.glob("**/*.typ"), *(ROOT / "definitions").rglob("*.yaml")]

    assert [str(path) for path in shown if word in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("word", BEHIND_THE_SCENES)
def test_words_of_the_engine_are_in_no_text_of_the_code(word):
    told = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in modules()
        if word in path.read_text(encoding="utf-8")
        for node in ast.walk(without_docstrings(parsed(path)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and word in node.value
    ]

    assert told == []


def without_docstrings(tree: ast.Module) -> ast.Module:
    tree = ast.parse(ast.unparse(tree))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if (
            isinstance(body, list)
            and body
            and isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
        ):
            body[0].value.value = None
    return tree


def test_a_todo_has_an_issue_number():
    loose = [
        f"{path.name}: {line.strip()}"
        for path in [*modules(), *templates()]
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\b(TODO|FIXME|XXX)\b(?!\s*\(?#\d)", line)
    ]

    assert loose == []


def test_every_template_can_be_read():
    def problem(path: Path) -> str:
        try:
            engines["django"].from_string(path.read_text("utf-8"))
        except TemplateSyntaxError as wrong:
            return f"{path.name}: {wrong}"
        return ""

    shown = [*templates(), *templates("txt"), *templates("svg")]
    assert [said for said in map(problem, shown) if said] == []


def test_templates_have_no_inline_style_or_script():
    inline = [
        str(path.relative_to(PACKAGE))
        for path in templates()
        if re.search(
            r"\sstyle=[\"']|<script(?![^>]*\b(src|type=\"application/json\"))|\son[a-z]+=[\"']", path.read_text("utf-8")
        )
    ]

    assert inline == []


def test_every_module_and_public_function_has_a_docstring():
    silent = [
        f"{path.relative_to(PACKAGE)}: {getattr(node, 'name', 'the module')}"
        for path in modules()
        for node in [
            parsed(path),
            *(each for each in parsed(path).body if isinstance(each, ast.FunctionDef | ast.ClassDef)),
        ]
        if not getattr(node, "name", "").startswith("_") and ast.get_docstring(node) is None
        if not (isinstance(node, ast.Module) and not path.read_text("utf-8").strip())
    ]

    assert silent == []


def test_every_domain_has_its_place():
    known = {name for row in layers("Domains") for name in row}

    assert {path.name for path in domains()} <= known


def test_there_are_no_imports_inside_functions():
    hidden = [
        f"{path.relative_to(PACKAGE)}:{inner.lineno}"
        for path in modules()
        if path.name != "apps.py"  # Django allows no other place: models are not ready before
        for function in ast.walk(parsed(path))
        if isinstance(function, ast.FunctionDef)
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]

    assert hidden == []
