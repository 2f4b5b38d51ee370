"""Forms for tests, written as YAML would be, over a small element dictionary."""

from __future__ import annotations

from typing import Any

from yichuang.foundation.forms.form import Form
from yichuang.foundation.forms.loading import parse_form, resolved
from yichuang.kernel.bundles import Elements, parse_elements

KINDS = {
    "name": "text",
    "area": "number",
    "basement": "number",
    "start_on": "date",
    "end_on": "date",
    "person": "person",
    "firm": "firm",
    "place": "address",
    "parts": "table",
    "photo": "file",
}
PERSONAL: dict[str, dict[str, Any]] = {
    "contact": {"kind": "person", "personal": True},
    "head": {"kind": "person", "personal": True, "mask": "legal_representative"},
    "home": {"kind": "address", "personal": True},
    "account": {"kind": "text", "personal": True, "mask": "bank_account"},
    "born_on": {"kind": "date", "personal": True, "mask": "id_number"},
    "sex": {"kind": "text", "personal": True},
    "workers": {"kind": "table", "personal": True},
    "visitors": {"kind": "table"},
}
CHOICES = {"use": {"home": "住宅", "shop": "商铺"}, "traits": {"old": "老旧", "tall": "高层", "wet": "临水"}}


def elements() -> Elements:
    """Give the dictionary."""
    plain = {code: {"name": code, "kind": kind, "source": "测试"} for code, kind in KINDS.items()}
    chosen = {
        code: {"name": code, "kind": "choice", "source": "测试", "choices": each} for code, each in CHOICES.items()
    }
    personal = {code: {"name": code, "source": "测试"} | each for code, each in PERSONAL.items()}
    return parse_elements({"test": {"elements": plain | chosen | personal}})


def form(*topics: dict[str, Any], code: str = "test", **more: Any) -> Form:
    """Make a form of topics."""
    rows = [
        {
            "title": topic["id"],
            **topic,
            "fields": [{"element": f} if isinstance(f, str) else f for f in topic["fields"]],
        }
        for topic in topics
    ]
    body = {"form": code, "name": "测试表单", "minutes": 5, "topics": rows} | more
    return resolved(parse_form(body, "test.yaml"), elements())


def topic(id: str, *fields: Any, **more: Any) -> dict[str, Any]:
    """Write one topic; a field that is a text is an element alone."""
    rows = [{"element": each} if isinstance(each, str) else each for each in fields]
    return {"id": id, "title": id, "fields": rows} | more
