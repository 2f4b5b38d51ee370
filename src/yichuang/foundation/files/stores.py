"""Where contents lie: by hash in a local folder, or in a bucket behind the same few words."""

from __future__ import annotations

import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256 as new_sha256
from pathlib import Path
from typing import IO, Any, Protocol
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Lying:
    """One content in the store, and the real moment at which it was last put there."""

    sha256: str
    since: datetime


class Store(Protocol):
    """Contents by their SHA-256. Putting the same content again only makes it younger."""

    def put(self, sha256: str, content: IO[bytes]) -> None:
        """Keep a content durably; it is complete or absent, never half."""

    def open(self, sha256: str) -> IO[bytes]:
        """
        Open a content for reading.

        :raises FileNotFoundError: it is not there
        """

    def has(self, sha256: str) -> bool:
        """Say whether a content is there."""

    def erase(self, sha256: str) -> None:
        """Remove a content; one that is gone already is no failure."""

    def lying(self) -> Iterator[Lying]:
        """List every content, for backups and sweeping."""


class FolderStore:
    """A folder with two levels below it: `ab/cd/abcd…`. Written beside, synced, then moved into place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, sha256: str) -> Path:
        """Say where a content lies."""
        assert len(sha256) == 64 and sha256.isalnum(), "a SHA-256 in hexadecimal digits"
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def put(self, sha256: str, content: IO[bytes]) -> None:
        """Keep a content durably."""
        place = self.place(sha256)
        try:
            os.utime(place)
        except FileNotFoundError:
            self._write(place, content)

    def _write(self, place: Path, content: IO[bytes]) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        incoming = self.folder / "incoming"
        incoming.mkdir(exist_ok=True)
        content.seek(0)
        handle, temporary = tempfile.mkstemp(dir=incoming)
        try:
            with os.fdopen(handle, "wb") as out:
                shutil.copyfileobj(content, out, CHUNK)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).replace(place)
        finally:
            Path(temporary).unlink(missing_ok=True)
        _sync_folder(place.parent)

    def open(self, sha256: str) -> IO[bytes]:
        """Open a content for reading."""
        return self.place(sha256).open("rb")

    def has(self, sha256: str) -> bool:
        """Say whether a content is there."""
        return self.place(sha256).exists()

    def erase(self, sha256: str) -> None:
        """Remove a content."""
        self.place(sha256).unlink(missing_ok=True)

    def lying(self) -> Iterator[Lying]:
        """List every content, in order."""
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*")):
            yield Lying(path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC))


class BucketStore:
    """An S3 bucket through django-storages, for installations with several machines."""

    def __init__(self, url: str) -> None:
        """Take `s3://bucket/prefix?endpoint=https://…&region=…`; keys come from the environment as boto3 reads it."""
        parts = urlsplit(url)
        asked = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        backend: Any = importlib.import_module("storages.backends.s3")  # an extra: asked for only where configured
        self.storage: Any = backend.S3Storage(
            bucket_name=parts.netloc,
            location=parts.path.strip("/"),
            endpoint_url=asked.get("endpoint"),
            region_name=asked.get("region"),
            default_acl=None,
            file_overwrite=True,
        )

    def put(self, sha256: str, content: IO[bytes]) -> None:
        """Keep a content durably; the bucket shows it when it is complete."""
        content.seek(0)
        with tempfile.SpooledTemporaryFile(CHUNK) as copy:  # the backend closes what it is given
            shutil.copyfileobj(content, copy, CHUNK)
            copy.seek(0)
            self.storage.save(_key(sha256), copy)

    def open(self, sha256: str) -> IO[bytes]:
        """Open a content for reading."""
        opened: IO[bytes] = self.storage.open(_key(sha256))
        return opened

    def has(self, sha256: str) -> bool:
        """Say whether a content is there."""
        return bool(self.storage.exists(_key(sha256)))

    def erase(self, sha256: str) -> None:
        """Remove a content."""
        self.storage.delete(_key(sha256))

    def lying(self) -> Iterator[Lying]:
        """List every content."""
        prefix = f"{self.storage.location}/" if self.storage.location else ""
        for each in self.storage.bucket.objects.filter(Prefix=prefix):
            yield Lying(each.key.rpartition("/")[2], each.last_modified)


def store() -> Store:
    """Give the place of this installation: the bucket of `settings.STORAGE_URL`, else the folder `settings.FILES`."""
    return _bucket(settings.STORAGE_URL) if settings.STORAGE_URL else FolderStore(Path(settings.FILES))


def hash_of(content: IO[bytes]) -> str:
    """Compute the SHA-256 of a whole stream; it stands at its beginning afterwards."""
    content.seek(0)
    digest = new_sha256()
    while piece := content.read(CHUNK):
        digest.update(piece)
    content.seek(0)
    return digest.hexdigest()


@lru_cache(maxsize=4)
def _bucket(url: str) -> BucketStore:
    return BucketStore(url)


def _key(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
