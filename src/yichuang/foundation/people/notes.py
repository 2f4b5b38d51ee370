"""
The little that has to be written while a page is only read: who was shown personal data.

It goes through a connection of its own (`notes`), because a GET may write nothing on the other. It is written before
the data are shown: when it cannot be written, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Model
from django.utils.translation import gettext as _

from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import AccessLog
from yichuang.foundation.records import realtime
from yichuang.kernel.errors import Unavailable

ALIAS = "notes"


def subject_of(row: Model) -> str:
    """Name a row as the access log does: `people.Party/12`."""
    return f"{row._meta.label}/{row.pk}"


def note_access(
    actor: Actor,
    *,
    subject: str,
    fields: Sequence[str],
    purpose: str,
    at: datetime,
    reason: str = "",
    address: str = "",
) -> None:
    """
    Note that the actor is about to be shown personal fields of a subject. Call it outside any deed.

    :raises Unavailable: the note could not be written; show nothing
    """
    try:
        AccessLog.objects.using(ALIAS).create(
            account_id=actor.account_id,
            at=at,
            recorded_at=realtime.now(),
            subject=subject,
            fields=" ".join(fields),
            purpose=purpose,
            reason=reason,
            address=address,
        )
    except DatabaseError as failure:
        told = _("访问记录暂时无法写入，因此不能显示个人信息；请稍后再试。")
        raise Unavailable("access log", told) from failure
