"""
会签 of one step: whoever has it in hand asks other units, and it does not end before they answered.

Each asked unit gets a share of the step, as in a joint step that the plan declares; here a person decides whom to ask
and what. With days given, silence until their end is agreement; without, the step waits.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext as _

from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work import events
from yichuang.foundation.work.commands import ReasonMissing, ShareGivenAlready
from yichuang.foundation.work.deeds import Deed, deed
from yichuang.foundation.work.models import Share, Step
from yichuang.foundation.work.steps import AlreadyActed
from yichuang.foundation.work.terms import COUNTERSIGN, LIVE, ScopeKind, ShareState
from yichuang.kernel import clocks
from yichuang.kernel.errors import NotPossible

MOST_DAYS = 20
"""Nobody waits longer for a countersign than a decision may take (行政许可法 第四十二条)."""


class NobodyAsked(NotPossible):
    """A countersign is asked of other units."""

    code = "work.nobody_asked"

    def __init__(self) -> None:
        super().__init__(_("没有选择会签单位。请选择至少一个其他单位，并写明请其确认的内容。"))


class AskedAlready(NotPossible):
    """A unit gives its opinion once to each attempt at a step."""

    code = "work.asked_already"

    def __init__(self, unit: Unit) -> None:
        super().__init__(
            _("%(unit)s在本环节已经会签或正在会签，不能重复提请。请查看其意见，或催办。") % {"unit": unit.short_name}
        )


class DaysOutOfRange(NotPossible):
    """The days after which silence agrees are few."""

    code = "work.countersign_days"

    def __init__(self) -> None:
        super().__init__(
            _("会签期限须为1至%(most)s个工作日。请改为其中一个天数；不填表示一直等到答复。") % {"most": MOST_DAYS},
            basis="行政许可法 第四十二条",
        )


def ask_countersign(
    *, step_id: int, units: Collection[int], asked: str, days: int | None, by: Actor, at: datetime
) -> list[Share]:
    """
    Ask other units to sign a live step too; `days` are working days after which silence is agreement.

    :raises NotAllowed: the actor's posts do not act on the step
    :raises AlreadyActed: it is done
    :raises NobodyAsked: no unit but its own, or nothing to be confirmed
    :raises DaysOutOfRange: not within 1 and `MOST_DAYS`
    :raises AskedAlready: a unit has its share in this attempt
    """
    step = Step.objects.get(pk=step_id)
    others = list(Unit.objects.filter(pk__in=set(units) - {step.unit_id}).order_by("code"))
    if not others or not asked.strip():
        raise NobodyAsked
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise DaysOutOfRange
    with deed(
        "ask_countersign", on=step.dossier_id, by=by, at=at, permission=step.permission, unit_id=step.unit_id
    ) as done:
        step = Step.objects.select_related("done_by").get(pk=step_id)
        if step.state not in LIVE:
            raise AlreadyActed(step)
        silent_at = _silent_at(done, days)
        shares = [_asked(done, step, unit, asked.strip(), silent_at) for unit in others]
        if silent_at:
            jobs.enqueue("work.silence", f"{step.dossier_id}/{silent_at:%Y%m%d%H%M}", silent_at, again=True)
        codes = tuple(unit.code for unit in others)
        done.record(events.CountersignAsked(step_id=step.pk, units=codes, asked=asked.strip(), silent_at=silent_at))
    return shares


def take_back_countersign(*, share_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Ask a unit no longer, with a reason: the step goes on without it.

    :raises NotAllowed: the actor's posts do not act on the step
    :raises ReasonMissing: no reason is given
    :raises ShareGivenAlready: it was given, or was never asked for by a person
    """
    share = Share.objects.select_related("step", "unit").get(pk=share_id)
    assert share.step is not None, "a countersign belongs to a step"
    step = share.step
    with deed(
        "take_back_countersign", on=share.dossier_id, by=by, at=at, permission=step.permission, unit_id=step.unit_id
    ) as done:
        if not reason.strip():
            raise ReasonMissing
        share = Share.objects.select_related("unit").get(pk=share_id)
        if share.state != ShareState.OPEN or share.asked_by_id is None:
            raise ShareGivenAlready(share)
        share.state = ShareState.CANCELLED
        share.save(update_fields=["state"])
        done.record(events.CountersignTakenBack(share_id=share.pk, unit=share.unit.code, reason=reason.strip()))


def _silent_at(done: Deed, days: int | None) -> datetime | None:
    if days is None:
        return None
    limit = clocks.Clock(limit=days, unit=clocks.Unit.WORKING_DAY, started_at=done.effective_at)
    return clocks.due(limit, done.office)


def _asked(done: Deed, step: Step, unit: Unit, asked: str, silent_at: datetime | None) -> Share:
    before = Share.objects.filter(step=step, unit=unit, round=step.attempt).first()
    if before is not None and before.state != ShareState.CANCELLED:
        raise AskedAlready(unit)
    done.see(ScopeKind.UNIT, unit.pk)
    share, _made = Share.objects.update_or_create(
        step=step,
        unit=unit,
        round=step.attempt,
        defaults={
            "dossier_id": step.dossier_id,
            "item_code": step.item_code,
            "state": ShareState.OPEN,
            "opened_at": done.effective_at,
            "silent_at": silent_at,
            "permission": COUNTERSIGN,
            "asked": asked,
            "asked_by_id": done.by.account_id,
        },
    )
    return share
