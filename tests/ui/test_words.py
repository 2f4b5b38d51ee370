"""Words beside each other: each language has its own signs between them."""

from __future__ import annotations

import pytest
from django.template import engines
from django.utils import translation

from yichuang.ui import words


def said() -> list[str]:
    return [
        words.listed(["甲", "乙", "丙"]),
        words.in_a_line(["甲", "", "乙"]),
        words.in_parts(["甲", "", "乙"]),
        words.with_note("甲", "乙"),
        words.with_note("甲", ""),
        words.named("甲", "乙"),
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh-hans", ["甲、乙、丙", "甲，乙", "甲；乙", "甲（乙）", "甲", "甲：乙"]),
        ("en", ["甲, 乙, 丙", "甲, 乙", "甲; 乙", "甲 (乙)", "甲", "甲: 乙"]),
    ],
)
def test_each_language_has_its_own_signs(language, expected):
    with translation.override(language):
        assert said() == expected


def test_a_template_lists_and_escapes():
    template = engines["django"].from_string("{% load i18n ui %}{{ names|listed }}{% translate '：' %}")

    with translation.override("en"):
        assert template.render({"names": ["<甲>", "乙"]}) == "&lt;甲&gt;, 乙: "
