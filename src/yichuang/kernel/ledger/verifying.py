"""Verifying: rows against heads against anchors, in one pass and with bounded memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .anchors import Anchor, Head, Mark, anchor_digest, verify_anchor
from .digest import GENESIS, digest_of_text, microseconds
from .merkle import Tree

KEPT = 1000  # problems told one by one; further ones are only counted, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record as it is kept: `payload` is the stored text, moments are aware, digests lower-case hex."""

    stream: str
    seq: int
    kind: str
    by: str
    at: datetime
    recorded_at: datetime
    payload: str
    previous: str
    digest: str


class ProblemKind(StrEnum):
    """The ways in which kept records fail to agree."""

    CHANGED = "changed"  # the record's own digest does not cover what stands there
    LINK = "link"  # `previous` is not the digest of the record before
    MISSING = "missing"  # a number is left out, or the last ones are gone
    SURPLUS = "surplus"  # a number stands twice or out of order, or there are more records than the head says
    HEAD = "head"  # the head names another digest than the last record's
    NO_HEAD = "no_head"  # records of a stream that has no head row
    NO_STREAM = "no_stream"  # a head or an anchor knows a stream of which nothing is left
    ANCHORED = "anchored"  # an anchor saw another digest at this place: the chain was computed anew
    ANCHOR = "anchor"  # an anchor's signature, number, link, root or number of streams is wrong
    FORM = "form"  # a line of an export cannot be read
    ORDER = "order"  # streams do not come sorted


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One disagreement with its place, told in Chinese.

    `seq` is 0 where a whole stream is concerned; without a stream it is the number of an anchor or of an export's line.
    """

    kind: ProblemKind
    stream: str
    seq: int
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification read and what it found; `found` counts all problems, `problems` tells the first thousand."""

    records: int
    streams: int
    anchors: int
    found: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Whether everything agrees."""
        return self.found == 0


def verify(
    records: Iterable[RecordRow],
    heads: Iterable[Head],
    anchors: Iterable[Anchor],
    public_key: bytes,
    marks: Iterable[Mark] = (),
    *,
    witnesses: Iterable[Anchor] = (),
) -> Report:
    """
    Verify rows against heads against anchors.

    All come in code point order of the stream (`COLLATE "C"`): records by (stream, seq), heads by stream, marks by
    (stream, anchor); anchors by number. `witnesses` are copies of anchors kept elsewhere: one that is missing here or
    differs is a problem. Memory is bounded by the number of anchors, not of records.
    """
    check = Check(anchors)
    for entry in in_order(records, heads, marks):
        check.take(entry)
    return check.finish(public_key, witnesses)


Entry = RecordRow | Head | Mark

_LAST = 1 << 63


def in_order(records: Iterable[RecordRow], heads: Iterable[Head], marks: Iterable[Mark]) -> Iterable[Entry]:
    """Merge sorted records, heads and marks: in each stream a mark follows the record it saw, the head is the last."""
    return heapq.merge(records, marks, heads, key=_place)


def _place(entry: Entry) -> tuple[str, int, int]:
    match entry:
        case RecordRow():
            return entry.stream, entry.seq, 0
        case Mark():
            return entry.stream, entry.count, 1
        case Head():
            return entry.stream, _LAST, 2


@dataclass(frozen=True, slots=True)
class Before:
    """What lies before a part of the streams that is checked by itself: marks by anchor, and streams that have one."""

    marks: Mapping[int, int]
    streams: int


NOTHING = Before({}, 0)


class Check:
    """
    One pass over everything that is kept; entries are given one by one, in the order of `in_order`.

    Of two checks of which each has a part of the streams, the second is told what is `before` it, and joined.
    """

    def __init__(self, anchors: Iterable[Anchor] = (), before: Before = NOTHING) -> None:
        self._before = before
        self._anchors: dict[int, Anchor] = {}
        self._changes: dict[int, Tree] = {}  # what the marks say that each anchor saw grow
        self._everything, self._everything_records = Tree(before.streams), 0  # the latest: what the last anchor saw
        self._records = self._streams = self._found = 0
        self._problems: list[Problem] = []
        self._open: str | None = None  # the stream being read, and what is known of it
        self._seq, self._digest, self._rows = 0, GENESIS, 0
        self._head: Head | None = None
        self._mark: Mark | None = None
        for anchor in anchors:
            self.take_anchor(anchor)

    def tell(self, kind: ProblemKind, stream: str, seq: int, message: str) -> None:
        """Note a problem."""
        self._found += 1
        if len(self._problems) < KEPT:
            self._problems.append(Problem(kind, stream, seq, message))

    def take_anchor(self, anchor: Anchor) -> None:
        """Read an anchor; all of them come before the first entry, in the order of their numbers."""
        if anchor.number in self._anchors:
            self.tell(ProblemKind.ANCHOR, "", anchor.number, f"锚点 {anchor.number} 出现两次。")
            return
        if self._anchors and anchor.number < (last := next(reversed(self._anchors))):
            self.tell(ProblemKind.ANCHOR, "", anchor.number, f"锚点 {anchor.number} 排在锚点 {last} 之后。")
        self._anchors[anchor.number] = anchor
        self._changes[anchor.number] = Tree(self._before.marks.get(anchor.number, 0))

    def take(self, entry: Entry) -> None:
        """Read a record, a mark or a head."""
        match entry:
            case RecordRow():
                self.take_record(
                    entry.stream, entry.seq, entry.kind, entry.by, microseconds(entry.at),
                    microseconds(entry.recorded_at), entry.payload, entry.previous, entry.digest,
                )  # fmt: skip
            case Mark():
                self._begin(entry.stream)
                self._take_mark(entry)
            case Head():
                self._begin(entry.stream)
                self._take_head(entry)

    def take_record(
        self, stream: str, seq: int, kind: str, by: str, at: int, recorded_at: int, payload: str, previous: str,
        digest: str,
    ) -> None:  # fmt: skip
        """Read a record by its parts, the moments in whole microseconds."""
        self._begin(stream)
        self._records += 1
        self._rows += 1
        try:
            ought = digest_of_text(stream, seq, kind, by, at, recorded_at, payload, previous)
        except UnicodeEncodeError:
            ought = ""  # no bytes can hold such text: it was never written by us
        expected = self._seq + 1
        if seq != expected or previous != self._digest or digest != ought:
            self._tell_record(stream, seq, previous, is_changed=digest != ought)
        if seq >= expected:
            self._seq, self._digest = seq, digest

    def _begin(self, stream: str) -> None:
        """Open the stream of an entry, where it is not open."""
        if stream == self._open:
            return
        self._close()
        if self._open is not None and stream < self._open:
            self.tell(ProblemKind.ORDER, stream, 0, f"记录链 {stream} 排在 {self._open} 之后，次序不对。")
        self._open, self._seq, self._digest, self._rows = stream, 0, GENESIS, 0
        self._head = self._mark = None
        self._streams += 1

    def _tell_record(self, stream: str, seq: int, previous: str, *, is_changed: bool) -> None:
        expected = self._seq + 1
        if seq > expected:
            gone = f"第 {expected} 条" if seq == expected + 1 else f"第 {expected}–{seq - 1} 条"
            self.tell(ProblemKind.MISSING, stream, expected, f"{gone}记录不见了。")
        elif seq < expected:
            self.tell(ProblemKind.SURPLUS, stream, seq, f"第 {seq} 条记录重复或次序不对。")
        elif previous != self._digest:
            self.tell(ProblemKind.LINK, stream, seq, f"第 {seq} 条记录没有接在前一条之后。")
        if is_changed:
            self.tell(ProblemKind.CHANGED, stream, seq, f"第 {seq} 条记录的内容与摘要不符，曾被改动。")

    def _take_mark(self, mark: Mark) -> None:
        before, self._mark = self._mark, mark
        if before is not None and (mark.anchor <= before.anchor or mark.count <= before.count):
            self.tell(ProblemKind.ORDER, mark.stream, mark.count, f"锚点 {mark.anchor} 的标记次序不对。")
        if mark.anchor in self._changes:
            self._changes[mark.anchor].add(mark.leaf)
        else:
            self.tell(ProblemKind.ANCHOR, mark.stream, mark.count, f"标记所指的锚点 {mark.anchor} 不存在。")
        if not self._rows:
            return  # told once, when the stream ends
        if self._seq < mark.count:
            self.tell(
                ProblemKind.MISSING,
                mark.stream,
                mark.count,
                f"锚点 {mark.anchor} 见过第 {mark.count} 条记录，现已不见。",
            )
        elif self._seq > mark.count:
            self.tell(ProblemKind.ORDER, mark.stream, mark.count, f"锚点 {mark.anchor} 的标记次序不对。")
        elif self._digest != mark.head:
            self.tell(
                ProblemKind.ANCHORED,
                mark.stream,
                mark.count,
                f"第 {mark.count} 条记录与锚点 {mark.anchor} 所见不同：此处或之前的记录链被重算过。",
            )

    def _take_head(self, head: Head) -> None:
        if self._head is not None:
            self.tell(ProblemKind.SURPLUS, head.stream, 0, "链头出现两次。")
        self._head = head
        if not self._rows:
            return  # told once, when the stream ends
        if head.count > self._seq:
            self.tell(
                ProblemKind.MISSING,
                head.stream,
                self._seq + 1,
                f"链头记有 {head.count} 条记录，只到第 {self._seq} 条：末尾的记录不见了。",
            )
        elif head.count < self._seq:
            self.tell(
                ProblemKind.SURPLUS,
                head.stream,
                head.count + 1,
                f"链头记有 {head.count} 条记录，却到了第 {self._seq} 条：多出了记录。",
            )
        elif head.head != self._digest:
            self.tell(ProblemKind.HEAD, head.stream, head.count, "链头与最后一条记录的摘要不符。")

    def _close(self) -> None:
        """End the open stream: its latest mark is what the last anchor saw of it."""
        if self._open is None:
            return
        counted = max(self._head.count if self._head else 0, self._mark.count if self._mark else 0)
        if not self._rows and counted:
            self.tell(ProblemKind.NO_STREAM, self._open, 0, f"整条记录链不见了，原有 {counted} 条记录。")
        elif self._head is None and self._rows:
            self.tell(ProblemKind.NO_HEAD, self._open, 0, "记录链没有链头。")
        if self._mark is not None:
            self._everything.add(self._mark.leaf)
            self._everything_records += self._mark.count

    def join(self, after: Check) -> None:
        """
        Add what another check found in the streams that follow; both have read all of theirs.

        :raises ValueError: the other was told something else of what is before it
        """
        self.end()
        after.end()
        for number, tree in self._changes.items():
            tree.join(after._changes[number])
        self._everything.join(after._everything)
        self._everything_records += after._everything_records
        self._records += after._records
        self._streams += after._streams
        self._found += after._found
        self._problems = [*self._problems, *after._problems][:KEPT]

    def end(self) -> None:
        """End the stream that is open: no entry follows."""
        self._close()
        self._open = None

    def finish(self, public_key: bytes, witnesses: Iterable[Anchor] = ()) -> Report:
        """End the pass: check the anchors themselves, and copies of them from elsewhere."""
        self.end()
        previous, last = GENESIS, 0
        for number, anchor in sorted(self._anchors.items()):
            for message in self._wrong_in(anchor, last, previous, public_key):
                self.tell(ProblemKind.ANCHOR, "", number, message)
            previous, last = anchor_digest(anchor), number
        if last:
            anchor = self._anchors[last]
            if (anchor.root, anchor.streams) != (self._everything.root, self._everything.size):
                message = f"锚点 {last} 签过 {anchor.streams} 条记录链，与现有标记（{self._everything.size} 条）不符。"
                self.tell(ProblemKind.ANCHOR, "", last, message)
            elif anchor.records != self._everything_records:
                self.tell(ProblemKind.ANCHOR, "", last, f"锚点 {last} 的记录总数不符。")
        for witness in witnesses:
            kept = self._anchors.get(witness.number)
            if kept is None or anchor_digest(kept) != anchor_digest(witness):
                fate = "不见了" if kept is None else "与外存副本不同"
                self.tell(ProblemKind.ANCHOR, "", witness.number, f"锚点 {witness.number} {fate}。")
        return Report(self._records, self._streams, len(self._anchors), self._found, tuple(self._problems))

    def _wrong_in(self, anchor: Anchor, last: int, previous: str, public_key: bytes) -> Iterable[str]:
        name = f"锚点 {anchor.number}"
        if anchor.number != last + 1:
            yield f"{name} 之前缺第 {last + 1} 个锚点。"
        elif anchor.previous != previous:
            yield f"{name} 没有接在前一个锚点之后。"
        if not verify_anchor(anchor, public_key):
            yield f"{name} 的签名无效。"
        if anchor.changes != self._changes[anchor.number].root:
            yield f"{name} 的标记与签名内容不符：有标记被改、被删或被添。"
