"""
Gives history out in the standards of event logs: OCEL 2.0 (JSON) and XES (IEEE 1849), of any dossiers that are chosen.

Both are written as they are read, dossier by dossier; nothing personal leaves: units are named, people are not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import IO
from xml.sax.saxutils import quoteattr

from django.db.models import QuerySet

from yichuang.foundation.work.models import Dossier, Step, Tally
from yichuang.foundation.work.terms import StepState

DONE = StepState.DONE
CHUNK = 2_000
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CASE, UNIT = "case", "unit"
CASE_ATTRIBUTES = ("item", "channel", "source", "state", "opened", "concluded", "due")
EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
)


def write_ocel(out: IO[str], rows: QuerySet[Tally]) -> tuple[int, int]:
    """Write an object-centric log: an object a dossier and a unit, an event a step done; tell how many of each."""
    types = sorted(_steps(rows).order_by().values_list("name", flat=True).distinct())
    said = {
        "eventTypes": [{"name": name, "attributes": []} for name in types],
        "objectTypes": [
            {"name": CASE, "attributes": [{"name": name, "type": "string"} for name in CASE_ATTRIBUTES]},
            {"name": UNIT, "attributes": [{"name": "name", "type": "string"}]},
        ],
    }
    out.write(json.dumps(said, ensure_ascii=False)[:-1])
    out.write(', "events": [')
    events = _listed(out, (_event(step) for step in _ordered(rows)))
    out.write('], "objects": [')
    cases = _listed(out, _objects(rows))
    out.write("]}\n")
    return cases, events


def write_xes(out: IO[str], rows: QuerySet[Tally]) -> tuple[int, int]:
    """Write a log of traces, one a dossier, with its steps in the order in which they were done; tell how many."""
    out.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    out.write('<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n')
    for name, prefix, uri in EXTENSIONS:
        _element(out, "extension", {"name": name, "prefix": prefix, "uri": uri})
    cases = events = 0
    last: int | None = None
    for step in _ordered(rows):
        if step.dossier_id != last:
            out.write("" if last is None else "</trace>\n")
            last = step.dossier_id
            cases += 1
            out.write("<trace>\n")
            _attribute(out, "string", "concept:name", step.dossier.number)
            for name, value in _told(step.dossier):
                _attribute(out, "string", name, value)
        out.write("<event>")
        _attribute(out, "string", "concept:name", step.name)
        _attribute(out, "date", "time:timestamp", _moment(step.done_at))
        _attribute(out, "string", "lifecycle:transition", "complete")
        if step.unit:
            _attribute(out, "string", "org:group", step.unit.name)
        out.write("</event>\n")
        events += 1
    out.write("" if last is None else "</trace>\n")
    out.write("</log>\n")
    return cases, events


def _steps(rows: QuerySet[Tally]) -> QuerySet[Step]:
    return Step.objects.filter(dossier__in=rows.order_by().values("dossier"), state=DONE)


def _ordered(rows: QuerySet[Tally]) -> Iterator[Step]:
    found = _steps(rows).select_related("dossier", "unit").order_by("dossier", "done_at", "pk")
    return found.iterator(chunk_size=CHUNK)


def _event(step: Step) -> dict[str, object]:
    related = [{"objectId": step.dossier.number, "qualifier": CASE}]
    if step.unit:
        related.append({"objectId": f"unit:{step.unit.code}", "qualifier": UNIT})
    return {"id": f"step:{step.pk}", "type": step.name, "time": _moment(step.done_at), "relationships": related}


def _objects(rows: QuerySet[Tally]) -> Iterator[dict[str, object]]:
    """Give an object a dossier, then one a unit that did a step."""
    chosen = Dossier.objects.filter(pk__in=rows.order_by().values("dossier")).order_by("pk")
    for row in chosen.iterator(chunk_size=CHUNK):
        since = _moment(row.opened_at)
        said = [{"name": name, "value": value, "time": since} for name, value in _told(row)]
        yield {"id": row.number, "type": CASE, "attributes": said}
    units = _steps(rows).exclude(unit=None).order_by("unit__code").values_list("unit__code", "unit__name").distinct()
    for code, name in units:
        said = [{"name": "name", "value": name, "time": "1970-01-01T00:00:00.000000+00:00"}]
        yield {"id": f"unit:{code}", "type": UNIT, "attributes": said}


def _told(row: Dossier) -> Iterator[tuple[str, str]]:
    values = (
        row.item_code, row.channel, row.source, row.state, _moment(row.opened_at), _moment(row.concluded_at),
        _moment(row.due_at),
    )  # fmt: skip
    return ((name, value) for name, value in zip(CASE_ATTRIBUTES, values, strict=True) if value)


def _listed(out: IO[str], rows: Iterator[dict[str, object]]) -> int:
    count = 0
    for count, row in enumerate(rows, 1):
        out.write(("," if count > 1 else "") + "\n" + json.dumps(row, ensure_ascii=False))
    return count


def _moment(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def _attribute(out: IO[str], kind: str, key: str, value: str) -> None:
    _element(out, kind, {"key": key, "value": value})


def _element(out: IO[str], name: str, attributes: Mapping[str, str]) -> None:
    """Write an element; signs that XML has no form for are left out."""
    said = " ".join(f"{key}={quoteattr(_UNFIT.sub('', value))}" for key, value in attributes.items())
    out.write(f"<{name} {said}/>")
