"""A browser that waits for the page to which a click or a key has led, as people do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

LEADING: tuple[tuple[type[Locator | Page], str], ...] = (
    (Locator, "click"),
    (Locator, "press"),
    (Page, "click"),
    (Page, "press"),
)
"""What may lead to another page."""


@contextmanager
def patience() -> Iterator[None]:
    """
    Let every click and key wait until the page that it led to has been read whole.

    The driver itself waits only until the new page begins: its title is empty then and its rows are not all there, so
    that a test which counts them at once is right on a quiet machine and wrong on a busy one.
    """
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in LEADING:
            patch.setattr(owner, name, _and_wait(getattr(owner, name)))
        yield


def _and_wait(act: Callable[..., None]) -> Callable[..., None]:
    @wraps(act)
    def acted(self: Locator | Page, *given: Any, **named: Any) -> None:
        act(self, *given, **named)
        page = self if isinstance(self, Page) else self.page
        if not page.is_closed():
            page.wait_for_load_state("domcontentloaded")

    return acted
