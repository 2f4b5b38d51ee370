"""Meetings and resolved matters: proposals for an agenda, lists, the weeks in which a body met, the weekly bulletin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yichuang.domains.projects.models import Difficulty, MajorProject, Meeting, Resolution
from yichuang.domains.projects.queries.finding import meetings, projects, resolutions
from yichuang.domains.projects.queries.listing import Listed, in_trouble
from yichuang.domains.projects.rules import weeks as rules
from yichuang.domains.projects.terms import MatterState, Trouble
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.figures.terms import day_begins
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.labels import in_chinese
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.terms import Lamp

OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A project that an agenda should speak about, and why: its difficulties in their own words, then its troubles."""

    row: Listed
    difficulties: tuple[str, ...]

    @property
    def because(self) -> str:
        """Write why as it is kept with an agenda, always in Chinese."""
        return "；".join([*self.difficulties, *(in_chinese(trouble.label) for trouble in self._others)])

    @property
    def said(self) -> str:
        """Write why in the reader's language."""
        return _("；").join([*self.difficulties, *(str(trouble.label) for trouble in self._others)])

    @property
    def _others(self) -> list[Trouble]:
        return [trouble for trouble in self.row.troubles if trouble != Trouble.DIFFICULTY]


@dataclass(frozen=True, slots=True)
class Matter:
    """A resolved matter in a list, with its state and lamp."""

    row: Resolution
    state: MatterState
    lamp: Lamp | None

    @property
    def is_overdue(self) -> bool:
        """Say whether its day has passed and it is not reported."""
        return self.lamp == Lamp.RED


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What happened in a week: meetings, what was resolved, settled and is overdue, and the projects that started."""

    monday: date
    sunday: date
    is_holiday: bool
    meetings: tuple[Meeting, ...]
    resolved: tuple[Matter, ...]
    settled: tuple[Matter, ...]
    overdue: tuple[Matter, ...]
    started: tuple[MajorProject, ...]
    troubles: tuple[Proposal, ...]


def proposals(actor: Actor, on: date) -> list[Proposal]:
    """Propose an agenda: the projects in trouble, with what troubles them in the words of the difficulty."""
    rows = in_trouble(actor, on.year, on)
    open_ = Difficulty.objects.filter(project__in=[row.project.pk for row in rows], solved_at=None)
    words: dict[int, list[str]] = {}
    for each in open_.order_by("raised_at"):
        words.setdefault(each.project_id, []).append(each.text)
    return [Proposal(row, tuple(words.get(row.project.pk, ()))) for row in rows]


def matters(
    actor: Actor, at: datetime, *, show: str = "", unit: str = "", body: str = "", q: str = ""
) -> QuerySet[Resolution]:
    """List resolved matters; `show` is a state, `overdue`, or empty for all."""
    rows = resolutions(actor)
    if show == OVERDUE:
        rows = rows.filter(dossier__ended_at=None, dossier__due_at__lt=at, dossier__state__in=("open", "doing"))
    elif show:
        rows = rows.filter(dossier__state=show)
    if unit:
        rows = rows.filter(dossier__unit__code=unit)
    if body:
        rows = rows.filter(meeting__body=body)
    if word := q.strip():
        rows = rows.filter(
            Q(text__icontains=word) | Q(dossier__number=word) | Q(project__dossier__title__icontains=word)
        )
    return rows


def shown(rows: Iterable[Resolution], at: datetime) -> list[Matter]:
    """Show resolved matters with state and lamp."""
    return [Matter(row, MatterState(row.dossier.state), work.lamp_of(row.dossier, at)) for row in rows]


def weeks_of(body: str, on: date) -> list[rules.Week]:
    """List the weeks from a body's first meeting of the year on, holiday weeks marked."""
    held = Meeting.objects.filter(body=body, held_on__year=on.year, held_on__lte=on).values_list("held_on", flat=True)
    return rules.weeks([day for day in held if day is not None], on, definitions.calendar())


def bulletin(actor: Actor, day: date, at: datetime) -> Bulletin:
    """Tell a week, up to its Sunday or to now."""
    monday = rules.monday_of(day)
    sunday, after = monday + timedelta(days=6), day_begins(monday + timedelta(days=7))
    rows, known = resolutions(actor), min(after, at)
    within = {"gte": day_begins(monday), "lt": after}
    opened = rows.filter(**{f"dossier__opened_at__{name}": value for name, value in within.items()})
    settled = rows.filter(**{f"dossier__ended_at__{name}": value for name, value in within.items()})
    return Bulletin(
        monday=monday,
        sunday=sunday,
        is_holiday=rules.Week(monday, rules.working_days(monday, definitions.calendar()), is_met=False).is_holiday,
        meetings=tuple(meetings(actor).filter(held_on__range=(monday, sunday)).order_by("held_on", "pk")),
        resolved=tuple(shown(opened, known)),
        settled=tuple(shown(settled, known)),
        overdue=tuple(shown(matters(actor, known, show=OVERDUE), known)),
        started=tuple(projects(actor).filter(started_on__range=(monday, sunday))),
        troubles=tuple(proposals(actor, min(sunday, local_day(at)))),
    )
