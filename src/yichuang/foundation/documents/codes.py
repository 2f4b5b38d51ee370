"""Makes the code under which a paper is checked, and the QR sign that leads there."""

from __future__ import annotations

import secrets
from io import BytesIO

import segno

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without signs that are taken for one another."""
LENGTH = 20
"""Thirty signs to the power of twenty: 98 bits, which nobody guesses."""


def new_code() -> str:
    """Make a code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def spaced(code: str) -> str:
    """
    Write a code in groups of four, for reading aloud.

    >>> spaced("ABCDEFGH2345")
    'ABCD EFGH 2345'
    """
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def plain_code(typed: str) -> str:
    """
    Read a code as people type it: small letters, blanks and hyphens are no matter.

    >>> plain_code(" abcd-efgh 2345 ")
    'ABCDEFGH2345'
    """
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def qr_svg(content: str) -> str:
    """Draw a QR sign as SVG without fixed size, error correction M, quiet zone of four modules."""
    out = BytesIO()
    segno.make(content, error="m", micro=False).save(out, kind="svg", xmldecl=False, omitsize=True, border=4)
    return out.getvalue().decode().strip()
