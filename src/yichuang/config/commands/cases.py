"""`yichuang cases …`: bring in what an old system handled, give out how work went."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

from tqdm import tqdm

from yichuang.foundation.history import commands, exporting
from yichuang.foundation.history.commands import Result
from yichuang.foundation.history.problems import RowsFaulty
from yichuang.foundation.people.actors import SYSTEM as SYSTEM_ACTOR
from yichuang.foundation.records import clock
from yichuang.foundation.records.terms import CHINA, SYSTEM
from yichuang.foundation.work import flow

SHOWN = 20
"""Warnings that are shown to a person; a program gets them all."""
WORDS = {"read": "读取", "write": "写入"}


def import_history(arguments: Namespace) -> int:
    """Read a table or a log, check all of it, write what is new of it."""
    try:
        with _bar() as progress:
            result = commands.import_history(
                path=arguments.file,
                by=SYSTEM,
                at=clock.business_now(),
                mapping=arguments.mapping,
                dry_run=arguments.dry_run,
                skip_errors=arguments.skip_errors,
                progress=progress,
            )
    except RowsFaulty as refusal:
        if not arguments.json:
            raise
        print(json.dumps(refusal.result.as_json(), ensure_ascii=False))
        return 1
    if arguments.json:
        print(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        _tell(result, arguments.dry_run)
    return 1 if result.findings.error_count and not arguments.skip_errors else 0


def export_history(arguments: Namespace) -> int:
    """Write the steps of dossiers as an event log."""
    asked = flow.Asked(
        source=arguments.source,
        item=arguments.item,
        since=_begins(arguments.since),
        until=_begins(arguments.until),
    )
    rows = flow.population(SYSTEM_ACTOR, asked)
    write = {"ocel": exporting.write_ocel, "xes": exporting.write_xes}[arguments.format]
    with arguments.file.open("w", encoding="utf-8") as out:
        first, events = write(out, rows)
    said = {"objects" if arguments.format == "ocel" else "traces": first, "events": events}
    print(json.dumps(said) if arguments.json else f"{arguments.file}: {said}")
    return 0


def _begins(on: date | None) -> datetime | None:
    return None if on is None else datetime.combine(on, time(), CHINA)


def _tell(result: Result, dry_run: bool) -> None:
    found = result.findings
    for each in [*found.errors[:SHOWN], *found.warnings[:SHOWN]]:
        print(each.text, file=sys.stderr)
    verb = "将" if dry_run else ""
    print(
        f"{result.cases} 件、{result.events} 个事件：{verb}新增 {result.created}，{verb}更新 {result.updated}，"
        f"未变 {result.unchanged}；提示 {found.warning_count}，错误 {found.error_count}"
    )


@contextmanager
def _bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show on a terminal how far it is."""
    with tqdm(total=1, unit="", file=sys.stderr, disable=None, bar_format="{desc} {bar} {n:,}/{total:,}") as bar:

        def progress(what: str, done: int, of: int) -> None:
            bar.set_description_str(WORDS[what], refresh=False)
            bar.total = max(of, 1)
            bar.n = done
            bar.refresh()

        yield progress
