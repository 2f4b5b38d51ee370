"""Questions to the file room."""

from __future__ import annotations

from django.db.models import QuerySet, Sum

from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.files.scopes import UPLOAD, scopes_of
from yichuang.foundation.people.actors import Actor


def files_for(actor: Actor) -> QuerySet[StoredFile]:
    """List the files that an actor may read; erased ones are gone."""
    keys = [StoredFile.objects.filter(scope).order_by().values("pk") for scope in scopes_of(actor)]
    return StoredFile.objects.filter(pk__in=keys[0].union(*keys[1:], all=True), erased_at=None)


def file_for(actor: Actor, file_id: int) -> StoredFile | None:
    """Find one file, or None for one that is not there or not for this actor: the answer is the same."""
    for scope in scopes_of(actor):
        if row := StoredFile.objects.filter(scope, pk=file_id, erased_at=None).first():
            return row
    return None


def own_upload(actor: Actor, file_id: int) -> StoredFile | None:
    """Find a file that the actor uploaded and that hangs on nothing yet: what a form may take in."""
    mine = StoredFile.objects.filter(purpose=UPLOAD, owner=actor.account_id, owner__isnull=False)
    return mine.filter(pk=file_id, erased_at=None).first()


def file(file_id: int) -> StoredFile:
    """
    Give a file without asking who reads it, for jobs and deeds.

    :raises StoredFile.DoesNotExist: there is none
    """
    return StoredFile.objects.get(pk=file_id)


def bytes_kept() -> int:
    """Sum the sizes of all files; equal contents count each time."""
    return StoredFile.objects.filter(erased_at=None).aggregate(total=Sum("size"))["total"] or 0
