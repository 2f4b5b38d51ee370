"""Applications that wait to be handed in: one is filled in over HTTP as a citizen would, the others are its copies."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from django.db import connection, models, transaction
from PIL import Image

from yichuang.config.bench.client import Answer, Caller
from yichuang.domains.cases.models import Draft, DraftFile
from yichuang.foundation.people.models import Account
from yichuang.kernel.identifiers import make_synthetic_resident_id, make_synthetic_uscc

ITEM = "food_business_permit"
SITUATION = {"business": "restaurant", "place": "rented", "area": "small"}
API = "/api/v1"
ANSWERS = {
    "id_number": make_synthetic_resident_id(born=date(1990, 3, 7), order=1),
    "uscc": make_synthetic_uscc(7),
    "phone": "10000001234",
    "email": "a@example.cn",
    "postcode": "430060",
}
"""What is answered where a form asks for something of a certain shape; made for demonstrations."""


def filled_in(caller: Caller, applicant: int) -> int:
    """Fill in a draft by its forms until nothing is wanting; gives its id."""
    draft = _told(caller.post(f"{API}/drafts", {"item": ITEM}), 201)
    path = f"{API}/drafts/{draft['id']}"
    _told(caller.post(f"{path}/situation", {"situation": SITUATION}, method="PUT"))
    draft = _told(caller.post(f"{path}/parties", {"applicant": applicant}, method="PUT"))
    asked = _told(caller.get(f"{API}/forms/{draft['form']}"))["properties"]
    for wanted in ([code for code in asked if "x-when" not in asked[code]], None):
        codes = wanted or {each.split("__")[0].split("-")[0] for each in draft["errors"]}
        answers = {code: _answer(code, asked[code]) for code in asked if code in codes}
        draft = _told(caller.post(f"{path}/answers", {"answers": answers}, method="PATCH"))
    for each in draft["materials"]:
        if not each["exempt"]:
            _told(caller.upload(f"{path}/materials/{each['code']}", "plan.png", _picture()), 201)
    draft = _told(caller.get(path))
    if draft["wanting"]:
        raise RuntimeError(f"the draft is not ready: {draft['wanting']}")
    return int(draft["id"])


@transaction.atomic
def copies(draft_id: int, count: int, accounts: list[Account]) -> list[tuple[int, int]]:
    """Copy a draft with its files for others, so many altogether; gives each with its account's id."""
    template = Draft.objects.get(pk=draft_id)
    owners = [accounts[n % len(accounts)] for n in range(count)]
    ids = [each.pk for each in owners]
    made = _copied(template, {"account_id": ids, "applicant_id": [each.party_id or 0 for each in owners]})
    for row in DraftFile.objects.filter(draft=template).select_related("file").order_by("pk"):
        files = _copied(row.file, {"owner_id": ids})
        _copied(row, {"draft_id": made, "file_id": files})
    return list(zip(made, ids, strict=True))


def _copied(row: models.Model, said: dict[str, list[int]]) -> list[int]:
    """Copy a row, once for each of the values said, in one statement; gives the new ids in their order."""
    kept = [str(field.column) for field in row._meta.concrete_fields if not field.primary_key]
    kept = [column for column in kept if column not in said]
    columns = ", ".join([*kept, *said])
    arrays = ", ".join(f"%({name})s::bigint[]" for name in said)
    statement = (
        f"INSERT INTO {row._meta.db_table} ({columns}) SELECT {', '.join(f't.{name}' for name in kept)}, "
        f"{', '.join(f's.{name}' for name in said)} FROM {row._meta.db_table} t, unnest({arrays}) WITH ORDINALITY AS "
        f"s ({', '.join(said)}, place) WHERE t.id = %(id)s ORDER BY s.place RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, {**said, "id": row.pk})
        return sorted(pk for (pk,) in cursor.fetchall())


def _told(answer: Answer, status: int = 200) -> Any:
    if answer.status != status:
        raise RuntimeError(f"{answer.status}: {answer.body[:500].decode()}")
    return answer.json()


def _picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(content, "PNG")
    return content.getvalue()


def _answer(code: str, schema: dict[str, Any]) -> Any:
    """Answer one question by its JSON Schema."""
    if "oneOf" in schema:
        return schema["oneOf"][0]["const"]
    match schema.get("type"):
        case "object":
            return {part: _answer(part, each) for part, each in schema["properties"].items()}
        case "array":
            items = schema["items"]
            return [] if items.get("type") == "string" else [_answer(code, items)]
    if schema.get("format") == "date":
        return "2019-09-01"
    if "pattern" in schema:
        return "5"
    return next((text for name, text in ANSWERS.items() if name in code), "中山路307号")


__all__ = ["API", "copies", "filled_in"]
