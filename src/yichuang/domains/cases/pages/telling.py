"""What is noted on a case beside its handling: calls, deferred materials, mail that came back, numbers outside."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.commands import Brought
from yichuang.domains.cases.pages.forms import CallForm, OutsideForm, ReturnForm
from yichuang.domains.cases.pages.screen import act_on, case_of, screen_with
from yichuang.domains.cases.terms import MaterialState
from yichuang.foundation.files import commands as files
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.people.pages import ActingRequest, page

KEYS = range(1, 10)


@page(permission="cases.correct")
@require_POST
def phone(request: ActingRequest, number: str) -> HttpResponse:
    """Note a call about the last notice: it stays beside the notice, whether somebody answered or not."""
    form = CallForm(request.POST, auto_id="call_%s")
    notice = case_of(request, number).notices.filter(answered_at=None).order_by("-n").first()
    if notice is None or not form.is_valid():
        return screen_with(request, number, {"call": form})
    return act_on(
        request,
        number,
        lambda case: commands.tell_by_phone(
            notice_id=notice.pk,
            number=form.cleaned_data["number"],
            reached=form.cleaned_data["reached"],
            answered_by=form.cleaned_data["answered_by"],
            said=form.cleaned_data["said"],
            by=request.actor,
            at=request.at,
        ),
        _("电话告知已记录；书面告知书照常有效。"),
    )


@page(permission="cases.accept")
@require_POST
def supplement(request: ActingRequest, number: str) -> HttpResponse:
    """Take in at a desk what was accepted as 容缺: each material that was ticked, with its scan if there is one."""
    waiting = case_of(request, number).materials.filter(state=MaterialState.DEFERRED)
    brought = {}
    for code in waiting.values_list("code", flat=True):
        if f"came_{code}" not in request.POST and f"file_{code}" not in request.FILES:
            continue
        stored = [_stored(request, upload) for upload in request.FILES.getlist(f"file_{code}")]
        brought[code] = Brought(files=tuple(each.pk for each in stored), pages=sum(each.pages or 1 for each in stored))
    return act_on(
        request,
        number,
        lambda case: commands.hand_in_supplement(case_id=case.pk, brought=brought, by=request.actor, at=request.at),
        _("容缺材料已收。"),
    )


@page(permission="cases.deliver")
@require_POST
def returned(request: ActingRequest, number: str) -> HttpResponse:
    """Note that the post brought the result back: it waits at the window again."""
    form = ReturnForm(request.POST, auto_id="returned_%s")
    if not form.is_valid():
        return screen_with(request, number, {"return": form})
    because = form.cleaned_data["because"] or _("未写明")
    return act_on(
        request,
        number,
        lambda case: commands.return_from_post(case_id=case.pk, because=because, by=request.actor, at=request.at),
        _("已登记退回，结果在窗口待领取。"),
    )


@page(permission="cases.link_outside")
@require_POST
def outside(request: ActingRequest, number: str) -> HttpResponse:
    """Note the number and state under which a system outside knows the case (人工回填)."""
    form = OutsideForm(request.POST, auto_id="outside_%s")
    if not form.is_valid():
        return screen_with(request, number, {"outside_form": form})
    return act_on(
        request,
        number,
        lambda case: commands.link_outside(
            case_id=case.pk,
            system=form.cleaned_data["system"],
            number=form.cleaned_data["number"],
            state=form.cleaned_data["state"],
            by=request.actor,
            at=request.at,
        ),
        _("外部办件号已关联。"),
    )


@page(permission="work.view")
def phrases(request: ActingRequest) -> HttpResponse:
    """Keep one's own phrases for opinions, each on a key from Alt+1 to Alt+9; an empty one is dropped."""
    if request.method == "POST":
        texts = {n: request.POST.get(f"phrase_{n}", "").strip() for n in KEYS}
        commands.keep_phrases(texts={n: text for n, text in texts.items() if text}, by=request.actor)
        return redirect("cases:phrases")
    kept = {each.n: each.text for each in queries.phrases(request.actor)}
    return render(request, "cases/phrases.html", {"rows": [(n, kept.get(n, "")) for n in KEYS]})


def _stored(request: ActingRequest, upload: UploadedFile) -> StoredFile:
    is_demo = request.actor.is_demo
    return files.store_upload(
        content=upload, name=upload.name or "", by=request.actor, at=request.at, is_synthetic=is_demo
    )
