"""The public check of papers and licences: what stands on the face, whether it is valid, whether a file is the one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.domains.licences import queries as licences
from yichuang.domains.licences.terms import Standing as LicenceStanding
from yichuang.foundation.documents import codes
from yichuang.foundation.documents import queries as documents
from yichuang.foundation.documents.terms import Standing
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.masking import mask
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.ui.forms import UiForm
from yichuang.ui.limits import is_within

CHECKS, CHECKS_SECONDS = 60, 600
"""So many checks of one address in so many seconds of real time."""
GOOD, WAITING = {Standing.VALID, LicenceStanding.VALID}, {Standing.PENDING, LicenceStanding.SUSPENDED}


@dataclass(frozen=True, slots=True)
class Face:
    """What anybody is told: standing and face, nothing else."""

    standing: str
    tone: str
    rows: tuple[dict[str, str], ...]
    is_synthetic: bool


class CodeForm(UiForm):
    """The code under the sign to scan."""

    code = forms.CharField(label=gettext_lazy("校验码"), max_length=60, help_text=gettext_lazy("在文书或证照的页脚"))


class FileForm(UiForm):
    """A file that somebody holds; it is compared and not kept."""

    file = forms.FileField(label=gettext_lazy("您手里的PDF文件"), help_text=gettext_lazy("只比对，不保存"))


@page(public=True)
def ask(request: ActingRequest) -> HttpResponse:
    """Ask for the code of a paper or licence."""
    form = CodeForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("files:verified", codes.plain_code(form.cleaned_data["code"]) or "0")
    return render(request, "papers/verify.html", {"form": form})


@page(public=True)
def answer(request: ActingRequest, code: str) -> HttpResponse:
    """Tell whether a paper or licence is valid; compare a file that is sent with the one that was issued."""
    if not may_check(request):
        return render(request, "papers/verified.html", {"code": code, "too_often": True}, status=429)
    form = FileForm(request.POST or None, request.FILES or None)
    same = None
    if request.method == "POST" and form.is_valid():
        same = documents.same_file(code, _digest(form.cleaned_data["file"]))
    face = _face(request, code)
    context = {"code": codes.spaced(codes.plain_code(code)), "face": face, "form": form, "same": same}
    return render(request, "papers/verified.html", context, status=200 if face else 404)


def _face(request: ActingRequest, code: str) -> Face | None:
    licence = licences.verify(code, local_day(request.at))
    paper = documents.verify(code, at=request.at)
    digest = paper.sha256 if paper else ""
    if row := licence.licence:
        holder = mask(row.holder.name, "name") if row.holder.is_person else row.holder.name
        ended = local_day(row.ended_at) if row.ended_at else None
        return _told(
            licence.standing,
            (_("名称"), row.name),
            (_("证照编号"), row.number),
            (_("持证主体"), holder),
            (_("电子证照标识"), row.identifier),
            (_("发证机关"), row.issuer.name),
            (_("有效期起"), row.valid_from),
            (_("有效期至"), row.valid_until or _("长期")),
            (_("终止日期"), ended),
            (_("文件摘要（SHA-256）"), digest or row.digest),
            is_synthetic=row.is_synthetic,
        )
    if paper is None:
        return None
    return _told(
        paper.standing,
        (_("名称"), paper.name),
        (_("文号"), paper.number),
        (_("出具机关"), paper.office),
        (_("出具日期"), paper.issued_on),
        (_("有效期至"), paper.valid_until),
        (_("终止日期"), paper.ended_on),
        (_("文件摘要（SHA-256）"), digest),
        is_synthetic=paper.is_synthetic,
    )


def _told(standing: Standing | LicenceStanding, *rows: tuple[str, str | date | None], is_synthetic: bool) -> Face:
    tone = "ok" if standing in GOOD else "soon" if standing in WAITING else "late"
    said = tuple({"label": label, "value": str(value)} for label, value in rows if value)
    return Face(str(standing.label), tone, said, is_synthetic)


def _digest(upload: UploadedFile) -> str:
    sha = hashlib.sha256()
    for chunk in upload.chunks():
        sha.update(chunk)
    return sha.hexdigest()


def may_check(request: ActingRequest) -> bool:
    """Count the checks of one address in a window of real time."""
    return is_within(request, "verify", most=CHECKS, seconds=CHECKS_SECONDS)
