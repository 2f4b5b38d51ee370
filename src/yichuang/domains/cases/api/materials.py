"""Materials: uploaded to a draft, listed with their files."""

from __future__ import annotations

from django.http import Http404
from django.urls import reverse
from ninja import File, Router, Status
from ninja.files import UploadedFile

from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.api.looking import own_filling, seen_case
from yichuang.domains.cases.api.schemas import FileOut, MaterialOut, MaterialsOut
from yichuang.domains.cases.models import DraftFile, MaterialFile
from yichuang.domains.cases.queries import Filling
from yichuang.domains.cases.rules import Asked
from yichuang.domains.cases.terms import MaterialState
from yichuang.foundation.files import commands as files
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui.api import Code, Id, May, once

router = Router(tags=["materials"])
APPLY = "cases.apply"


@router.get("/drafts/{draft_id}/materials", response=MaterialsOut, auth=May(APPLY), summary="Materials of a draft")
def draft_materials(request: ActingRequest, draft_id: Id) -> MaterialsOut:
    """List what is asked for, what is exempt and why, and what has come."""
    filled = own_filling(request, draft_id, also_done=True)
    return MaterialsOut(items=[_asked(filled, each) for each in filled.asked])


@router.post(
    "/drafts/{draft_id}/materials/{code}",
    response={201: MaterialOut},
    auth=May(APPLY),
    summary="Upload a file to a material",
)
def upload(request: ActingRequest, draft_id: Id, code: Code, file: File[UploadedFile]) -> Status[MaterialOut]:
    """Take in one file of a material; it is examined by its content before it is kept."""
    filled = own_filling(request, draft_id)
    content = file.file
    if code not in {each.material.code for each in filled.to_upload} or content is None:
        raise Http404
    kept = files.put(content=content, name=file.name or "")
    asked = {"name": kept.name, "sha256": kept.sha256}

    def done() -> MaterialOut:
        stored = files.enter_upload(kept=kept, by=request.actor, at=request.at, is_synthetic=request.actor.is_demo)
        commands.put_file(draft_id=draft_id, material=code, file_id=stored.pk, by=request.actor, at=request.at)
        after = own_filling(request, draft_id)
        return next(_asked(after, each) for each in after.asked if each.material.code == code)

    return Status(201, once(request, MaterialOut, asked, done))


@router.delete(
    "/drafts/{draft_id}/files/{file_id}", response={204: None}, auth=May(APPLY), summary="Take a file off a draft"
)
def remove(request: ActingRequest, draft_id: Id, file_id: Id) -> Status[None]:
    """Take a file off again; `file_id` is the id in the list of materials."""
    draft = own_filling(request, draft_id).draft
    if not draft.files.filter(pk=file_id).exists():
        raise Http404
    commands.remove_file(draft_id=draft_id, draft_file_id=file_id, by=request.actor, at=request.at)
    return Status(204, None)


@router.get("/cases/{number}/materials", response=MaterialsOut, auth=May("cases.view"), summary="Materials of a case")
def case_materials(request: ActingRequest, number: Code) -> MaterialsOut:
    """List the materials of a case, in their order."""
    rows = queries.materials(seen_case(request, number).pk).prefetch_related("files__file")
    return MaterialsOut(
        items=[
            MaterialOut(
                code=row.code,
                name=row.name,
                need=row.need,
                state=row.state,
                proof=row.proof,
                files=[_file(each) for each in row.files.all()],
            )
            for row in rows
        ]
    )


def _asked(filled: Filling, asked: Asked) -> MaterialOut:
    rows = filled.files.get(asked.material.code, [])
    has = bool(rows) or asked.material.filled_by_form
    state = MaterialState.EXEMPT if asked.exempt else MaterialState.HANDED if has else MaterialState.MISSING
    return MaterialOut(
        code=asked.material.code,
        name=asked.material.name,
        need=asked.material.need,
        state=state,
        proof=asked.exempt,
        files=[_file(row) for row in rows],
    )


def _file(row: DraftFile | MaterialFile) -> FileOut:
    stored = row.file
    url = reverse("files:show", args=[stored.pk])
    return FileOut(id=row.pk, name=stored.name, size=stored.size, pages=stored.pages, url=url)
