"""A folder and a bucket keep contents alike: by hash, whole or not at all."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from yichuang.foundation.files import stores

CONTENT = b"one window"
HASH = stores.hash_of(BytesIO(CONTENT))


@pytest.fixture(params=["folder", "bucket"])
def store(request, settings, tmp_path: Path, monkeypatch):
    if request.param == "folder":
        yield stores.store()
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="papers")
        settings.STORAGE_URL = "s3://papers/wuchang?region=us-east-1"
        stores._bucket.cache_clear()
        yield stores.store()


class TestStore:
    def test_gives_back_what_was_put(self, store):
        store.put(HASH, BytesIO(CONTENT))
        store.put(HASH, BytesIO(CONTENT))

        with store.open(HASH) as content:
            assert content.read() == CONTENT
        assert [each.sha256 for each in store.lying()] == [HASH]

    def test_leaves_the_stream_that_it_was_given_open(self, store):
        stream = BytesIO(CONTENT)

        store.put(HASH, stream)

        assert stream.seek(0) == 0

    def test_forgets(self, store):
        store.put(HASH, BytesIO(CONTENT))

        store.erase(HASH)
        store.erase(HASH)

        assert not store.has(HASH)
        with pytest.raises(FileNotFoundError):
            store.open(HASH)

    def test_makes_a_content_younger_when_it_is_put_again(self, folder):
        store = stores.FolderStore(folder)
        store.put(HASH, BytesIO(CONTENT))
        long_ago = datetime(2019, 9, 27, tzinfo=UTC)
        os.utime(store.place(HASH), (long_ago.timestamp(), long_ago.timestamp()))

        store.put(HASH, BytesIO(CONTENT))

        (lying,) = store.lying()
        assert lying.since > long_ago + timedelta(days=1)


class TestFolderStore:
    def test_has_two_levels_and_no_leftovers(self, folder):
        stores.FolderStore(folder).put(HASH, BytesIO(CONTENT))

        assert (folder / HASH[:2] / HASH[2:4] / HASH).read_bytes() == CONTENT
        assert list((folder / "incoming").iterdir()) == []

    def test_keeps_nothing_of_a_content_that_broke_off(self, folder):
        class Breaking(BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                raise OSError("the line broke")

        with pytest.raises(OSError, match="broke"):
            stores.FolderStore(folder).put(HASH, Breaking(CONTENT))

        assert [path for path in folder.rglob("*") if path.is_file()] == []

    def test_takes_no_path_for_a_hash(self, folder):
        with pytest.raises(AssertionError):
            stores.FolderStore(folder).open("../../../../etc/passwd" + "0" * 42)
