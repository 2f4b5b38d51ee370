"""Who may read a file: whoever may see one of the things it hangs on. Each room says so once for its own things."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from yichuang.foundation.people.actors import Actor

UPLOAD = "upload"
"""The purpose of a file that hangs on nothing yet: its uploader alone reads it."""

Scope = Callable[[Actor], Q]

_scopes: dict[str, Scope] = {}


def register_file_scope(purpose: str, scope: Scope) -> None:
    """
    Say which files an actor may read through the things of one room, in its `AppConfig.ready`.

    `scope` gives a condition over `StoredFile`, built on the room's own filter, as
    `Q(pk__in=Material.objects.filter(dossier__in=visible(…)).values("file"))`.

    :raises AssertionError: the purpose is taken
    """
    assert _scopes.get(purpose, scope) is scope, f"{purpose}: another function tells who may read these files"
    _scopes[purpose] = scope


def scopes_of(actor: Actor) -> list[Q]:
    """Compile the conditions under which an actor reads a file: through any of the things on which it may hang."""
    return [scope(actor) for scope in _scopes.values()]


def own_uploads(actor: Actor) -> Q:
    """Let people read what they uploaded and have not yet used."""
    if actor.account_id is None:
        return Q(pk__in=[])
    return Q(purpose=UPLOAD, owner=actor.account_id)
