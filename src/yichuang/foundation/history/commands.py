"""The deed of this room: bring in what another system handled."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.files.tables import Finding, Findings
from yichuang.foundation.history import building, seen
from yichuang.foundation.history.building import Names, Told
from yichuang.foundation.history.events import (
    CaseGrown,
    CaseImported,
    CasesReread,
    ImportBegan,
    ImportFinished,
    NamesMade,
)
from yichuang.foundation.history.finding import mapping_for
from yichuang.foundation.history.mapping import HistoryMapping
from yichuang.foundation.history.models import OldCase, OldItem, Run, Source
from yichuang.foundation.history.problems import RowsFaulty, UnitsUnknown
from yichuang.foundation.history.reading import Reader, entries
from yichuang.foundation.history.staging import Stage, staged
from yichuang.foundation.people import outside
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records import bulk
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.retrying import again
from yichuang.foundation.records.terms import By
from yichuang.foundation.work import history
from yichuang.kernel.lifecycles import Lifecycle

BATCH = 1_000
"""Cases that are written in one deed: what a broken-off import has written stays, and the next run goes on."""
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it, of how much."""


@dataclass
class Result:
    """What came of an import."""

    cases: int = 0
    events: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    findings: Findings = field(default_factory=Findings)

    def as_json(self) -> dict[str, Any]:
        """Give it to a program."""
        return {
            "cases": self.cases,
            "events": self.events,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "warnings": _listed(self.findings.warnings, self.findings.warning_count),
            "errors": _listed(self.findings.errors, self.findings.error_count),
        }


def import_history(
    *,
    path: Path,
    by: By,
    at: datetime,
    mapping: str = "",
    dry_run: bool = False,
    skip_errors: bool = False,
    progress: Progress = lambda what, done, of: None,
) -> Result:
    """
    Bring in the history that a file holds: first all of it is read and checked, then it is written, batch by batch.

    Cases that are there and say the same are left alone; one that grew gets what is new. A dry run tells what would
    be. With `skip_errors` rows that cannot be read are left out, else they keep everything out.

    :raises NoMapping: no mapping knows the file; `mapping` names one, or a file
    :raises FileRefused: the file cannot be read
    :raises RowsFaulty: rows cannot be read; nothing was written
    """
    face = seen.face_of(path)
    chosen = mapping_for(path, face, named=mapping, on=local_day(at))
    result = Result()
    with staged() as stage:
        reader = Reader(chosen, face.columns, chosen.wanted, result.findings, at)
        with seen.rows_of(path, chosen.wanted, lambda done, of: progress("read", done, of)) as rows:
            stage.take(entries(rows, reader))
        result.cases, result.events = stage.count(), stage.events
        importing = _Importing(chosen, stage, result, by, at)
        if dry_run:
            importing.foresee()
        elif result.findings.error_count and not skip_errors:
            raise RowsFaulty(path.name, result)
        else:
            importing.write(path, progress)
    return result


class _Importing:
    """One import while it lasts."""

    def __init__(self, mapping: HistoryMapping, stage: Stage, result: Result, by: By, at: datetime) -> None:
        self.mapping, self.stage, self.result, self.by, self.at = mapping, stage, result, by, at
        version = definitions.version_in_force("lifecycle", history.LIFECYCLE, local_day(at))
        self.lifecycle: Lifecycle = definitions.get("lifecycle", history.LIFECYCLE, version)
        self.run: Run | None = None
        self.known_names = Names(0, "", {}, {}, {})

    def told(self) -> Iterator[Told]:
        """Give every case with all that the file says of it, and note what is odd about it."""
        for case_id, said, events in self.stage.cases():
            yield building.together(case_id, said, events, self.mapping, self.result.findings)

    def foresee(self) -> None:
        """Tell what would be created and updated, and write nothing."""
        for batch in _batches(self.told(), BATCH):
            known = self._known(batch)
            for told in batch:
                row = known.get(told.id)
                if row is None:
                    self.result.created += 1
                elif row.digest == told.digest:
                    self.result.unchanged += 1
                else:
                    self.result.updated += 1

    def write(self, path: Path, progress: Progress) -> None:
        """Write it all, batch by batch, and tell of it in the stream of the run."""
        self.run = self._begin(path)
        done = 0
        for batch in _batches(self.told(), BATCH):
            again(lambda batch=batch: self._write(batch))  # type: ignore[misc]
            done += len(batch)
            progress("write", done, self.result.cases)
        self._finish()

    # ── deeds ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, path: Path) -> Run:
        mapping, day = self.mapping, local_day(self.at)
        own = self._own_units()
        with deed("begin_import", stream=f"import/{mapping.system}", by=self.by, at=self.at) as pen:
            region = outside.region_of(*mapping.region)
            units, _made = outside.units_named(
                [mapping.organisation], source=mapping.system, parent=None, region=region, until=day
            )
            source, _ = Source.objects.get_or_create(
                code=mapping.system,
                defaults={
                    "name": mapping.name,
                    "organisation": units[mapping.organisation],
                    "region": region.code[:6],
                    "first_at": self.at,
                },
            )
            run = Run.objects.create(
                source=source,
                mapping=mapping.id,
                mapping_version=mapping.version,
                mapping_mark=mapping.mark,
                file_name=path.name[:200],
                began_at=self.at,
            )
            pen.record(
                ImportBegan(
                    run_id=run.pk,
                    source=source.code,
                    mapping=mapping.id,
                    mapping_version=mapping.version,
                    mapping_mark=mapping.mark,
                    file_name=path.name,
                    file_digest=_digest_of(path),
                )
            )
        self.known_names = Names(source.organisation_id, source.region, own, {}, {})
        return run

    def _write(self, batch: Sequence[Told]) -> None:
        """Write what of a batch is new or has grown; nothing where all of it stands."""
        run, result = self._the_run(), self.result
        known = self._known(batch)
        touched = [told for told in batch if told.id not in known or known[told.id].digest != told.digest]
        counted = {"created": 0, "updated": 0, "unchanged": len(batch) - len(touched)}
        if touched:
            with deed("import_cases", stream=run.stream, by=self.by, at=self.at) as pen:
                Source.objects.select_for_update().get(pk=run.source_id)  # two imports of one system take turns
                known = self._known(touched)
                names = self._names(touched, pen)
                new = [told for told in touched if told.id not in known]
                self._create(new, names, pen)
                counted["created"] = len(new)
                for told in touched:
                    if told.id in known:
                        counted["updated" if self._grow(known[told.id], told, names, pen) else "unchanged"] += 1
                if not pen.told:
                    pen.record(CasesReread(tuple(known[told.id].dossier_id for told in touched)))
                Run.objects.filter(pk=run.pk).update(**{name: F(name) + n for name, n in counted.items()})
            self.known_names = names  # only now: what a broken-off deed had made is not there
        result.created += counted["created"]
        result.updated += counted["updated"]
        result.unchanged += counted["unchanged"]

    def _create(self, new: Sequence[Told], names: Names, pen: Pen) -> None:
        rows = [self._dossier(told, names) for told in new]
        ids = history.write(rows, lifecycle_version=self.lifecycle.version)
        run = self._the_run()
        said = [(run.source_id, told.id, pk, run.pk, told.digest) for told, pk in zip(new, ids, strict=True)]
        bulk.insert(OldCase, ["source_id", "key", "dossier_id", "run_id", "digest"], said)
        for told, row, pk in zip(new, rows, ids, strict=True):
            pen.record(CaseImported(pk, row.number, len(row.steps), told.digest))

    def _dossier(self, told: Told, names: Names) -> history.PastDossier:
        steps = building.steps_of(told, self.mapping, names)
        return building.dossier_of(told, steps, self.mapping, names, self.lifecycle)

    def _grow(self, row: OldCase, told: Told, names: Names, pen: Pen) -> bool:
        """Add to a case what the file has more of; what another mapping had read is written anew."""
        run, before = self._the_run(), history.read(row.dossier_id)
        steps = building.steps_of(told, self.mapping, names)
        anew = row.run.mapping_mark != self.mapping.mark
        if anew and len(steps) < len(before.steps):
            text = _("办件 %(case)s 在对照改变后只读到 %(new)s 步，原有 %(old)s 步，未改动；请导入完整的文件")
            said = text % {"case": told.id, "new": len(steps), "old": len(before.steps)}
            self.result.findings.warning(said, code="history.fewer_than_before")
            return False
        if not anew:
            steps = building.united(before.steps, steps)
        after = building.dossier_of(told, steps, self.mapping, names, self.lifecycle, before)
        is_new = history.grow(row.dossier_id, after, anew=anew)
        OldCase.objects.filter(pk=row.pk).update(digest=told.digest, run=run)
        if is_new:
            pen.record(CaseGrown(row.dossier_id, after.number, len(after.steps), told.digest))
        return is_new

    def _finish(self) -> None:
        run, result = self._the_run(), self.result
        with deed("finish_import", stream=run.stream, by=self.by, at=self.at) as pen:
            run.finished_at = self.at
            run.cases, run.events = result.cases, result.events
            run.created, run.updated, run.unchanged = result.created, result.updated, result.unchanged
            run.save()
            pen.record(
                ImportFinished(run.pk, result.cases, result.events, result.created, result.updated, result.unchanged)
            )

    # ── names ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _names(self, batch: Sequence[Told], pen: Pen) -> Names:
        """Find whom the names of a batch stand for; who is not there is made, with a record."""
        source, known = self._the_run().source, self.known_names
        units = {told.case.unit for told in batch} | {event.unit for told in batch for event in told.events}
        people = {told.case.person for told in batch} | {event.person for told in batch for event in told.events}
        made_units = made_people = 0
        if new := _new(units, known.units):
            region = outside.region_of(*self.mapping.region)
            found, made_units = outside.units_named(
                new, source=source.code, parent=source.organisation, region=region, until=local_day(self.at)
            )
            known = replace(known, units={**known.units, **{name: unit.pk for name, unit in found.items()}})
        if new := _new(people, known.people):
            accounts, made_people = outside.accounts_named(new, source=source.code, at=self.at)
            known = replace(known, people={**known.people, **accounts})
        made_items = []
        if new := _new({told.case.item for told in batch}, known.items):
            items = {name: self._item(name, source) for name in new}
            made_items = [code for code, _name, is_new in items.values() if is_new]
            known = replace(known, items={**known.items, **{name: said[:2] for name, said in items.items()}})
        if made_units or made_people or made_items:
            pen.record(NamesMade(source.code, made_units, made_people, tuple(made_items)))
        return known

    def _item(self, name: str, source: Source) -> tuple[str, str, bool]:
        """Find an item by the name that the file has for it: its code, its name here, and whether it was made."""
        said = self.mapping.items.get(name)
        code = said.code if said else building.item_code(source.code, name)
        published = definitions.versions("item", code).first() or definitions.versions("item", name).first()
        if published is not None:
            return published.code, published.name, False
        row, is_new = OldItem.objects.get_or_create(
            code=code, defaults={"name": (said.name if said else name)[:200], "source": source}
        )
        return row.code, row.name, is_new

    def _own_units(self) -> dict[str, int]:
        """
        Find the units of ours that the mapping names for those of the file.

        :raises UnitsUnknown: there is no such unit
        """
        wanted = self.mapping.units
        found = dict(Unit.objects.filter(code__in=set(wanted.values())).values_list("code", "pk"))
        if missing := sorted(set(wanted.values()) - set(found)):
            raise UnitsUnknown(self.mapping.name, missing)
        return {name: found[code] for name, code in wanted.items()}

    def _known(self, batch: Sequence[Told]) -> dict[str, OldCase]:
        rows = OldCase.objects.filter(source=self.mapping.system, key__in=[told.id for told in batch])
        rows = rows.select_related("run")
        return {row.key: row for row in rows}

    def _the_run(self) -> Run:
        assert self.run is not None, "an import has begun"
        return self.run


def _batches(cases: Iterator[Told], size: int) -> Iterator[list[Told]]:
    while batch := list(islice(cases, size)):
        yield batch


def _new(names: Iterable[str | None], known: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in names if name and name not in known)


def _listed(kept: Sequence[Finding], count: int) -> list[dict[str, Any]]:
    """List findings, and at the end how many more there are."""
    rows: list[dict[str, Any]] = [each.as_json() for each in kept]
    if count > len(kept):
        text = _("另有 %(n)s 条未列出") % {"n": count - len(kept)}
        rows.append({"row": 0, "cell": "", "column": "", "code": "more", "message": text, "text": text})
    return rows


def _digest_of(path: Path) -> str:
    whole = sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            whole.update(chunk)
    return whole.hexdigest()
