"""What `yichuang doctor` asks the file room: is the place there, is it whole, is the scanner awake."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from django.conf import settings

from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.files.scanner import Clamd
from yichuang.foundation.files.stores import hash_of, store
from yichuang.foundation.files.terms import MEGABYTE
from yichuang.kernel.errors import Unavailable

LEAST_FREE = 1024 * MEGABYTE
PROBE = b"yichuang doctor\n"


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the installation: what was looked at, whether it is well, and what was seen or is to be done."""

    name: str
    is_well: bool
    said: str


def checks() -> list[Check]:
    """Look at the file room of this installation."""
    found = [can_write()]
    if not settings.STORAGE_URL:
        found.append(free_space())
    if settings.VIRUS_SCANNER:
        found.append(scanner_answers())
    return found


def can_write() -> Check:
    """Write a content, read it back and remove it."""
    place = settings.STORAGE_URL or str(settings.FILES)
    probe = hash_of(BytesIO(PROBE))
    kept = store()
    try:
        kept.put(probe, BytesIO(PROBE))
        with kept.open(probe) as back:
            same = back.read() == PROBE
        kept.erase(probe)
    except OSError as reason:
        return Check("文件目录可写", False, f"{place}：{reason.strerror or reason}")
    return Check("文件目录可写", same, place if same else f"{place}：读回的内容不一致")


def free_space() -> Check:
    """Look whether a day's uploads still fit."""
    folder = Path(settings.FILES)
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    return Check("文件目录余量", free >= LEAST_FREE, f"{folder} 剩余 {free // MEGABYTE} MB")


def scanner_answers() -> Check:
    """Ask the virus scanner whether it is there."""
    try:
        Clamd(settings.VIRUS_SCANNER).ping()
    except Unavailable as reason:
        return Check("查毒程序", False, str(reason))
    return Check("查毒程序", True, settings.VIRUS_SCANNER)


def damaged() -> Iterator[StoredFile]:
    """Read every content again and name the files whose content is missing or is no longer what it was."""
    kept = store()
    for row in StoredFile.objects.filter(erased_at=None).exclude(virus_state="INFECTED").order_by("pk").iterator():
        try:
            with kept.open(row.sha256) as content:
                whole = hash_of(content) == row.sha256
        except FileNotFoundError:
            whole = False
        if not whole:
            yield row
