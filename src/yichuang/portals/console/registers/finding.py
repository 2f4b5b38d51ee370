"""What every page of a register begins with: the register as its file says, the entry that the reader may see."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, QueryDict
from django.utils.datastructures import MultiValueDict

from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.registers import queries
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.models import Entry
from yichuang.foundation.registers.terms import Action

TONES = {"draft": "active", "checked": "soon", "published": "ok", "withdrawn": "paused"}
"""How states look."""


def register_or_404(request: ActingRequest, code: str, action: Action = Action.VIEW) -> Register:
    """
    Find a register in which the reader may do something.

    :raises Http404: there is none of this name, or it is not for this reader: the answer is the same
    """
    found = queries.register_for(request.actor, code, local_day(request.at), action)
    if found is None:
        raise Http404
    return found


def entry_or_404(request: ActingRequest, register: Register, number: int) -> Entry:
    """
    Find an entry that the reader may see.

    :raises Http404: there is none of this number, or it is not for this reader
    """
    found = queries.entry_for(request.actor, register.id, number)
    if found is None:
        raise Http404
    return found


def posted(request: ActingRequest) -> QueryDict | None:
    """Give what was sent, an empty form too; None where the page is only opened."""
    return request.POST if request.method == "POST" else None


def sent(request: ActingRequest) -> tuple[QueryDict | None, MultiValueDict[str, UploadedFile] | None]:
    """Give what was sent with its files."""
    return posted(request), request.FILES if request.method == "POST" else None
