"""The tags that pages load with `{% load ui %}`."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.conf import settings
from django.middleware.csrf import get_token
from django.template import Context
from django.template.base import render_value_in_context
from django.template.loader import render_to_string
from django.utils.html import format_html_join
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


@register.simple_tag(takes_context=True)
def table_rows(context: Context, rows: Iterable[Iterable[object]], columns: Iterable[Mapping[str, Any]]) -> SafeString:
    """
    Write the rows of a table under its columns, escaped and localised as a template would.

    Loops of the template language cost ten times as much: a page of 400 units has two thousand cells.
    """
    kinds = [NUMBER if column.get("numeric") else "" for column in columns]
    return format_html_join(
        "\n",
        "<tr>{}</tr>",
        (
            [
                format_html_join(
                    "",
                    "<td{}>{}</td>",
                    ((kind, render_value_in_context(cell, context)) for kind, cell in zip(kinds, row, strict=True)),
                )
            ]
            for row in rows
        ),
    )


NUMBER = mark_safe(' class="table__number"')


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
