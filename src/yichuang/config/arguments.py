"""The face of the command: every subcommand, its arguments and its help. Knows no Django, so `--help` is instant."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from yichuang.foundation.records.terms import CHINA

Subs: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""argparse has no public name for a list of subcommands."""

OPENING = "2019-10-30T09:00"
"""When a demo district opens unless told otherwise: the day of the report that it is modelled on."""


def day(text: str) -> date:
    """Read a day, `2019-09-27`."""
    return date.fromisoformat(text)


def month(text: str) -> date:
    """Read a month, `2019-10`: its first day."""
    return date.fromisoformat(f"{text}-01")


def year(text: str) -> date:
    """Read a year, `2019`: its first day."""
    return date.fromisoformat(f"{text}-01-01")


def moment(text: str) -> datetime:
    """Read a moment; without a zone it is China's, `2019-09-27T09:00`."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=CHINA)


def readable(text: str) -> Path:
    """Read the name of a file that is there."""
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def positive(text: str) -> int:
    """Read a whole number from one upwards."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a number from 1 upwards")
    return number


def parser() -> argparse.ArgumentParser:
    """Build the parser. What it parses holds `run` (module and function) and `needs` (folder, database or nothing)."""
    top = argparse.ArgumentParser(
        prog="yichuang",
        description="One window for everything a district promises.",
        epilog="Exit codes: 0 done, 1 no, 2 usage.",
    )
    top.add_argument("--data", metavar="DIR", help="where embedded data live (or YICHUANG_DATA; default ./data)")
    subs = top.add_subparsers(metavar="COMMAND", required=True)
    _running(subs)
    _time(subs)
    _definitions(subs)
    _registers(subs)
    _figures(subs)
    _report(subs)
    _lake(subs)
    _cases(subs)
    _items(subs)
    _projects(subs)
    _records(subs)
    _keeping(subs)
    _measuring(subs)
    return top


def _add(subs: Subs, name: str, run: str, about: str, *, needs: str = "definitions") -> argparse.ArgumentParser:
    sub: argparse.ArgumentParser = subs.add_parser(name, help=about, description=about)
    sub.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    sub.set_defaults(run=f"yichuang.config.commands.{run}", needs=needs)
    return sub


def _group(subs: Subs, name: str, about: str) -> Subs:
    sub = subs.add_parser(name, help=about, description=about)
    return sub.add_subparsers(metavar="COMMAND", required=True)


def _running(subs: Subs) -> None:
    about = "Open a demo district: folder, data, server and worker in one."
    demo = _add(subs, "demo", "demo:run", about, needs="database")
    demo.add_argument("--port", type=int, default=8000)
    demo.add_argument(
        "--at", type=moment, default=moment(OPENING), metavar="MOMENT", help=f"opening moment ({OPENING})"
    )
    demo.add_argument(
        "--sample",
        choices=("full", "small"),
        help="open the sample district of autumn 2019: all that its figures count, or a little of each kind",
    )
    demo.add_argument("--load-only", action="store_true", help="load everything and do not serve")
    serve = _add(subs, "serve", "serve:run", "Serve the pages and the API.")
    serve.add_argument("--bind", default="127.0.0.1:8000", metavar="HOST:PORT")
    serve.add_argument("--workers", type=int, default=2)
    worker = _add(subs, "worker", "worker:run", "Do what is due: jobs, reactions, the night's work.")
    worker.add_argument("--once", action="store_true", help="do what is due now, then stop")
    doctor = _add(subs, "doctor", "doctor:run", "Look whether this machine and folder can work.", needs="nothing")
    doctor.add_argument("--json", action="store_true")
    _add(subs, "migrate", "migrate:run", "Make or bring up to date the data folder and its database.")


def _time(subs: Subs) -> None:
    calendar = _group(subs, "calendar", "Working days.")
    add = _add(calendar, "add", "calendar:add", "Print the N-th working day after START (N may be negative).")
    add.add_argument("start", type=day)
    add.add_argument("n", type=int)
    between = _add(calendar, "between", "calendar:between", "Print how many working days lie in (A, B].")
    between.add_argument("a", type=day)
    between.add_argument("b", type=day)
    notice = _add(calendar, "import", "calendar:import_notice", "Take in a year's holiday notice (JSON).")
    notice.add_argument("file", type=readable)
    clock = _add(subs, "clock", "clock:run", "Show the business clock, or shift that of a demo folder forwards.")
    clock.add_argument("--to", type=moment, metavar="MOMENT", help="where to shift it; what becomes due is done")


def _definitions(subs: Subs) -> None:
    plans = _group(subs, "plans", "Plans: what is done inside a dossier.")
    check = _add(plans, "check", "plans:check", "Check a plan with all that it names.", needs="nothing")
    check.add_argument("file", type=readable)
    bpmn = _add(plans, "bpmn", "plans:bpmn", "Print a plan as BPMN 2.0 with a drawing.", needs="nothing")
    bpmn.add_argument("file", type=readable)
    importing = _add(
        plans, "import", "plans:import_bpmn", "Print a BPMN 2.0 model as a plan; publishes nothing.", needs="nothing"
    )
    importing.add_argument("file", type=readable)
    importing.add_argument("--out", type=Path, metavar="FILE.yaml")
    group = _group(subs, "definitions", "What administrations own as data.")
    _add(group, "check", "definitions:check", "Check all definitions together, with their examples.", needs="nothing")
    _add(group, "publish", "definitions:publish", "Publish what is new.", needs="database")
    _add(group, "diff", "definitions:diff", "Print how the files differ from what is published.", needs="database")
    withdraw = _add(group, "withdraw", "definitions:withdraw", "Stop the new use of a version.", needs="database")
    withdraw.add_argument("kind")
    withdraw.add_argument("id")
    withdraw.add_argument("version", type=int)
    withdraw.add_argument("--reason", required=True)
    migrate = _add(
        group,
        "migrate",
        "definitions:migrate",
        "Show what moving dossiers to another version would change; with --reason, move them.",
        needs="database",
    )
    migrate.add_argument("kind", choices=["lifecycle", "plan"])
    migrate.add_argument("id")
    migrate.add_argument("version", type=int, help="the version that they leave")
    migrate.add_argument("--to", type=int, required=True, metavar="VERSION")
    migrate.add_argument("--only", action="append", default=[], metavar="NUMBER", help="of these; default: of all")
    migrate.add_argument("--reason", help="do it, for this reason")


def _registers(subs: Subs) -> None:
    group = _group(subs, "registers", "Thin lists: each is one file.")
    listed = _add(group, "list", "registers:listed", "List the registers with how many entries they hold.")
    listed.add_argument("--json", action="store_true")
    check = _add(group, "check", "registers:check", "Check one register file, with its examples.", needs="nothing")
    check.add_argument("file", type=readable)
    importing = _add(
        group,
        "import",
        "registers:import_entries",
        "Take a table into a register: all of it or nothing; what is new becomes drafts.",
    )
    importing.add_argument("register", metavar="ID")
    importing.add_argument("file", type=readable, help="the register's template filled in (.xlsx), or a text table")
    importing.add_argument("--dry-run", action="store_true", help="only say what would happen")
    importing.add_argument("--json", action="store_true")
    export = _add(
        group,
        "export",
        "registers:export_entries",
        "Write the entries of a register; imported again they change nothing.",
    )
    export.add_argument("register", metavar="ID")
    export.add_argument(
        "file", type=Path, metavar="FILE", help="ends in .xlsx or .csv; in .jsonl for every version of each entry"
    )
    export.add_argument("--day", type=day, metavar="DAY", help="what held on this day; default: what is worked on now")


def _figures(subs: Subs) -> None:
    group = _group(subs, "figures", "Numbers that open their records.")
    listed = _add(group, "list", "figures:listed", "List the figures in force on a day.")
    show = _add(group, "show", "figures:show", "Show what figures come to as of a day.")
    show.add_argument("id", nargs="+", help="its dotted name, or its number in the report (F46)")
    for sub in (listed, show):
        sub.add_argument("--as-of", type=day, metavar="DAY", help="the day; default: today by the business clock")
        sub.add_argument("--json", action="store_true")
    show.add_argument("--known-at", type=moment, metavar="MOMENT", help="count only what we had learnt by then")
    show.add_argument("--rows", action="store_true", help="with the rows that were counted")
    show.add_argument("--region", default="", metavar="CODE", help="only inside this region (GB/T 2260)")


def _report(subs: Subs) -> None:
    report = _add(subs, "report", "report:run", "Write a report as page, Word and PDF, with its figures as JSON.")
    about = report.add_mutually_exclusive_group()
    about.add_argument("--as-of", type=day, metavar="DAY", help="up to this day; default: today by the business clock")
    about.add_argument("--month", type=month, metavar="YYYY-MM", help="about a month, beside the month before")
    about.add_argument("--year", type=year, metavar="YYYY", help="about a year, beside the year before")
    report.add_argument("--template", default="npc", metavar="ID", help="whose words (npc)")
    report.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder; it is made where needed")


def _lake(subs: Subs) -> None:
    group = _group(subs, "lake", "Cases as Parquet for other engines (needs requirements/extra.txt).")
    export = _add(group, "export", "lake:export", "Write the cases of a day, partitioned by month and unit.")
    export.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or an earlier lake to replace")
    export.add_argument("--as-of", type=day, metavar="DAY", help="default: today")
    export.add_argument("--json", action="store_true")
    tell = _add(
        group, "timeliness", "lake:timeliness", "Tell the timeliness figures of a month on a lake.", needs="nothing"
    )
    tell.add_argument("folder", type=Path, metavar="DIR")
    tell.add_argument("--month", type=month, required=True, metavar="MONTH", help="2019-10")
    tell.add_argument("--by", choices=("unit", "item", "channel"), default="", help="told apart; default: all together")
    tell.add_argument("--json", action="store_true")
    check = _add(group, "check", "lake:check", "Hold the figures of a lake against those of this folder.")
    check.add_argument("folder", type=Path, metavar="DIR")
    for each in (tell, check):
        each.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")


def _cases(subs: Subs) -> None:
    group = _group(subs, "cases", "The history of cases: that of old systems in, that of all out.")
    importing = _add(group, "import", "cases:import_history", "Bring in what an old system handled: CSV or XES, or gz.")
    importing.add_argument("file", type=readable)
    importing.add_argument(
        "--mapping", default="", metavar="ID|FILE", help="what its columns mean; default: found by header or log name"
    )
    importing.add_argument("--dry-run", action="store_true", help="read and check all of it, write nothing")
    importing.add_argument("--skip-errors", action="store_true", help="leave out rows that cannot be read")
    importing.add_argument("--json", action="store_true")
    exporting = _add(group, "export", "cases:export_history", "Write steps as an event log, ours and what came in.")
    exporting.add_argument("file", type=Path)
    exporting.add_argument(
        "--format", choices=["ocel", "xes"], required=True, help="OCEL 2.0 (JSON), or XES (IEEE 1849)"
    )
    exporting.add_argument("--source", default="", metavar="SYSTEM", help="only this old system; -: only our own")
    exporting.add_argument("--item", default="", metavar="CODE")
    exporting.add_argument("--since", type=day, metavar="DAY", help="opened on this day or later")
    exporting.add_argument("--until", type=day, metavar="DAY", help="opened before this day")
    exporting.add_argument("--json", action="store_true")


def _items(subs: Subs) -> None:
    group = _group(subs, "items", "Service items as tables, checked and found.")
    importing = _add(
        group,
        "import",
        "items:import_items",
        "Take a list of items in: all of it or nothing; a second time is no change.",
    )
    importing.add_argument(
        "file", type=readable, help="our workbook (.xlsx) or text table, or a list that a mapping reads"
    )
    importing.add_argument(
        "--mapping", default="", metavar="M", help="id of a mapping, or its YAML file; default: by header"
    )
    importing.add_argument("--dry-run", action="store_true", help="only say what would happen")
    importing.add_argument("--json", action="store_true")
    export = _add(group, "export", "items:export_items", "Write all items; imported again they change nothing.")
    export.add_argument("file", type=Path, metavar="FILE", help="a name that ends in .xlsx or .csv")
    check = _add(group, "check", "items:check_items", "Ask of every item in force what is asked before publication.")
    check.add_argument("--json", action="store_true")
    search = _add(group, "search", "items:search_items", "Find items by what people call them, best first.")
    search.add_argument("query")
    search.add_argument("--limit", type=positive, default=10, metavar="N")
    search.add_argument("--json", action="store_true")


def _projects(subs: Subs) -> None:
    group = _group(subs, "projects", "Major projects.")
    oc4ids = _add(group, "oc4ids", "projects:oc4ids", "Write the major projects of a year as an OC4IDS 0.9 package.")
    oc4ids.add_argument("--year", type=positive, metavar="YEAR", help="default: this year")
    oc4ids.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")


def _records(subs: Subs) -> None:
    group = _group(subs, "records", "The chained record.")
    verify = _add(group, "verify", "records:verify", "Verify every record, stream and anchor.", needs="database")
    verify.add_argument("--json", action="store_true")
    verify.add_argument("--export", type=readable, metavar="FILE", help="verify an export instead of the folder")
    verify.add_argument(
        "--witness", type=readable, action="append", default=[], metavar="FILE", help="anchors kept elsewhere"
    )
    export = _add(group, "export", "records:export", "Write all that an offline verifier needs.", needs="database")
    export.add_argument("--out", type=Path, metavar="FILE", help="default: standard output")
    _add(group, "anchor", "records:anchor", "Sign the heads of all streams now.", needs="database")


def _keeping(subs: Subs) -> None:
    backup = _add(
        subs,
        "backup",
        "backup:run",
        "Write database, files and definitions to FILE, keys to FILE.keys.",
        needs="database",
    )
    backup.add_argument("file", type=Path)
    restore = _add(
        subs, "restore", "restore:run", "Restore a backup into an empty place and verify it.", needs="nothing"
    )
    restore.add_argument("file", type=readable)
    restore.add_argument("--keys", type=readable, metavar="FILE", help="default: FILE.keys beside it")


def _measuring(subs: Subs) -> None:
    bench = _add(
        subs,
        "bench",
        "bench:run",
        "Measure what has a number to reach, on a PostgreSQL of its own filled with generated cases.",
        needs="nothing",
    )
    bench.add_argument("--cases", type=int, default=1_000_000, metavar="N", help="stored cases (1,000,000)")
    bench.add_argument("--only", action="append", default=[], metavar="NAME", help="only this; may be repeated")
    bench.add_argument("--runs", type=int, default=3, metavar="N", help="how often each is measured (3)")
    bench.add_argument("--keep", type=Path, metavar="DIR", help="keep the data here, and use what is here")
    bench.add_argument("--json", action="store_true")
