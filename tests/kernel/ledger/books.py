"""Small books of records, kept as a careful office keeps them, to be tampered with."""

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from yichuang.kernel.ledger import (
    GENESIS,
    Anchor,
    Before,
    Check,
    Head,
    Mark,
    RecordRow,
    anchor_digest,
    canonical,
    draft_anchor,
    export,
    public_key_of,
    record_digest,
    sign_anchor,
    verify,
    verify_export,
)
from yichuang.kernel.ledger.verifying import in_order

PRIVATE = bytes(range(32))
PUBLIC = public_key_of(PRIVATE)
OTHER = bytes(32)
START = datetime(2019, 10, 30, 1, 0, 0, 250, tzinfo=UTC)


def chained(row, previous):
    """Give the row its place behind `previous` and its true digest."""
    digest = record_digest(
        stream=row.stream,
        seq=row.seq,
        kind=row.kind,
        by=row.by,
        at=row.at,
        recorded_at=row.recorded_at,
        payload=row.payload.encode(),
        previous=previous,
    )
    return replace(row, previous=previous, digest=digest)


@dataclass
class Book:
    """Rows by stream, heads, marks and anchors, as the database would hold them."""

    rows: dict[str, list[RecordRow]] = field(default_factory=dict)
    heads: dict[str, Head] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)

    def write(self, stream, payload):
        rows = self.rows.setdefault(stream, [])
        at = START + timedelta(microseconds=len(rows))
        text = canonical(payload).decode()
        row = RecordRow(stream, len(rows) + 1, "CaseAccepted", "account/7", at, at, text, "", "")
        rows.append(chained(row, rows[-1].digest if rows else GENESIS))
        self.heads[stream] = Head(stream, len(rows), rows[-1].digest)

    def anchor(self):
        marked = {mark.stream: mark.count for mark in self.marks}
        heads = [self.heads[stream] for stream in sorted(self.heads)]
        changed = [head for head in heads if head.count != marked.get(head.stream, 0)]
        number = len(self.anchors) + 1
        previous = anchor_digest(self.anchors[-1]) if self.anchors else GENESIS
        draft = draft_anchor(number=number, at=START, heads=heads, changed=changed, previous=previous)
        self.marks += [Mark(number, head.stream, head.count, head.head) for head in changed]
        self.anchors.append(sign_anchor(draft, PRIVATE))

    def recompute(self, stream, start):
        """Forge: compute the chain anew from row `start` on, head included."""
        rows = self.rows[stream]
        for n in range(start, len(rows)):
            rows[n] = chained(replace(rows[n], seq=n + 1), rows[n - 1].digest if n else GENESIS)
        self.heads[stream] = Head(stream, len(rows), rows[-1].digest)

    def parts(self):
        records = sorted((row for rows in self.rows.values() for row in rows), key=lambda row: (row.stream, row.seq))
        heads = [self.heads[stream] for stream in sorted(self.heads)]
        marks = sorted(self.marks, key=lambda mark: (mark.stream, mark.anchor))
        return records, heads, self.anchors, PUBLIC, marks

    def report(self, **witnesses):
        return verify(*self.parts(), **witnesses)

    def lines(self):
        return list(export(*self.parts()))

    def report_by_two(self, middle):
        """Verify the streams before `middle` and those from it on apart, as two processes do, and join them."""
        records, heads, anchors, key, marks = self.parts()
        marked = [mark for mark in marks if mark.stream < middle]
        before = Before(Counter(mark.anchor for mark in marked), len({mark.stream for mark in marked}))
        first, second = Check(anchors), Check(anchors, before)
        for entry in in_order(records, heads, marks):
            (first if entry.stream < middle else second).take(entry)
        first.join(second)
        return first.finish(key)

    def kinds(self):
        """Verify in three ways, which must agree, and give the kinds of problem with their places."""
        report, exported = self.report(), verify_export(self.lines(), PUBLIC)
        assert exported == report
        for middle in self.rows:
            assert self.report_by_two(middle) == report
        return {(problem.kind.value, problem.stream, problem.seq) for problem in report.problems}


def book():
    """Three streams, an anchor, more records and a new stream, a second anchor, one record since."""
    kept = Book()
    for n in range(4):
        kept.write("dossier/1", {"step": n, "名称": "受理"})
        kept.write("dossier/2", {"step": n})
    kept.write("system/2019-10-30", {"started": True})
    kept.anchor()
    kept.write("dossier/1", {"step": 4})
    kept.write("unit/3/2019-10-30", {"login": 1})
    kept.anchor()
    kept.write("dossier/2", {"step": 4})
    return kept


def edited(line, **changes):
    return json.dumps(json.loads(line) | changes, ensure_ascii=False)
