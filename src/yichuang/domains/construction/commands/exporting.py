"""Handing out the national exchange tables: counted against the database, recorded with their digest."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from yichuang.domains.construction import queries
from yichuang.domains.construction.events import PackageExported
from yichuang.domains.construction.queries import package
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.terms import day_stream
from yichuang.kernel.errors import NotPossible
from yichuang.ui.words import in_parts

STAMP = (1980, 1, 1, 0, 0, 0)
"""Every file of the package bears this moment, so that equal data give equal bytes."""


class CountsDiffer(NotPossible):
    """A table has not as many rows as there are things: nothing is handed out."""

    code = "construction.counts_differ"

    def __init__(self, differences: tuple[tuple[str, int, int], ...]) -> None:
        told = in_parts(
            _("%(table)s应有%(wanted)s行，实有%(found)s行") % {"table": table, "wanted": wanted, "found": found}
            for table, wanted, found in differences
        )
        super().__init__(_("交换数据的条数与库中不一致，没有导出：%(told)s。请联系系统管理员。") % {"told": told})
        self.differences = differences


@dataclass(frozen=True, slots=True)
class Package:
    """A zip with a CSV for each table, and how many rows each has."""

    name: str
    content: bytes
    rows: dict[str, int]
    digest: str


def export_package(*, by: Actor, at: datetime, code: str = "") -> Package:
    """
    Make the package of every project that `by` may export, or of one; counted against the database before it leaves.

    :raises NotAllowed: `by` may not export
    :raises CountsDiffer: a table lacks rows
    """
    who = by.by_for("construction.export")
    with records.deed("export_package", stream=day_stream("system", at), by=who, at=at) as pen:
        projects = queries.projects(by, "export").order_by("pk")
        chosen = list(projects.filter(dossier__number=code) if code else projects)
        with translation.override("zh-hans"):
            tables = package.tables_of(chosen, at)
        rows = {name: len(found) for name, found in tables.rows.items()}
        wanted = package.expected(chosen, at)
        if wrong := tuple((name, number, rows[name]) for name, number in wanted.items() if rows[name] != number):
            raise CountsDiffer(wrong)
        content = _zip(tables, wanted)
        digest = hashlib.sha256(content).hexdigest()
        pen.record(PackageExported(projects=len(chosen), rows=sum(rows.values()), digest=digest))
    return Package(f"SPGL-{code or 'all'}-{local_day(at):%Y%m%d}.zip", content, rows, digest)


def _zip(tables: package.Tables, wanted: dict[str, int]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in tables.rows:
            archive.writestr(zipfile.ZipInfo(f"{table}.csv", STAMP), tables.write(table))
        for path, content in sorted(tables.files.items()):
            archive.writestr(zipfile.ZipInfo(path, STAMP), content)
        archive.writestr(zipfile.ZipInfo("清单.csv", STAMP), _list(tables, wanted))
    return out.getvalue()


def _list(tables: package.Tables, wanted: dict[str, int]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["表名", "中文名", "行数", "库中应有", "核对"])
    for name, label, number in package.counts(tables):
        if name in wanted:
            writer.writerow([name, label, number, wanted[name], "一致" if number == wanted[name] else "不一致"])
        else:
            writer.writerow([name, label, number, "", "随办件产生，不单独核对"])
    return out.getvalue().encode("utf-8-sig")
