"""What every page is given: who reads it, in which style, at which moment, under which menus."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localtime

from yichuang.ui import menus

if TYPE_CHECKING:
    from yichuang.foundation.people.actors import Actor

STYLE_COOKIE = "style"
MENUS = ("public", "search", "me", "begin", "footer", "desk", "console")
STYLES = ("normal", "elder")


def house(request: HttpRequest) -> dict[str, Any]:
    """
    Give the layouts what they show around a page.

    `actor` is None where nobody was recognised (error pages included); the menus ask nothing until a
    layout walks them; `moment` is the business moment, shown only to staff of a demo.
    """
    actor: Actor | None = getattr(request, "actor", None)
    at: datetime | None = getattr(request, "at", None)
    known = actor if actor is not None and actor.is_known else None
    staff = known is not None and known.is_staff

    def may(permission: str) -> bool:
        return actor is not None and actor.may(permission)

    def menu(name: str) -> SimpleLazyObject:
        return SimpleLazyObject(lambda: menus.links(name, may=may, here=request.path))

    return {
        "demo": settings.DEMO,
        "actor": known,
        "staff": staff,
        "moment": at if settings.DEMO and staff else None,
        "watermark": _watermark(known, at) if known is not None and staff else "",
        "style": style(request),
        "here": request.get_full_path(),
        **{f"{name}_menu": menu(name) for name in MENUS},
        "idle_seconds": settings.IDLE_MINUTES * 60 if known else 0,
    }


def style(request: HttpRequest) -> str:
    """Name the style that the reader chose: `normal` or `elder`; anything else is normal."""
    chosen = request.COOKIES.get(STYLE_COOKIE, "normal")
    return chosen if chosen in STYLES else "normal"


def _watermark(actor: Actor, at: datetime | None) -> str:
    """Say who looks, with the staff number, and when: a picture of the screen tells who took it."""
    when = localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""
    return " ".join(part for part in (actor.name, actor.staff_no, when) if part)
