"""A page that asks for one deed: the form, the deed done once, and a no told beside the field it is about."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from yichuang.foundation.people import commands
from yichuang.foundation.people.pages import ActingRequest
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once

FIELDS_OF: dict[type[NotPossible], tuple[str, ...]] = {
    commands.WrongPeriod: ("valid_to", "to_at"),
    commands.TermTooLong: ("valid_to",),
    commands.KeptApart: ("role",),
    commands.UnknownRole: ("role",),
    commands.AlreadyAppointed: ("role",),
    commands.NotColleagues: ("substitute",),
    commands.NoSelfCover: ("substitute",),
}
"""The fields beside which a no is told: the first that the form has; without one it is told above the form."""


def tell(form: UiForm, reason: NotPossible) -> None:
    """Put a no of a deed beside the field it is about."""
    there = [name for name in FIELDS_OF.get(type(reason), ()) if name in form.fields]
    form.add_error(there[0] if there else None, reason.message)


def asked(request: ActingRequest, form: UiForm, done: Callable[[], str], context: dict[str, Any]) -> HttpResponse:
    """Show a form, and when it is sent do the deed once; after a no, what was typed stays."""
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, done)
        except NotPossible as reason:
            tell(form, reason)
    return render(request, "console/asked.html", {"form": form, **context})
