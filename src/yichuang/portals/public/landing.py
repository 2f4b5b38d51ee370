"""Where somebody begins the day: the page to which a log-in leads."""

from __future__ import annotations

from django.urls import reverse

from yichuang.foundation.people.actors import Actor
from yichuang.ui import menus

FIRST_PAGES = (
    ("counter.call", "counter:desk"),
    ("supervision.verify", "supervision:board"),
    ("work.view", "cases:worklist"),
    ("cockpit.view", "cockpit:cockpit"),
    ("supervision.view", "supervision:board"),
    ("counter.view", "counter:tickets"),
    ("cases.apply", "cases:mine"),
    ("catalogue.drafts", "catalogue:matters_desk"),
    ("catalogue.edit", "console:definitions"),
    ("definitions.publish", "console:plans"),
    ("people.manage", "console:health"),
    ("people.grant", "console:people"),
    ("records.anchor", "console:records"),
)
"""Where the staff begin: the first page whose permission somebody has is where most of his work waits."""


def landing(actor: Actor) -> str:
    """Choose the page on which this actor begins the day."""
    if actor.is_staff:
        for permission, page in FIRST_PAGES:
            if actor.may(permission):
                return reverse(page)
    for menu in ("desk", "me") if actor.is_staff else ("me",):
        if links := menus.links(menu, may=actor.may, here=""):
            return links[0].href
    return reverse("public:home")
