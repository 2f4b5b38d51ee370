"""A hall with its people as callers of the API, and every operation that there is."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.support import people
from tests.support.engine import Hall
from yichuang.config.urls import API
from yichuang.domains.catalogue import commands as catalogue
from yichuang.foundation.people.models import Account
from yichuang.foundation.records import clock
from yichuang.foundation.records.models import Folder
from yichuang.kernel.identifiers import make_synthetic_resident_id, make_synthetic_uscc

ROOT = "/api/v1"


class Caller(Client):
    """Speaks JSON with the API."""

    def ask(self, method: str, path: str, body: Any = None, *, key: str = "", status: int = 200) -> Any:
        """Call an operation, insist on its status and give what it says."""
        headers = {"Idempotency-Key": key} if key else {}
        data = json.dumps(body) if body is not None else ""
        answer = self.generic(method, ROOT + path, data, "application/json", headers=headers)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.content.decode()[:600]}"
        return json.loads(answer.content) if answer.content and "json" in answer["Content-Type"] else answer

    def send(self, path: str, files: dict[str, Any], *, key: str = "", status: int = 200) -> Any:
        """Send files to an operation as a form does."""
        answer = self.post(ROOT + path, files, headers={"Idempotency-Key": key} if key else {})
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.content.decode()[:600]}"
        return answer.json()


def caller(account: Account | int | None = None) -> Caller:
    """Make a caller; without an account a stranger."""
    found = Caller()
    if account is not None:
        found.force_login(Account.objects.get(pk=account) if isinstance(account, int) else account)
    return found


class ApiHall(Hall):
    """A hall on the day on which the API is called: the clock of the folder stands there."""

    def __init__(self) -> None:
        super().__init__()
        people.make_demo()
        offset = clock.offset_to(self.at)
        Folder.objects.update(offset_us=int(offset.total_seconds() * 1_000_000))
        catalogue.refresh(at=self.at)

    def citizen_calls(self) -> Caller:
        """Call as the applicant."""
        return caller(self.citizen.account_id)

    def calls(self, role: str) -> Caller:
        """Call as somebody of the hall: window, handler, reviewer, signer, delivery."""
        return caller(getattr(self, role).account_id)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the API, as its description tells it."""

    method: str
    path: str
    permission: str
    told: dict[str, Any]

    @property
    def name(self) -> str:
        """Method and path under the root."""
        return f"{self.method} {self.path}"


@cache
def operations() -> tuple[Operation, ...]:
    """List every operation that the OpenAPI document describes."""
    paths = json.loads(json.dumps(API.get_openapi_schema(), default=str))["paths"]
    return tuple(
        Operation(method.upper(), path.removeprefix(ROOT), told["x-permission"], told)
        for path, methods in paths.items()
        for method, told in methods.items()
    )


ITEM = "food_business_permit"
SITUATION = {"business": "restaurant", "place": "rented", "area": "small"}


def picture(colour: str = "white") -> SimpleUploadedFile:
    """Make a small picture as an upload."""
    content = BytesIO()
    Image.new("RGB", (40, 30), colour).save(content, "PNG")
    return SimpleUploadedFile("plan.png", content.getvalue(), content_type="image/png")


def upload(client: Caller, draft: int, code: str, *, key: str = "", status: int = 201) -> Any:
    """Upload a picture to a material of a draft."""
    return client.send(f"/drafts/{draft}/materials/{code}", {"file": picture()}, key=key, status=status)


def begun(client: Caller, hall: ApiHall) -> Any:
    """Begin a draft and say who applies in which situation."""
    draft = client.ask("POST", "/drafts", {"item": ITEM}, status=201)
    client.ask("PUT", f"/drafts/{draft['id']}/situation", {"situation": SITUATION})
    return client.ask("PUT", f"/drafts/{draft['id']}/parties", {"applicant": hall.party.pk})


def ready(client: Caller, hall: ApiHall) -> int:
    """Fill in a draft until nothing is wanting."""
    draft = begun(client, hall)
    properties = client.ask("GET", f"/forms/{draft['form']}")["properties"]
    path = f"/drafts/{draft['id']}/answers"
    draft = client.ask("PATCH", path, {"answers": filled(properties, lambda code: "x-when" not in properties[code])})
    asked = {each.split("__")[0].split("-")[0] for each in draft["errors"]}
    client.ask("PATCH", path, {"answers": filled(properties, lambda code: code in asked)})
    for each in draft["materials"]:
        if not each["exempt"]:
            upload(client, draft["id"], each["code"])
    after = client.ask("GET", f"/drafts/{draft['id']}")
    assert after["wanting"] == []
    return int(draft["id"])


ANSWERS = {
    "id_number": make_synthetic_resident_id(born=date(1990, 3, 7), order=1),
    "uscc": make_synthetic_uscc(7),
    "phone": "13800001234",
    "email": "a@example.cn",
    "postcode": "430060",
}


def filled(properties: dict[str, Any], wanted: Callable[[str], bool]) -> dict[str, Any]:
    """Answer questions of a form by its JSON Schema."""
    return {code: value(code, schema) for code, schema in properties.items() if wanted(code)}


def value(code: str, schema: dict[str, Any]) -> Any:
    """Answer one question by its JSON Schema."""
    if "oneOf" in schema:
        return schema["oneOf"][0]["const"]
    match schema.get("type"):
        case "object":
            return {part: value(part, each) for part, each in schema["properties"].items()}
        case "array":
            items = schema["items"]
            return [] if items.get("type") == "string" else [value(code, items)]
    if schema.get("format") == "date":
        return "2019-09-01"
    if "pattern" in schema:
        return "5"
    return next((text for name, text in ANSWERS.items() if name in code), "中山路307号")
