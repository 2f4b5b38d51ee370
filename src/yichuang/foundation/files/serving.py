"""Hands a file out so that a browser cannot be made to run it."""

from __future__ import annotations

from enum import Enum

from django.http import FileResponse, Http404

from yichuang.foundation.files import problems
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.files.queries import file_for
from yichuang.foundation.files.stores import store
from yichuang.foundation.files.terms import FileKind, VirusState
from yichuang.foundation.people.actors import Actor

SHUT = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
VIEWER = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
"""For PDFs shown in the page: the browsers' own viewer does not work inside a sandbox."""


class Part(Enum):
    """Which of a file's contents is asked for."""

    WHOLE = "whole"
    PREVIEW = "preview"


class Disposition(Enum):
    """Whether it is to be shown or saved. Only pictures and PDFs are ever shown."""

    INLINE = "inline"
    ATTACHMENT = "attachment"


def serve(
    file: StoredFile, actor: Actor, disposition: Disposition = Disposition.ATTACHMENT, part: Part = Part.WHOLE
) -> FileResponse:
    """
    Answer with a file, to somebody who may see it.

    What is neither picture nor PDF is always offered for saving. The caller notes the access to personal data before.

    :raises Http404: there is no such file for this actor
    :raises NotYetScanned: the virus scanner has not answered yet
    """
    row = file_for(actor, file.pk)
    if row is None or row.virus_state == VirusState.INFECTED:
        raise Http404
    if row.virus_state == VirusState.WAITING:
        raise problems.NotYetScanned(row.name)
    if part is Part.PREVIEW and not row.preview_sha256:
        raise Http404
    kind = FileKind.JPG if part is Part.PREVIEW else row.file_kind
    shown = disposition is Disposition.INLINE and (kind.is_image or kind is FileKind.PDF)
    response = FileResponse(
        store().open(row.preview_sha256 if part is Part.PREVIEW else row.sha256),
        as_attachment=not shown,
        filename=row.name,
        content_type=kind.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = VIEWER if shown and kind is FileKind.PDF else SHUT
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    if shown and kind is FileKind.PDF:
        response["X-Frame-Options"] = "SAMEORIGIN"
    return response
