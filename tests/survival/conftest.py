"""A house for these tests: a copy of the ready-made district, whose killed workers' jobs are soon taken up again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.folders import DataFolder
from tests.survival.house import House


@pytest.fixture
def house(data: DataFolder, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A house that may be killed; what is left of it is stopped."""
    monkeypatch.setenv("JOB_LEASE_SECONDS", "3")
    found = House(data)
    found.start()
    yield found
    found.stop()
