"""A file folder and accounts for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    settings.FILES = tmp_path / "files"
    settings.STORAGE_URL = ""
    settings.VIRUS_SCANNER = ""
    return tmp_path / "files"


@pytest.fixture
def liu(db) -> Actor:
    account = Account.objects.create_user("liu", name="刘女士")
    return Actor(account.pk, "刘女士")


@pytest.fixture
def wang(db) -> Actor:
    account = Account.objects.create_user("wang", name="王先生")
    return Actor(account.pk, "王先生")
