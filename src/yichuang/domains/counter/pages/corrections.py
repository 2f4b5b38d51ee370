"""收补正: what a notice asked for is taken in at the window, and answered at once (story 1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.domains.cases import queries as case_queries
from yichuang.domains.cases.commands import Brought, Row
from yichuang.domains.counter import commands, queries
from yichuang.domains.counter.commands.receptions import Reply
from yichuang.domains.counter.terms import How
from yichuang.foundation.files import commands as files
from yichuang.foundation.forms.form import Form
from yichuang.foundation.forms.topic_forms import Section, topic_form
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once


@dataclass(frozen=True)
class AskedRow:
    """One row of the last notice: a material that may have come, or a question that may be answered now."""

    key: str
    material: str
    field: str
    name: str
    reason: str
    how: str
    section: Section | None
    came: bool
    is_wrong: bool
    again: str


@page(permission="counter.call")
def correct(request: ActingRequest, number: str) -> HttpResponse:
    """Take in what the last notice asked for, then accept (F8) or tell what is still wrong (F7)."""
    case = case_queries.case(number, request.actor)
    if case is None or case.dossier.state != "correcting":
        raise Http404
    form = case_queries.form_of(case.item, request.at)
    rows = _rows(request, case.pk, form, case.read("answers"))
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            return once(request, lambda: _taken(request, number, rows, form))
        except NotPossible as reason:
            errors = [{"text": reason.message, "href": ""}]
    context = {
        "case": case,
        "number": number,
        "rows": rows,
        "errors": errors,
        "sitting": queries.sitting_of(request.actor),
    }
    return render(request, "counter/correct.html", context, status=422 if errors else 200)


def _taken(request: ActingRequest, number: str, rows: list[AskedRow], form: Form | None) -> str:
    how = How.NOTICE if request.POST.get("do") == "notice" else How.ACCEPT
    still = tuple(
        Row(row.name, row.again or row.reason, how=row.how, material=row.material, field=row.field)
        for row in rows
        if row.is_wrong
    )
    commands.take_correction(
        number=number,
        brought={row.material: _brought(request, row) for row in rows if row.material and row.came},
        answers={row.field: _answer(request, row, form) for row in rows if row.field and form is not None},
        reply=Reply(how, rows=still),
        by=request.actor,
        at=request.at,
    )
    messages.success(request, _("已收补正并受理。") if how == How.ACCEPT else _("已收补正，并再次一次性告知。"))
    return reverse("cases:screen", args=[number])


def _rows(request: ActingRequest, case_id: int, form: Form | None, answers: dict[str, Any]) -> list[AskedRow]:
    data = request.POST
    found = []
    for material, code, name, reason, how, solved in case_queries.notices(case_id)[0].rows:
        if solved:
            continue
        key = material or f"field-{code}"
        came = f"came_{key}" in data or f"file_{key}" in request.FILES
        found.append(
            AskedRow(
                key=key,
                material=material,
                field=code,
                name=name,
                reason=reason,
                how=how,
                section=_section(form, code, answers) if form and code else None,
                came=came,
                is_wrong=f"wrong_{key}" in data,
                again=data.get(f"reason_{key}", "").strip(),
            )
        )
    return found


def _section(form: Form, code: str, answers: dict[str, Any]) -> Section | None:
    """Find the question of a row, so that it is answered with its own inputs."""
    topic = next((each for each in form.all_topics if any(field.code == code for field in each.fields)), None)
    if topic is None:
        return None
    drawn = topic_form(form, topic.id, None, answers, base=UiForm).sections
    return next((section for section in drawn if section.field.code == code), None)


def _answer(request: ActingRequest, row: AskedRow, form: Form | None) -> Any:
    if form is None or row.section is None:
        return request.POST.get(f"answer_{row.key}", "").strip()
    field = form.field(row.field)
    value, wrong = field.clean(field.read(request.POST))
    if wrong:
        raise NotPossible("；".join(wrong.values()))
    return value


def _brought(request: ActingRequest, row: AskedRow) -> Brought:
    stored = [
        files.store_upload(
            content=upload, name=upload.name or "", by=request.actor, at=request.at, is_synthetic=request.actor.is_demo
        )
        for upload in request.FILES.getlist(f"file_{row.key}")
    ]
    return Brought(files=tuple(each.pk for each in stored), pages=sum(each.pages or 1 for each in stored))
