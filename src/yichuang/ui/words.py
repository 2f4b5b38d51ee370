"""
How words stand beside each other on a page: 甲、乙（丙） to a Chinese reader, A, B (C) to an English one.

Templates translate the signs themselves, as `{% translate "、" %}`; their English is in the catalogue of this room.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _


def listed(things: Iterable[object]) -> str:
    """Write things in a row, as 甲、乙、丙."""
    return _("、").join(map(str, things))


def in_a_line(parts: Iterable[object]) -> str:
    """Write what belongs to one thing, as 甲，乙; empty parts are left out."""
    return _("，").join(str(part) for part in parts if part)


def in_parts(parts: Iterable[object]) -> str:
    """Write what may hold lists itself, as 甲、乙；丙; empty parts are left out."""
    return _("；").join(str(part) for part in parts if part)


def with_note(thing: object, note: object) -> str:
    """Write a thing with a note in brackets, as 甲（乙）; without a note the thing alone."""
    return f"{thing}{_('（')}{note}{_('）')}" if note else str(thing)


def named(name: object, what: object) -> str:
    """Write what there is to say of a name, as 甲：乙."""
    return f"{name}{_('：')}{what}"
