"""`yichuang registers …`: list them, check a file, take tables in and write them out."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.db.models import Count
from django.utils.translation import gettext as _
from tqdm import tqdm

from yichuang.config.one_file import read_one
from yichuang.foundation.people.actors import SYSTEM, local_day
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.records import clock
from yichuang.foundation.registers import commands, queries, sheets
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.models import Entry, Version
from yichuang.foundation.registers.terms import REGISTER
from yichuang.kernel.errors import NotPossible

FORMS = (".xlsx", ".csv", ".jsonl")


class NoSuchRegister(NotPossible):
    """There is no register of this name."""

    code = "registers.no_such_register"

    def __init__(self, code: str, there: list[str]) -> None:
        said = {"code": code, "there": "、".join(there)}
        super().__init__(_("没有台账「%(code)s」；有：%(there)s。") % said)


class UnknownForm(NotPossible):
    """A file name says in which form entries are written."""

    code = "registers.unknown_form"

    def __init__(self, name: str) -> None:
        said = {"name": name, "forms": "、".join(FORMS)}
        super().__init__(_("不知道“%(name)s”要写成哪种格式；文件名须以 %(forms)s 结尾。") % said)


def listed(arguments: Namespace) -> int:
    """List the registers that are published, with how many entries each holds."""
    on = local_day(clock.business_now())
    counts = dict(visible(SYSTEM, Entry).values_list("register").annotate(n=Count("pk")).order_by())
    rows = [
        {
            "id": each.id,
            "name": each.name.chinese,
            "version": each.version,
            "group": each.group.chinese,
            "public": each.public is not None,
            "entries": counts.get(each.id, 0),
        }
        for each in queries.registers(on)
    ]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['id']:24}{row['entries']:>8}  {row['name']}")
    return 0


def check(arguments: Namespace) -> int:
    """Check one register file among all definitions, and run its examples."""
    found, _lacking = read_one(arguments.file, REGISTER, "不是台账定义", {})
    assert isinstance(found, Register)
    print(f"{found.id}: {len(found.fields)} fields, {len(found.rules)} rules, {len(found.figures)} figures, sound")
    return 0


def import_entries(arguments: Namespace) -> int:
    """Take a table in, or with --dry-run only say what it would do; 1 when rows are wrong, and nothing is taken in."""
    try:
        return _imported(arguments, _register(arguments.register).id)
    except NotPossible as reason:
        if not arguments.json:
            raise
        nothing = {"rows": 0, "added": 0, "changed": 0, "same": 0, "taken": False}
        errors = [{"code": reason.code, "message": reason.message}]
        print(json.dumps(nothing | {"error_count": 1, "errors": errors}, ensure_ascii=False))
        return 1


def export_entries(arguments: Namespace) -> int:
    """Write the entries of a register; what was there is replaced only when the new file is whole."""
    target: Path = arguments.file
    form = target.suffix.lower()
    if form not in FORMS:
        raise UnknownForm(target.name)
    at = clock.business_now()
    register = _register(arguments.register)
    asked = queries.Asked(day=arguments.day)
    rows = queries.listed(register, SYSTEM, asked, "export")
    partial = target.with_name(f".{target.name}.partial")
    count = rows.count()
    commands.note_export(register=register.id, rows=count, kind=form[1:], by=SYSTEM, at=at)
    with tqdm(total=count, desc="export", unit=" entries", file=sys.stderr, disable=None) as bar:
        try:
            with partial.open("wb") as out:
                if form == ".jsonl":
                    _write_history(register, out, bar)
                else:
                    counted = _seen(rows.iterator(500), bar)
                    on = arguments.day or local_day(at)
                    sheets.write_export(register, SYSTEM, counted, out, on, as_csv=form == ".csv")
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    print(f"{target}: {count} entries")
    return 0


def _imported(arguments: Namespace, register: str) -> int:
    at: datetime = clock.business_now()
    said: dict[str, Any] = {"register": register, "name": arguments.file.name, "by": SYSTEM, "at": at}
    with arguments.file.open("rb") as content:
        with tqdm(unit=" rows", file=sys.stderr, disable=None, leave=False) as bar:
            trial = commands.try_file(content=content, progress=bar.update, **said)
        taken = trial.is_clean and not arguments.dry_run
        if taken:
            with tqdm(total=trial.rows, unit=" rows", file=sys.stderr, disable=None, leave=False) as bar:
                commands.import_file(content=content, expected=trial.sha256, progress=bar.update, **said)
    findings = trial.findings
    if arguments.json:
        body: dict[str, Any] = {
            "rows": trial.rows,
            "added": trial.added,
            "changed": trial.changed,
            "same": trial.same,
            "taken": taken,
        }
        body |= {"error_count": findings.error_count, "errors": [each.as_json() for each in findings.errors]}
        print(json.dumps(body, ensure_ascii=False))
    else:
        done = "已" if taken else "将" if trial.is_clean else "未"
        print(f"{done}导入：新增 {trial.added}、修改 {trial.changed}、不变 {trial.same}")
        if findings.error_count:
            print(f"错误 {findings.error_count} 处，没有导入任何内容", file=sys.stderr)
            for each in findings.errors:
                print(f"  {each.text}", file=sys.stderr)
    return 0 if trial.is_clean else 1


def _register(code: str) -> Register:
    there = queries.registers(local_day(clock.business_now()))
    found = next((each for each in there if each.id == code), None)
    if found is None:
        raise NoSuchRegister(code, [each.id for each in there])
    return found


def _seen(rows: Iterator[Version], bar: Any) -> Iterator[Version]:
    for row in rows:
        bar.update()
        yield row


def _write_history(register: Register, out: IO[bytes], bar: Any) -> None:
    for each in commands.handed_over(register.id):
        bar.update()
        out.write(json.dumps(each.as_json(), ensure_ascii=False).encode() + b"\n")
