"""Drafts: begin, fill in, hand in once."""

from __future__ import annotations

from typing import Any

import jsonschema
from django.utils.translation import gettext as _
from ninja import Router, Status

from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.api.looking import own_filling
from yichuang.domains.cases.api.refusals import NotReady, WrongAnswer
from yichuang.domains.cases.api.schemas import (
    AnswersIn,
    ApplicationIn,
    ApplicationOut,
    AskedOut,
    DraftIn,
    DraftOut,
    DraftRow,
    PartiesIn,
    PartyChoice,
    QuestionOut,
    SituationIn,
    WantingOut,
)
from yichuang.domains.cases.models import Draft
from yichuang.domains.cases.queries import Filling
from yichuang.foundation.forms.schema import json_schema
from yichuang.foundation.people.models import Party
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui.api import Cursor, Id, Limit, Listed, May, listed, once

router = Router(tags=["drafts"])
APPLY = "cases.apply"


@router.get("/drafts", response=Listed[DraftRow], auth=May(APPLY), summary="One's own drafts")
def drafts(request: ActingRequest, cursor: Cursor = "", limit: Limit = 50) -> dict[str, Any]:
    """List what was begun and not handed in."""
    return listed(queries.drafts(request.actor), lambda row: _row(row, request), cursor=cursor, limit=limit)


@router.post("/drafts", response={201: DraftOut}, auth=May(APPLY), summary="Begin a draft, or go on with it")
def begin(request: ActingRequest, body: DraftIn) -> Status[DraftOut]:
    """Begin an application for an item; one that was begun and not handed in is given again."""

    def done() -> DraftOut:
        draft = commands.begin_draft(item_id=body.item, by=request.actor, at=request.at, project_code=body.project)
        return _out(request, own_filling(request, draft.pk))

    return Status(201, once(request, DraftOut, body.model_dump(), done))


@router.get("/drafts/{draft_id}", response=DraftOut, auth=May(APPLY), summary="One draft with all that is asked")
def draft(request: ActingRequest, draft_id: Id) -> DraftOut:
    """Give a draft: questions, answers, what is wrong, materials, and what keeps it from being handed in."""
    return _out(request, own_filling(request, draft_id, also_done=True))


@router.put("/drafts/{draft_id}/situation", response=DraftOut, auth=May(APPLY), summary="Answer about the situation")
def situation(request: ActingRequest, draft_id: Id, body: SituationIn) -> DraftOut:
    """Keep answers to the questions about the situation; they decide which materials are asked for."""
    filled = own_filling(request, draft_id)
    known = {each.id: {choice.id for choice in each.choices} for each in filled.item.situations}
    for question, choice in body.situation.items():
        if choice not in known.get(question, ()):
            choices = "、".join(sorted(known.get(question, ()))) or "、".join(known)
            why = _("没有选项“%(choice)s”，可以选择：%(choices)s。") % {"choice": choice, "choices": choices}
            raise WrongAnswer(f"situation.{question}", why)
    commands.save_draft(draft_id=draft_id, by=request.actor, at=request.at, situation=body.situation)
    return _out(request, own_filling(request, draft_id))


@router.put("/drafts/{draft_id}/parties", response=DraftOut, auth=May(APPLY), summary="Say who applies")
def parties(request: ActingRequest, draft_id: Id, body: PartiesIn) -> DraftOut:
    """Keep who applies and how the result is to come; what is known of the applicant is filled in and marked."""
    filled = own_filling(request, draft_id)
    if str(body.applicant) not in {key for key, _name in _choices(request, filled)}:
        raise WrongAnswer("applicant", _("您不能为该申请人办理；可以为本人、本单位或委托您的人办理。"))
    answers, marks = queries.prefill(filled, Party.objects.get(pk=body.applicant), request.at)
    commands.save_draft(
        draft_id=draft_id,
        by=request.actor,
        at=request.at,
        applicant_id=body.applicant,
        extra=body.model_dump(exclude={"applicant"}),
        answers={**answers, **{code: value for code, value in filled.answers.items() if value}},
        prefilled={**marks, **filled.marks},
    )
    return _out(request, own_filling(request, draft_id))


@router.patch("/drafts/{draft_id}/answers", response=DraftOut, auth=May(APPLY), summary="Answer the form")
def answers(request: ActingRequest, draft_id: Id, body: AnswersIn) -> DraftOut:
    """Keep some answers; others stay. Each must fit the form's JSON Schema; what else is wrong comes in `errors`."""
    filled = own_filling(request, draft_id)
    known = json_schema(filled.form)["properties"] if filled.form else {}
    for code, answer in body.answers.items():
        if code not in known:
            raise WrongAnswer(f"answers.{code}", _("表单里没有这一项。"))
        if answer is None:
            continue
        wrong = next(jsonschema.Draft202012Validator(known[code]).iter_errors(answer), None)
        if wrong is not None:
            raise WrongAnswer(".".join(["answers", code, *map(str, wrong.absolute_path)]), wrong.message[:300])
    commands.save_draft(draft_id=draft_id, by=request.actor, at=request.at, answers=body.answers)
    if filled.form:
        commands.keep_marks(filled=filled, after={**filled.answers, **body.answers}, by=request.actor)
    return _out(request, own_filling(request, draft_id))


@router.delete("/drafts/{draft_id}", response={204: None}, auth=May(APPLY), summary="Throw a draft away")
def discard(request: ActingRequest, draft_id: Id) -> Status[None]:
    """Throw away a draft that was not handed in."""
    commands.discard_draft(draft_id=own_filling(request, draft_id).draft.pk, by=request.actor, at=request.at)
    return Status(204, None)


@router.post(
    "/applications",
    response={201: ApplicationOut},
    auth=May(APPLY),
    tags=["applications"],
    summary="Hand in a draft, once",
)
def apply(request: ActingRequest, body: ApplicationIn) -> Status[ApplicationOut]:
    """Hand in a draft. Handing it in again gives the case that it became."""

    def done() -> ApplicationOut:
        filled = own_filling(request, body.draft, also_done=True)
        if filled.draft.case is None and (wanting := _wanting(filled)):
            raise NotReady(wanting)
        case = filled.draft.case or commands.submit_draft(
            draft_id=body.draft,
            application=queries.application_of(filled, request.actor, request.at),
            by=request.actor,
            at=request.at,
        )
        return ApplicationOut(
            number=case.dossier.number,
            query_code=case.query_code,
            received_at=case.received_at,
            due_at=case.dossier.due_at,
        )

    return Status(201, once(request, ApplicationOut, body.model_dump(), done))


def _choices(request: ActingRequest, filled: Filling) -> list[tuple[str, str]]:
    return queries.parties_for(request.actor, filled.item.id, request.at)


def _row(row: Draft, request: ActingRequest) -> DraftRow:
    name = queries.item_name(row, request.at)
    return DraftRow(id=row.pk, item=row.item_id, item_name=name, saved_at=row.saved_at)


def _out(request: ActingRequest, filled: Filling) -> DraftOut:
    row = filled.draft
    return DraftOut(
        id=row.pk,
        item=filled.item.id,
        item_name=filled.item.name,
        saved_at=row.saved_at,
        case=row.case.dossier.number if row.case else "",
        project=row.project_code,
        applicant=row.applicant_id,
        parties=[PartyChoice(id=int(key), name=name) for key, name in _choices(request, filled)],
        situation=[
            QuestionOut(
                id=each.id,
                question=each.question,
                choices={choice.id: choice.label for choice in each.choices},
                chosen=filled.situation.get(each.id, ""),
            )
            for each in filled.situations
        ],
        form=filled.item.form,
        answers=filled.answers,
        prefilled=filled.marks,
        errors=filled.form.check(filled.answers, filled.known) if filled.form else {},
        materials=[
            AskedOut(
                code=each.material.code,
                name=each.material.name,
                need=each.material.need,
                exempt=_("填写表单即可") if each.material.filled_by_form else each.exempt,
                files=len(filled.files.get(each.material.code, ())),
            )
            for each in filled.asked
        ],
        delivery=filled.extra,
        wanting=[] if row.case else [WantingOut(where=where, message=why) for where, why in _wanting(filled)],
    )


def _wanting(filled: Filling) -> list[tuple[str, str]]:
    """List what keeps a draft from being handed in, as the check page does, each with its place in the draft."""
    found = [] if filled.situation_done else [("situation", _("请先回答您的情况"))]
    found += [("situation", _("不能申请：%(reason)s") % {"reason": reason}) for reason in queries.not_eligible(filled)]
    if not filled.draft.applicant_id:
        found.append(("applicant", _("请先选择申请人")))
    if filled.form:
        errors = filled.form.check(filled.answers, filled.known)
        found += [(f"answers.{place}", why) for place, why in errors.items()]
    lacking = [each.material for each in filled.to_upload if each.material.name in filled.lacking]
    return [*found, *((f"materials.{each.code}", _("请上传“%(name)s”") % {"name": each.name}) for each in lacking)]
