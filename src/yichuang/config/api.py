"""The API under /api/v1: the routers of all rooms, and how a no is told to programs (problem details)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.docs import Swagger
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from yichuang.kernel.errors import NotPossible, Unavailable
from yichuang.ui.api import KEY_HEADER, KEY_LENGTH, May

STATUS = {"people.not_allowed": 403, "work.key_with_other_body": 422, "calendars.outside": 422}
"""Codes of a no that is not a conflict (409); a kind may also carry its own `status`."""

PROBLEM = {
    "title": "Problem",
    "description": "Why not (RFC 9457). `code` is stable and for programs, `detail` is for people.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "such as cases.materials_missing"},
        "detail": {"type": "string", "description": "what is wrong, why, and what to do next"},
        "basis": {"type": "string", "description": "the law that says so, where there is one"},
        "errors": {
            "type": "array",
            "description": "each place that does not fit, with what is wrong there",
            "items": {
                "type": "object",
                "required": ["where", "message"],
                "properties": {"where": {"type": "string"}, "message": {"type": "string"}},
            },
        },
    },
}
PROBLEMS = {
    "4XX": "A no with its reason",
    "503": "Too many wait, or an outside system does not answer: try again after the seconds of `Retry-After`",
}
KEY = {
    "in": "header",
    "name": KEY_HEADER,
    "required": False,
    "schema": {"type": "string", "maxLength": KEY_LENGTH, "pattern": "^[!-~]*$"},
    "description": "Repeat safely: the same key gives the first answer again for seven days and changes nothing; "
    "with another body it is refused.",
}


TAGS = {
    "items": "What can be applied for, with its guide",
    "forms": "What is asked, as JSON Schema",
    "drafts": "Applications that are being filled in",
    "applications": "Handing in",
    "materials": "Files of drafts and cases",
    "cases": "Applications that were handed in, and the deeds before and after their handling",
    "steps": "The work list",
    "decisions": "For and against, and taken back",
    "papers": "Notices and decisions with their sealed files",
    "licences": "The library",
    "verification": "Is this paper or licence valid?",
    "calendar": "Working days",
    "registers": "Thin lists of the district: entries on a day, their history, and the deeds that make them",
    "figures": "Numbers that open their rows, for two times, and what was published of them",
    "projects": "Major projects with plan and investment, resolved matters, OC4IDS",
    "records": "The chain of deeds on a case, and the proof that it is whole",
}


class Page(Swagger):
    """The page that lists all operations; whoever is logged in tries them with his own session."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        """Render the page, with the token that what writes has to send."""
        told = self.settings | {"url": self.get_openapi_url(api, kwargs)}
        context = {"api": api, "add_csrf": True, "swagger_settings": json.dumps(told)}
        return render(request, self.template, context)


class Description(OpenAPISchema):
    """The OpenAPI document, with what all operations share: permission, key, and how a no looks."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        """Describe one operation."""
        told: dict[str, Any] = super().operation_details(operation)
        needed = [each.permission for each in operation.auth_callbacks if isinstance(each, May)]
        told["x-permission"] = needed[0] if needed else ""
        if "POST" in operation.methods:
            told["parameters"] = [*told["parameters"], KEY]
        content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        told["responses"] |= {status: {"description": why, "content": content} for status, why in PROBLEMS.items()}
        return told

    def get_components(self) -> dict[str, Any]:
        """Describe what operations send and answer."""
        told: dict[str, Any] = super().get_components()
        told["schemas"]["Problem"] = PROBLEM
        return told


class Readable(JSONRenderer):
    """JSON with Chinese as it is written, not as codes."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


class Api(NinjaAPI):
    """All routers under one address."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> OpenAPISchema:
        """Describe the whole."""
        return Description(self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix)

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Name an operation by its room and function: `cases_accept`."""
        function = operation.view_func
        return f"{function.__module__.split('.')[2]}_{function.__name__}"


def make() -> NinjaAPI:
    """Build the API from the routers of the rooms that are installed."""
    api = Api(
        title="一窗 Yichuang",
        version="1",
        description="Items, forms, drafts, applications, materials, cases, steps, decisions, papers, licences, "
        "verification, calendar, registers, figures and records proof. A no is told as problem details with a stable "
        "`code`. Lists go by cursor. A POST may carry `Idempotency-Key`.",
        docs=Page(settings={"persistAuthorization": False, "validatorUrl": None}),
        openapi_extra={"tags": [{"name": name, "description": about} for name, about in TAGS.items()]},
        urls_namespace="api",
        renderer=Readable(),
    )
    api.add_exception_handler(NotPossible, _not_possible)
    api.add_exception_handler(Unavailable, _unavailable)
    api.add_exception_handler(ValidationError, _wrong_shape)
    api.add_exception_handler(AuthenticationError, _unknown_caller)
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(HttpError, _refused)
    for module in _routers():
        api.add_router("", import_module(module).router)
    return api


def _routers() -> list[str]:
    """Name the modules of the rooms that hold a router."""
    rooms = [f"{each.name}.api" for each in apps.get_app_configs() if each.name.startswith("yichuang.")]
    return [module for module in rooms if module != "yichuang.ui.api" and find_spec(module)]


def problem(status: int, code: str, detail: str, *, title: str = "", **more: object) -> HttpResponse:
    """Answer with problem details (RFC 9457); `code` is stable, `detail` is for people."""
    body = {"type": "about:blank", "title": title or detail, "status": status, "code": code, "detail": detail} | more
    return JsonResponse(
        body, status=status, content_type="application/problem+json", json_dumps_params={"ensure_ascii": False}
    )


def _not_possible(request: HttpRequest, reason: NotPossible | type[NotPossible]) -> HttpResponse:
    assert isinstance(reason, NotPossible)
    status: int = getattr(reason, "status", STATUS.get(reason.code, 409))
    basis = {"basis": reason.basis} if reason.basis else {}
    places = [{"where": where, "message": message} for where, message in getattr(reason, "errors", ())]
    errors = {"errors": places} if places else {}
    return problem(status, reason.code, reason.message, title="", **basis, **errors)


def _unavailable(request: HttpRequest, reason: Unavailable | type[Unavailable]) -> HttpResponse:
    assert isinstance(reason, Unavailable)
    answer = problem(503, "unavailable", reason.message, system=reason.system)
    answer["Retry-After"] = "30"
    return answer


def _wrong_shape(request: HttpRequest, reason: ValidationError | type[ValidationError]) -> HttpResponse:
    assert isinstance(reason, ValidationError)
    errors = [{"where": _place(each["loc"]), "message": each["msg"]} for each in reason.errors]
    return problem(422, "wrong_shape", _("请求的格式不符合接口说明。"), errors=errors)


def _place(loc: Sequence[object]) -> str:
    """Say where in a request something is wrong: `body.situation`, `query.limit`."""
    inside = loc[2:] if tuple(loc[:2]) == ("body", "body") else loc[1:]
    return ".".join(map(str, (*loc[:1], *inside)))


def _unknown_caller(request: HttpRequest, reason: object) -> HttpResponse:
    return problem(401, "not_logged_in", _("请先登录。"))


def _not_found(request: HttpRequest, reason: object) -> HttpResponse:
    return problem(404, "not_found", _("没有找到。"))


def _refused(request: HttpRequest, reason: HttpError | type[HttpError]) -> HttpResponse:
    assert isinstance(reason, HttpError)
    return problem(reason.status_code, "refused", str(reason))
