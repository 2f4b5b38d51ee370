"""The deeds of the definition room: publish, withdraw, import a year's holiday notice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from yichuang.foundation.definitions import events, index
from yichuang.foundation.definitions.differences import diff
from yichuang.foundation.definitions.folders import DefinitionFile, Folder, exact, of_bodies
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.definitions.problems import DefinitionsFaulty, NoticeFaulty, NotInForce, VersionPublished
from yichuang.foundation.definitions.terms import CALENDAR
from yichuang.foundation.records import bulk
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.terms import CHINA, By, day_stream
from yichuang.kernel.calendars import read_notice
from yichuang.kernel.errors import DefinitionError


def publish(folder: Folder, *, by: By, at: datetime) -> list[Definition]:
    """
    Publish what is new in a folder, all in one deed; what stands already with the same body is passed over.

    Returns the new versions, empty when there was nothing new.

    :raises DefinitionsFaulty: the folder has problems
    :raises VersionPublished: a version stands already with another body
    """
    if folder.problems:
        raise DefinitionsFaulty(folder.problems)
    new = _new(folder.files)
    if new:
        _write(new, by=by, at=at)
    return list(Definition.objects.filter(published_at=at, digest__in=[file.digest for file in new])) if new else []


def withdraw(*, kind: str, code: str, version: int, reason: str, by: By, at: datetime) -> None:
    """
    Stop the new use of a version; dossiers pinned to it go on until `work.migrate` moves them.

    :raises NotInForce: there is no such version, or it is withdrawn already
    """
    with records.deed("withdraw_definition", stream=day_stream("system", at), by=by, at=at) as deed:
        rows = Definition.objects.filter(kind=kind, code=code, version=version, withdrawn_at=None)
        if not rows.update(withdrawn_at=at):
            raise NotInForce(kind, f"{code} v{version}", at.astimezone(CHINA).date())
        deed.record(events.DefinitionWithdrawn(kind=kind, code=code, version=version, reason=reason))
    index.forget()


def import_notice(data: bytes, *, by: By, at: datetime) -> Definition:
    """
    Publish one year's holiday notice from the public JSON form; records `CalendarImported`, to which `work` listens.

    A notice that stands already unchanged is returned as it is. A changed one becomes the year's next version.

    :raises NoticeFaulty: the bytes are no such JSON, or the notice is not sound (a day of another year, a day twice)
    """
    notice = _notice(data)
    code = str(notice["year"])
    newest = Definition.objects.filter(kind=CALENDAR, code=code).order_by("-version").first()
    if newest is not None and all(exact(newest.body).get(key) == notice[key] for key in notice):
        return newest
    folder = of_bodies([(CALENDAR, _as_definition(notice, newest, at))])
    assert not folder.problems, folder.problems
    _write(folder.files, by=by, at=at)
    return Definition.objects.get(kind=CALENDAR, code=code, version=folder.files[0].version)


def _notice(data: bytes) -> dict[str, Any]:
    try:
        return read_notice(data.decode()).as_json()
    except (UnicodeDecodeError, DefinitionError) as wrong:
        raise NoticeFaulty(str(wrong)) from wrong


def _as_definition(notice: dict[str, Any], newest: Definition | None, at: datetime) -> dict[str, Any]:
    day = at.astimezone(CHINA).date()
    if newest is not None and newest.valid_from >= day:
        day = newest.valid_from
    return {
        CALENDAR: str(notice["year"]),
        "name": f"{notice['year']}年节假日安排",
        "version": newest.version + 1 if newest else 1,
        "in_force": {"from": day.isoformat()},
        "source": notice["papers"] or ["公开的放假安排数据"],
    } | notice


def _new(files: Iterable[DefinitionFile]) -> list[DefinitionFile]:
    standing = {(row.kind, row.code, row.version): row for row in Definition.objects.defer("body")}
    new, changed = [], []
    for file in files:
        row = standing.get((file.kind.name, file.code, file.version))
        if row is None:
            new.append(file)
        elif row.digest != file.digest:
            changed.append((f"{file.kind.label}「{file.code}」第 {file.version} 版", diff(exact(row.body), file.body)))
    if changed:
        raise VersionPublished(changed)
    return sorted(new, key=lambda file: (file.kind.name, file.code, file.version))


def _write(files: list[DefinitionFile], *, by: By, at: datetime) -> None:
    with records.deed("publish_definitions", stream=day_stream("system", at), by=by, at=at) as deed:
        bulk.write(Definition, [_row(file, by=by, at=at) for file in files])
        listed = tuple(events.Published(file.kind.name, file.code, file.version, file.digest) for file in files)
        deed.record(events.DefinitionsPublished(listed))
        for file in files:
            if file.kind.name == CALENDAR:
                deed.record(events.CalendarImported(year=int(file.code), version=file.version, digest=file.digest))
    index.forget()


def _row(file: DefinitionFile, *, by: By, at: datetime) -> Definition:
    valid_from, valid_to = file.valid
    return Definition(
        kind=file.kind.name,
        code=file.code,
        version=file.version,
        name=file.name,
        valid_from=valid_from,
        valid_to=valid_to,
        source=file.source,
        body=file.written,
        digest=file.digest,
        published_at=at,
        published_by=str(by),
    )
