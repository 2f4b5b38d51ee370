"""The ledger of reductions follows the published versions; values of other regions are entered or imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries, rules
from yichuang.domains.catalogue.events import BenchmarkEnded, BenchmarksKept, ReductionsComputed
from yichuang.domains.catalogue.models import BenchmarkValue, ItemVersion, Reduction
from yichuang.domains.catalogue.terms import Benchmark
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.dated import Said, write
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import SYSTEM, By, day_stream
from yichuang.kernel.errors import NotPossible

BATCH = 400


class UnknownItems(NotPossible):
    """Values are kept only of items that are here."""

    code = "catalogue.benchmark_unknown_items"

    def __init__(self, codes: Sequence[str]) -> None:
        shown = "、".join(codes[:10]) + ("…" if len(codes) > 10 else "")
        super().__init__(_("没有这些事项：%(shown)s。请核对事项代号。") % {"shown": shown})
        self.codes = tuple(codes)


class NoValues(NotPossible):
    """A row of a benchmark says at least one thing, where it is from, and not of a day to come."""

    code = "catalogue.benchmark_empty"

    def __init__(self) -> None:
        super().__init__(_("请填写对标地区、来源、日期（不晚于今天），并至少填写一个数值。"))


def recompute_reductions(*, at: datetime, by: By = SYSTEM, codes: Iterable[str] | None = None) -> int:
    """Compute the ledger of all items (or of some) anew from their published versions; tell how many rows changed."""
    with deed("recompute_reductions", stream=day_stream("system", at), by=by, at=at) as pen:
        return follow_reductions(queries.all_codes() if codes is None else codes, pen)


def follow_reductions(codes: Iterable[str], pen: Pen) -> int:
    """Let the ledger follow the published versions of items, inside the deed of `pen`."""
    day = local_day(pen.at)
    wanted = sorted(set(codes))
    said: list[Said] = []
    for start in range(0, len(wanted), BATCH):
        for versions in queries.versions_in_turn(wanted[start : start + BATCH], day).values():
            for version in versions[1:]:
                said += _told(version, _before(version, versions))
    rows = write(Reduction, said)
    pen.record(ReductionsComputed(items=len({row.item_id for row in rows}), rows=len(rows)))
    return len(rows)


def keep_benchmarks(*, values: Sequence[Benchmark], by: Actor, at: datetime) -> int:
    """
    Keep what other regions ask for items, each from the day of its source on; tell how many rows are new.

    :raises NotAllowed: `by` does not keep benchmarks
    :raises UnknownItems: one of the items is not here
    :raises NoValues: a row lacks region, source or every number, or is of a day to come
    """
    by.require("catalogue.benchmark")
    if any(each.is_empty or each.source_on > local_day(at) for each in values):
        raise NoValues
    known = set(queries.all_codes())
    if unknown := sorted({each.item for each in values} - known):
        raise UnknownItems(unknown)
    with deed("keep_benchmarks", stream=day_stream("system", at), by=by.by, at=at) as pen:
        rows = write(BenchmarkValue, [_said(each, by) for each in values])
        pen.record(BenchmarksKept(rows=len(rows), regions=tuple(sorted({each.region for each in values}))))
    return len(rows)


def end_benchmark(*, code: str, region: str, by: Actor, at: datetime) -> None:
    """
    Take back what is known of a region for an item, from today on.

    :raises NotAllowed: `by` does not keep benchmarks
    """
    by.require("catalogue.benchmark")
    with deed("end_benchmark", stream=day_stream("system", at), by=by.by, at=at) as pen:
        write(BenchmarkValue, [Said({"item_id": code, "region": region}, None, local_day(at))])
        pen.record(BenchmarkEnded(item=code, region=region))


def _before(version: ItemVersion, versions: Sequence[ItemVersion]) -> ItemVersion:
    """Find the version that was in force the day before one began; where none was, the last one before it."""
    eve = version.valid_from - timedelta(days=1)
    earlier = [each for each in versions if each.valid_from <= eve]
    held = [each for each in earlier if each.until is None or each.until > eve]
    return max(held or earlier, key=lambda each: each.number)


def _told(version: ItemVersion, before: ItemVersion) -> list[Said]:
    """Say how a version differs from the one before; one that was withdrawn counts until then."""
    item = definitions.get(queries.KIND, version.item_id, version.number)
    was = definitions.get(queries.KIND, before.item_id, before.number)
    eve = max(before.valid_from, version.valid_from - timedelta(days=1))
    found = rules.deltas(queries.measured(was, eve), queries.measured(item, version.valid_from))
    gone = local_day(version.withdrawn_at) if version.withdrawn_at else None
    said = []
    for delta in found:
        key = {"item_id": version.item_id, "version": version.number, "kind": delta.kind}
        values: Mapping[str, Any] = {
            "before_version": before.number,
            "unit_code": item.unit,
            "before": delta.before,
            "after": delta.after,
            "counted_in": delta.unit,
        }
        said += _until(key, values, version.valid_from, gone)
    return said


def _until(key: Mapping[str, Any], values: Mapping[str, Any], since: date, gone: date | None) -> list[Said]:
    if gone is None:
        return [Said(key, values, since)]
    held = [Said(key, values, since, gone)] if gone > since else []
    return [*held, Said(key, None, max(since, gone))]


def _said(each: Benchmark, by: Actor) -> Said:
    values = {
        "steps": each.steps,
        "minutes": each.minutes,
        "materials": each.materials,
        "visits": each.visits,
        "cost_fen": each.cost_fen,
        "source": each.source,
        "by": str(by.by),
    }
    return Said({"item_id": each.item, "region": each.region}, values, each.source_on)
