"""The hall that the API is called in."""

from __future__ import annotations

import pytest

from tests.support.api import ApiHall
from yichuang.domains.cases import commands
from yichuang.domains.cases.models import Case


@pytest.fixture
def hall(settings, tmp_path, db) -> ApiHall:
    """A hall with its people; files and keys lie in a folder of the test."""
    settings.FILES, settings.KEYS, settings.DEMO = tmp_path / "files", tmp_path / "keys", True
    return ApiHall()


@pytest.fixture
def accepted(hall) -> Case:
    """A case that the window has accepted."""
    return commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)
