"""The schemas of definitions are schemas: asked here, as asking takes every process most of a second at its start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import yichuang

SCHEMAS = sorted(Path(yichuang.__file__).parent.rglob("*.schema.json"))


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_is_of_the_draft(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))
