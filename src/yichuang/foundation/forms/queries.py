"""Questions to the form room: the form in force, a pinned one, the one form of several items."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.forms.form import Form
from yichuang.foundation.forms.loading import FORM, Written, resolved
from yichuang.foundation.forms.merging import merged


def load(code: str, on: date, version: int | None = None) -> Form:
    """
    Give the form in force on a day, or with `version` the one that a dossier is pinned to.

    Labels, units and choices are those of the element dictionary of the day.

    :raises NotInForce: no version is in force on that day
    """
    pinned = definitions.version_in_force(FORM, code, on) if version is None else version
    return definitions.kept((FORM, code, pinned, on), Form, lambda: _resolved(code, pinned, on))


def _resolved(code: str, version: int, on: date) -> Form:
    written = definitions.get(FORM, code, version)
    assert isinstance(written, Written)
    return resolved(written, definitions.elements(on))


def load_merged(codes: Sequence[str], on: date, code: str, name: str) -> Form:
    """
    Give one form for several items: every element is asked once.

    :raises NotInForce: one of the forms is not in force on that day
    """
    return merged([load(each, on) for each in codes], code, name)
