"""Places: taken over from a file; run twice, it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from yichuang.domains.counter.events import SitesLoaded
from yichuang.domains.counter.models import Queue, Site, Window
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import SYSTEM, day_stream
from yichuang.kernel.errors import DefinitionError


def load_sites(data: Mapping[str, Any], *, at: datetime, place: str = "counter") -> SitesLoaded:
    """
    Take over `sites`, each with its `queues` and `windows`; what exists is brought to what the file says.

    Nothing is deleted. All in one deed.

    :raises DefinitionError: a row names a unit or queue that is unknown
    """
    counted = {"sites": 0, "queues": 0, "windows": 0}
    with deed("load_sites", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
        for row in data.get("sites", []):
            site = _site(row, place)
            counted["sites"] += 1
            for each in row.get("queues", []):
                _queue(site, each)
                counted["queues"] += 1
            for each in row.get("windows", []):
                _window(site, each, place)
                counted["windows"] += 1
        event = SitesLoaded(**counted)
        pen.record(event)
    return event


def _site(row: Mapping[str, Any], place: str) -> Site:
    unit = Unit.objects.filter(code=row["unit"]).first()
    if unit is None:
        raise DefinitionError(f"{place}: sites/{row['code']}", f"unknown unit {row['unit']!r}", "a unit that is loaded")
    said = {
        "name": row["name"],
        "kind": row["kind"],
        "unit": unit,
        "hours": row.get("hours", ""),
        "address": row.get("address", ""),
        "most_open": row.get("most_open", 2),
    }
    return Site.objects.update_or_create(code=row["code"], defaults=said)[0]


def _queue(site: Site, row: Mapping[str, Any]) -> None:
    said = {"name": row["name"], "prefix": row["prefix"], "items": " ".join(row.get("items", []))}
    Queue.objects.update_or_create(site=site, code=row["code"], defaults=said)


def _window(site: Site, row: Mapping[str, Any], place: str) -> None:
    said = {"name": row["name"], "kind": row["kind"], "items": " ".join(row.get("items", []))}
    window, _ = Window.objects.update_or_create(site=site, number=str(row["number"]), defaults=said)
    queues = list(Queue.objects.filter(site=site, code__in=row["queues"]))
    if unknown := set(row["queues"]) - {queue.code for queue in queues}:
        where = f"{place}: sites/{site.code}/windows/{row['number']}"
        raise DefinitionError(where, f"unknown queue {sorted(unknown)[0]!r}", "a queue of the site")
    window.queues.set(queues)
