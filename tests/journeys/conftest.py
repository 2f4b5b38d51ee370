"""What every journey has: its people, and a drawing to hand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.walking import PDF, People
from tests.support.server import Visit


@pytest.fixture
def people(visit: Visit) -> People:
    """Let people come to the house, each logged in once."""
    return People(visit)


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    """Give a small PDF to upload."""
    path = tmp_path / "图纸.pdf"
    path.write_bytes(PDF)
    return path
