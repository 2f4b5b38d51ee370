"""Questions to the report room: templates, reports, and what has changed since one was published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.figures import queries as figures
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.reports.composing import difference
from yichuang.foundation.reports.models import Report, Told
from yichuang.foundation.reports.problems import NoTemplate
from yichuang.foundation.reports.template import Template
from yichuang.foundation.reports.terms import CHECK, DRAFT, PUBLISH, REPORT, ReportState
from yichuang.foundation.reports.words import written


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure of a published report beside another value of it."""

    id: str
    name: str
    then: str
    now: str
    difference: str
    snapshot_id: int


def templates(on: date) -> list[Template]:
    """List the templates in force on a day, by name."""
    found = [each for each in definitions.all_in_force(REPORT, on).values() if isinstance(each, Template)]
    return sorted(found, key=lambda each: each.name)


def template(code: str, on: date) -> Template:
    """
    Find a template.

    :raises NoTemplate: there is none of this name in force on the day
    """
    known = templates(on)
    found = next((each for each in known if each.id == code), None)
    if found is None:
        raise NoTemplate(code, [each.id for each in known])
    return found


def reports() -> QuerySet[Report]:
    """List reports, newest first."""
    return Report.objects.defer("content").order_by("-pk")


def reports_for(actor: Actor) -> QuerySet[Report]:
    """List the reports that a reader may see, newest first: published ones, and all where he works on them."""
    works = any(actor.may(each) for each in (DRAFT, CHECK, PUBLISH))
    return (
        Report.objects.order_by("-pk") if works else Report.objects.order_by("-pk").filter(state=ReportState.PUBLISHED)
    )


def published() -> QuerySet[Report]:
    """List published reports, newest first."""
    return reports().filter(state=ReportState.PUBLISHED)


def last_published(report: Report) -> Report | None:
    """Find the report of the same template that was published last before this one."""
    rows = published().filter(template=report.template, as_of__lte=report.as_of).exclude(pk=report.pk)
    return rows.filter(pk__lt=report.pk).order_by("-as_of", "-pk").first()


def against_last(report: Report) -> list[Moved]:
    """Tell how the figures of a report differ from those of the last published one; empty where there is none."""
    last = last_published(report)
    if last is None:
        return []
    now = {each["id"]: each for each in report.read()["figures"]}
    then = {each["id"]: each for each in Report.objects.get(pk=last.pk).read()["figures"]}
    kept = _kept(last)
    return [
        Moved(
            id,
            each["name"],
            then[id]["text"],
            each["text"],
            difference(each["value"], then[id]["value"], each["unit"]),
            kept.get(id, 0),
        )
        for id, each in now.items()
        if id in then
    ]


def since_published(report: Report) -> list[Moved]:
    """Tell which figures of a published report come to something else now: of the same day, by the same definition."""
    told = {each["id"]: each for each in report.read()["figures"]}
    known = {id: figures.version(id, each["version"]) for id, each in told.items()}
    answers = figures.answers_of(known, Times(report.as_of))
    kept = _kept(report)
    found = []
    for id, each in told.items():
        value = answers[id].value
        now = None if value is None else str(value)
        if now != each["value"]:
            apart = difference(now, each["value"], each["unit"])
            found.append(Moved(id, each["name"], each["text"], written(answers[id]), apart, kept.get(id, 0)))
    return found


def _kept(report: Report) -> dict[str, int]:
    return dict(Told.objects.filter(report=report).values_list("figure", "snapshot_id"))
