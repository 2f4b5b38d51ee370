"""After the decision: how the result travels, whether the promise was kept, what the applicant thought of it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.commands.refusals import (
    AlreadyRated,
    NotConcluded,
    NotRated,
    NotThere,
    NotWaiting,
    RatingReasonMissing,
)
from yichuang.domains.cases.models import Case, Commitment, Delivery, Handover, OutsideNumber, Rating
from yichuang.domains.cases.rules import Brought
from yichuang.domains.cases.terms import CheckResult, DeliveryKind, IdentityCheck, Place, RatingReason, Stars
from yichuang.domains.licences.models import Licence
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Clock

pytestmark = pytest.mark.django_db

SIGNED = china("2019-10-11 10:00")  # Friday


def approved(hall: Hall, **more: object) -> Case:
    case = hall.receive(**more)
    commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    for who in (hall.handler, hall.reviewer):
        step = work.live_steps(case.dossier).get()
        if step.permission == "cases.decide":
            break
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="", by=who, at=hall.at)
    commands.approve_case(case_id=case.pk, by=hall.signer, at=SIGNED)
    case.dossier.refresh_from_db()
    return case


@pytest.fixture
def hall() -> Hall:
    return Hall()


class TestDelivery:
    def test_the_limit_ends_with_the_post_and_the_deed_with_the_signature(self, hall):
        case = approved(hall)
        commands.post_result(case_id=case.pk, waybill="EMS1", by=hall.delivery, at=china("2019-10-12 10:00"))
        assert Clock.objects.get(dossier=case.dossier, kind="delivery").stopped_at == china("2019-10-12 10:00")

        commands.return_from_post(case_id=case.pk, because="无人", by=hall.delivery, at=china("2019-10-16 10:00"))
        commands.deliver_result(
            case_id=case.pk, kind=DeliveryKind.WINDOW, receiver="刘某", identity=IdentityCheck.READER,
            by=hall.delivery, at=china("2019-10-18 10:00"),
        )  # fmt: skip

        rows = Delivery.objects.filter(case=case).order_by("made_at").values_list("kind", "state", "returned_because")
        assert list(rows) == [("POST", "RETURNED", "无人"), ("WINDOW", "RECEIVED", "")]
        case.dossier.refresh_from_db()
        assert case.dossier.state == "delivered"

    def test_is_archived_after_it_was_delivered(self, hall):
        case = approved(hall)
        commands.deliver_result(
            case_id=case.pk, kind=DeliveryKind.WINDOW, receiver="刘某", identity=IdentityCheck.READER,
            by=hall.delivery, at=SIGNED,
        )  # fmt: skip
        archivist = people.make_actor("archivist", hall.hall, at=hall.at)

        commands.archive_case(case_id=case.pk, by=archivist, at=SIGNED)

        case.dossier.refresh_from_db()
        assert case.dossier.state == "archived"


class TestCustody:
    def test_both_sign_and_the_next_link_covers_the_one_before(self, hall):
        case = hall.receive()
        given = commands.hand_over(
            case_id=case.pk, to_place=Place.DEPARTMENT, to_unit_id=hall.unit.pk, by=hall.window, at=hall.at
        )
        assert given.due_at == china("2019-10-08 17:00")  # half a working day from 9:30: the afternoon
        with pytest.raises(NotThere, match="等待"):
            commands.hand_over(
                case_id=case.pk, to_place=Place.DEPARTMENT, to_unit_id=hall.unit.pk, by=hall.window, at=hall.at
            )

        taken = commands.take_paper(case_id=case.pk, by=hall.handler, at=china("2019-10-08 11:30"))

        assert (taken.given_by_id, taken.taken_by_id) == (hall.window.account_id, hall.handler.account_id)
        commands.hand_over(
            case_id=case.pk, to_place=Place.DELIVERY, to_unit_id=hall.hall.pk, by=hall.handler, at=SIGNED
        )
        back = commands.take_paper(case_id=case.pk, by=hall.delivery, at=SIGNED)
        assert len({taken.digest, back.digest} - {""}) == 2
        assert list(Handover.objects.order_by("n").values_list("n", flat=True)) == [1, 2]


class TestCommitment:
    @pytest.fixture
    def granted(self, hall) -> Case:
        codes = ("food_commitment", "business_licence", "resident_id", "food_floor_plan", "food_safety_rules")
        return approved(
            hall,
            item="food_permit_on_commitment",
            brought={code: Brought() for code in codes},
            situation={"goods": "packed"},
        )

    def test_grants_at_once_and_orders_the_check(self, granted):
        commitment = Commitment.objects.get(case=granted)

        assert granted.dossier.state == "approved"
        assert (commitment.signed_by, commitment.result, commitment.checked_at) == ("刘某", "", None)
        assert commitment.check_due_at > SIGNED

    def test_that_was_broken_costs_the_permit_and_its_licence(self, hall, granted):
        at = china("2019-11-05 10:00")

        commands.check_commitment(
            case_id=granted.pk, result=CheckResult.BREACHED, finding="现场制售", by=hall.handler, at=at
        )

        granted.dossier.refresh_from_db()
        assert granted.dossier.state == "revoked"
        assert Licence.objects.get(dossier=granted.dossier).state == "REVOKED"
        assert granted.decisions.get(kind="REVOKED").reason == "承诺不实：现场制售"

    def test_is_checked_once(self, hall, granted):
        at = china("2019-11-05 10:00")
        commands.check_commitment(case_id=granted.pk, result=CheckResult.KEPT, finding="相符", by=hall.handler, at=at)

        granted.dossier.refresh_from_db()
        assert granted.dossier.state == "approved"
        with pytest.raises(NotWaiting):
            commands.check_commitment(case_id=granted.pk, result=CheckResult.KEPT, finding="", by=hall.handler, at=at)


class TestRating:
    def rate(self, hall: Hall, case: Case, **said: object) -> Rating:
        words = {"stars": Stars.BAD, "reasons": [RatingReason.TRIPS], "text": "", "by": hall.citizen} | said
        return commands.rate_case(case_id=case.pk, channel="ONLINE", at=SIGNED, **words)

    def test_waits_for_a_conclusion(self, hall):
        running = hall.receive()

        with pytest.raises(NotConcluded):
            self.rate(hall, running)

        assert not Rating.objects.exists()

    def test_is_the_applicants_own(self, hall):
        case = approved(hall)

        for other in (hall.window, hall.handler, people.make_actor("", party=people.make_party("旁人"))):
            with pytest.raises(NotAllowed):
                self.rate(hall, case, by=other)

    def test_says_why_when_it_is_bad(self, hall):
        case = approved(hall)

        for reasons in ([], [RatingReason.OTHER]):  # other than what the list has, and not said what
            with pytest.raises(RatingReasonMissing):
                self.rate(hall, case, reasons=reasons)
        self.rate(hall, case, stars=Stars.VERY_BAD, reasons=[], text="没人理我")

        assert queries.rating(case.pk).text == "没人理我"

    def test_has_no_reasons_when_it_is_good(self, hall):
        case = approved(hall)

        self.rate(hall, case, stars=Stars.FAIR)

        assert queries.rating(case.pk).reasons == ()

    def test_is_not_added_to_before_it_is_given(self, hall):
        with pytest.raises(NotRated):
            commands.add_to_rating(case_id=approved(hall).pk, text="又", by=hall.citizen, at=SIGNED)

    def test_is_given_once_and_added_to_once(self, hall):
        case = approved(hall)
        self.rate(hall, case)
        with pytest.raises(AlreadyRated):
            self.rate(hall, case)

        commands.add_to_rating(case_id=case.pk, text="已改进", by=hall.citizen, at=SIGNED)

        assert Rating.objects.get().added_text == "已改进"
        with pytest.raises(AlreadyRated):
            commands.add_to_rating(case_id=case.pk, text="又", by=hall.citizen, at=SIGNED)

    def test_has_no_default(self, hall):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.create(case=approved(hall), channel="ONLINE", at=SIGNED)


class TestOutsideNumber:
    def test_belongs_to_one_case(self, hall):
        first, second = hall.receive(), hall.receive(applicant_id=people.make_party("王某").pk)
        commands.link_outside(
            case_id=first.pk, system="省一张网", number="HB-1", state="已受理", by=hall.handler, at=hall.at
        )

        with pytest.raises(NotWaiting, match=first.dossier.number):
            commands.link_outside(
                case_id=second.pk, system="省一张网", number="HB-1", state="", by=hall.handler, at=hall.at
            )
        assert OutsideNumber.objects.count() == 1

    def test_is_not_entered_by_anybody(self, hall):
        with pytest.raises(NotAllowed):
            commands.link_outside(
                case_id=hall.receive().pk, system="x", number="1", state="", by=hall.citizen, at=hall.at
            )
