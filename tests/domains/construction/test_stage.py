"""A stage from the hand-in to its end: pre-check, one notice, acceptance, items, denial; story 7 computed by hand."""

from __future__ import annotations

import pytest

from tests.support.construction import (
    ACCEPTED,
    CODE,
    FULL,
    NOTHING,
    RECEIVED,
    accepted,
    agree,
    child,
    developer,
    firm,
    hold,
    joint,
    open_district,
    opened,
    promise,
    registration,
    stage,
    states,
    through,
    who,
)
from tests.support.engine import china
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.commands.refusals import MaterialsMissing
from yichuang.domains.cases.models import Case, Notice
from yichuang.domains.cases.rules import Brought
from yichuang.domains.cases.terms import HoldKind
from yichuang.domains.construction import commands, queries
from yichuang.domains.construction.commands import refusals
from yichuang.domains.construction.models import Consent, Project
from yichuang.domains.construction.terms import CONSENTED, CloseKind, Stage, Verdict
from yichuang.domains.licences import queries as licences
from yichuang.foundation.jobs import runner
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.records import commands as records
from yichuang.foundation.work.models import Clock, Dossier, Pause, Share, Step
from yichuang.foundation.work.steps import SharesMissing
from yichuang.kernel.lifecycles import NotOpen
from yichuang.kernel.plans import NotOptional

pytestmark = pytest.mark.django_db

UNITS_OF_STAGE_3 = ["cgj", "rfb", "swj", "yljj", "zjj"]


def wanted(material: str = "drawings", reason: str = "缺人防专业图") -> commands.WantedRow:
    return commands.WantedRow(name="", reason=reason, material=material)


def share_of(case: Case, unit: str, round_: int = 1) -> Share:
    return Share.objects.get(dossier=case.dossier, step=None, unit__code=unit, round=round_)


@pytest.mark.usefixtures("papers")
class TestReceiving:
    def test_asks_every_unit_that_has_an_item_for_one_working_day(self):
        opened()

        case = stage()

        shares = Share.objects.filter(dossier=case.dossier, step=None)
        assert sorted(shares.values_list("unit__code", flat=True)) == UNITS_OF_STAGE_3
        assert {share.silent_at for share in shares} == {china("2019-10-09 17:00")}
        assert case.dossier.parent == Project.objects.get().dossier

    def test_asks_nobody_whose_item_does_not_apply(self):
        opened(works_class="municipal")

        case = stage(3, NOTHING)

        assert [share.unit.code for share in case.dossier.shares.all()] == ["zjj"]

    def test_needs_a_registered_project(self):
        with pytest.raises(refusals.ProjectMissing, match="没有登记"):
            stage()

        assert not Dossier.objects.exists()

    def test_is_filed_by_the_developer_alone(self):
        project = opened()
        Project.objects.filter(pk=project.pk).update(owner_id=developer().party_id)

        with pytest.raises(refusals.NotOwner):
            stage()

    def test_keeps_to_the_class_under_which_the_project_is_registered(self):
        opened()

        with pytest.raises(refusals.ClassDiffers, match="土地不带设计方案"):
            stage(flow_class="4")

    def test_runs_once_at_a_time(self):
        opened()
        stage()

        with pytest.raises(refusals.StageRunning, match="施工许可"):
            stage()


@pytest.mark.usefixtures("site")
class TestPrecheck:
    def test_what_all_units_want_goes_into_one_notice(self, papers):
        case = stage()
        for unit, reason in (("rfb", "缺人防专业图"), ("cgj", "处置场所未盖章")):
            row = wanted("drawings" if unit == "rfb" else "waste_scheme", reason)
            commands.give_precheck(share_id=share_of(case, unit).pk, rows=[row], by=who(f"{unit}_handler"), at=RECEIVED)
        agree(case, RECEIVED)
        at = china("2019-10-09 09:30")

        merged = commands.merge_precheck(
            case_id=case.pk, rows=[wanted("drawings", "图签不全")], by=who("zjj_handler", at), at=at
        )

        assert len(merged) == 2
        notice = Notice.objects.get(case=case)
        rows = {row.material: row for row in notice.rows.all()}
        assert rows["drawings"].reason == "区人防办：缺人防专业图；区城建局：图签不全"
        assert rows["waste_scheme"].unit.code == "cgj"
        case.dossier.refresh_from_db()
        assert case.dossier.state == "correcting"
        assert [paper.kind for paper in papers].count("一次性告知书") == 1

    def test_the_lead_waits_while_a_unit_has_time(self):
        case = stage()
        agree(case, RECEIVED, but=("cgj",))

        with pytest.raises(SharesMissing, match="区城管局"):
            commands.merge_precheck(case_id=case.pk, by=who("zjj_handler"), at=RECEIVED)

    def test_silence_agrees_after_one_working_day(self):
        case = stage()
        at = china("2019-10-09 17:01")

        runner.run_due(at=at)

        case.dossier.refresh_from_db()
        assert case.dossier.state == "prechecked"
        assert set(case.dossier.shares.values_list("state", "outcome")) == {("silent", "agreed")}
        commands.merge_precheck(case_id=case.pk, by=who("zjj_handler", at), at=at)
        case.dossier.refresh_from_db()
        assert case.dossier.state == "accepted"

    def test_another_unit_does_not_speak_for_it(self):
        case = stage()

        with pytest.raises(NotAllowed):
            commands.give_precheck(share_id=share_of(case, "cgj").pk, rows=(), by=who("rfb_handler"), at=RECEIVED)

    def test_only_the_lead_merges(self):
        case = stage()
        agree(case, RECEIVED)

        with pytest.raises(NotAllowed):
            commands.merge_precheck(case_id=case.pk, by=who("rfb_handler"), at=RECEIVED)

    @pytest.mark.parametrize(
        "row", [wanted(reason=" "), wanted("no_such_material"), commands.WantedRow("两样", "原因", "", "drawings", "x")]
    )
    def test_a_row_names_one_thing_and_its_reason(self, row):
        case = stage()

        with pytest.raises(refusals.NotOfThisCase):
            commands.give_precheck(share_id=share_of(case, "rfb").pk, rows=[row], by=who("rfb_handler"), at=RECEIVED)

    def test_corrections_open_a_new_round_for_every_unit(self):
        case = stage()
        commands.give_precheck(share_id=share_of(case, "rfb").pk, rows=[wanted()], by=who("rfb_handler"), at=RECEIVED)
        agree(case, RECEIVED)
        commands.merge_precheck(case_id=case.pk, by=who("zjj_handler"), at=RECEIVED)
        at = china("2019-10-10 10:00")

        cases.hand_in_correction(case_id=case.pk, brought={"drawings": Brought()}, answers={}, by=developer(at), at=at)

        second = Share.objects.filter(dossier=case.dossier, step=None, round=2)
        assert sorted(second.values_list("unit__code", flat=True)) == UNITS_OF_STAGE_3
        assert {share.silent_at for share in second} == {china("2019-10-11 17:00")}

    def test_what_an_earlier_stage_issues_must_be_in_the_library(self):
        licences.of_project(CODE).filter(licence_type="works_permit").update(state="REVOKED")
        case = stage()
        agree(case, ACCEPTED)

        with pytest.raises(MaterialsMissing, match="建设工程规划许可证"):
            commands.merge_precheck(case_id=case.pk, by=who("zjj_handler", ACCEPTED), at=ACCEPTED)

        case.dossier.refresh_from_db()
        assert not Dossier.objects.filter(parent=case.dossier).exists()

    def test_is_deemed_accepted_when_the_lead_never_answers(self):
        case = stage()

        runner.run_due(at=china("2019-10-09 17:01"))
        runner.run_due(at=china("2019-10-15 09:00"))  # five working days after 10-08: 10-14; 10-12 is one

        case.dossier.refresh_from_db()
        assert case.dossier.state == "accepted"
        assert promise(case.dossier).started_at == RECEIVED

    def test_an_undone_acceptance_may_be_repeated(self):
        case = accepted()
        soon = china("2019-10-09 10:00:20")

        cases.undo_acceptance(case_id=case.pk, by=who("zjj_handler", soon), at=soon)
        assert not Dossier.objects.filter(parent=case.dossier, ended_at=None).exists()
        commands.merge_precheck(case_id=case.pk, by=who("zjj_handler", soon), at=soon)

        assert states(case)["drawing_review"] == "open"
        assert child(case, "drawing_review").dossier.state == "accepted"


@pytest.mark.usefixtures("site")
class TestStorySeven:
    """施工许可，十三个部门：计算都是手算的。图审7（人防5同时）→ 施工许可3；渣土、占绿、排水各5，可移后。"""

    def test_critical_path_and_slack(self):
        case = accepted()
        project = Project.objects.select_related("dossier").get()

        seen = queries.timetable(project, Stage.BUILDING, case.dossier, ACCEPTED.date())

        assert seen.path.total == 10
        assert seen.path.steps == ("drawing_review", "construction_permit")
        assert seen.path.slack == {"drawing_review": 0, "civil_defence": 2, "construction_permit": 0}

    def test_promise_and_budget(self):
        case = accepted()

        assert promise(case.dossier).limit == queries.budget("3", Stage.BUILDING, ACCEPTED.date()) == 16
        assert promise(case.dossier).due_at == china("2019-10-30 17:00")  # from 10-09, with the working Saturday 10-12

    def test_stage_days_of_the_whole(self):
        case = accepted()
        through(child(case, "civil_defence"), "rfb", china("2019-10-11 10:00"))
        through(child(case, "drawing_review"), "zjj", china("2019-10-17 10:00"))
        through(child(case, "construction_permit"), "zjj", china("2019-10-22 10:00"))
        project = Project.objects.select_related("dossier").get()

        case.dossier.refresh_from_db()
        assert case.dossier.state == "concluded"
        # (10-09, 10-22]: 10 11 12(Sat) 14 15 16 17 18 21 22 = 10 working days
        assert queries.days_used(case.dossier, china("2019-11-30 10:00")) == 10
        found = queries.total(project, china("2019-11-30 10:00"))
        assert (found.used, found.budget, str(found.target), found.within_target) == (10, 60, "61.2", True)

    def test_the_result_is_in_the_library_by_project(self):
        case = accepted()
        through(child(case, "civil_defence"), "rfb", china("2019-10-11 10:00"))
        through(child(case, "drawing_review"), "zjj", china("2019-10-17 10:00"))
        through(child(case, "construction_permit"), "zjj", china("2019-10-22 10:00"))

        held = licences.of_project(CODE).exclude(dossier=None)
        assert sorted(held.values_list("licence_type", flat=True)) == [
            "civil_defence_approval",
            "construction_permit",
            "drawing_certificate",
        ]

    def test_optional_items_run_on_after_the_stage(self):
        case = accepted()
        for key, unit, day in (
            ("civil_defence", "rfb", "11"),
            ("drawing_review", "zjj", "17"),
            ("construction_permit", "zjj", "22"),
        ):
            through(child(case, key), unit, china(f"2019-10-{day} 10:00"))

        through(child(case, "waste_disposal"), "cgj", china("2019-10-23 10:00"))

        assert states(case)["waste_disposal"] == "done"
        case.dossier.refresh_from_db()
        assert case.dossier.state == "concluded"

    def test_the_first_handled_item_begins_the_stage(self):
        case = accepted()
        step = Step.objects.get(dossier=child(case, "civil_defence").dossier, state="open")
        cases.complete_step(step_id=step.pk, outcome="agree", opinion="", by=who("rfb_handler", ACCEPTED), at=ACCEPTED)

        records.deliver(at=ACCEPTED)

        case.dossier.refresh_from_db()
        assert case.dossier.state == "processing"


@pytest.mark.usefixtures("site")
class TestDenial:
    def test_an_item_that_is_denied_denies_the_stage_and_ends_the_others(self):
        case = accepted()
        review, at = child(case, "drawing_review"), china("2019-10-11 10:00")
        for key, hand in (("distribute", "handler"), ("review", ""), ("merge", "reviewer")):
            step = Step.objects.get(dossier=review.dossier, state="open")
            assert step.key == key
            if step.shares.exists():
                joint(step, at, zjj=Verdict.FAILED)
                commands.merge_opinions(step_id=step.pk, verdict=Verdict.FAILED, by=who("zjj_handler", at), at=at)
            else:
                cases.complete_step(step_id=step.pk, outcome="agree", opinion="", by=who(f"zjj_{hand}", at), at=at)

        cases.deny_case(
            case_id=review.pk,
            reason="结构安全不满足强制性条文",
            basis="建设工程质量管理条例 第十一条",
            by=who("zjj_signer", at),
            at=at,
        )

        case.dossier.refresh_from_db()
        assert case.dossier.state == "denied"
        ended = Dossier.objects.filter(parent=case.dossier).exclude(pk=review.pk)
        assert set(ended.values_list("state", flat=True)) == {"withdrawn"}
        assert not Clock.objects.filter(dossier__in=ended, kind="promise", stopped_at=None).exists()

    def test_a_stage_that_is_withdrawn_takes_its_items_along(self):
        case = accepted()

        cases.withdraw_case(case_id=case.pk, reason="方案要改", by=developer(ACCEPTED), at=ACCEPTED)

        assert set(Dossier.objects.filter(parent=case.dossier).values_list("state", flat=True)) == {"withdrawn"}


@pytest.mark.usefixtures("site")
class TestMovingLater:
    def test_ends_here_and_opens_there_when_that_stage_is_accepted(self):
        case = accepted()
        waste = Step.objects.get(dossier=case.dossier, key="waste_disposal")
        at = china("2019-10-10 10:00")

        commands.move_item_later(
            step_id=waste.pk, to_stage=Stage.COMPLETION, reason="开工前再办", by=who("zjj_handler", at), at=at
        )

        waste.refresh_from_db()
        assert (waste.state, waste.child.state, waste.moved_to) == ("cancelled", "withdrawn", None)
        for key, unit, day in (
            ("civil_defence", "rfb", "11"),
            ("drawing_review", "zjj", "17"),
            ("construction_permit", "zjj", "22"),
        ):
            through(child(case, key), unit, china(f"2019-10-{day} 10:00"))
        later = china("2019-11-04 10:00")
        last = stage(4, {}, later)
        agree(last, later)
        commands.merge_precheck(case_id=last.pk, by=who("zjj_handler", later), at=later)

        waste.refresh_from_db()
        assert waste.moved_to.dossier == last.dossier
        moved = child(last, "waste_disposal")
        assert moved.dossier.unit.code == "cgj"
        assert dict(moved.materials.values_list("code", "state"))["waste_scheme"] == "HANDED"
        through(moved, "cgj", china("2019-11-05 10:00"))
        assert states(last)["waste_disposal"] == "done"
        assert states(last)["joint_acceptance"] == "open"

    def test_a_required_item_stays(self):
        case = accepted()
        review = Step.objects.get(dossier=case.dossier, key="drawing_review")

        with pytest.raises(NotOptional):
            commands.move_item_later(
                step_id=review.pk, to_stage=Stage.COMPLETION, reason="以后", by=who("zjj_handler"), at=ACCEPTED
            )

    def test_goes_forwards_only(self):
        case = accepted()
        waste = Step.objects.get(dossier=case.dossier, key="waste_disposal")

        with pytest.raises(refusals.NotALaterStage):
            commands.move_item_later(
                step_id=waste.pk, to_stage=Stage.BUILDING, reason="以后", by=who("zjj_handler"), at=ACCEPTED
            )


@pytest.mark.usefixtures("site")
class TestSuspending:
    def asked(self, key: str = "waste_disposal", unit: str = "cgj") -> tuple[Case, Case, int]:
        case = accepted()
        item, at = child(case, key), china("2019-10-10 10:00")
        cases.begin_case(case_id=item.pk, by=who(f"{unit}_handler", at), at=at)
        hold_ = cases.ask_hold(
            case_id=item.pk,
            kind=HoldKind.SUSPENSION,
            ground=CONSENTED,
            reason="运输线路图需要补充",
            expected_days=5,
            by=who(f"{unit}_handler", at),
            at=at,
        )
        return case, item, hold_.pk

    def test_needs_the_applicants_word_through_the_lead(self):
        _, item, hold_id = self.asked()
        at = china("2019-10-10 11:00")

        with pytest.raises(refusals.ConsentMissing):
            cases.approve_hold(hold_id=hold_id, by=who("cgj_signer", at), at=at)

        with pytest.raises(NotAllowed):
            commands.ask_consent(case_id=item.pk, by=who("cgj_handler", at), at=at)

    def test_with_it_the_item_alone_stands_still(self):
        case, item, hold_id = self.asked()
        at = china("2019-10-10 11:00")
        consent = commands.ask_consent(case_id=item.pk, by=who("zjj_handler", at), at=at)
        commands.answer_consent(consent_id=consent.pk, given=True, by=developer(at), at=at)

        cases.approve_hold(hold_id=hold_id, by=who("cgj_signer", at), at=at)

        paused = set(Pause.objects.values_list("clock__dossier", flat=True))
        assert paused == {item.pk}
        assert Consent.objects.get().state == "GIVEN"
        case.dossier.refresh_from_db()
        assert case.dossier.paused_since is None

    def test_on_the_critical_path_the_stage_promise_waits_with_it_when_nothing_critical_runs(self):
        case, item, hold_id = self.asked("drawing_review", "zjj")
        at = china("2019-10-10 11:00")
        consent = commands.ask_consent(case_id=item.pk, by=who("zjj_handler", at), at=at)
        commands.answer_consent(consent_id=consent.pk, given=True, by=developer(at), at=at)

        cases.approve_hold(hold_id=hold_id, by=who("zjj_signer", at), at=at)

        kinds = set(Pause.objects.filter(clock__dossier=case.dossier).values_list("clock__kind", "kind"))
        assert kinds == {("promise", "child")}  # the legal clock never inherits

    def test_a_no_leaves_the_clock_running(self):
        _, item, hold_id = self.asked()
        at = china("2019-10-10 11:00")
        consent = commands.ask_consent(case_id=item.pk, by=who("zjj_handler", at), at=at)
        commands.answer_consent(consent_id=consent.pk, given=False, by=developer(at), at=at)

        with pytest.raises(refusals.ConsentMissing):
            cases.approve_hold(hold_id=hold_id, by=who("cgj_signer", at), at=at)
        with pytest.raises(refusals.AnsweredAlready):
            commands.answer_consent(consent_id=consent.pk, given=True, by=developer(at), at=at)


class TestCommitment:
    def test_a_broken_promise_stops_the_next_stage_until_the_lead_lifts_it(self):
        open_district()
        hold("business_licence", "resident_id", "land_permit", "project_filing_certificate", "real_estate_certificate")
        project = opened()
        case = accepted(2, {"environmental_class": "table", "heritage_within": "outside"}, lead="zrzy")
        soil = child(case, "soil_conservation")
        assert soil.on_commitment
        through(soil, "swj", china("2019-10-10 10:00"))
        at = china("2019-11-20 10:00")
        cases.check_commitment(
            case_id=soil.pk, result="BREACHED", finding="未落实排水沟", by=who("swj_handler", at), at=at
        )

        records.deliver(at=at)

        project.refresh_from_db()
        assert "承诺核查不实" in project.blocked_because
        hold("works_permit")
        with pytest.raises(refusals.Blocked):
            stage(3, FULL, at)
        commands.lift_block(project_id=project.pk, reason="已补建排水沟", by=who("zrzy_handler", at), at=at)
        assert stage(3, FULL, at).dossier.state == "received"


@pytest.mark.usefixtures("site")
class TestClosing:
    def test_waits_for_running_stages(self):
        accepted()
        project = Project.objects.get()

        with pytest.raises(refusals.StagesRunning):
            commands.close_project(project_id=project.pk, kind=CloseKind.GIVEN_UP, by=who("zjj_handler"), at=ACCEPTED)

    def test_a_closed_project_takes_no_application(self):
        project = Project.objects.get()
        commands.close_project(project_id=project.pk, kind=CloseKind.GIVEN_UP, by=who("zrzy_handler"), at=RECEIVED)

        with pytest.raises(refusals.ProjectClosedAlready):
            stage()


class TestRegistering:
    @pytest.mark.usefixtures("site")
    def test_a_code_is_registered_once(self):
        with pytest.raises(refusals.ProjectExists):
            opened()

    @pytest.mark.usefixtures("papers")
    def test_only_for_a_firm_that_one_speaks_for(self):
        with pytest.raises(NotAllowed):
            commands.open_project(
                registration=registration(),
                by=who("window"),
                at=RECEIVED,
            )

    @pytest.mark.usefixtures("site")
    def test_every_unit_concerned_sees_it(self):
        for name in ("zrzy_handler", "qxj_handler", "daj_handler", "company"):
            assert queries.project(CODE, who(name)) is not None
        assert queries.project(CODE, who("mzj_handler")) is None
        assert queries.project(CODE, who("citizen")) is None

    @pytest.mark.usefixtures("site")
    def test_belongs_to_its_developer(self):
        assert Project.objects.get().owner == firm()

    @pytest.mark.usefixtures("site")
    def test_a_received_stage_is_not_accepted_before_its_precheck(self):
        case = stage()

        with pytest.raises(NotOpen):
            cases.accept_case(case_id=case.pk, by=who("zjj_handler"), at=RECEIVED)
