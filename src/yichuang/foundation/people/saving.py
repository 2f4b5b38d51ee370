"""A person's own views of lists: filters and order under a name. An aid, no deed: nothing is recorded."""

from __future__ import annotations

from django.utils.translation import gettext as _

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import SavedView
from yichuang.kernel.errors import NotPossible

MOST = 12
"""As many as a person overlooks; a list has no room for more."""


class TooManyViews(NotPossible):
    """The list has as many views of this person as it has room for."""

    code = "people.too_many_views"

    def __init__(self) -> None:
        super().__init__(_("每个列表最多保存%(most)s个视图。请先删除不用的视图，再保存。") % {"most": MOST})


class ViewNameless(NotPossible):
    """A view is found again by its name."""

    code = "people.view_nameless"

    def __init__(self) -> None:
        super().__init__(_("视图没有名称。请填写一个名称，例如“今日到期”。"))


def views(actor: Actor, place: str) -> list[SavedView]:
    """List the actor's own views of the list at an address, by name."""
    if actor.account_id is None:
        return []
    return list(SavedView.objects.filter(account_id=actor.account_id, place=place).order_by("name"))


def keep_view(*, place: str, name: str, query: str, by: Actor) -> SavedView:
    """
    Keep what a list shows under a name; the name's former view is replaced.

    `place` is the address of the list, `query` what stands behind its question mark.

    :raises ViewNameless: the name is blank
    :raises TooManyViews: the list has `MOST` others
    """
    assert by.account_id is not None, "somebody who logged in keeps views"
    name = name.strip()[:40]
    if not name:
        raise ViewNameless
    others = SavedView.objects.filter(account_id=by.account_id, place=place).exclude(name=name)
    if others.count() >= MOST:
        raise TooManyViews
    kept, _made = SavedView.objects.update_or_create(
        account_id=by.account_id, place=place[:200], name=name, defaults={"query": query[:1000]}
    )
    return kept


def drop_view(*, view_id: int, by: Actor) -> str:
    """Drop one's own view and tell the address of its list; somebody else's stays and the answer is empty."""
    row = SavedView.objects.filter(pk=view_id, account_id=by.account_id or 0).first()
    if row is None:
        return ""
    row.delete()
    return row.place
