"""The deeds of the record room, and the door through which rooms without dossiers write records."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from yichuang.foundation.records import bulk, clock, reading, realtime
from yichuang.foundation.records.events import ClockShifted, FolderMade, ReactionParked, ReactionRetried
from yichuang.foundation.records.models import Anchor, Delivery, Folder, Mark, Stream
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.reactions import PATIENCE, REACTIONS
from yichuang.foundation.records.retrying import again
from yichuang.foundation.records.terms import SYSTEM, By, day_stream
from yichuang.kernel import ledger
from yichuang.kernel.errors import NotPossible

log = structlog.get_logger()


class NotDemo(NotPossible):
    """Only a demo folder may move its business clock."""

    code = "records.not_demo"

    def __init__(self) -> None:
        super().__init__("只有演示数据可以拨动业务时间；正式系统的时间由服务器时钟决定。")


class OnlyForwards(NotPossible):
    """The business clock never runs back."""

    code = "records.only_forwards"

    def __init__(self, now: datetime) -> None:
        super().__init__(f"业务时间只能向前拨：现在是 {now:%Y-%m-%d %H:%M}，请选择更晚的时间。")


@contextmanager
def deed(name: str, *, stream: str, by: By, at: datetime) -> Iterator[Pen]:
    """
    Open the deed `name` of a room without dossiers: one transaction, and the records that it tells in `stream`.

    For dossiers use `work.deeds.deed`. The deed must record something.
    """
    with transaction.atomic():
        pen = Pen(by=by, at=at, stream=stream)
        yield pen
        pen.write()


def make_folder(*, district: str, is_demo: bool, opened_at: datetime) -> Folder:
    """
    Make this database the folder of a district, once; a demo folder may open at another moment than now.

    A folder that stands already is returned as it is: the opening moment is given once.
    """
    with transaction.atomic():
        folder = Folder.objects.first()
        if folder:
            return folder
        offset = clock.offset_to(opened_at) if is_demo else timedelta()
        folder = Folder.objects.create(
            id=1,
            district=district,
            is_demo=is_demo,
            opened_at=opened_at,
            offset_us=offset // timedelta(microseconds=1),
        )
        with deed("make_folder", stream=day_stream("system", opened_at), by=SYSTEM, at=opened_at) as pen:
            pen.record(FolderMade(district=district, is_demo=is_demo, opened_at=opened_at))
    return folder


def shift_clock(*, to: datetime, by: By, at: datetime) -> None:
    """
    Move the business clock of a demo folder forwards to `to`. The caller then runs the jobs that became due.

    :raises NotDemo: the folder is not a demo
    :raises OnlyForwards: `to` is not later than `at`
    """
    with deed("shift_clock", stream=day_stream("system", at), by=by, at=at) as pen:
        folder = Folder.objects.first()
        if folder is None or not folder.is_demo:
            raise NotDemo
        if to <= at:
            raise OnlyForwards(at)
        folder.offset_us = clock.offset_to(to) // timedelta(microseconds=1)
        folder.save(update_fields=["offset_us"])
        pen.record(ClockShifted(from_at=at, to_at=to))


def deliver(*, at: datetime, limit: int = 500) -> int:
    """
    Bring waiting records to their reactions, oldest first, and count those that were heard.

    Each delivery is its own transaction. A reaction that fails keeps the later ones of its stream waiting, so that the
    order within a dossier holds; after `PATIENCE` failures it is parked and shown, and the stream goes on.
    """
    heard, blocked = 0, set()
    waiting = (
        Delivery.objects.filter(done_at=None, parked_at=None).order_by("id").values_list("id", "stream", "reaction")
    )
    for delivery_id, stream, name in list(waiting[:limit]):
        if (stream, name) in blocked:
            continue
        if _hear(delivery_id, at=at):
            heard += 1
        else:
            blocked.add((stream, name))
    return heard


def retry_parked(*, delivery_id: int, by: By, at: datetime) -> None:
    """Send a parked reaction on its way again."""
    with deed("retry_parked", stream=day_stream("system", at), by=by, at=at) as pen:
        row = Delivery.objects.exclude(parked_at=None).get(id=delivery_id)
        row.parked_at, row.tries = None, 0
        row.save(update_fields=["parked_at", "tries"])
        pen.record(ReactionRetried(record_id=row.record_id, reaction=row.reaction))


def anchor(*, at: datetime, keys: Path) -> Anchor:
    """
    Sign the heads of all streams, put the anchor into the table and beside it as a file under `keys`.

    Called each day by a job and on demand. The file is `keys/anchors.jsonl`; it is also kept in the folders that
    `YICHUANG_ANCHORS` names: what lies outside this machine makes later forgery visible.
    """
    private = signing_key(keys)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE records_anchor IN EXCLUSIVE MODE")
        kept = Anchor.objects.order_by("-number").first()
        last = reading.of_row(kept) if kept else None
        draft, changed = _draft(last, at=realtime.now())
        signed = ledger.sign_anchor(draft, private)
        row = Anchor.objects.create(
            number=signed.number,
            at=signed.at,
            streams=signed.streams,
            records=signed.records,
            root=signed.root,
            changes=signed.changes,
            previous=signed.previous,
            signature=signed.signature,
        )
        rows = ((signed.number, head.stream, head.count, head.head) for head in changed)
        bulk.insert(Mark, ("anchor_id", "stream", "count", "head"), rows)
        if changed:
            _note_anchored(row)
        transaction.on_commit(partial(hand_out, [keys, *settings.ANCHORS]))
    return row


def _draft(last: ledger.Anchor | None, *, at: datetime) -> tuple[ledger.Anchor, list[ledger.Head]]:
    """Draw up the anchor after the last, and name the heads that grew; all of them are read only where one did."""
    if last is not None and not Stream.objects.exclude(count=F("anchored")).exists():
        return ledger.repeat_anchor(last, at=at), []
    changed: list[ledger.Head] = []

    def heads() -> Iterator[ledger.Head]:
        for stream, count, digest, anchored in reading.heads():
            head = ledger.Head(stream, count, digest)
            if count != anchored:
                changed.append(head)  # complete before it is read: the anchor goes through all heads first
            yield head

    draft = ledger.draft_anchor(
        number=last.number + 1 if last else 1,
        at=at,
        heads=heads(),
        changed=changed,
        previous=ledger.anchor_digest(last) if last else ledger.GENESIS,
    )
    return draft, changed


def _note_anchored(row: Anchor) -> None:
    """Note beside the streams what their marks say; locked by id as deeds do, and what grew meanwhile has grown."""
    lock = "FOR UPDATE OF s" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH seen AS MATERIALIZED (SELECT s.id, m.count FROM records_mark m"
            " JOIN records_stream s ON s.id = m.stream WHERE m.anchor_id = %s"
            f" ORDER BY {reading.collated('s.id')} {lock})"
            " UPDATE records_stream SET anchored = seen.count FROM seen WHERE records_stream.id = seen.id",
            [row.pk],
        )


def hand_out(folders: Iterable[Path]) -> None:
    """
    Add to `anchors.jsonl` in each folder the anchors that it lacks; a line that stands is never changed.

    A folder out of reach (a share that is not mounted) is told in the log and gets its lines with the next anchor.
    """
    for folder in folders:
        path = folder / "anchors.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            last = _last_kept(path)
            with path.open("a", encoding="utf-8") as lines:
                for row in Anchor.objects.filter(number__gt=last).order_by("number"):
                    lines.write(f"{ledger.anchor_line(reading.of_row(row))}\n")
                lines.flush()
                os.fsync(lines.fileno())
        except OSError as failure:
            log.error("anchors not handed out", folder=str(folder), exc_info=failure)


def _last_kept(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open(encoding="utf-8") as lines:
        return max((each.number for each in ledger.read_anchors(lines)), default=0)


def signing_key(keys: Path) -> bytes:
    """Read the folder's raw Ed25519 key for anchors, or make one that only its owner can read."""
    path = keys / "anchor.key"
    if not path.exists():
        keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(Ed25519PrivateKey.generate().private_bytes_raw())
    return path.read_bytes()


def _hear(delivery_id: int, *, at: datetime) -> bool:
    try:
        again(partial(_bring, delivery_id))
    except Exception as failure:
        log.error("reaction failed", delivery=delivery_id, exc_info=failure)
        _note_failure(delivery_id, failure, at=at)
        return False
    return True


def _bring(delivery_id: int) -> None:
    """Let a reaction hear its record and note that it did; nothing where another worker is at it, or was."""
    with transaction.atomic():
        rows = Delivery.objects.select_related("record").filter(done_at=None, parked_at=None)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        row = rows.filter(id=delivery_id).first()
        if row is None:
            return
        REACTIONS[row.reaction].hear(row.record)
        row.done_at = realtime.now()
        row.save(update_fields=["done_at"])


def _note_failure(delivery_id: int, failure: Exception, *, at: datetime) -> None:
    with deed("note_failure", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
        row = Delivery.objects.get(id=delivery_id)
        row.tries += 1
        row.error = f"{type(failure).__name__}: {failure}"[:2000]
        if row.tries >= PATIENCE:
            row.parked_at = realtime.now()
        row.save(update_fields=["tries", "error", "parked_at"])
        pen.record(ReactionParked(record_id=row.record_id, reaction=row.reaction))
