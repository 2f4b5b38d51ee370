"""The stages run in the engine: received, pre-checked, accepted; the children open, end and let the next one open."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import pytest

from tests.definitions.test_district import read
from tests.support.definitions import EARLY, publish_shipped
from tests.support.engine import china
from yichuang.domains.cases import commands
from yichuang.domains.cases.commands.intake import receive
from yichuang.domains.cases.commands.refusals import MaterialsMissing
from yichuang.domains.cases.models import Case, Commitment
from yichuang.domains.cases.rules import Application, Brought
from yichuang.domains.cases.terms import Channel, IdentityCheck, MaterialState
from yichuang.domains.licences import commands as library
from yichuang.domains.licences.models import Licence, LicenceUse
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import SYSTEM, Actor, actor_for
from yichuang.foundation.people.loading import load_units
from yichuang.foundation.people.models import Account, Party, Unit
from yichuang.foundation.records.commands import make_folder
from yichuang.foundation.work import commands as work
from yichuang.foundation.work import deeds, hooks
from yichuang.foundation.work.events import StepCompleted
from yichuang.foundation.work.models import Clock, Dossier, Share, Step
from yichuang.foundation.work.steps import facts_of
from yichuang.kernel import plans

pytestmark = pytest.mark.django_db

PROJECT = "2019-420106-47-03-000001"
FULL = {
    "works_class": "housing",
    "basement_area_m2": 3200,
    "construction_waste_m3": 12000,
    "greenery_area_m2": 150,
    "drainage_m3_per_day": 40,
}
NOTHING = {
    "works_class": "municipal",
    "construction_waste_m3": 0,
    "greenery_area_m2": 0,
    "drainage_m3_per_day": 0,
}
RECEIVED, ACCEPTED = china("2019-10-08 09:30"), china("2019-10-09 10:00")


@dataclass(frozen=True)
class Paper:
    """A numbered paper, as the engine keeps it."""

    pk: int
    kind: str

    def __str__(self) -> str:
        return f"{self.kind}{self.pk}号"


@pytest.fixture(autouse=True)
def district(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish what ships and people it; papers and what the construction domain adds (projects) are tried elsewhere."""
    count = itertools.count(1)
    monkeypatch.setattr(hooks, "_paper_writers", [lambda _deed, kind, _facts: Paper(next(count), kind)])
    monkeypatch.setattr(hooks, "_followers", {})
    monkeypatch.setattr(hooks, "_plan_ends", {})
    publish_shipped()
    make_folder(district="wuchang", is_demo=True, opened_at=EARLY)
    load_units(read("units"), at=EARLY)
    load_units(read("accounts"), at=EARLY)


def who(username: str, at: datetime = RECEIVED) -> Actor:
    return actor_for(Account.objects.get(username=username), at)


def firm() -> Party:
    return Party.objects.get(name="武汉示例置业有限公司")


def hold(*types: str) -> None:
    """Let the library hold licences: the project's, the firm's, and the representative's identity card."""
    for number, kind in enumerate(types, 1):
        whose = Party.objects.get(name="何志远") if kind == "resident_id" else firm()
        by_project = definitions.in_force("licence_type", kind, on=RECEIVED.date()).by_project
        library.enter_outside(
            licence_type=kind,
            number=f"示{number:04d}",
            holder_id=whose.pk,
            unit_id=Unit.objects.get(code="zjj").pk,
            fields={},
            by=SYSTEM,
            at=EARLY,
            project_code=PROJECT if by_project else "",
            is_synthetic=True,
        )


def stage(n: int, facts: dict[str, object]) -> Case:
    """Receive a stage with all that the applicant is to bring."""
    code = f"construction_stage_{n}"
    item = definitions.in_force("item", code, on=RECEIVED.date())
    return receive(
        application=Application(
            item_id=code,
            applicant_id=firm().pk,
            representative_id=Party.objects.get(name="何志远").pk,
            agent_id=Party.objects.get(name="周晓雯").pk,
            channel=Channel.WINDOW,
            received_at=RECEIVED,
            identity_check=IdentityCheck.READER,
            facts=facts,
            brought={material.code: Brought() for material in item.materials if not material.licence_type},
            project_code=PROJECT,
            is_synthetic=True,
        ),
        by=who("window"),
        at=RECEIVED,
    )


def accept(case: Case) -> None:
    """Merge the pre-check opinions, then accept."""
    with deeds.deed("precheck", on=case.pk, by=SYSTEM, at=ACCEPTED) as deed:
        deed.record(StepCompleted(step_id=0, key="precheck", outcome="passed"))
    commands.accept_case(case_id=case.pk, by=who("window", ACCEPTED), at=ACCEPTED)
    case.dossier.refresh_from_db()


def accepted(n: int, facts: dict[str, object]) -> Case:
    case = stage(n, facts)
    accept(case)
    return case


def states(case: Case) -> dict[str, str]:
    return {row.key: row.state for row in Step.objects.filter(dossier=case.dossier).order_by("attempt")}


def child(case: Case, key: str) -> Case:
    return Case.objects.get(dossier__in=Step.objects.filter(dossier=case.dossier, key=key).values("child"))


def promise(row: Dossier) -> Clock:
    return Clock.objects.get(dossier=row, kind="promise")


def through(case: Case, unit: str, at: datetime) -> None:
    """Let a department do a case to its approval; whoever must give an opinion agrees."""
    while True:
        step = Step.objects.filter(dossier=case.dossier, state="open").first()
        assert step is not None
        if step.key == "sign":
            break
        for share in Share.objects.filter(step=step, state="open").select_related("unit"):
            by = who(f"{share.unit.code}_handler", at)
            work.give_share(share_id=share.pk, outcome="passed", opinion="合格", by=by, at=at)
        outcome = "agree" if not step.shares.exists() else "passed"
        hand = "reviewer" if step.permission == "cases.review" else "handler"
        commands.complete_step(step_id=step.pk, outcome=outcome, opinion="同意", by=who(f"{unit}_{hand}", at), at=at)
    commands.approve_case(case_id=case.pk, by=who(f"{unit}_signer", at), at=at)


BEFORE_STAGE_3 = ("business_licence", "resident_id", "land_permit", "works_permit")


class TestReceiving:
    def test_a_stage_lists_what_to_bring_and_takes_the_rest_from_the_library(self):
        hold(*BEFORE_STAGE_3)

        case = stage(3, FULL | {"flow_class": "3"})

        rows = dict(case.materials.values_list("code", "state"))
        assert sum(state == MaterialState.HANDED for state in rows.values()) == 14
        assert {code for code, state in rows.items() if state == MaterialState.EXEMPT} == {
            "business_licence",
            "legal_representative_id",
            "land_permit",
            "works_permit",
        }

    def test_papers_of_what_does_not_apply_are_not_asked(self):
        hold(*BEFORE_STAGE_3)

        case = stage(3, NOTHING | {"flow_class": "2"})

        assert not case.materials.filter(code__in=["civil_defence_form", "waste_scheme", "drainage_form"]).exists()

    def test_without_the_permit_of_the_stage_before_it_is_not_accepted(self):
        hold("business_licence", "resident_id", "land_permit")

        case = stage(3, FULL)

        with pytest.raises(MaterialsMissing, match="建设工程规划许可证"):
            accept(case)


class TestAccepting:
    def test_five_items_of_five_departments_open_at_once(self):
        hold(*BEFORE_STAGE_3)

        case = accepted(3, FULL | {"flow_class": "3"})

        assert case.dossier.state == "accepted"
        assert states(case) == {
            "drawing_review": "open",
            "civil_defence": "open",
            "construction_permit": "waiting",
            "waste_disposal": "open",
            "greenery_occupation": "open",
            "drainage_permit": "open",
        }
        units = Dossier.objects.filter(parent=case.dossier).values_list("unit__code", flat=True)
        assert sorted(units) == ["cgj", "rfb", "swj", "yljj", "zjj"]
        assert promise(case.dossier).due_at == china("2019-10-30 17:00")  # 16 working days after 10-09; 10-12 is one

    @pytest.mark.parametrize(
        ("flow_class", "whole", "review", "defence"), [("1", 16, 7, 5), ("4", 12, 5, 3), ("5", 14, 5, 3)]
    )
    def test_the_class_decides_the_days_of_stage_and_items(self, flow_class, whole, review, defence):
        hold(*BEFORE_STAGE_3)

        case = accepted(3, FULL | {"flow_class": flow_class})

        limits = [
            promise(each.dossier).limit for each in (case, child(case, "drawing_review"), child(case, "civil_defence"))
        ]
        assert limits == [whole, review, defence]
        rule = promise(child(case, "drawing_review").dossier).rule
        assert rule == ("item:drawing_review@1" if flow_class == "1" else "item:drawing_review@1/reduced")

    def test_what_does_not_apply_is_skipped_with_its_reason(self):
        hold(*BEFORE_STAGE_3)

        case = accepted(3, NOTHING | {"flow_class": "2"})

        assert states(case)["drawing_review"] == "open"
        assert {key for key, state in states(case).items() if state == "skipped"} == {
            "civil_defence",
            "waste_disposal",
            "greenery_occupation",
            "drainage_permit",
        }
        assert all(row.because for row in Step.objects.filter(dossier=case.dossier, state="skipped"))

    def test_what_is_not_known_opens_and_is_flagged(self):
        hold(*BEFORE_STAGE_3)

        case = accepted(3, {})

        assert Step.objects.get(dossier=case.dossier, key="waste_disposal").flagged

    def test_land_with_a_scheme_goes_straight_to_the_works_permit(self):
        hold("business_licence", "resident_id", "land_permit", "project_filing_certificate", "real_estate_certificate")

        case = accepted(2, {"flow_class": "5", "environmental_class": "table", "heritage_within": "outside"})

        assert states(case) == {
            "scheme_review": "skipped",
            "works_permit": "open",
            "environment_approval": "open",
            "soil_conservation": "open",
            "heritage_permit": "skipped",
        }
        assert promise(child(case, "works_permit").dossier).limit == 4

    def test_the_commitment_that_was_handed_in_holds_for_its_item(self):
        hold("business_licence", "resident_id", "land_permit", "project_filing_certificate", "real_estate_certificate")

        case = accepted(2, {"flow_class": "3", "environmental_class": "table", "heritage_within": "outside"})

        soil = child(case, "soil_conservation")
        assert soil.on_commitment
        assert Commitment.objects.get(case=soil).signed_by == "武汉示例置业有限公司"
        assert promise(soil.dossier).due_at == china("2019-10-10 17:00")


class TestTheChildren:
    def test_a_child_has_its_own_papers_and_draws_the_library_s(self):
        hold(*BEFORE_STAGE_3)

        review = child(accepted(3, FULL | {"flow_class": "3"}), "drawing_review")

        assert dict(review.materials.values_list("code", "state")) == {
            "drawings": "HANDED",
            "geological_survey": "HANDED",
            "structural_calculation": "HANDED",
            "works_permit": "EXEMPT",
        }
        assert LicenceUse.objects.filter(dossier=review.dossier, licence__licence_type="works_permit").exists()

    def test_the_permit_opens_when_review_and_civil_defence_are_done_and_gets_their_licences(self):
        hold(*BEFORE_STAGE_3)
        case = accepted(3, FULL | {"flow_class": "3"})
        at = china("2019-10-11 10:00")

        through(child(case, "civil_defence"), "rfb", at)
        assert states(case)["construction_permit"] == "waiting"
        through(child(case, "drawing_review"), "zjj", at)

        assert states(case)["construction_permit"] == "open"
        permit = child(case, "construction_permit")
        exempt = set(permit.materials.filter(state=MaterialState.EXEMPT).values_list("code", flat=True))
        assert exempt == {
            "drawing_certificate",
            "civil_defence_approval",
            "works_permit",
            "land_permit",
            "business_licence",
            "legal_representative_id",
        }
        assert promise(permit.dossier).due_at == china("2019-10-15 17:00")  # 10-12 is a working Saturday
        through(permit, "zjj", china("2019-10-14 10:00"))
        certificate = Licence.objects.get(licence_type="construction_permit")
        assert (certificate.project_code, certificate.issuer.code) == (PROJECT, "zjj")

    def test_drawings_to_be_revised_go_into_a_second_round(self):
        hold(*BEFORE_STAGE_3)
        review = child(accepted(3, FULL | {"flow_class": "3"}), "drawing_review")
        at = china("2019-10-11 10:00")
        first = Step.objects.get(dossier=review.dossier, state="open")
        commands.complete_step(step_id=first.pk, outcome="agree", opinion="", by=who("zjj_handler", at), at=at)
        joint = Step.objects.get(dossier=review.dossier, state="open")
        for share in joint.shares.select_related("unit"):
            outcome = "revise" if share.unit.code == "rfb" else "passed"
            by = who(f"{share.unit.code}_handler", at)
            work.give_share(share_id=share.pk, outcome=outcome, opinion="人防口部尺寸不符", by=by, at=at)

        commands.complete_step(step_id=joint.pk, outcome="revise", opinion="见汇总", by=who("zjj_handler", at), at=at)

        again = Step.objects.get(dossier=review.dossier, state="open")
        assert (again.key, again.attempt) == ("distribute", 2)
        assert Share.objects.filter(step=joint, state="given").count() == 3

    def test_a_child_that_is_denied_ends_the_plan_of_its_stage(self):
        hold(*BEFORE_STAGE_3)
        case = accepted(3, NOTHING | {"flow_class": "2"})
        review, at = child(case, "drawing_review"), china("2019-10-11 10:00")
        for outcome, hand in (("agree", "handler"), ("failed", "handler"), ("agree", "reviewer")):
            step = Step.objects.get(dossier=review.dossier, state="open")
            for share in step.shares.select_related("unit"):
                by = who(f"{share.unit.code}_handler", at)
                work.give_share(share_id=share.pk, outcome="failed", opinion="不合格", by=by, at=at)
            commands.complete_step(step_id=step.pk, outcome=outcome, opinion="", by=who(f"zjj_{hand}", at), at=at)

        commands.deny_case(
            case_id=review.pk,
            reason="结构安全不满足强制性条文",
            basis="建设工程质量管理条例 第十一条",
            by=who("zjj_signer", at),
            at=at,
        )

        assert states(case)["drawing_review"] == "done"
        assert states(case)["construction_permit"] == "cancelled"

    def test_the_lead_may_move_only_what_is_optional(self):
        hold(*BEFORE_STAGE_3)
        case = accepted(3, FULL | {"flow_class": "3"})
        at = china("2019-10-10 10:00")
        waste = Step.objects.get(dossier=case.dossier, key="waste_disposal")

        work.drop_step(step_id=waste.pk, how=plans.open_later, reason="开工前再办", by=who("zjj_head", at), at=at)

        assert states(case)["waste_disposal"] == "cancelled"
        review = Step.objects.get(dossier=case.dossier, key="drawing_review")
        with pytest.raises(plans.NotOptional):
            work.drop_step(step_id=review.pk, how=plans.open_later, reason="以后再办", by=who("zjj_head", at), at=at)

    def test_facts_that_are_fractions_stay_exact_numbers(self):
        hold(*BEFORE_STAGE_3)

        case = accepted(3, FULL | {"basement_area_m2": Decimal("3200.5"), "drainage_m3_per_day": Decimal(0)})

        assert states(case)["civil_defence"] == "open"
        assert states(case)["drainage_permit"] == "skipped"
        assert facts_of(case.dossier)["basement_area_m2"] == Decimal("3200.5")
