"""A data folder and the shipped papers for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import documents as make
from yichuang.foundation.people.actors import Actor


@pytest.fixture(scope="session")
def keys(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path, keys: Path) -> Path:
    settings.FILES = tmp_path / "files"
    settings.KEYS = keys  # a key takes a while to make
    settings.STORAGE_URL = settings.VIRUS_SCANNER = ""
    settings.SITE_URL = "https://office.example"
    return tmp_path


@pytest.fixture
def clerk(db) -> Actor:
    make.publish()
    return make.make_clerk(name="王某", staff_no="W003")
