"""What the tests of construction approvals share."""

from __future__ import annotations

import pytest

from tests.support import construction


@pytest.fixture
def papers(db: None, monkeypatch: pytest.MonkeyPatch) -> list[construction.Paper]:
    """Open the district; papers are only noted."""
    return construction.open_district(monkeypatch)


@pytest.fixture
def site(papers: list[construction.Paper]) -> list[construction.Paper]:
    """Open the district with the licences that stage 3 draws, and register the project."""
    construction.hold(*construction.BEFORE_STAGE_3)
    construction.opened()
    return papers
