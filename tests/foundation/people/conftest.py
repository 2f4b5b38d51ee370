"""What the tests of this room share."""

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def no_tries_before():
    """Forget how often earlier tests tried to log in."""
    cache.clear()


@pytest.fixture(autouse=True)
def one_connection(monkeypatch):
    """Let access be noted through the connection of the test's transaction: a second one would not see it."""
    monkeypatch.setattr("yichuang.foundation.people.notes.ALIAS", "default")
