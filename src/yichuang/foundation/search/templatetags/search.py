"""Drawing what was found."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from yichuang.foundation.search.matching import Range

register = template.Library()


@register.filter
def marked(text: str, ranges: Iterable[Range]) -> SafeString:
    """Mark the ranges of a text that matched."""
    drawn, place = "", 0
    for first, end in ranges:
        drawn += f"{conditional_escape(text[place:first])}<mark>{conditional_escape(text[first:end])}</mark>"
        place = end
    return mark_safe(drawn + conditional_escape(text[place:]))
