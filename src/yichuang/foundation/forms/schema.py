"""The form as JSON Schema, the contract of the API: what an answer looks like, and what is required in any case."""

from __future__ import annotations

from typing import Any

from yichuang.foundation.forms.asking import Ask
from yichuang.foundation.forms.fields import PARTS, Field
from yichuang.foundation.forms.form import Form
from yichuang.foundation.forms.terms import Kind


def json_schema(form: Form) -> dict[str, Any]:
    """
    Write the schema of a form's answers.

    Required are questions that are always asked; those under a condition carry it as `x-when` and are checked by
    `Form.check`. Numbers travel as text, so that nothing is rounded.
    """
    always = [
        field.code
        for topic in form.all_topics
        for field in topic.fields
        if field.required and field.when is None and topic.when is None
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:yichuang:form:{form.code}:{form.version}",
        "title": form.name,
        "type": "object",
        "properties": {
            field.code: _field(field) | _conditions(topic.when_text, field.when_text) | {"x-topic": topic.id}
            for topic in form.all_topics
            for field in topic.fields
        },
        "required": always,
        "additionalProperties": False,
    }


def _conditions(*texts: str) -> dict[str, str]:
    given = [text for text in texts if text]
    return {"x-when": " and ".join(f"({text})" if len(given) > 1 else text for text in given)} if given else {}


def _field(field: Field) -> dict[str, Any]:
    about = {"title": field.label} | ({"description": field.hint} if field.hint else {})
    if field.kind is Kind.TABLE:
        rows = {"minItems": max(field.rows_least, 1) if field.required else 0, "maxItems": field.rows_most}
        return about | {"type": "array", "items": _object(field), **rows}
    if field.kind in PARTS:
        return about | _object(field)
    return about | _ask(field.asks[0])


def _object(field: Field) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {ask.id: {"title": ask.label} | _ask(ask) for ask in field.asks},
        "required": [ask.id for ask in field.asks if ask.required],
        "additionalProperties": False,
    }


def _ask(ask: Ask) -> dict[str, Any]:
    match ask.kind:
        case Kind.NUMBER:
            return {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"} | ({"x-unit": ask.unit} if ask.unit else {})
        case Kind.DATE:
            return {"type": "string", "format": "date"}
        case Kind.CHOICE:
            return {"oneOf": [{"const": code, "title": name} for code, name in ask.choices.items()]}
        case Kind.CHOICES:
            one_of = [{"const": code, "title": name} for code, name in ask.choices.items()]
            return {"type": "array", "items": {"oneOf": one_of}, "uniqueItems": True}
        case Kind.FILE:
            return {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    return {"type": "string", "maxLength": ask.longest}
