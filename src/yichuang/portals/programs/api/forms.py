"""Forms as JSON Schema: the contract of the answers that drafts keep."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from ninja import Router, Schema
from pydantic import Field

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.forms import queries
from yichuang.foundation.forms.loading import FORM
from yichuang.foundation.forms.schema import json_schema
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest
from yichuang.ui.api import Code, May

router = Router(tags=["forms"])


class FormRow(Schema):
    """One form in force."""

    code: str
    name: str
    version: int


class FormsOut(Schema):
    """All forms in force, by code."""

    items: list[FormRow]


class FormOut(Schema):
    """A form as JSON Schema 2020-12. What is asked under a condition carries it as `x-when`."""

    id: str = Field(alias="$id")
    title: str
    type: str
    properties: dict[str, Any]
    required: list[str]


@router.get("/forms", response=FormsOut, auth=May("catalogue.view"), summary="Forms in force")
def forms(request: ActingRequest) -> FormsOut:
    """List the forms that items ask for."""
    found = definitions.all_in_force(FORM, local_day(request.at))
    rows = [FormRow(code=code, name=form.body["name"], version=form.body["version"]) for code, form in found.items()]
    return FormsOut(items=rows)


@router.get("/forms/{code}", response=FormOut, auth=May("catalogue.view"), summary="One form as JSON Schema")
def form(request: ActingRequest, code: Code) -> HttpResponse:
    """Give the form in force today: what an answer looks like, and what is required in any case."""
    try:
        found = queries.load(code, local_day(request.at))
    except NotInForce as missing:
        raise Http404 from missing
    return JsonResponse(json_schema(found), json_dumps_params={"ensure_ascii": False})
