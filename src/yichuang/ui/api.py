"""What every operation of the API declares and shares: who may call it, pages by cursor, the idempotency key."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from ninja.security import APIKeyCookie
from pydantic import Field

from yichuang.foundation.people import sealing
from yichuang.foundation.people.actors import Actor, NotAllowed
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.records.retrying import again
from yichuang.foundation.work import repeats
from yichuang.kernel.errors import NotPossible

LARGEST = 200
KEY_HEADER = "Idempotency-Key"
KEY_LENGTH = 80

M = TypeVar("M", bound=Model)
T = TypeVar("T")
S = TypeVar("S", bound=Schema)

Id = Annotated[int, Field(ge=1, lt=2**53)]
"""The id of a row."""
Code = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x20/\x7f]+$")]
"""A number or code as it stands on paper or in a definition: no spaces, no control characters."""
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
"""One line of words."""
Text = Annotated[str, Field(max_length=4000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]
"""Words of several lines."""
Cursor = Annotated[str, Field(max_length=200)]
Limit = Annotated[int, Field(ge=1, le=LARGEST)]


class CursorUnknown(NotPossible):
    """A cursor is only ever taken from the answer before."""

    code = "api.cursor_unknown"
    status = 422

    def __init__(self) -> None:
        super().__init__(_("游标无效。请使用上一页返回的 next，或不带 cursor 从第一页开始。"))


class KeyUnfit(NotPossible):
    """A key of the header `Idempotency-Key` is short and printable: it is compared, never cut."""

    code = "api.key_unfit"
    status = 422

    def __init__(self) -> None:
        super().__init__(_("Idempotency-Key 须为 1 至 %(n)d 个可见字符，例如一个 UUID。") % {"n": KEY_LENGTH})


class Unfit(NotPossible):
    """What was sent does not fit what is asked for; every place is named at once, with what is wrong there."""

    status = 422

    def __init__(self, message: str, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(message)
        self.errors = tuple(errors)


class May(APIKeyCookie):
    """
    Say who may call an operation: `@router.get("/cases", auth=May("cases.view"))`.

    A stranger gets 401, somebody without the permission 403. A call that carries a session is checked for CSRF.
    """

    openapi_description = "The cookie of a session, as the log-in page gives it; what writes also sends `X-CSRFToken`."

    def __init__(self, permission: str) -> None:
        self.permission = permission
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__(csrf=True)

    def __call__(self, request: HttpRequest) -> Any | None:
        """Check the caller; gives the actor, or None for 401."""
        self.csrf = self.param_name in request.COOKIES
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        """
        Give the actor when he may.

        :raises NotAllowed: he is known, and may not
        """
        assert isinstance(getattr(request, "actor", None), Actor), "the middleware Acting runs before the API"
        acting: ActingRequest = request  # type: ignore[assignment]
        if acting.actor.may(self.permission):
            return acting.actor
        if acting.actor.is_known:
            raise NotAllowed(self.permission)
        return None


class Listed(Schema, Generic[T]):
    """One page of a list; `next` is the cursor of the page after, null on the last."""

    items: list[T]
    next: str | None


def listed(rows: QuerySet[M], show: Callable[[M], T], *, cursor: str = "", limit: int = 50) -> dict[str, Any]:
    """
    Give one page of a list, newest first, as `Listed` describes it; rows that come in between neither hide nor double.

    :raises CursorUnknown: the cursor is not one of ours
    """
    return _page(rows.filter(pk__lt=_read(cursor)) if cursor else rows, "-pk", show, limit)


def listed_by_code(rows: QuerySet[M], show: Callable[[M], T], *, cursor: str = "", limit: int = 50) -> dict[str, Any]:
    """
    Give one page of a list whose primary key is a code, in the order of codes.

    :raises CursorUnknown: the cursor is not one of ours
    """
    return _page(rows.filter(pk__gt=_read_code(cursor)) if cursor else rows, "pk", show, limit)


def once(request: ActingRequest, kind: type[S], asked: Mapping[str, Any], answer: Callable[[], S]) -> S:
    """
    Do a deed once for a key of the header `Idempotency-Key`, and give its answer again when the same is asked again.

    The key is kept in the deed's own transaction, for seven real days; the answer beside it is sealed, as it may hold
    personal data. Without a key it is simply done.

    :raises KeyUnfit: the key is too long, or not printable
    :raises OtherBody: the key came with another content
    """
    key = idempotency_key(request)
    if not key:
        return again(answer)
    sealed, _again = repeats.once(
        actor=str(request.actor.account_id),
        route=f"{request.method} {request.path}"[:160],
        key=key,
        asked=asked,
        answer=lambda: sealing.seal(answer().model_dump_json()),
    )
    return kind.model_validate_json(sealing.unseal(sealed))


def idempotency_key(request: HttpRequest) -> str:
    """
    Read the key with which a caller makes a repeated deed harmless; empty when there is none.

    :raises KeyUnfit: it is too long, or not printable
    """
    key = request.headers.get(KEY_HEADER, "").strip()
    if len(key) > KEY_LENGTH or not (key.isascii() and key.isprintable()):
        raise KeyUnfit
    return key


def _page(rows: QuerySet[M], order: str, show: Callable[[M], T], limit: int) -> dict[str, Any]:
    size = max(1, min(limit, LARGEST))
    found = list(rows.order_by(order)[: size + 1])
    more = len(found) > size
    return {"items": [show(row) for row in found[:size]], "next": _write(found[size - 1].pk) if more else None}


def _write(pk: int | str) -> str:
    return base64.urlsafe_b64encode(str(pk).encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    try:
        pk = int(_read_code(cursor))
    except ValueError as wrong:
        raise CursorUnknown from wrong
    if not 0 <= pk < 2**63:
        raise CursorUnknown
    return pk


def _read_code(cursor: str) -> str:
    try:
        code = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error) as wrong:
        raise CursorUnknown from wrong
    if "\x00" in code:
        raise CursorUnknown
    return code
