"""The template of one row of a long list, read once and only filled: a template of Django costs 0.2 ms a row."""

from __future__ import annotations

from functools import cache

from django.template.loader import get_template


@cache
def row_template(name: str) -> str:
    """Read a row's template, whose cells are named in braces: to be filled by `format_html`, which escapes them."""
    return str(get_template(name).template.source).partition("#}")[2].strip()  # type: ignore[attr-defined]
