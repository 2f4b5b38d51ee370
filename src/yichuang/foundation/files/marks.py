"""Finds the marks of state secrets, as GB/T 9704-2012 §7.2.2 has them printed: 机密★1年."""

from __future__ import annotations

import re

_MARK = re.compile(r"(绝\s*密|机\s*密|秘\s*密)\s*[★☆]")


def secret_mark(text: str) -> str | None:
    """
    Find the first mark, without the blanks inside.

    >>> secret_mark("机 密★1年"), secret_mark("商业秘密保护承诺")
    ('机密★', None)
    """
    found = _MARK.search(text)
    return re.sub(r"\s", "", found[1]) + "★" if found else None
