"""Every way of tampering that the semantics name is found, with its place."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.ledger.books import OTHER, PUBLIC, Book, book
from yichuang.kernel.ledger import GENESIS, Head, Mark, ProblemKind, draft_anchor, sign_anchor, verify, verify_anchor


def test_what_nobody_touched_agrees():
    kept = book()

    report = kept.report()

    assert report.ok
    assert (report.records, report.streams, report.anchors) == (12, 4, 2)
    assert kept.kinds() == set()


def test_an_empty_book_agrees():
    assert Book().report().ok


class TestRows:
    def test_a_changed_payload(self):
        kept = book()
        kept.rows["dossier/1"][1] = replace(kept.rows["dossier/1"][1], payload='{"step":9}')

        assert kept.kinds() == {("changed", "dossier/1", 2)}

    @pytest.mark.parametrize(
        "change",
        [
            {"kind": "CaseRefused"},
            {"by": "account/8"},
            {"payload": '{"名称":"受理", "step":1}'},
        ],
    )
    def test_a_change_of_anything_else(self, change):
        kept = book()
        kept.rows["dossier/1"][1] = replace(kept.rows["dossier/1"][1], **change)

        assert kept.kinds() == {("changed", "dossier/1", 2)}

    @pytest.mark.parametrize("moment", ["at", "recorded_at"])
    def test_a_moment_cut_to_whole_seconds(self, moment):
        kept = book()
        row = kept.rows["dossier/1"][1]
        kept.rows["dossier/1"][1] = replace(row, **{moment: getattr(row, moment).replace(microsecond=0)})

        assert kept.kinds() == {("changed", "dossier/1", 2)}

    def test_a_changed_payload_with_its_digest(self):
        kept = book()
        rows = kept.rows["dossier/2"]
        forged = replace(rows[1], payload='{"step":9}')
        kept.rows["dossier/2"] = [rows[0], forged, *rows[2:]]
        kept.recompute("dossier/2", 1)
        kept.rows["dossier/2"][2:] = rows[2:]
        kept.heads["dossier/2"] = Head("dossier/2", 5, rows[-1].digest)

        assert kept.kinds() == {("link", "dossier/2", 3)}

    def test_one_removed_from_the_middle(self):
        kept = book()
        del kept.rows["dossier/1"][2]

        assert kept.kinds() == {("missing", "dossier/1", 3)}

    def test_several_removed_from_the_middle_and_the_others_renumbered(self):
        kept = book()
        del kept.rows["dossier/1"][1:3]
        kept.recompute("dossier/1", 1)

        assert kept.kinds() == {("missing", "dossier/1", 4), ("missing", "dossier/1", 5)}  # both anchors saw more

    def test_the_last_removed(self):
        kept = book()
        del kept.rows["dossier/2"][-1]  # written since the last anchor

        assert kept.kinds() == {("missing", "dossier/2", 5)}

    def test_the_last_removed_and_the_head_put_right(self):
        kept = book()
        del kept.rows["dossier/1"][-1]
        kept.recompute("dossier/1", 3)

        assert kept.kinds() == {("missing", "dossier/1", 5)}

    def test_a_whole_stream_removed(self):
        kept = book()
        del kept.rows["dossier/2"]

        assert kept.kinds() == {("no_stream", "dossier/2", 0)}

    def test_a_whole_stream_removed_with_its_head(self):
        kept = book()
        del kept.rows["dossier/2"], kept.heads["dossier/2"]

        assert kept.kinds() == {("no_stream", "dossier/2", 0)}

    def test_a_whole_stream_removed_with_its_head_and_its_marks(self):
        kept = book()
        del kept.rows["dossier/2"], kept.heads["dossier/2"]
        kept.marks = [mark for mark in kept.marks if mark.stream != "dossier/2"]

        assert kept.kinds() == {("anchor", "", 1), ("anchor", "", 2)}

    def test_one_inserted(self):
        kept = book()
        rows = kept.rows["dossier/1"]
        rows.insert(2, replace(rows[1], payload='{"step":9}'))

        assert kept.kinds() == {("surplus", "dossier/1", 2), ("changed", "dossier/1", 2)}

    def test_one_inserted_and_the_others_renumbered(self):
        kept = book()
        rows = kept.rows["dossier/1"]
        rows.insert(2, rows[1])
        kept.recompute("dossier/1", 2)

        assert kept.kinds() == {("anchored", "dossier/1", 4), ("anchored", "dossier/1", 5)}

    def test_one_added_behind_the_head(self):
        kept = book()
        head = kept.heads["dossier/1"]
        kept.write("dossier/1", {"step": 9})
        kept.heads["dossier/1"] = head

        assert kept.kinds() == {("surplus", "dossier/1", 6)}

    def test_two_swapped(self):
        kept = book()
        rows = kept.rows["dossier/1"]
        rows[1], rows[2] = replace(rows[2], seq=2), replace(rows[1], seq=3)

        kinds = kept.kinds()

        assert {("changed", "dossier/1", 2), ("changed", "dossier/1", 3)} <= kinds
        assert {("link", "dossier/1", 2), ("link", "dossier/1", 3), ("link", "dossier/1", 4)} <= kinds

    def test_two_payloads_swapped(self):
        kept = book()
        rows = kept.rows["dossier/1"]
        rows[1], rows[2] = replace(rows[1], payload=rows[2].payload), replace(rows[2], payload=rows[1].payload)

        assert kept.kinds() == {("changed", "dossier/1", 2), ("changed", "dossier/1", 3)}

    def test_a_chain_recomputed_from_the_middle(self):
        kept = book()
        kept.rows["dossier/1"][2] = replace(kept.rows["dossier/1"][2], payload='{"step":9}')
        kept.recompute("dossier/1", 2)

        assert kept.kinds() == {("anchored", "dossier/1", 4), ("anchored", "dossier/1", 5)}

    def test_a_chain_recomputed_with_its_marks(self):
        kept = book()
        kept.rows["dossier/1"][2] = replace(kept.rows["dossier/1"][2], payload='{"step":9}')
        kept.recompute("dossier/1", 2)
        digests = {row.seq: row.digest for row in kept.rows["dossier/1"]}
        kept.marks = [replace(m, head=digests[m.count]) if m.stream == "dossier/1" else m for m in kept.marks]

        assert kept.kinds() == {("anchor", "", 1), ("anchor", "", 2)}

    def test_since_the_last_anchor_only_what_forgets_the_head_is_found(self):
        kept = book()
        kept.rows["dossier/2"][4] = replace(kept.rows["dossier/2"][4], payload='{"step":9}')
        kept.recompute("dossier/2", 4)

        assert kept.kinds() == set()  # the promise ends here: a new anchor is what narrows the gap


class TestHeads:
    def test_another_digest(self):
        kept = book()
        kept.heads["dossier/2"] = replace(kept.heads["dossier/2"], head="0" * 64)

        assert kept.kinds() == {("head", "dossier/2", 5)}

    def test_a_head_removed(self):
        kept = book()
        del kept.heads["dossier/2"]

        assert kept.kinds() == {("no_head", "dossier/2", 0)}

    def test_streams_out_of_order(self):
        records, heads, anchors, key, marks = book().parts()

        report = verify(reversed(records), heads, anchors, key, marks)

        assert ProblemKind.ORDER in {problem.kind for problem in report.problems}


class TestAnchors:
    def test_a_changed_anchor(self):
        kept = book()
        kept.anchors[0] = replace(kept.anchors[0], at=kept.anchors[0].at + timedelta(days=1))

        report = kept.report()

        assert [problem.message for problem in report.problems] == [
            "锚点 1 的签名无效。",
            "锚点 2 没有接在前一个锚点之后。",
        ]

    def test_all_anchors_signed_anew_with_another_key(self):
        kept = book()
        kept.anchors = [sign_anchor(anchor, OTHER) for anchor in kept.anchors]

        assert kept.kinds() == {("anchor", "", 1), ("anchor", "", 2)}

    def test_one_removed_from_the_middle(self):
        kept = book()
        del kept.anchors[0]

        assert ("anchor", "", 2) in kept.kinds()

    def test_the_last_removed_is_found_by_its_marks(self):
        kept = book()
        del kept.anchors[-1]

        assert ("anchor", "dossier/1", 5) in kept.kinds()

    def test_the_last_removed_with_its_marks_is_found_by_a_copy_kept_elsewhere(self):
        kept = book()
        copies = list(kept.anchors)
        del kept.anchors[-1]
        kept.marks = [mark for mark in kept.marks if mark.anchor == 1]

        assert kept.report().ok
        assert [problem.message for problem in kept.report(witnesses=copies).problems] == ["锚点 2 不见了。"]

    def test_all_anchors_drawn_up_anew_are_found_by_a_copy_kept_elsewhere(self):
        kept = book()
        copies = list(kept.anchors)
        kept.rows["dossier/1"][2] = replace(kept.rows["dossier/1"][2], payload='{"step":9}')
        kept.recompute("dossier/1", 2)
        kept.marks, kept.anchors = [], []
        kept.anchor()

        assert kept.report().ok
        assert {p.seq for p in kept.report(witnesses=copies).problems} == {1, 2}

    def test_a_mark_added(self):
        kept = book()
        kept.marks.append(Mark(2, "dossier/2", 5, kept.heads["dossier/2"].head))

        assert kept.kinds() == {("anchor", "", 2)}

    def test_an_unsigned_anchor_is_nothing(self):
        draft = draft_anchor(number=1, at=book().anchors[0].at, heads=[], changed=[])

        assert not verify_anchor(draft, PUBLIC)
        assert not verify_anchor(replace(draft, signature="zz"), PUBLIC)
        assert draft.previous == GENESIS

    def test_heads_that_are_not_sorted_are_no_anchor(self):
        heads = [Head("b", 1, "0" * 64), Head("a", 1, "0" * 64)]

        with pytest.raises(ValueError, match="comes after"):
            draft_anchor(number=1, at=book().anchors[0].at, heads=heads, changed=[])

    def test_a_stream_without_records_is_no_part_of_an_anchor(self):
        kept = book()
        kept.heads["empty"] = Head("empty", 0, GENESIS)
        kept.anchor()

        assert kept.anchors[-1].streams == 4
        assert kept.kinds() == set()


def test_only_the_first_thousand_problems_are_told_and_all_are_counted():
    kept = Book()
    for n in range(1200):
        kept.write("s", {"n": n})
    kept.rows["s"] = [replace(row, kind="x") for row in kept.rows["s"]]

    report = kept.report()

    assert (len(report.problems), report.found) == (1000, 1200)


@st.composite
def books(draw):
    kept = Book()
    for stream, value in draw(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3) | st.none()), max_size=14)):
        if value is None:
            kept.anchor()
        else:
            kept.write(stream, {"n": value})
    return kept


@settings(deadline=None)
@given(books())
def test_every_honest_book_agrees(kept):
    assert kept.kinds() == set()


@settings(deadline=None)
@given(books(), st.data())
def test_any_single_change_of_an_anchored_row_is_found_even_when_the_chain_is_recomputed(kept, data):
    kept.anchor()
    rows = [row for some in kept.rows.values() for row in some]
    if not rows:
        return
    row = data.draw(st.sampled_from(rows))
    change = data.draw(
        st.sampled_from(
            [
                {"payload": "{}"},
                {"kind": "x"},
                {"by": "x"},
                {"at": row.at + timedelta(microseconds=1)},
                {"recorded_at": row.at - timedelta(1)},
            ]
        )
    )
    kept.rows[row.stream][row.seq - 1] = replace(row, **change)
    if data.draw(st.booleans()):
        kept.recompute(row.stream, row.seq - 1)

    assert not kept.report().ok


@settings(deadline=None)
@given(books(), st.data())
def test_any_row_removed_is_found_even_when_the_rest_is_put_right(kept, data):
    kept.anchor()
    rows = [row for some in kept.rows.values() for row in some]
    if not rows:
        return
    row = data.draw(st.sampled_from(rows))
    del kept.rows[row.stream][row.seq - 1]
    if not kept.rows[row.stream]:
        del kept.rows[row.stream], kept.heads[row.stream]
    elif data.draw(st.booleans()):
        kept.recompute(row.stream, min(row.seq, len(kept.rows[row.stream])) - 1)

    assert not kept.report().ok
