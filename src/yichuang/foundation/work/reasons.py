"""
Why a step was opened or skipped, for people: the record names an element by its code and one of its choices by another.

What stands in the record stays as it is; only what a page says of it is put into words, in its reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.work.names import said
from yichuang.kernel.bundles import Element

FOUND = re.compile("(?P<what>[^“”，]+?) ?为 (?P<found>[^“”]*?)，(?P<no>不?)符合条件“(?P<wanted>[^”]*)”")
UNKNOWN = re.compile("尚不知道(?P<what>[^“”，]+)，条件是“(?P<wanted>[^”]*)”")
"""The two sentences of `kernel/conditions`."""

WORDS = (
    gettext_noop("等于"),
    gettext_noop("不等于"),
    gettext_noop("小于"),
    gettext_noop("不超过"),
    gettext_noop("大于"),
    gettext_noop("不少于"),
    gettext_noop("早于"),
    gettext_noop("不早于"),
    gettext_noop("晚于"),
    gettext_noop("不晚于"),
    gettext_noop("属于"),
    gettext_noop("不属于"),
    gettext_noop("含有"),
    gettext_noop("不含"),
)
"""The comparisons with which a condition begins."""


def in_words(because: str, on: date) -> str:
    """Say the reasons of a condition with the names of elements and choices; what is none stays as it is."""
    if not because:
        return ""
    known = definitions.elements(on).elements
    return _("；").join(_reason(each, known) for each in because.split("；"))


def _reason(text: str, known: Mapping[str, Element]) -> str:
    if found := FOUND.fullmatch(text):
        element = known.get(found["what"])
        told = {
            "what": element.name if element else found["what"],
            "found": _value(found["found"], element),
            "wanted": _wanted(found["wanted"], element),
        }
        if found["no"]:
            return _("%(what)s为 %(found)s，不符合条件“%(wanted)s”") % told
        return _("%(what)s为 %(found)s，符合条件“%(wanted)s”") % told
    if unknown := UNKNOWN.fullmatch(text):
        element = known.get(unknown["what"])
        told = {"what": element.name if element else unknown["what"], "wanted": _wanted(unknown["wanted"], element)}
        return _("尚不知道%(what)s，条件是“%(wanted)s”") % told
    return text


def _wanted(text: str, element: Element | None) -> str:
    word, space, value = text.partition(" ")
    if word not in WORDS:
        return text
    return said(word) + space + _("、").join(_value(each, element) for each in value.split("、"))


def _value(text: str, element: Element | None) -> str:
    if element is None:
        return text
    named = element.choices.get(text, text)
    return f"{named} {element.unit}" if element.unit and text[:1].isdigit() else named
