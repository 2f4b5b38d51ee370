"""One tokenizer for what is kept and what is asked."""

from __future__ import annotations

import doctest

import pytest

from yichuang.foundation.search import tokens
from yichuang.foundation.search.matching import match


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(tokens).failed == 0


class TestAsking:
    def test_a_single_character_is_looked_up_alone(self):
        assert tokens.ask("餐").parts == ("餐",)

    def test_full_width_and_capitals_are_no_matter(self):
        assert tokens.ask("ＳＰＪＹ").parts == ("spjy",)

    def test_what_is_said_around_a_matter_is_left_out(self):
        assert tokens.ask("请问怎么开饭店呢？").parts == ("开饭", "饭店")

    def test_but_not_when_nothing_else_is_left(self):
        assert tokens.ask("怎么").parts == ("怎么",)

    def test_signs_alone_ask_nothing(self):
        assert tokens.ask("？！ *\"' ").parts == ()


class TestMarks:
    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("许可", ["许可"]),
            ("spjy", ["食品经营"]),
            ("shipin", ["食品"]),
            ("jingyingxu", ["经营许"]),
            ("经营 新办", ["经营", "新办"]),
            ("食许", []),
        ],
    )
    def test_the_matched_characters(self, query, said):
        title = "食品经营许可（新办）"

        found = match(tokens.ask(query), title, [])

        assert [title[first:end] for first, end in found.marks] == said

    def test_an_alias_is_shown_where_the_name_does_not_say_it(self):
        found = match(tokens.ask("开饭店"), "食品经营许可", ["卫生许可", "开饭店"])

        assert (found.alias, found.alias_marks, found.marks) == ("开饭店", ((0, 3),), ())

    def test_ranges_are_those_of_the_text_as_written(self):
        title = "㎡面积登记"  # one character that becomes two when it is compared

        found = match(tokens.ask("面积"), title, [])

        assert [title[first:end] for first, end in found.marks] == ["面积"]
