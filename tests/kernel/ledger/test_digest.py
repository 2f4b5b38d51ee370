"""The canonical form and the digest of a record, against values worked out by hand."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from yichuang.kernel.ledger import GENESIS, canonical, microseconds, moment, record_digest, salted
from yichuang.kernel.ledger.digest import row

AT = datetime(2019, 10, 30, 9, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))
RECORD = {
    "stream": "dossier/1",
    "seq": 1,
    "kind": "CaseAccepted",
    "by": "account/7",
    "at": AT,
    "recorded_at": AT,
    "payload": b'{"a":1}',
    "previous": GENESIS,
}


class TestCanonical:
    def test_sorts_keys_by_utf_16_as_the_rfc_does(self):
        assert canonical({"€": 1, "\r": 2, "1": 3, "😂": 4, "ö": 5}).decode() == '{"\\r":2,"1":3,"ö":5,"€":1,"😂":4}'

    def test_refuses_whole_numbers_that_others_would_round(self):
        with pytest.raises(ValueError):
            canonical({"fen": 2**53})

    def test_is_the_same_for_equal_payloads(self):
        assert canonical({"b": [1, None], "a": "x"}) == canonical({"a": "x", "b": (1, None)})


class TestRecordDigest:
    def test_is_the_one_that_anybody_can_compute(self):
        head = b'["yichuang/record/1","dossier/1",1,"CaseAccepted","account/7",1572397200000005,1572397200000005,"%s"]'

        expected = hashlib.sha256(head % GENESIS.encode() + b'\n{"a":1}').hexdigest()

        assert record_digest(**RECORD) == expected

    @pytest.mark.parametrize(
        "change",
        [
            {"stream": "dossier/11"},
            {"seq": 2},
            {"kind": "CaseRefused"},
            {"by": "account/8"},
            {"at": AT + timedelta(microseconds=1)},
            {"recorded_at": AT + timedelta(microseconds=1)},
            {"payload": b'{"a":2}'},
            {"payload": b'{"a": 1}'},
            {"previous": "1" * 64},
        ],
    )
    def test_covers_every_part(self, change):
        assert record_digest(**RECORD | change) != record_digest(**RECORD)

    def test_is_the_same_in_every_time_zone(self):
        assert record_digest(**RECORD | {"at": AT.astimezone(UTC)}) == record_digest(**RECORD)

    def test_tells_whole_seconds_from_microseconds(self):
        assert record_digest(**RECORD | {"at": AT.replace(microsecond=0)}) != record_digest(**RECORD)

    def test_refuses_a_moment_without_zone(self):
        with pytest.raises(ValueError, match="no time zone"):
            record_digest(**RECORD | {"at": datetime(2019, 10, 30, 9)})

    @given(st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(-(2**53) + 1, 2**53 - 1)))
    def test_its_fast_head_line_is_rfc_8785(self, values):
        assert row(*values) == rfc8785.dumps(values)
        assert b"\n" not in row(*values)
        assert json.loads(row(*values)) == values


class TestMoments:
    @given(st.datetimes(timezones=st.just(UTC)))
    def test_microseconds_keep_the_whole_moment(self, at):
        assert moment(microseconds(at)) == at

    def test_floor_before_1970(self):
        assert microseconds(datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)) == -1


class TestSalted:
    def test_is_equal_for_the_same_text_however_composed(self):
        assert salted("é", b"s" * 16) == salted("e\u0301", b"s" * 16)

    def test_differs_by_salt(self):
        assert salted("13800000000", b"a" * 16) != salted("13800000000", b"b" * 16)

    def test_refuses_a_short_salt(self):
        with pytest.raises(ValueError, match="16 bytes"):
            salted("x", b"short")
