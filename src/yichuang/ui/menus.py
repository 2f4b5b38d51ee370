"""The menu of each portal. A room adds its entries when it starts; a layout shows those that the reader may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu: `url` is the name of a page without arguments; an empty `permission` opens for everybody."""

    label: str | Promise
    url: str
    permission: str = ""
    order: int = 100


@dataclass(frozen=True, slots=True)
class Link:
    """One line as a layout shows it."""

    label: str
    href: str
    current: bool


_menus: dict[str, dict[str, Entry]] = {}


def add(menu: str, *entries: Entry) -> None:
    """
    Add entries to a menu of `ui.context.MENUS`; called in a room's `AppConfig.ready`.

    `search`, `me` and `begin` have one entry each: where the header's search goes, the reader's own page, and where
    the staff begin.

    An entry replaces the one of the same page, so that starting twice changes nothing.
    """
    _menus.setdefault(menu, {}).update({entry.url: entry for entry in entries})


def links(menu: str, *, may: Callable[[str], bool], here: str) -> list[Link]:
    """Give what the reader may open, in order; the longest address that begins `here` is the current one."""
    entries = sorted(_menus.get(menu, {}).values(), key=lambda entry: entry.order)
    open_ones = [(entry, reverse(entry.url)) for entry in entries if not entry.permission or may(entry.permission)]
    current = max((href for _, href in open_ones if _is_under(here, href)), key=len, default=None)
    return [Link(str(entry.label), href, href == current) for entry, href in open_ones]


def _is_under(here: str, href: str) -> bool:
    return here == href or (href != "/" and here.startswith(href.rstrip("/") + "/"))
