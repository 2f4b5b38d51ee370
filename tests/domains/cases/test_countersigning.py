"""会签 of an ordinary case: other units are asked, the step waits for them, silence agrees only where it was said."""

from __future__ import annotations

import pytest

from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.commands.refusals import OpinionMissing
from yichuang.domains.cases.models import Case
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.people.actors import Actor, NotAllowed
from yichuang.foundation.records.models import Record
from yichuang.foundation.work import commands as work
from yichuang.foundation.work import countersigning as signing
from yichuang.foundation.work import queries as work_queries
from yichuang.foundation.work.commands import ReasonMissing, ShareGivenAlready
from yichuang.foundation.work.models import Share, Step
from yichuang.foundation.work.steps import SharesMissing

pytestmark = pytest.mark.django_db
LATER = china("2019-10-09 10:00")  # Wednesday


@pytest.fixture
def hall() -> Hall:
    """A hall on Tuesday 2019-10-08 at 09:30."""
    return Hall()


@pytest.fixture
def case(hall: Hall) -> Case:
    """An accepted case."""
    case = hall.receive()
    commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    return case


@pytest.fixture
def fire(hall: Hall) -> Actor:
    """Somebody who may speak for another unit."""
    return people.make_actor("handler", "fire", at=hall.at)


def step_of(case: Case) -> Step:
    return Step.objects.get(dossier_id=case.pk, key="handle")


def ask(hall: Hall, case: Case, *others: Actor, days: int | None = None) -> list[Share]:
    units = [next(iter(each.unit_ids)) for each in others]
    return signing.ask_countersign(
        step_id=step_of(case).pk, units=units, asked="消防通道是否符合要求", days=days, by=hall.handler, at=LATER
    )


def complete(hall: Hall, case: Case, at: object = LATER) -> None:
    commands.complete_step(step_id=step_of(case).pk, outcome="agree", opinion="同意", by=hall.handler, at=at)  # type: ignore[arg-type]


class TestAsk:
    def test_the_step_waits_until_everybody_answered(self, hall: Hall, case: Case, fire: Actor) -> None:
        water = people.make_actor("handler", "water", at=hall.at)
        shares = ask(hall, case, fire, water)

        with pytest.raises(SharesMissing) as caught:
            complete(hall, case)
        assert len(caught.value.units) == 2
        for share, by in zip(shares, (fire, water), strict=True):
            commands.give_countersign(share_id=share.pk, agrees=True, opinion="", by=by, at=LATER)
        complete(hall, case)

        assert step_of(case).state == "done"

    def test_it_is_told_to_the_other_unit_alone_and_recorded(self, hall: Hall, case: Case, fire: Actor) -> None:
        other = people.make_actor("handler", "other", at=hall.at)
        ask(hall, case, fire)

        assert [share.dossier_id for share in work_queries.my_shares(fire)] == [case.pk]
        assert list(work_queries.my_shares(other)) == []
        assert queries.case(case.dossier.number, fire) == case
        assert queries.case(case.dossier.number, other) is None
        told = Record.objects.get(kind="CountersignAsked")
        assert "消防通道是否符合要求" in told.payload

    def test_silence_agrees_only_where_days_were_given(self, hall: Hall, case: Case, fire: Actor) -> None:
        (share,) = ask(hall, case, fire, days=2)

        assert share.silent_at == china("2019-10-11 17:00")  # asked on the 9th: day 0; 10th, 11th
        assert Job.objects.filter(kind="work.silence", due_at=share.silent_at).exists()
        with pytest.raises(SharesMissing):
            complete(hall, case, china("2019-10-11 16:59"))
        work.let_silence_speak(dossier_id=case.pk, at=china("2019-10-11 17:00"))
        complete(hall, case, china("2019-10-12 09:00"))  # a Saturday that is worked

        share.refresh_from_db()
        assert (share.state, share.outcome) == ("silent", "agreed")

    def test_asks_units_other_than_its_own_for_something(self, hall: Hall, case: Case, fire: Actor) -> None:
        with pytest.raises(signing.NobodyAsked):
            ask(hall, case, hall.handler)
        with pytest.raises(signing.DaysOutOfRange):
            ask(hall, case, fire, days=21)
        ask(hall, case, fire)
        with pytest.raises(signing.AskedAlready):
            ask(hall, case, fire)

    def test_only_who_may_act_on_the_step_asks(self, hall: Hall, case: Case, fire: Actor) -> None:
        with pytest.raises(NotAllowed):
            signing.ask_countersign(
                step_id=step_of(case).pk,
                units=[hall.unit.pk, next(iter(fire.unit_ids))],
                asked="？",
                days=None,
                by=fire,
                at=LATER,
            )


class TestGive:
    def test_who_does_not_agree_says_why_and_the_decider_reads_it(self, hall: Hall, case: Case, fire: Actor) -> None:
        (share,) = ask(hall, case, fire)

        with pytest.raises(OpinionMissing):
            commands.give_countersign(share_id=share.pk, agrees=False, opinion=" ", by=fire, at=LATER)
        commands.give_countersign(share_id=share.pk, agrees=False, opinion="疏散门宽度不足", by=fire, at=LATER)

        (seen,) = queries.countersigns(case.dossier, None, hall.signer, LATER)
        assert (seen.outcome, seen.opinion, seen.may_give) == ("disagree", "疏散门宽度不足", False)
        with pytest.raises(ShareGivenAlready):
            commands.give_countersign(share_id=share.pk, agrees=True, opinion="", by=fire, at=LATER)

    def test_nobody_speaks_for_another_unit(self, hall: Hall, case: Case, fire: Actor) -> None:
        (share,) = ask(hall, case, fire)

        with pytest.raises(NotAllowed):
            commands.give_countersign(share_id=share.pk, agrees=True, opinion="", by=hall.handler, at=LATER)


class TestTakeBack:
    def test_the_step_goes_on_and_the_unit_may_be_asked_again(self, hall: Hall, case: Case, fire: Actor) -> None:
        (share,) = ask(hall, case, fire)

        with pytest.raises(ReasonMissing):
            signing.take_back_countersign(share_id=share.pk, reason="", by=hall.handler, at=LATER)
        signing.take_back_countersign(share_id=share.pk, reason="与消防无关", by=hall.handler, at=LATER)
        (again,) = ask(hall, case, fire)
        signing.take_back_countersign(share_id=again.pk, reason="与消防无关", by=hall.handler, at=LATER)
        complete(hall, case)

        assert again.pk == share.pk
        assert list(work_queries.my_shares(fire)) == []
