"""A history is read by people: every kind of record of every room has a name in both languages."""

from __future__ import annotations

import ast

from django.utils import translation

from tests.architecture.source import ROOT
from yichuang.ui import history


def told_by_the_rooms() -> set[str]:
    """Name the event classes of every room: a record's kind is the name of its class."""
    files = (ROOT / "src" / "yichuang").rglob("events.py")
    trees = (ast.parse(path.read_text("utf-8")) for path in files)
    return {node.name for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)}


def test_every_event_of_every_room_has_a_name():
    assert told_by_the_rooms() - history.KINDS.keys() == set()


def test_no_name_is_left_of_an_event_that_is_gone():
    assert history.KINDS.keys() - told_by_the_rooms() == set()


def test_names_are_chinese_and_have_their_english():
    with translation.override("zh-hans"):
        chinese = {kind: str(name) for kind, name in history.KINDS.items()}
    with translation.override("en"):
        english = {kind: str(name) for kind, name in history.KINDS.items()}

    assert [kind for kind, name in chinese.items() if name.isascii()] == []
    assert [kind for kind, name in english.items() if not name.isascii()] == []
