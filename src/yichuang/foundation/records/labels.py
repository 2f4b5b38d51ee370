"""How labels are written down: in Chinese, whatever language the page speaks."""

from __future__ import annotations

from django.utils import translation


def in_chinese(words: object) -> str:
    """Write a label as records, papers and reasons keep it, whatever language the page speaks."""
    with translation.override("zh-hans"):
        return str(words)
