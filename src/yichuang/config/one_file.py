"""Checks one definition file of somebody's among all that there are, before it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings

from yichuang.foundation.definitions import folders
from yichuang.foundation.definitions.problems import DefinitionsFaulty, Problem
from yichuang.foundation.definitions.reading import read_text


def read_one(path: Path, kind: str, no_such: str, stand_ins: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """
    Read one file among the definitions there are; one of the same id gives way to it.

    `no_such` says that it is of another kind; `stand_ins` are keys that it may lack for now. Gives what it says, and
    the keys that it lacks.

    :raises DefinitionsFaulty: it has problems, each told with its line
    """
    text = read_text(path.read_text(encoding="utf-8"), str(path))
    if text.problems:
        raise DefinitionsFaulty(text.problems)
    if not isinstance(text.body, dict) or kind not in text.body:
        raise DefinitionsFaulty([Problem(str(path), 1, "", no_such, f"以 {kind}: 编号 开头")])
    code = text.body[kind]
    lacking = [key for key in stand_ins if key not in text.body and not (key == "source" and "basis" in text.body)]
    body = text.body | {key: stand_ins[key] for key in lacking}
    others = folders.read_folder(settings.DEFINITIONS)
    bodies = [(file.kind.name, file.text.body) for file in others.files if (file.kind.name, file.code) != (kind, code)]
    whole = folders.of_bodies([*bodies, (kind, body)])
    place = f"{kind} {code}"
    own = [
        replace(problem, file=str(path), line=text.line(tuple(problem.field.split(".")) if problem.field else ()))
        for problem in whole.problems
        if problem.file == place
    ]
    if own:
        raise DefinitionsFaulty(own)
    return whole.get(kind, code), lacking
