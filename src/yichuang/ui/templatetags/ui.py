"""The tags that pages load with `{% load ui %}`."""

from __future__ import annotations

import secrets

from django import template
from django.conf import settings
from django.middleware.csrf import get_token
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from yichuang.ui import history, words

register = template.Library()
register.filter(words.listed)


@register.simple_block_tag(takes_context=True, end_name="end_deed_form")
def deed_form(
    context: Context,
    content: str,
    *,
    action: str = "",
    multipart: bool = False,
    plain: bool = False,
    name: str = "",
    classes: str = "",
    key: str = "",
) -> SafeString:
    """
    Open a form that asks for a deed: POST, `novalidate`, csrf token, and a fresh idempotency key in the field `key`.

    `multipart` for files; `plain` leaves it to the browser (answers that are a file, or open a new page); `name` keeps
    the text of two forms of one page apart.
    """
    request = getattr(context, "request", None)
    return mark_safe(
        render_to_string(
            "ui/forms/deed_form.html",
            {
                "action": action,
                "multipart": multipart,
                "plain": plain,
                "name": name,
                "classes": classes,
                "token": get_token(request) if request is not None else "",
                "key": key or secrets.token_urlsafe(16),
                "content": content,
            },
        ),
    )


@register.simple_tag
def is_demo() -> bool:
    """Tell whether the banner of a demo is due, on error pages too, which have no request."""
    return bool(settings.DEMO)


@register.filter
def icon(name: str) -> str:
    """Give the template of an icon: `{% include "search"|icon %}`."""
    return f"ui/icons/{name}.svg"


@register.filter
def record_kind(kind: str) -> str:
    """Name a kind of record as people read it: `{{ told.kind|record_kind }}`."""
    return str(history.label(kind))
