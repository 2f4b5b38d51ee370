"""Joint drawing review in rounds, and joint acceptance: one agreed date, one visit, one sheet, rework and recheck."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.construction import (
    NOTHING,
    accepted,
    child,
    developer,
    hold,
    joint,
    opened,
    states,
    through,
    who,
)
from tests.support.engine import china
from yichuang.domains.cases.models import Case, MaterialFile
from yichuang.domains.construction import commands, queries
from yichuang.domains.construction.commands import refusals
from yichuang.domains.construction.models import Rework, Visit
from yichuang.domains.construction.terms import Verdict
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.work.models import Share, Step
from yichuang.foundation.work.steps import SharesMissing

pytestmark = pytest.mark.django_db

AT = china("2019-10-11 10:00")


def now_open(case: Case) -> Step:
    return Step.objects.get(dossier=case.dossier, state="open")


def stored() -> int:
    """Keep a file that the developer uploaded, as the page does."""
    account = developer().account_id
    row = StoredFile.objects.create(
        sha256="0" * 64,
        size=1,
        kind="PDF",
        name="施工图.pdf",
        purpose="upload",
        owner_id=account,
        virus_state="CLEAN",
        uploaded_at=AT,
    )
    return row.pk


@pytest.fixture
def review(site) -> Case:
    """Give the drawing review of an accepted stage, sent out to the three units."""
    case = child(accepted(), "drawing_review")
    commands.open_round(step_id=now_open(case).pk, opinion="", by=who("zjj_handler", AT), at=AT)
    return case


class TestDrawingReview:
    def test_every_unit_reviews_at_the_same_time(self, review):
        shares = Share.objects.filter(step=now_open(review))

        assert sorted(shares.values_list("unit__code", flat=True)) == ["qxj", "rfb", "zjj"]

    def test_one_list_goes_back_and_a_second_round_follows(self, review, papers):
        joint(now_open(review), AT, rfb=Verdict.REVISE, qxj=Verdict.REVISE)
        step = now_open(review)

        commands.merge_opinions(
            step_id=step.pk, verdict=Verdict.REVISE, by=who("zjj_handler", AT), at=AT, rework_by=date(2019, 10, 25)
        )

        sheet = papers[-1]
        assert sheet.kind == "联合图审意见书"
        assert sheet.facts["round"] == 1
        assert sheet.facts["outcome"] == "修改"
        assert {row["unit"]: row["outcome"] for row in sheet.facts["opinions"]} == {
            "区城建局": "合格",
            "区人防办": "修改",
            "区气象局": "修改",
        }
        assert queries.round_of(review.pk) == 2
        first = queries.rounds(review.pk, definitions.office())[0]
        assert first.merged == ("区人防办：区人防办要求修改", "区气象局：区气象局要求修改")

    def test_the_next_round_waits_for_new_drawings(self, review):
        joint(now_open(review), AT, rfb=Verdict.REVISE)
        commands.merge_opinions(step_id=now_open(review).pk, verdict=Verdict.REVISE, by=who("zjj_handler", AT), at=AT)
        later = china("2019-10-14 10:00")
        with pytest.raises(refusals.DrawingsMissing):
            commands.open_round(step_id=now_open(review).pk, opinion="", by=who("zjj_handler", later), at=later)

        commands.hand_in_drawings(case_id=review.pk, files={"drawings": (stored(),)}, by=developer(later), at=later)
        commands.open_round(step_id=now_open(review).pk, opinion="", by=who("zjj_handler", later), at=later)

        step = now_open(review)
        assert (step.key, step.attempt) == ("review", 2)
        assert MaterialFile.objects.get(material__case=review).round == 2
        joint(step, later)
        commands.merge_opinions(step_id=step.pk, verdict=Verdict.PASSED, by=who("zjj_handler", later), at=later)
        assert states(review)["merge"] == "open"
        assert [row.n for row in queries.rounds(review.pk, definitions.office())] == [2, 1]

    def test_the_lead_concludes_what_the_units_said(self, review):
        joint(now_open(review), AT, rfb=Verdict.REVISE)

        with pytest.raises(refusals.VerdictsDiffer, match="修改"):
            commands.merge_opinions(
                step_id=now_open(review).pk, verdict=Verdict.PASSED, by=who("zjj_handler", AT), at=AT
            )

    def test_silence_is_no_verdict_on_drawings(self, review):
        later = china("2019-10-31 10:00")

        with pytest.raises(SharesMissing):
            commands.merge_opinions(
                step_id=now_open(review).pk, verdict=Verdict.PASSED, by=who("zjj_handler", later), at=later
            )

    def test_who_does_not_pass_says_why(self, review):
        share = Share.objects.filter(step=now_open(review), unit__code="rfb").get()

        with pytest.raises(refusals.OpinionMissing):
            commands.give_opinion(
                share_id=share.pk, verdict=Verdict.REVISE, opinion=" ", by=who("rfb_handler", AT), at=AT
            )


@pytest.fixture
def acceptance(papers) -> Case:
    """Give the joint acceptance of an accepted fourth stage."""
    hold("business_licence", "resident_id", "works_permit", "construction_permit", "drawing_certificate", "land_permit")
    opened()
    return child(accepted(4, NOTHING), "joint_acceptance")


def arrange(case: Case, on: date, at) -> None:
    visit = commands.propose_visit(case_id=case.pk, on=on, by=developer(at), at=at)
    commands.agree_visit(visit_id=visit.pk, by=who("zjj_handler", at), at=at)
    commands.open_round(step_id=now_open(case).pk, opinion="", by=who("zjj_handler", at), at=at)


class TestJointAcceptance:
    def test_a_date_is_proposed_by_one_side_and_accepted_by_the_other(self, acceptance):
        visit = commands.propose_visit(case_id=acceptance.pk, on=date(2019, 10, 16), by=developer(AT), at=AT)
        with pytest.raises(refusals.OwnProposal):
            commands.agree_visit(visit_id=visit.pk, by=developer(AT), at=AT)
        with pytest.raises(refusals.VisitNotAgreed):
            commands.open_round(step_id=now_open(acceptance).pk, opinion="", by=who("zjj_handler", AT), at=AT)

        other = commands.propose_visit(case_id=acceptance.pk, on=date(2019, 10, 17), by=who("zjj_handler", AT), at=AT)
        with pytest.raises(refusals.AnsweredAlready):
            commands.agree_visit(visit_id=visit.pk, by=who("zjj_handler", AT), at=AT)
        commands.agree_visit(visit_id=other.pk, by=developer(AT), at=AT)

        assert Visit.objects.get(replaced_at=None).on == date(2019, 10, 17)

    @pytest.mark.parametrize("on", [date(2019, 10, 11), date(2019, 10, 13), date(2019, 10, 1)])
    def test_the_date_is_a_working_day_to_come(self, acceptance, on):
        with pytest.raises(refusals.VisitInThePast):
            commands.propose_visit(case_id=acceptance.pk, on=on, by=developer(AT), at=AT)

    def test_nobody_else_arranges(self, acceptance):
        with pytest.raises(NotAllowed):
            commands.propose_visit(case_id=acceptance.pk, on=date(2019, 10, 16), by=who("rfb_handler", AT), at=AT)

    def test_nobody_signs_before_the_visit(self, acceptance):
        arrange(acceptance, date(2019, 10, 16), AT)

        with pytest.raises(refusals.VisitNotYet):
            joint(now_open(acceptance), AT)

    def test_one_sheet_is_signed_by_all_specialties(self, acceptance, papers):
        arrange(acceptance, date(2019, 10, 16), AT)
        day = china("2019-10-16 15:00")
        joint(now_open(acceptance), day)

        commands.merge_opinions(
            step_id=now_open(acceptance).pk, verdict=Verdict.PASSED, by=who("zjj_handler", day), at=day
        )

        sheet = papers[-1]
        assert sheet.kind == "联合验收意见书"
        assert sheet.facts["visited_on"] == date(2019, 10, 16)
        assert len(sheet.facts["opinions"]) == 8
        assert all(row["outcome"] == "合格" for row in sheet.facts["opinions"])

    def test_what_fails_is_put_right_and_looked_at_again_alone(self, acceptance):
        arrange(acceptance, date(2019, 10, 16), AT)
        day = china("2019-10-16 15:00")
        joint(now_open(acceptance), day, rfb=Verdict.REVISE)
        commands.merge_opinions(
            step_id=now_open(acceptance).pk,
            verdict=Verdict.REVISE,
            by=who("zjj_handler", day),
            at=day,
            rework_by=date(2019, 10, 23),
        )
        rework = Rework.objects.get()
        assert (rework.unit.code, rework.due_on) == ("rfb", date(2019, 10, 23))
        later = china("2019-10-18 10:00")
        visit = commands.propose_visit(case_id=acceptance.pk, on=date(2019, 10, 22), by=developer(later), at=later)
        commands.agree_visit(visit_id=visit.pk, by=who("zjj_handler", later), at=later)
        with pytest.raises(refusals.ReworkOpen, match="区人防办"):
            commands.open_round(step_id=now_open(acceptance).pk, opinion="", by=who("zjj_handler", later), at=later)
        commands.report_rework(rework_id=rework.pk, note="已更换防护门", by=developer(later), at=later)

        commands.open_round(step_id=now_open(acceptance).pk, opinion="", by=who("zjj_handler", later), at=later)

        second = Share.objects.filter(step=now_open(acceptance))
        waiting = second.filter(state="open")
        assert [share.unit.code for share in waiting] == ["rfb"]
        assert second.filter(opinion="沿用第1轮结论").count() == 7
        recheck = china("2019-10-22 15:00")
        joint(now_open(acceptance), recheck)
        commands.merge_opinions(
            step_id=now_open(acceptance).pk, verdict=Verdict.PASSED, by=who("zjj_handler", recheck), at=recheck
        )
        rework.refresh_from_db()
        assert rework.rechecked_at == recheck
        through(acceptance, "zjj", recheck)
        assert (
            child(Case.objects.get(dossier=acceptance.dossier.parent), "completion_filing").dossier.state == "accepted"
        )


def test_the_scheme_review_counts_silence_as_agreement(papers):
    hold("business_licence", "resident_id", "land_permit", "project_filing_certificate", "real_estate_certificate")
    opened()
    case = accepted(2, {"environmental_class": "table", "heritage_within": "outside"}, lead="zrzy")
    scheme = child(case, "scheme_review")
    commands.open_round(step_id=now_open(scheme).pk, opinion="", by=who("zrzy_handler", AT), at=AT)
    step = now_open(scheme)
    share = step.shares.get(unit__code="yljj")
    commands.give_opinion(share_id=share.pk, verdict=Verdict.PASSED, opinion="", by=who("yljj_handler", AT), at=AT)
    later = china("2019-10-18 09:00")  # four working days after 10-11: 10-17; 10-12 is one

    commands.merge_opinions(step_id=step.pk, verdict=Verdict.PASSED, by=who("zrzy_handler", later), at=later)

    assert states(scheme)["merge"] == "open"
