"""Every door says who may open it, and every deed is recorded."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.source import calls, domains, parsed
from yichuang.config.urls import healthz
from yichuang.ui.api import May

OPEN_BY_NATURE = {"yichuang.config.urls", "django.views.i18n", "django.conf.urls.i18n", "yichuang.ui.pages"}
"""The probe of the server, the choice of language and of style: nothing to permit."""


def all_pages(resolver: URLResolver) -> Iterator[URLPattern]:
    """Walk the addresses; log-in decides by itself, the operations of the API are looked at one by one below."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            if each.namespace != "api" and str(each.pattern) != "account/":
                yield from all_pages(each)
        else:
            yield each


def test_every_page_says_who_may_open_it():
    open_to_anyone = [
        page.lookup_str
        for page in all_pages(get_resolver())
        if not hasattr(page.callback, "permission") and page.callback.__module__ not in OPEN_BY_NATURE
    ]

    assert open_to_anyone == []


def test_the_probe_is_there():
    assert any(page.callback is healthz for page in all_pages(get_resolver()))


def test_every_operation_of_the_api_says_who_may_call_it():
    from yichuang.config.urls import API

    open_to_anyone = [
        f"{'/'.join(operation.methods)} {path}"
        for _prefix, router in API._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        if not any(isinstance(each, May) for each in operation.auth_callbacks)
    ]

    assert open_to_anyone == []


DEEDS = {"deed", "record", "opening"}
NOT_YET_A_DEED = {"save_draft", "keep_marks", "keep_phrases", "put_file", "remove_file", "erase_old_drafts"}
"""A draft is its writer's own paper until it is handed in, as are his phrases: no record may hold what was typed."""


def test_every_public_command_records():
    silent = []
    for domain in domains():
        files = [
            path for path in (domain / "commands.py", *sorted((domain / "commands").glob("*.py"))) if path.exists()
        ]
        functions = {
            node.name: node for path in files for node in parsed(path).body if isinstance(node, ast.FunctionDef)
        }
        public = exported(domain) & set(functions) - NOT_YET_A_DEED
        silent += [f"{domain.name}: {name}" for name in sorted(public - recording_functions(functions))]

    assert silent == []


def exported(domain: Path) -> set[str]:
    """Name the commands of a domain that others may call: those of its file, or those its folder re-exports."""
    face = domain / "commands" / "__init__.py"
    if not face.exists():
        face = domain / "commands.py"
        tree = parsed(face).body if face.exists() else []
        return {node.name for node in tree if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}
    return {
        each.asname or each.name
        for node in parsed(face).body
        if isinstance(node, ast.ImportFrom)
        for each in node.names
    }


def recording_functions(functions: dict[str, ast.FunctionDef]) -> set[str]:
    """Close over calls: a function records when it opens a deed, or calls one here, or a command of another room."""
    called = {name: set(calls(node)) for name, node in functions.items()}
    known = {
        name
        for name, found in called.items()
        if any(each.rpartition(".")[2] in DEEDS or is_another_rooms_command(each) for each in found)
    }
    while True:
        more = {
            name
            for name, found in called.items()
            if name not in known and {each.split(".")[-1] for each in found} & known
        }
        if not more:
            return known
        known |= more


def is_another_rooms_command(call: str) -> bool:
    room, _, _name = call.rpartition(".")
    return room.endswith(("commands", "deeds", "steps", "work"))
