"""`yichuang records …`: verify, export, anchor."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from django.conf import settings
from tqdm import tqdm

from yichuang.foundation.records import clock, commands, queries
from yichuang.kernel import ledger
from yichuang.kernel.ledger import Anchor, Report


def verify(arguments: Namespace) -> int:
    """Verify all records against heads and anchors; 1 when something does not agree."""
    witnesses = [anchor for path in arguments.witness for anchor in _anchors(path)]
    public_key = ledger.public_key_of(commands.signing_key(settings.KEYS))
    if arguments.export:
        with arguments.export.open(encoding="utf-8") as lines:
            report = ledger.verify_export(lines, public_key, witnesses=witnesses)
    else:
        report = queries.verify(public_key, witnesses=[*witnesses, *queries.kept_anchors(settings.KEYS)], by_two=True)
    _tell(report, as_json=arguments.json)
    return 0 if report.ok else 1


def export(arguments: Namespace) -> int:
    """Write all lines that an offline verifier needs."""
    public_key = ledger.public_key_of(commands.signing_key(settings.KEYS))
    lines = tqdm(queries.export(public_key), unit=" lines", file=sys.stderr, disable=None)
    if arguments.out is None:
        for line in lines:
            print(line)
    else:
        with arguments.out.open("w", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in lines)
    return 0


def anchor(arguments: Namespace) -> int:
    """Sign the heads of all streams."""
    made = commands.anchor(at=clock.business_now(), keys=settings.KEYS)
    print(f"anchor {made.number}: {made.records} records in {made.streams} streams, root {made.root}")
    return 0


def _anchors(path: Path) -> list[Anchor]:
    with path.open(encoding="utf-8") as lines:
        return list(ledger.read_anchors(lines))


def _tell(report: Report, *, as_json: bool) -> None:
    if as_json:
        problems = [
            {"kind": str(each.kind), "stream": each.stream, "seq": each.seq, "message": each.message}
            for each in report.problems
        ]
        counts = {"records": report.records, "streams": report.streams, "anchors": report.anchors}
        print(json.dumps({"ok": report.ok, **counts, "found": report.found, "problems": problems}, ensure_ascii=False))
        return
    for each in report.problems:
        print(f"{each.stream} {each.seq}: {each.message}")
    verdict = "all agree" if report.ok else f"{report.found} problems"
    print(f"{report.records} records, {report.streams} streams, {report.anchors} anchors: {verdict}")
