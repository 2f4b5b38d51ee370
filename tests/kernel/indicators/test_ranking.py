"""Ties share a place; who has too few rows stands apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from yichuang.kernel.indicators import ranked, ranking

entries = st.lists(
    st.tuples(st.uuids().map(str), st.one_of(st.none(), st.integers(0, 5)), st.integers(0, 30)), max_size=12
)


class TestRanking:
    def test_ties_share_a_place_and_the_next_is_so_many_further(self):
        places, rest = ranking([("甲", 90, 9), ("乙", 95, 9), ("丙", 90, 9), ("丁", 80, 9)])

        assert [(each.name, each.place, each.tied) for each in places] == [
            ("乙", 1, False), ("丙", 2, True), ("甲", 2, True), ("丁", 4, False),
        ]  # fmt: skip
        assert rest == []

    def test_too_small_a_sample_has_no_place_and_is_shown(self):
        places, rest = ranking([("甲", 90, 9), ("乙", 100, 2)], least_sample=5)

        assert [each.name for each in places] == ["甲"]
        assert [(each.name, each.sample) for each in rest] == [("乙", 2)]

    def test_fewer_may_be_better(self):
        assert ranked([("甲", 3, 1), ("乙", 5, 1)], "甲", highest_first=False).place == 1
        assert ranked([("甲", None, 1)], "甲") is None

    @given(entries, st.integers(1, 20), st.booleans())
    def test_nobody_is_lost_and_places_count_who_is_better(self, given_entries, least, highest):
        places, rest = ranking(given_entries, highest_first=highest, least_sample=least)

        assert len(places) + len(rest) == len(given_entries)
        for each in places:
            better = [other for other in places if (other.value > each.value) is highest and other.value != each.value]
            assert each.place == 1 + len(better)
            assert each.tied == (sum(other.value == each.value for other in places) > 1)
