"""What the publication check says, at its place: which page of the editor, which field, which row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from yichuang.domains.catalogue.models import ItemDraft
from yichuang.domains.catalogue.rules import Flaw
from yichuang.domains.catalogue.rules.comparing import as_rows, called
from yichuang.domains.catalogue.terms.elements import ELEMENTS, Topic


def place_of(flaw: Flaw, body: Mapping[str, Any]) -> str:
    """Give the id of the field, on the page of its topic, that a flaw is about; of the rows where it names no row."""
    key, *rest = flaw.key.split(".")
    element = ELEMENTS.get(key)
    if element is None or not element.parts:
        return f"id_{key}"
    part = rest[-1] if rest and rest[-1] in element.parts else next(iter(element.parts))
    if not element.is_rows:
        return f"id_{key}-{part}"
    for index, row in enumerate(as_rows(body.get(key), element)):
        code = row.get("code") or row.get("id")
        if (flaw.row and called(element, row) == flaw.row) or (len(rest) > 1 and code == rest[0]):
            return f"id_{key}-{index}-{part}"
    return f"rows_{key}"


def remarks(found: Iterable[Flaw], body: Mapping[str, Any], topic: Topic) -> dict[str, str]:
    """Tell what the check says on the page of a topic, by the id of the field."""
    told: dict[str, str] = {}
    for flaw in found:
        if flaw.topic == topic:
            place = place_of(flaw, body)
            told[place] = " ".join(filter(None, [told.get(place, ""), flaw.said]))
    return told


def linked(found: Iterable[Flaw], draft: ItemDraft, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """List flaws with the address of the field where each is put right."""
    return [
        {
            "flaw": flaw,
            "text": str(flaw),
            "href": f"{reverse('catalogue:draft_topic', args=[draft.pk, flaw.topic.value])}#{place_of(flaw, body)}",
        }
        for flaw in found
    ]
