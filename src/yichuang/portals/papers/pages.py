"""Hands out files to those who may see what they hang on."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase

from yichuang.foundation.files import queries
from yichuang.foundation.files.problems import NotYetScanned
from yichuang.foundation.files.serving import Disposition, Part, serve
from yichuang.foundation.people.pages import ActingRequest, page


@page(permission="account.use")
def show(request: ActingRequest, file_id: int) -> HttpResponseBase:
    """Show a picture or PDF, save anything else; `?save=1` saves it too."""
    shown = Disposition.ATTACHMENT if request.GET.get("save") else Disposition.INLINE
    return _served(request, file_id, shown, Part.WHOLE)


@page(permission="account.use")
def preview(request: ActingRequest, file_id: int) -> HttpResponseBase:
    """Show the small picture of an image."""
    return _served(request, file_id, Disposition.INLINE, Part.PREVIEW)


def _served(request: ActingRequest, file_id: int, shown: Disposition, part: Part) -> HttpResponseBase:
    row = queries.file_for(request.actor, file_id)
    if row is None:
        raise Http404
    try:
        return serve(row, request.actor, shown, part)
    except NotYetScanned as waiting:
        return HttpResponse(waiting.message, status=425, content_type="text/plain; charset=utf-8")
