"""The pre-check of a stage: every unit says what is wanting, once; the lead merges it into one notice or accepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from yichuang.domains.cases import commands as cases
from yichuang.domains.cases import queries as case_queries
from yichuang.domains.cases.terms import NoticeChannel
from yichuang.domains.construction import queries
from yichuang.domains.construction.commands.following import PRECHECK_JOB
from yichuang.domains.construction.commands.refusals import NotOfThisCase
from yichuang.domains.construction.events import PrecheckMerged
from yichuang.domains.construction.rules.opinions import MergedRow, Opinion, WantedRow, merge, read_rows, write_rows
from yichuang.domains.construction.terms import PrecheckOutcome
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import SYSTEM, Actor
from yichuang.foundation.work import commands as work
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Clock, Dossier, Share
from yichuang.foundation.work.steps import SharesMissing
from yichuang.foundation.work.terms import ClockKind, ShareState

WAITS = ("received", "corrected")


def give_precheck(*, share_id: int, rows: Sequence[WantedRow], by: Actor, at: datetime) -> None:
    """
    Give a unit's share of a pre-check: complete, or every row that it wants corrected.

    :raises NotAllowed: `by` does not speak for that unit
    :raises ShareGivenAlready: it was given before, or silence spoke
    :raises NotOfThisCase: a row names nothing of the application, or gives no reason
    """
    share = Share.objects.select_related("dossier").get(pk=share_id)
    work.give_share(
        share_id=share_id,
        outcome=PrecheckOutcome.ROWS if rows else PrecheckOutcome.AGREED,
        opinion=write_rows(_checked(share.dossier, rows)) if rows else "",
        by=by,
        at=at,
    )


def merge_precheck(*, case_id: int, rows: Sequence[WantedRow] = (), by: Actor, at: datetime) -> tuple[MergedRow, ...]:
    """
    Merge what every unit said, with the lead's own `rows`: one notice with all of it, or the acceptance if nothing is
    wanting. Gives the rows of the notice; none means accepted.

    :raises NotAllowed: `by` does not lead, correct or accept there
    :raises SharesMissing: a unit has time left and has not answered
    :raises NotOpen: there is nothing to pre-check
    :raises MaterialsMissing: what an earlier stage issues is not in the library
    """
    dossier = Dossier.objects.select_related("unit").get(pk=case_id)
    own = Opinion(dossier.unit_id, dossier.unit.short_name, _checked(dossier, rows))
    if dossier.state in WAITS:
        _precheck(case_id, by, at)
    merged = merge([*_opinions(case_id), own])
    if merged:
        cases.ask_correction(
            case_id=case_id,
            rows=[
                cases.Row(
                    name=each.row.name,
                    reason=each.row.reason,
                    how=each.row.how,
                    material=each.row.material,
                    field=each.row.field,
                    unit_id=each.unit_id,
                )
                for each in merged
            ],
            channel=NoticeChannel.ONLINE,
            by=by,
            at=at,
        )
    else:
        cases.accept_case(case_id=case_id, by=by, at=at)
    return merged


def precheck_by_silence(*, case_id: int, at: datetime) -> bool:
    """
    Count the units that said nothing as agreeing once the pre-check clock has passed; the lead may merge from then on.

    Done by a job, safe to repeat: tells whether it was done. A limit that a calendar notice moved is waited for.
    """
    dossier = Dossier.objects.get(pk=case_id)
    clock = Clock.objects.filter(dossier=dossier, kind=ClockKind.PRECHECK, stopped_at=None).first()
    if dossier.state not in WAITS or clock is None or clock.due_at is None:
        return False
    if at < clock.due_at:
        jobs.enqueue(PRECHECK_JOB, f"{case_id}/{clock.due_at:%Y%m%d%H%M}", clock.due_at, again=True)
        return False
    with deeds.deed("precheck_by_silence", on=case_id, by=SYSTEM, at=at) as deed:
        silent = _let_silence_speak(case_id, at)
        deed.record(PrecheckMerged(case_id=case_id, round=_round(case_id), rows=_wanted(case_id), silent=silent))
    return True


def _precheck(case_id: int, by: Actor, at: datetime) -> None:
    with deeds.deed("precheck", on=case_id, by=by, at=at, permission="construction.lead") as deed:
        _of_round(case_id, unit_id=deed.dossier.unit_id, state=ShareState.OPEN).update(
            state=ShareState.GIVEN, outcome=PrecheckOutcome.AGREED, by_id=by.account_id, given_at=at
        )
        silent = _let_silence_speak(case_id, at)
        waiting = _of_round(case_id, state=ShareState.OPEN).select_related("unit")
        if names := tuple(share.unit.short_name for share in waiting):
            raise SharesMissing(names)
        deed.record(PrecheckMerged(case_id=case_id, round=_round(case_id), rows=_wanted(case_id), silent=silent))


def _let_silence_speak(case_id: int, at: datetime) -> int:
    rows = list(_of_round(case_id, state=ShareState.OPEN, silent_at__lte=at))
    for row in rows:
        row.state, row.outcome, row.given_at = ShareState.SILENT, PrecheckOutcome.AGREED, row.silent_at
    Share.objects.bulk_update(rows, ["state", "outcome", "given_at"])
    return len(rows)


def _checked(dossier: Dossier, rows: Sequence[WantedRow]) -> tuple[WantedRow, ...]:
    names = {row.code: row.name for row in case_queries.materials(dossier.pk)}
    found = []
    for row in rows:
        if (
            bool(row.material) == bool(row.field)
            or not row.reason.strip()
            or (row.material and row.material not in names)
        ):
            raise NotOfThisCase(row.name or row.material or row.field)
        found.append(replace(row, name=names[row.material]) if row.material else row)
    return tuple(found)


def _opinions(case_id: int) -> list[Opinion]:
    shares = queries.precheck_shares(case_id, _round(case_id)).exclude(opinion="")
    return [Opinion(row.unit_id, row.unit.short_name, read_rows(row.opinion)) for row in shares]


def _wanted(case_id: int) -> int:
    return len(merge(_opinions(case_id)))


def _round(case_id: int) -> int:
    return queries.precheck_round(case_id)


def _of_round(case_id: int, **more: object) -> queries.Shares:
    return queries.precheck_shares(case_id, _round(case_id)).filter(**more)
