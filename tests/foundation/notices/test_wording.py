"""Wordings as data: held to what they may say, left out where a fact is missing."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from yichuang.foundation.notices.rules import after_quiet, next_digest, span
from yichuang.foundation.notices.wording import parse, plain, words
from yichuang.foundation.records.terms import CHINA
from yichuang.kernel.calendars import Calendar
from yichuang.kernel.errors import DefinitionError

BODY: dict[str, Any] = {
    "notice": "case_accepted",
    "name": "受理告知",
    "version": 1,
    "audience": "party",
    "channels": ["IN_APP", "SMS"],
    "facts": {"number": "办件号", "due": "办结日"},
    "title": "已受理",
    "text": ["{number} 已受理。", "{due}前办结。"],
    "sms": ["{number}已受理。"],
    "english": {"title": "Accepted", "text": ["{number} is accepted.", "Due {due}."], "sms": ["{number}"]},
}


def test_leaves_out_the_sentence_whose_fact_is_not_there():
    template = parse(BODY, "f")

    assert words(template, plain(template, {"number": "A1", "due": None}), "zh").text == "A1 已受理。"
    said = plain(template, {"number": "A1", "due": datetime(2019, 10, 30, 23, tzinfo=CHINA)})
    assert words(template, said, "zh-hans").text == "A1 已受理。2019年10月30日前办结。"
    assert words(template, said, "en").text == "A1 is accepted. Due 30 October 2019."


@pytest.mark.parametrize(
    ("more", "wrong"),
    [
        ({"facts": {"number": "x", "due": "x", "id_number": "身份证"}}, "id_number"),
        ({"text": ["{item}"]}, "item"),
        ({"english": BODY["english"] | {"text": ["{unit}"]}}, "unit"),
        ({"channels": ["IN_APP"]}, "sms"),
        ({"english": {"title": "a", "text": ["b"]}}, "sms"),
    ],
)
def test_is_held_to_what_it_may_say(more, wrong):
    with pytest.raises(DefinitionError, match=wrong):
        parse(BODY | more, "f")


def test_a_person_is_never_among_the_facts():
    with pytest.raises(DefinitionError, match="name"):
        parse(BODY | {"facts": BODY["facts"] | {"name": "姓名"}}, "f")


class TestQuietHours:
    night = span("21:00-08:00")

    @pytest.mark.parametrize("hour", [8, 12, 20])
    def test_by_day_at_once(self, hour):
        at = datetime(2019, 10, 30, hour, tzinfo=CHINA)

        assert after_quiet(at, *self.night) == at

    def test_within_one_day(self):
        at = datetime(2019, 10, 30, 12, 30, tzinfo=CHINA)

        assert after_quiet(at, time(12), time(14)).time() == time(14)


class TestNextDigest:
    @pytest.mark.parametrize(
        ("at", "due"),
        [
            ((2019, 10, 30, 8, 0), date(2019, 10, 30)),  # Wednesday
            ((2019, 10, 30, 8, 30), date(2019, 10, 31)),
            ((2019, 11, 1, 17, 0), date(2019, 11, 4)),  # Friday
            ((2019, 11, 2, 7, 0), date(2019, 11, 4)),  # Saturday
        ],
    )
    def test_is_a_working_morning(self, at, due):
        found = next_digest(datetime(*at, tzinfo=CHINA), time(8, 30), Calendar.of())

        assert (found.date(), found.time()) == (due, time(8, 30))
