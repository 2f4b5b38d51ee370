"""`yichuang items …`: take lists of items in, write them out, check them, find them."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections import Counter
from pathlib import Path
from typing import Any

from tqdm import tqdm

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.terms import ImportPlan
from yichuang.foundation.files.tables import Finding
from yichuang.foundation.people.actors import SYSTEM, local_day
from yichuang.foundation.records import clock
from yichuang.kernel.errors import NotPossible

MOST_LINES = 20
"""Findings of one kind that are printed for people; programs get all of them."""


def import_items(arguments: Namespace) -> int:
    """Take a table in, or with --dry-run only say what would happen; 1 when rows are wrong."""
    try:
        plan = _imported(arguments)
    except NotPossible as reason:
        if not arguments.json:
            raise
        nothing = {"rows": 0, "created": 0, "updated": 0, "unchanged": 0, "warnings": []}
        print(json.dumps(nothing | {"errors": [{"code": reason.code, "message": reason.message}]}, ensure_ascii=False))
        return 1
    if arguments.json:
        print(json.dumps(plan.as_json(), ensure_ascii=False))
    else:
        _tell(plan, is_dry=arguments.dry_run)
    return 0 if plan.findings.is_clean else 1


def export_items(arguments: Namespace) -> int:
    """Write all items into a workbook or a text table; what was there is replaced only when the new one is whole."""
    target: Path = arguments.file
    partial = target.with_name(f".{target.name}.partial")
    count = queries.count_items()
    with tqdm(total=count, desc="export", unit=" items", file=sys.stderr, disable=None) as bar:
        try:
            with partial.open("wb") as out:
                queries.export_items(out, form=target.suffix.lower().lstrip("."), progress=bar.update)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
    print(f"{target}: {count} items")
    return 0


def check_items(arguments: Namespace) -> int:
    """Run the publication check over all items in force; 1 when one of them would be refused."""
    found = list(tqdm(queries.check(local_day(clock.business_now())), unit=" items", file=sys.stderr, disable=None))
    refused = [each for each in found if any(not flaw.is_warning for flaw in each.flaws)]
    if arguments.json:
        print(json.dumps({"items": len(found), "refused": len(refused), "flaws": _flaws(found)}, ensure_ascii=False))
        return 1 if refused else 0
    for each in refused:
        print(f"{each.name}（{each.code}）")
        for flaw in each.flaws:
            print(f"  {'提示' if flaw.is_warning else '不可发布'}：{flaw}")
    print(f"{len(found)} 个事项，{len(refused)} 个不可发布")
    return 1 if refused else 0


def search_items(arguments: Namespace) -> int:
    """Find items as the search page does, best first."""
    hits = queries.search(arguments.query, SYSTEM)[: arguments.limit]
    results = queries.found_rows([hit.key for hit in hits])
    if arguments.json:
        print(json.dumps({"query": arguments.query, "results": results}, ensure_ascii=False))
    else:
        for each in results:
            print(f"{each['id']}\t{each['name']}\t{each['unit_name']}")
    return 0


def _imported(arguments: Namespace) -> ImportPlan:
    at = clock.business_now()
    with (
        arguments.file.open("rb") as content,
        tqdm(unit=" rows", file=sys.stderr, disable=None, leave=False) as bar,
    ):
        doing = ""

        def progress(what: str, count: int) -> None:
            nonlocal doing
            if what != doing:
                doing = what
                bar.reset()
                bar.set_description(what)
            bar.update(count)

        said = {"name": arguments.file.name, "mapping": arguments.mapping, "progress": progress}
        if arguments.dry_run:
            return queries.plan_import(content, on=local_day(at), **said)
        try:
            return commands.import_items(content, by=SYSTEM, at=at, **said)
        except commands.ImportFaulty as reason:
            return reason.plan


def _tell(plan: ImportPlan, *, is_dry: bool) -> None:
    """Print numbers, then what is wrong or odd: of each kind the first ones."""
    counts = f"新增 {len(plan.created)}、修改 {len(plan.updated)}、不变 {plan.unchanged}；新单位 {len(plan.units)} 个"
    done = f"{'将' if is_dry else '已'}导入：{counts}" if plan.findings.is_clean else "有错误，一行也不导入"
    print(f"{plan.source_name}（{plan.source}）：{plan.rows} 行；{done}")
    for label, findings, total in (
        ("错误", plan.findings.errors, plan.findings.error_count),
        ("提示", plan.findings.warnings, plan.findings.warning_count),
    ):
        if total:
            print(f"{label} {total} 处", file=sys.stderr)
            _print_some(findings)


def _print_some(findings: list[Finding]) -> None:
    shown: Counter[str] = Counter()
    for each in findings:
        shown[each.code] += 1
        if shown[each.code] <= MOST_LINES:
            print(f"  {each.text}", file=sys.stderr)
    for code, count in shown.items():
        if count > MOST_LINES:
            print(f"  …… {code} 另有 {count - MOST_LINES} 处，全部内容用 --json 查看", file=sys.stderr)


def _flaws(found: list[queries.Checked]) -> list[dict[str, Any]]:
    return [
        {
            "item": each.code,
            "name": each.name,
            "code": flaw.code,
            "field": flaw.key,
            "message": str(flaw),
            "warning": flaw.is_warning,
        }
        for each in found
        for flaw in each.flaws
    ]
