"""A published register and people of two units; a file folder of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.definitions import publish
from tests.support.people import WEDNESDAY, make_account, make_unit
from tests.support.registers import loans
from yichuang.foundation.people.actors import Actor, actor_for


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> None:
    settings.FILES = tmp_path / "files"
    settings.KEYS = tmp_path / "keys"
    settings.STORAGE_URL = ""
    settings.VIRUS_SCANNER = ""


@pytest.fixture
def register(db: None) -> None:
    make_unit("zjj"), make_unit("other")
    publish(loans())


def actor(role: str, unit: str = "zjj") -> Actor:
    return actor_for(make_account(role, unit), WEDNESDAY)


@pytest.fixture
def handler(register: None) -> Actor:
    return actor("handler")


@pytest.fixture
def head(register: None) -> Actor:
    return actor("dept_head")


@pytest.fixture
def reviewer(register: None) -> Actor:
    return actor("reviewer")


@pytest.fixture
def office(register: None) -> Actor:
    return actor("office", "office")


@pytest.fixture
def stranger(register: None) -> Actor:
    return actor("handler", "other")
