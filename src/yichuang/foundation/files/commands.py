"""
The deeds of the file room.

Contents are examined, scanned and put into the store before the deed; the deed writes the row. A content that no row
names (its deed failed, or its file was erased) is removed by `sweep`, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import IO, Any, Protocol

import structlog
from django.conf import settings
from django.db.models import Q

from yichuang.foundation.files import problems
from yichuang.foundation.files.content import Examined, examine, examine_own
from yichuang.foundation.files.events import (
    FileErased,
    FileHeld,
    FileReleased,
    FilesAttached,
    FileScanned,
    FileStored,
)
from yichuang.foundation.files.joining import MAX_LEAVES, Leaf, joined
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.files.names import clean_name
from yichuang.foundation.files.previews import small_picture
from yichuang.foundation.files.queries import file_for
from yichuang.foundation.files.scanner import scanner
from yichuang.foundation.files.scopes import UPLOAD
from yichuang.foundation.files.stores import hash_of, store
from yichuang.foundation.files.terms import MAX_BYTES, VirusState
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import SYSTEM, By, day_stream
from yichuang.kernel.errors import Unavailable

log = structlog.get_logger()

DRAFT_DAYS = 90
"""Days after which an upload that was never used is erased (practice 20)."""

RUNNING = timedelta(days=1)
"""A deed is over by then."""


class Telling(Protocol):
    """What this room needs of a deed: that it can tell, and when it is."""

    at: datetime

    def record(self, event: Any) -> None:
        """Tell one event."""


@dataclass(frozen=True, slots=True)
class Content:
    """A content that lies in the store, ready to be entered by a deed."""

    sha256: str
    name: str
    found: Examined
    preview_sha256: str
    virus_state: VirusState


def max_bytes() -> int:
    """Give the size up to which files are taken in."""
    return int(getattr(settings, "FILE_MAX_BYTES", MAX_BYTES))


def store_upload(
    *, content: IO[bytes], name: str, by: Actor, at: datetime, purpose: str = UPLOAD, is_synthetic: bool = False
) -> StoredFile:
    """
    Take in a file that came from outside: examine, scan, keep, and tell.

    It belongs to who uploaded it until `attach` hangs it on something.

    :raises FileRefused: it is empty, too big, of a wrong kind, broken, encrypted, a bomb, secret or infected
    """
    return enter_upload(kept=put(content=content, name=name), by=by, at=at, purpose=purpose, is_synthetic=is_synthetic)


def enter_upload(
    *, kept: Content, by: Actor, at: datetime, purpose: str = UPLOAD, is_synthetic: bool = False
) -> StoredFile:
    """Write the row of an upload whose content `put` has kept, for callers that hold a transaction already."""
    with deed("store_upload", stream=day_stream("system", at), by=by.by, at=at) as pen:
        return enter(pen, kept, purpose=purpose, owner_id=by.account_id, is_synthetic=is_synthetic)


def join(
    *, leaves: Sequence[tuple[int, int, int]], name: str, by: Actor, at: datetime, is_synthetic: bool = False
) -> StoredFile:
    """
    Make one PDF of leaves: file, page (from 0) and quarter turns clockwise each. It is an upload like any other.

    The files that went into it stay as they are.

    :raises FileRefused: a file has no such page, is not there for this actor, or the whole is too big
    :raises NotYetScanned: the virus scanner has not answered yet about one of them
    """
    found = {file_id: file_for(by, file_id) for file_id in {file_id for file_id, _, _ in leaves}}
    pages = []
    for file_id, page, quarter_turns in leaves:
        row = found[file_id]
        if row is None or row.virus_state == VirusState.INFECTED:
            raise problems.NothingToJoin(MAX_LEAVES)
        if row.virus_state == VirusState.WAITING:
            raise problems.NotYetScanned(row.name)
        pages.append(Leaf(row, page, quarter_turns))
    return store_upload(content=BytesIO(joined(pages)), name=name, by=by, at=at, is_synthetic=is_synthetic)


def put(*, content: IO[bytes], name: str) -> Content:
    """
    Examine a content and put it into the store; never inside a deed.

    A scanner that does not answer leaves the content waiting: it is kept, and shown to nobody until it is scanned.

    :raises FileRefused: it is not taken in
    """
    name = clean_name(name)
    found = examine(content, name, limit=max_bytes())
    virus_state = _scan(content, name)
    preview = small_picture(content) if found.kind.is_image else b""
    return Content(_keep(content), name, found, _keep(BytesIO(preview)) if preview else "", virus_state)


def put_own(*, content: bytes, name: str) -> Content:
    """Put a PDF that the house itself made into the store (a rendered paper); never inside a deed."""
    stream = BytesIO(content)
    found = examine_own(stream)
    return Content(_keep(stream), clean_name(name), found, "", VirusState.CLEAN)


def enter(
    pen: Telling, content: Content, *, purpose: str, owner_id: int | None = None, is_synthetic: bool = False
) -> StoredFile:
    """Write the row of a content that lies in the store, inside a deed."""
    row = StoredFile.objects.create(
        sha256=content.sha256,
        size=content.found.size,
        kind=content.found.kind,
        name=content.name,
        pages=content.found.pages,
        width=content.found.width,
        height=content.found.height,
        preview_sha256=content.preview_sha256,
        purpose=purpose,
        owner_id=owner_id,
        virus_state=content.virus_state,
        is_synthetic=is_synthetic,
        uploaded_at=pen.at,
        attached_at=None if purpose == UPLOAD else pen.at,
    )
    pen.record(FileStored(row.pk, row.sha256, row.size, row.kind, purpose))
    return row


def attach(pen: Telling, file_ids: Iterable[int], *, purpose: str) -> None:
    """Hang uploads on something, inside that thing's deed: from then on its room says who may read them."""
    attach_each(pen, [file_ids], purpose=purpose)


def attach_each(pen: Telling, groups: Iterable[Iterable[int]], *, purpose: str) -> None:
    """Hang uploads on several things of one deed, each a group of files with a record of its own."""
    found = [ids for group in groups if (ids := tuple(sorted(set(group))))]
    if not found:
        return
    every = {each for ids in found for each in ids}
    StoredFile.objects.filter(pk__in=every, purpose=UPLOAD).update(purpose=purpose, attached_at=pen.at)
    for ids in found:
        pen.record(FilesAttached(ids, purpose))


def hold(*, file_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Forbid to erase a file, for a lawsuit, an audit or an inspection.

    :raises NotAllowed: the actor may not hold files
    """
    by.require("documents.archive")
    with deed("hold", stream=day_stream("system", at), by=by.by, at=at) as pen:
        StoredFile.objects.filter(pk=file_id).update(legal_hold=True)
        pen.record(FileHeld(file_id, reason))


def release(*, file_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    End a legal hold.

    :raises NotAllowed: the actor may not hold files
    """
    by.require("documents.archive")
    with deed("release", stream=day_stream("system", at), by=by.by, at=at) as pen:
        StoredFile.objects.filter(pk=file_id).update(legal_hold=False)
        pen.record(FileReleased(file_id, reason))


def erase_upload(*, file_id: int, by: Actor, at: datetime) -> None:
    """
    Give up an upload that hangs on nothing, as its uploader.

    :raises StillUsed: it hangs on something, or belongs to somebody else
    :raises UnderHold: it is held
    """
    row = StoredFile.objects.get(pk=file_id)
    if row.purpose != UPLOAD or row.owner_id != by.account_id:
        raise problems.StillUsed(row.name)
    _erase(row, reason="上传人删除", by=by.by, at=at)


def erase_unused(*, at: datetime, days: int = DRAFT_DAYS) -> int:
    """Erase uploads that nobody used within `days` days; held ones stay. Called by the night job; safe to run twice."""
    old = StoredFile.objects.filter(
        purpose=UPLOAD, erased_at=None, legal_hold=False, uploaded_at__lt=at - timedelta(days=days)
    )
    rows = list(old.order_by("pk"))
    for row in rows:
        _erase(row, reason=f"上传后 {days} 日未使用", by=SYSTEM, at=at)
    return len(rows)


def scan_waiting(*, at: datetime, limit: int = 200) -> int:
    """
    Scan the files that wait for the scanner, oldest first, and count them. Safe to run twice.

    An infected one stays as a row; nobody is served it and `sweep` removes its content.

    :raises Unavailable: the scanner does not answer yet
    """
    scan = scanner()
    if scan is None:
        return 0
    rows = list(StoredFile.objects.filter(virus_state=VirusState.WAITING, erased_at=None).order_by("pk")[:limit])
    for row in rows:
        with store().open(row.sha256) as content:
            virus = scan.virus_in(content) or ""
        with deed("scan_waiting", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
            state = VirusState.INFECTED if virus else VirusState.CLEAN
            StoredFile.objects.filter(pk=row.pk).update(virus_state=state)
            pen.record(FileScanned(row.pk, virus))
    return len(rows)


def sweep(*, now: datetime) -> int:
    """
    Remove contents that no row names any more, or never did, and count them. Called by the night job.

    `now` is the real clock: a content put within the last day may belong to a deed that is still running.
    """
    kept = store()
    old = [each.sha256 for each in kept.lying() if each.since < now - RUNNING]
    orphans = [each for each in old if not _wanted(each)]
    for each in orphans:
        kept.erase(each)
    return len(orphans)


def _erase(row: StoredFile, *, reason: str, by: By, at: datetime) -> None:
    if row.legal_hold:
        raise problems.UnderHold(row.name)
    with deed("erase", stream=day_stream("system", at), by=by, at=at) as pen:
        StoredFile.objects.filter(pk=row.pk).update(erased_at=at)
        pen.record(FileErased(row.pk, row.sha256, reason))


def _wanted(sha256: str) -> bool:
    clean = StoredFile.objects.exclude(virus_state=VirusState.INFECTED).filter(erased_at=None)
    return clean.filter(Q(sha256=sha256) | Q(preview_sha256=sha256)).exists()


def _keep(content: IO[bytes]) -> str:
    sha256 = hash_of(content)
    store().put(sha256, content)
    return sha256


def _scan(content: IO[bytes], name: str) -> VirusState:
    scan = scanner()
    if scan is None:
        return VirusState.UNSCANNED
    try:
        virus = scan.virus_in(content)
    except Unavailable as reason:
        log.warning("virus scanner does not answer", reason=str(reason))
        return VirusState.WAITING
    if virus:
        raise problems.Infected(name, virus)
    return VirusState.CLEAN
