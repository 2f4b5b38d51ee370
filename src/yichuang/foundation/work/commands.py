"""Deeds of the engine itself: on steps, shares and clocks, whatever the domain."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from yichuang.foundation.people.actors import SYSTEM, Actor
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.work import events, hottest, steps, timing
from yichuang.foundation.work.deeds import deed
from yichuang.foundation.work.models import Clock, Pause, Rung, Share, Step
from yichuang.foundation.work.steps import AlreadyActed, NotYours
from yichuang.foundation.work.terms import LIVE, ScopeKind, ShareState
from yichuang.kernel import plans
from yichuang.kernel.errors import NotPossible

Told = Callable[[str], Any]
"""Makes the event of a completed step from its key."""

CLAIM = timedelta(days=1)
"""How long a claim holds without a deed: until the close of office of the next working day."""


class ShareGivenAlready(NotPossible):
    """The unit's part was given before, or silence has made it agreement."""

    code = "work.share_given"

    def __init__(self, share: Share) -> None:
        super().__init__(
            _("%(unit)s的意见已经记录（%(state)s），不能重复提交。")
            % {"unit": share.unit.short_name, "state": share.get_state_display()}
        )


class ReasonMissing(NotPossible):
    """What moves work between people is done with a reason."""

    code = "work.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明理由，理由会记入办件记录。"))


def claim_step(*, step_id: int, by: Actor, at: datetime) -> None:
    """
    Take a step into hand until the close of office of the next working day.

    :raises NotAllowed: the actor's posts do not act on it
    :raises AlreadyActed: it is done
    :raises NotYours: somebody else has it in hand
    """
    step = Step.objects.select_related("unit").get(pk=step_id)
    with deed("claim_step", on=step.dossier_id, by=by, at=at, permission=step.permission, unit_id=step.unit_id) as done:
        step = _live(step_id)
        if step.claimed_by_id not in (None, by.account_id) and (step.claim_until is None or at <= step.claim_until):
            raise NotYours(step)
        step.state, step.claimed_by_id, step.claimed_at = "claimed", by.account_id, at
        day = done.office.calendar.add(timing.local(at).date(), CLAIM.days)
        step.claim_until = done.office.closing(day)
        step.save()
        done.record(events.StepClaimed(step_id=step.pk, key=step.key))


def release_step(*, step_id: int, by: Actor, at: datetime) -> None:
    """
    Give a claimed step back to the post.

    :raises NotYours: somebody else has it in hand
    """
    step = Step.objects.get(pk=step_id)
    with deed(
        "release_step", on=step.dossier_id, by=by, at=at, permission=step.permission, unit_id=step.unit_id
    ) as done:
        step = _live(step_id)
        if step.claimed_by_id != by.account_id:
            raise NotYours(step)
        _free(step)
        done.record(events.StepReleased(step_id=step.pk, key=step.key))


def transfer_step(
    *, step_id: int, by: Actor, at: datetime, reason: str, to_account: int | None = None, to_unit: int | None = None
) -> None:
    """
    Hand a step to another person or unit, with a reason; its clock does not move.

    :raises NotAllowed: `by` may not transfer in the step's unit
    :raises ReasonMissing: no reason is given
    :raises AlreadyActed: it is done
    """
    step = Step.objects.get(pk=step_id)
    with deed(
        "transfer_step", on=step.dossier_id, by=by, at=at, permission="cases.transfer", unit_id=step.unit_id
    ) as done:
        if not reason.strip():
            raise ReasonMissing
        step = _live(step_id)
        step.previous_by_id = step.claimed_by_id or by.account_id
        unit = Unit.objects.get(pk=to_unit) if to_unit else None
        if unit:
            step.unit = unit
            done.see(ScopeKind.UNIT, unit.pk)
        _free(step)
        if to_account:
            step.claimed_by, step.claimed_at, step.state = Account.objects.get(pk=to_account), at, "claimed"
            step.save()
        done.record(
            events.StepTransferred(
                step_id=step.pk, key=step.key, to_account=to_account, to_unit=unit.code if unit else "", reason=reason
            )
        )


def complete_step(
    *, step_id: int, outcome: str, opinion: str, by: Actor, at: datetime, told: Told | None = None
) -> None:
    """
    End a step with one of the outcomes that its plan declares; `told` makes a domain's event of it.

    :raises NotAllowed: the actor's posts do not act on it
    :raises AlreadyActed: somebody ended it before; says who and when
    :raises NotYours: somebody else has it in hand
    :raises SharesMissing: units of a joint step have not given their part
    """
    telling = told or (lambda key: events.StepCompleted(step_id=step_id, key=key, outcome=outcome))
    if hottest.complete(step_id=step_id, outcome=outcome, opinion=opinion, by=by, at=at, told=telling):
        return
    step = Step.objects.get(pk=step_id)
    with deed(hottest.DEED, on=step.dossier_id, by=by, at=at, permission=step.permission, unit_id=step.unit_id) as done:
        done.complete(step, outcome, opinion=opinion)
        done.record(telling(step.key))


def give_share(*, share_id: int, outcome: str, opinion: str, by: Actor, at: datetime) -> None:
    """
    Give a unit's part of a joint step.

    :raises NotAllowed: the actor does not speak for that unit
    :raises ShareGivenAlready: it was given before, or silence spoke
    """
    share = Share.objects.select_related("step", "unit").get(pk=share_id)
    permission = share.permission or (share.step.permission if share.step else "cases.handle")
    with deed("give_share", on=share.dossier_id, by=by, at=at, permission=permission, unit_id=share.unit_id) as done:
        share = Share.objects.select_related("unit").get(pk=share_id)
        if share.state != ShareState.OPEN or (share.silent_at is not None and at > share.silent_at):
            raise ShareGivenAlready(share)
        share.state, share.outcome, share.opinion = ShareState.GIVEN, outcome, opinion
        share.by_id, share.given_at = by.account_id, at
        share.save()
        done.record(events.ShareGiven(share_id=share.pk, unit=share.unit.code, outcome=outcome))


def let_silence_speak(*, dossier_id: int, at: datetime) -> int:
    """Count units whose date has passed in silence as agreeing; tell how many. Done by a job, safe to repeat."""
    silent = Q(dossier_id=dossier_id, state=ShareState.OPEN, silent_at__lte=at)
    if not Share.objects.filter(silent).exists():
        return 0
    with deed("let_silence_speak", on=dossier_id, by=SYSTEM, at=at) as done:
        rows = list(Share.objects.filter(silent))
        for row in rows:
            row.state, row.outcome, row.given_at = ShareState.SILENT, "agreed", row.silent_at
            row.save()
        done.record(events.SharesSilent(share_ids=tuple(row.pk for row in rows)))
    return len(rows)


def drop_step(
    *, step_id: int, how: Callable[..., Any], reason: str, by: Actor, at: datetime, permission: str = "cases.transfer"
) -> None:
    """
    Let the lead skip, cancel, reopen or move later a step: `how` is the kernel's function of that name.

    :raises NotAllowed: `by` may not at the dossier's unit
    :raises ReasonMissing: no reason is given
    """
    step = Step.objects.get(pk=step_id)
    with deed("drop_step", on=step.dossier_id, by=by, at=at, permission=permission) as done:
        if not reason.strip():
            raise ReasonMissing
        done.drop(step, how, reason)
        done.record(events.StepMovedLater(step_id=step.pk, key=step.key, reason=reason))


def amend_facts(*, dossier_id: int, facts: Mapping[str, Any], by: Actor, at: datetime) -> tuple[plans.WouldChange, ...]:
    """
    Change facts that conditions may ask, and list what they would now decide otherwise; nothing opens by itself.

    :raises NotAllowed: `by` may not at the dossier's unit
    """
    with deed("amend_facts", on=dossier_id, by=by, at=at, permission="cases.transfer") as done:
        done.set_facts(facts)
        done.record(events.FactsAmended(names=tuple(sorted(facts))))
        if not done.dossier.plan:
            return ()
        plan = steps.plan_of(done.dossier)
        return plans.preview_facts(plan, steps.standing_of(plan, steps.rows_of(done.dossier)), done.facts())


def cancel_pause(*, pause_id: int, reason: str, by: Actor, at: datetime) -> None:
    """
    Correct a wrong pause: its time counts again. The row stays, crossed out, with the reason.

    :raises NotAllowed: `by` does not approve suspensions there
    :raises ReasonMissing: no reason is given
    """
    pause = Pause.objects.select_related("clock").get(pk=pause_id)
    dossier_id = pause.clock.dossier_id
    with deed("cancel_pause", on=dossier_id, by=by, at=at, permission="cases.approve_suspension") as done:
        if not reason.strip():
            raise ReasonMissing
        pause.cancelled_at, pause.cancelled_because = at, reason
        pause.save(update_fields=["cancelled_at", "cancelled_because"])
        done.clocks.retime(pause.clock)
        done.record(events.PauseCancelled(pause_id=pause.pk, reason=reason))


def pass_rungs(*, clock_id: int, at: datetime) -> int:
    """
    Note every rung that a clock has passed by `at`, with its true date, and expect the next; tell how many.

    Done by the job that `timing.expect_rung` orders; safe to repeat.
    """
    row = timing.with_ledger(Clock.objects.filter(pk=clock_id, stopped_at=None)).first()
    if row is None:
        return 0
    office = timing.office()
    moments = timing.rung_moments(row, office)
    noted = set(Rung.objects.filter(clock=row, moot_at=None).values_list("name", flat=True))
    passed = {name: moment for name, moment in moments.items() if moment <= at and name not in noted}
    if passed:
        with deed("pass_rungs", on=row.dossier_id, by=SYSTEM, at=at) as done:
            for name, moment in passed.items():
                attempt = Rung.objects.filter(clock=row, name=name).count() + 1
                Rung.objects.create(clock=row, name=name, attempt=attempt, due_at=moment, fired_at=at)
                done.record(events.RungReached(clock_id=row.pk, clock=row.kind, rung=name, due_at=moment))
    known = [name for name in moments if name in noted | passed.keys()]
    timing.expect_rung(row, office, after=known[-1] if known else "")
    return len(passed)


def recompute(*, notice: str, at: datetime, progress: Callable[[int], None] = lambda count: None) -> int:
    """
    Compute the open clocks anew after a calendar notice, each dossier under its own lock with one record of what moved.

    Resumable: a dossier whose dates stand already is passed over. Rungs not yet due again become moot. Tells how many
    dossiers moved.
    """
    moved = 0
    running = Clock.objects.filter(stopped_at=None).order_by("dossier_id")
    for number, dossier_id in enumerate(running.values_list("dossier_id", flat=True).distinct().iterator(500)):
        moved += _recompute_one(dossier_id, notice, at)
        progress(number + 1)
    return moved


def _recompute_one(dossier_id: int, notice: str, at: datetime) -> bool:
    office = timing.office()
    rows = list(timing.with_ledger(Clock.objects.filter(dossier_id=dossier_id, stopped_at=None)))
    if not any(timing.would_move(row, office) for row in rows):
        return False
    with deed("recompute", on=dossier_id, by=SYSTEM, at=at) as done:
        changes = []
        for row in timing.with_ledger(Clock.objects.filter(dossier_id=dossier_id, stopped_at=None)):
            old, new = timing.set_instants(row, office)
            if old != new:
                changes.append((row.pk, str(old or ""), str(new or "")))
                _moot(row, at)
        done.clocks.changed()
        done.record(events.ClocksRecomputed(notice=notice, moved=tuple(changes)))
    return True


def _moot(row: Clock, at: datetime) -> None:
    moments = timing.rung_moments(row, timing.office())
    for rung in Rung.objects.filter(clock=row, moot_at=None):
        if rung.name not in moments or moments[rung.name] > at:
            rung.moot_at = at
            rung.save(update_fields=["moot_at"])


def _live(step_id: int) -> Step:
    step = Step.objects.select_related("claimed_by", "done_by", "unit").get(pk=step_id)
    if step.state not in LIVE:
        raise AlreadyActed(step)
    return step


def _free(step: Step) -> None:
    step.state, step.claimed_by, step.claimed_at, step.claim_until = "open", None, None, None
    step.save()
