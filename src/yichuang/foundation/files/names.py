"""Makes of a name that came from outside one that is safe to keep, show and offer for saving."""

from __future__ import annotations

import re
import unicodedata

from yichuang.foundation.files.problems import BadName

LONGEST = 120
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def clean_name(name: str) -> str:
    """
    Keep the last part of a path, without characters that steer terminals, paths or the direction of writing.

    The suffix survives when a long name is cut.

    >>> clean_name("..\\\\..\\\\windows/营业执照 .PDF")
    '营业执照.PDF'
    >>> clean_name("gpj.\\u202eexe.pdf")
    'gpj.exe.pdf'

    :raises BadName: nothing is left
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    visible = "".join(sign for sign in last if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    stem, dot, suffix = _FORBIDDEN.sub("_", visible).strip().rpartition(".")
    if not dot:
        stem, suffix = suffix, ""
    stem, suffix = stem.strip(" ."), suffix.strip()
    if not stem:
        raise BadName
    return stem[: LONGEST - len(suffix) - 1] + dot + suffix if len(suffix) <= 10 else (stem + dot + suffix)[:LONGEST]


def suffix_of(name: str) -> str:
    """
    Give the suffix in small letters, without its dot; empty where there is none.

    >>> suffix_of("图纸.PDF"), suffix_of("说明")
    ('pdf', '')
    """
    _, dot, suffix = name.rpartition(".")
    return suffix.lower() if dot else ""
