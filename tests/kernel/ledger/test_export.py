"""The export proves itself, line by line, and says where it was touched."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.ledger.books import OTHER, PRIVATE, PUBLIC, book, edited
from yichuang.kernel.ledger import anchor_line, public_key_of, read_anchors, verify_export
from yichuang.kernel.ledger.__main__ import main

LINES = book().lines()


def index(name, **values):
    """Find the line of this name with these values."""
    for n, line in enumerate(LINES):
        content = json.loads(line)
        if content["line"] == name and values.items() <= content.items():
            return n
    raise AssertionError(f"no {name} {values}")


def problems(lines, **options):
    return [(p.kind.value, p.stream, p.seq) for p in verify_export(lines, PUBLIC, **options).problems]


def test_an_export_is_verified_by_its_lines_alone():
    report = verify_export(iter(LINES))

    assert report.ok
    assert (report.records, report.streams, report.anchors) == (12, 4, 2)


def test_lines_may_end_in_line_feeds():
    assert verify_export(line + "\n" for line in LINES).ok


def test_moments_have_six_digits_and_nothing_less():
    place = index("record", stream="dossier/1", seq=2)
    lines = list(LINES)
    assert json.loads(lines[place])["at"] == "2019-10-30T01:00:00.000251Z"
    lines[place] = edited(lines[place], at="2019-10-30T01:00:00Z")

    assert ("form", "", place + 1) in problems(lines)


def test_a_changed_payload():
    place = index("record", stream="dossier/1", seq=2)
    lines = list(LINES)
    lines[place] = edited(lines[place], payload='{"step":9}')

    assert problems(lines) == [("changed", "dossier/1", 2)]


def test_two_lines_swapped():
    one, two = index("record", stream="dossier/1", seq=2), index("record", stream="dossier/1", seq=3)
    lines = list(LINES)
    lines[one], lines[two] = lines[two], lines[one]

    assert problems(lines) == [("missing", "dossier/1", 2), ("surplus", "dossier/1", 2)]


def test_a_file_cut_off():
    assert ("form", "", 9) in problems(LINES[:9])


def test_a_line_taken_out_is_counted():
    lines = list(LINES)
    del lines[index("head", stream="dossier/1")]

    assert problems(lines)[:1] == [("no_head", "dossier/1", 0)]
    assert ("form", "", len(lines)) in problems(lines)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "not json",
        "[]",
        "null",
        "[" * 100_000,
        '{"line": 3}',
        '{"line": "gossip"}',
        '{"line": "record"}',
        '{"line": "head", "stream": "z", "count": -1, "head": ""}',
        '{"line": "head", "stream": "z", "count": 1e3, "head": ""}',
        '{"line": "head", "stream": "z", "count": true, "head": ""}',
        '{"line": "head", "stream": "\\ud800", "count": 0, "head": ""}',
        '{"line": "anchor"}',
        '{"line": "header"}',
    ],
)
def test_a_line_that_is_none_is_named_and_the_others_still_count(line):
    report = verify_export([*LINES[:-1], line, LINES[-1]], PUBLIC)

    assert ("form", "", len(LINES)) in {(p.kind.value, p.stream, p.seq) for p in report.problems}
    assert report.records == 12


@pytest.mark.parametrize("lines", [[], [""], LINES[1:], [edited(LINES[0], form="other/1"), *LINES[1:]]])
def test_an_export_without_its_header_is_no_proof(lines):
    assert not verify_export(lines).ok


def test_the_key_comes_from_elsewhere():
    assert ("form", "", 1) in [
        (p.kind.value, p.stream, p.seq) for p in verify_export(LINES, public_key_of(OTHER)).problems
    ]


def test_anchors_kept_elsewhere_are_read_back():
    copies = list(read_anchors(anchor_line(anchor) for anchor in book().anchors))

    assert copies == book().anchors
    assert list(read_anchors(LINES)) == copies
    assert problems(LINES, witnesses=copies) == []


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_any_byte_changed_in_an_export_is_found(data):
    text = "\n".join(LINES)
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]).filter(lambda sign: sign != text[place]))

    report = verify_export((text[:place] + other + text[place + 1 :]).split("\n"), PUBLIC)

    assert not report.ok or same_meaning(text[:place] + other + text[place + 1 :])


def same_meaning(text):
    """White space between the parts of a line, or another upper case in a hexadecimal signature, changes nothing."""
    return [normal(line) for line in text.split("\n")] == [normal(line) for line in LINES]


def normal(line):
    content = json.loads(line)
    for key in ("signature", "public_key"):
        if key in content:
            content[key] = bytes.fromhex(content[key])
    return content


@settings(deadline=None)
@given(st.randoms(use_true_random=False))
def test_lines_in_any_other_order_are_found(shuffler: random.Random):
    lines = list(LINES)
    shuffler.shuffle(lines)

    assert lines == LINES or not verify_export(lines, PUBLIC).ok


def test_anchors_in_another_order_are_found():
    places = [place for place, line in enumerate(LINES) if line.startswith('{"line":"anchor"')]
    first, second = places[:2]
    lines = list(LINES)
    lines[first], lines[second] = lines[second], lines[first]

    assert problems(lines) == [("anchor", "", 1)]


class TestCommand:
    def test_says_that_all_agrees(self, tmp_path, capsys):
        file = tmp_path / "export.jsonl"
        file.write_text("\n".join(LINES), encoding="utf-8")

        assert main([str(file), "--key", PUBLIC.hex()]) == 0
        assert capsys.readouterr().out == "12 条记录，4 条记录链，2 个锚点：全部相符\n"

    def test_says_where_it_does_not(self, tmp_path, capsys):
        file, anchors = tmp_path / "export.jsonl", tmp_path / "anchors.jsonl"
        kept = book()
        anchors.write_text("\n".join(anchor_line(anchor) for anchor in kept.anchors), encoding="utf-8")
        kept.marks, kept.anchors = [], []
        file.write_text("\n".join(kept.lines()), encoding="utf-8")

        assert main([str(file), "--anchors", str(anchors)]) == 1
        assert capsys.readouterr().out.splitlines() == [
            "anchor\t\t1\t锚点 1 不见了。",
            "anchor\t\t2\t锚点 2 不见了。",
            "12 条记录，4 条记录链，0 个锚点：发现 2 处不符（公钥取自文件本身）",
        ]

    def test_says_that_there_is_no_file(self, tmp_path, capsys):
        assert main([str(tmp_path / "none")]) == 2
        assert "无法验证" in capsys.readouterr().err


def test_the_private_key_is_in_no_export():
    assert PRIVATE.hex() not in "\n".join(LINES)
