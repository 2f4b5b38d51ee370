"""Repeat safely: a key, scoped to actor and route, gives the same answer again and changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from yichuang.foundation.records import realtime
from yichuang.foundation.records.retrying import again
from yichuang.foundation.work.models import RepeatKey
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.ledger import canonical

KEPT = timedelta(days=7)

KEEP = (
    "INSERT INTO work_repeatkey (actor, route, key, asked, answered, made_at) VALUES (%s, %s, %s, %s, '', %s) "
    "RETURNING id"
)


class OtherBody(NotPossible):
    """The same key came with another content."""

    code = "work.key_with_other_body"

    def __init__(self) -> None:
        super().__init__(_("这次提交与之前用同一编号的提交内容不同。请刷新页面后重新提交。"))


def once(*, actor: str, route: str, key: str, asked: Mapping[str, Any], answer: Callable[[], str]) -> tuple[str, bool]:
    """
    Give `answer()` for a key, or what it was given before; tells whether it was given before.

    The key is stored with the answer in the deed's own transaction: it exists if and only if the deed does. Kept seven
    real days. A deed that met another in the database is done anew.

    :raises OtherBody: the key was used with another body
    """
    digest = hashlib.sha256(canonical(json.loads(json.dumps(asked, default=str)))).hexdigest()

    def deed() -> str:
        made_at = connection.ops.adapt_datetimefield_value(realtime.now())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(KEEP, [actor, route, key, digest, made_at])
            (pk,) = cursor.fetchone()
            answered = answer()
            cursor.execute("UPDATE work_repeatkey SET answered = %s WHERE id = %s", [answered, pk])
        return answered

    try:
        return again(deed), False
    except IntegrityError:
        earlier = RepeatKey.objects.filter(actor=actor, route=route, key=key).first()
        if earlier is None:
            raise
        if earlier.asked != digest:
            raise OtherBody from None
        return earlier.answered, True


def forget_old() -> int:
    """Drop the keys that are older than seven real days; tell how many."""
    gone, _ = RepeatKey.objects.filter(made_at__lt=realtime.now() - KEPT).delete()
    return gone
