"""Finds the field that a parser's words lead to, so that a problem has its line."""

from __future__ import annotations

import re
from typing import Any

from yichuang.foundation.definitions.kinds import Body
from yichuang.foundation.definitions.reading import Path


def place_in(body: Body, where: str) -> Path:
    """
    Follow the words of a place (`step permit`, `move accept, clocks`, `days[1].date`) as far as the body has them.

    >>> place_in({"steps": {"permit": {"days": 0}}}, "step permit")
    ('steps', 'permit')
    >>> place_in({"days": [{}, {"date": "x"}]}, "days[1].date")
    ('days', 1, 'date')
    >>> place_in({"moves": [{"deed": "receive"}, {"deed": "accept"}]}, "move accept, clocks")
    ('moves', 1)
    >>> place_in({"examples": [{}, {}]}, "examples 2")
    ('examples', 1)
    """
    words = _words(body, where)
    path: Path = ()
    value: Any = body
    for word in words:
        key = int(word) if isinstance(value, list) and word.isdigit() else word
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            break
        path = (*path, key)
    return path


def _words(body: Body, where: str) -> list[str]:
    """Turn what kernel parsers say into keys: a step by its name, a move by its deed, examples from 1."""
    words = re.findall(r"\w+", where)
    match words:
        case ["step", *rest]:
            return ["steps", *rest]
        case ["move", deed, *rest]:
            places = [str(n) for n, row in enumerate(body.get("moves", [])) if row.get("deed") == deed]
            return ["moves", *places[:1], *rest] if places else ["moves"]
        case ["examples", number, *rest] if where.startswith("examples ") and number.isdigit():
            return ["examples", str(int(number) - 1), *rest]
    return words
