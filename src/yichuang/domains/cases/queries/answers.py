"""The answers of a case: as staff may see them, whole where a reason was noted, and in words for its papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.domains.cases.models import Case
from yichuang.foundation.forms import queries as forms
from yichuang.foundation.forms.form import CheckGroup, CheckRow, Form
from yichuang.foundation.forms.terms import Cover, Kind, uncovered
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.visibility import fields


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on the form; `was` are its lines before the last correction, where they were others."""

    label: str
    lines: tuple[str, ...]
    was: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Answers:
    """One topic of the form."""

    title: str
    rows: tuple[Answer, ...]


def answers_of(case: Case, actor: Actor) -> Iterator[Answers]:
    """
    Give the form as it stands, and beside each answer that a correction changed what it was before.

    Personal answers, also those in a table, are covered as the applicant's own number is (`domain.md` §16).
    """
    cover, replaced = fields(actor, Case, "list").show, case.read("answers_before")
    was = _changed(case, replaced, cover) if replaced else {}
    for group in _groups(case, case.read("answers"), cover):
        yield Answers(group.title, tuple(Answer(row.label, row.lines, was.get(row.code)) for row in group.rows))


def covered_answers(case: Case, actor: Actor) -> tuple[CheckRow, ...]:
    """Give the answers that somebody sees covered on the case's screen, whole. Call it once the access was noted."""
    seen = _by_code(_groups(case, case.read("answers"), fields(actor, Case, "list").show))
    rows = (row for group in _groups(case, case.read("answers")) for row in group.rows)
    return tuple(row for row in rows if row.lines != seen[row.code])


def answers_in_words(case: Case) -> dict[str, str]:
    """Write each answer of a case as a certificate shows it, by element code."""
    form = form_as_asked(case)
    found = {}
    for row in (row for group in _groups(case, case.read("answers")) for row in group.rows):
        parts = [line.partition("：")[2] for line in row.lines]
        is_address = form is not None and form.field(row.code).kind is Kind.ADDRESS
        found[row.code] = "".join(parts) if is_address else "；".join(row.lines)
    return found


def form_as_asked(case: Case) -> Form | None:
    """Give the version of the form that the case is pinned to, or the one in force while it is not accepted."""
    if not case.item.form:
        return None
    pinned = case.dossier.read("pinned").get("form")
    return forms.load(case.item.form, local_day(case.received_at), pinned[1] if pinned else None)


def _changed(case: Case, replaced: Mapping[str, Any], cover: Cover) -> dict[str, tuple[str, ...]]:
    """Give what a correction replaced, covered, by code; whether it did is told by the whole answers."""
    before, now = _by_code(_groups(case, replaced)), _by_code(_groups(case, case.read("answers")))
    was = _by_code(_groups(case, replaced, cover))
    return {code: was.get(code, ()) for code, lines in now.items() if before.get(code, ()) != lines}


def _groups(case: Case, answers: Mapping[str, Any], cover: Cover = uncovered) -> tuple[CheckGroup, ...]:
    """Give answers to the form of a case as people read them, topic by topic."""
    form = form_as_asked(case)
    return form.check_page(answers, {}, case.dossier.read("facts"), cover) if form else ()


def _by_code(groups: tuple[CheckGroup, ...]) -> dict[str, tuple[str, ...]]:
    return {row.code: row.lines for group in groups for row in group.rows}
