"""
Construction projects of a demo (`projects`): each brought to where it stands by the deeds of those who work on it.

Every project is a transaction of its own: one that was cut off is begun anew, one that is there is left alone. They are
loaded after the cases, so the numbers of these do not depend on them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yichuang.config import demo
from yichuang.config.demo.cases import party_of
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import Case, Hold
from yichuang.domains.cases.terms import Channel, CheckResult, DeliveryKind, HoldKind, IdentityCheck
from yichuang.domains.construction import commands, queries
from yichuang.domains.construction.models import PlanLayer, Project
from yichuang.domains.construction.terms import CloseKind, EarlyVerdict, LayerKind, Stage, Verdict
from yichuang.domains.licences import commands as library
from yichuang.foundation.forms import queries as forms
from yichuang.foundation.people.actors import SYSTEM, Actor, actor_for
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work.models import Dossier, Share, Step
from yichuang.foundation.work.terms import ShareState, StepState

FEN_OF_WAN = 1_000_000
HANDS = {"cases.review": "reviewer", "cases.decide": "signer"}
"""Who acts on a step, by its permission; all others are the handler's."""

ASKED_OF_STAGE_3 = {
    "basement": "basement_area_m2",
    "waste": "construction_waste_m3",
    "greenery": "greenery_area_m2",
    "drainage": "drainage_m3_per_day",
}
"""The questions before the form of stage 3, by the answer that tells what was said to them."""


@dataclass(frozen=True, slots=True)
class Told:
    """One project of the file."""

    row: Mapping[str, Any]

    @property
    def project(self) -> Project:
        """Give the project once it is registered."""
        found = queries.by_code(self.row["code"])
        assert found is not None, "registered before anything else is done"
        return found

    def stage(self, number: int) -> Dossier:
        """Give the application of a stage."""
        found = queries.current(self.project.dossier, Stage(number))
        assert found is not None, f"projects.yaml: stage {number} of {self.row['code']} is not filed yet"
        return found

    def item(self, code: str) -> Case:
        """Give the case of an item inside a stage."""
        rows = Case.objects.select_related("dossier__unit").filter(dossier__root_id=self.project.pk, item_id=code)
        found = rows.order_by("-pk").first()
        assert found is not None, f"projects.yaml: {code} of {self.row['code']} is not open yet"
        return found


def load(district: demo.Demo) -> None:
    """Put the planning layers in force, then make each project that is not there yet, up to the opening moment."""
    said = district.read("projects")
    while records.deliver(at=district.opened_at):
        pass
    with transaction.atomic():
        _put_layers(said["layers"])
    for row in said["projects"]:
        with transaction.atomic():
            if queries.by_code(row["code"]) is None:
                _make(Told(row), district.opened_at)


def _make(told: Told, until: datetime) -> None:
    for at, do in sorted(_deeds(told), key=lambda each: each[0]):
        if at <= until:
            do(at)
            records.deliver(at=at)


def _deeds(told: Told) -> Iterable[tuple[datetime, Callable[[datetime], None]]]:
    yield _moment(told.row["registered"]), lambda at: _register(told, at)
    for row in told.row["deeds"]:
        for at in row["at"] if isinstance(row["at"], list) else [row["at"]]:
            yield _moment(at), _bound(DEEDS[row["do"]], told, row)


def _bound(do: Deed, told: Told, row: Mapping[str, Any]) -> Callable[[datetime], None]:
    return lambda at: do(told, row, at)


def _moment(written: datetime | str) -> datetime:
    """Read a moment; those of a list are texts, since YAML knows no moment without seconds."""
    return datetime.fromisoformat(str(written)).replace(tzinfo=CHINA)


def _who(name: str, at: datetime) -> Actor:
    return actor_for(Account.objects.get(username=name), at)


def _box(west: float, south: float, east: float, north: float) -> str:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _put_layers(said: Sequence[Mapping[str, Any]]) -> None:
    if PlanLayer.objects.exists():
        return
    for row in said:
        commands.put_layer(
            kind=LayerKind(row["kind"]),
            name=row["name"],
            unit_id=Unit.objects.get(code=row["unit"]).pk,
            source=row["source"],
            geojson=_box(*row["box"]),
            valid_from=date(2019, 1, 1),
            by=SYSTEM,
            at=datetime(2019, 7, 1, 9, tzinfo=CHINA),
            is_synthetic=True,
        )


def _register(told: Told, at: datetime) -> None:
    row = told.row
    owner = party_of(row["owner"])
    for held in row["held"]:
        library.enter_outside(
            licence_type=held["type"],
            number=held["number"],
            holder_id=owner.pk,
            unit_id=Unit.objects.get(code=held["unit"]).pk,
            fields={},
            by=SYSTEM,
            at=at,
            project_code=row["code"],
            valid_from=held["valid_from"],
            is_synthetic=True,
        )
    commands.open_project(
        registration=commands.Registration(
            code=row["code"],
            name=row["name"],
            owner_id=owner.pk,
            flow_class=row["flow_class"],
            investment_source=row["investment_source"],
            works_class=row["works_class"],
            total_investment_fen=row["total_investment"] * FEN_OF_WAN,
            land_area_m2=row["land_area_m2"],
            building_area_m2=row["building_area_m2"],
            planned_start_on=row["planned_start_on"],
            planned_completion_on=row["planned_completion_on"],
            fields=row["fields"],
            is_synthetic=True,
        ),
        by=_who(row["by"], at),
        at=at,
    )


def _file(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    item = queries.stage_item(Stage(row["stage"]), at.date())
    owner, person = party_of(told.row["owner"]), party_of(told.row["representative"])
    contact = {"name": person.name, "phone": person.phone}
    form = forms.load(item.form, at.date())
    answers = {
        **queries.answers_of(told.row["code"]),
        "construction_unit": {"name": owner.name, "uscc": told.row["owner"]},
        "legal_representative": contact,
        "contact_person": contact,
        "delivery_kind": "window",
        **told.row["answers"],
    }
    situation = {"flow_class": f"class_{told.row['flow_class']}"}
    if row["stage"] == Stage.BUILDING:
        situation |= {key: "has" if answers.get(of, "0") != "0" else "has_not" for key, of in ASKED_OF_STAGE_3.items()}
    known = {"flow_class": told.row["flow_class"]}
    cases.receive(
        application=cases.Application(
            item_id=item.id,
            applicant_id=owner.pk,
            representative_id=person.pk,
            channel=Channel.ONLINE,
            received_at=at,
            identity_check=IdentityCheck.ACCOUNT,
            answers=form.submission(answers, known),
            facts=form.facts(answers, known),
            situation=situation,
            brought={each.code: cases.Brought(pages=6) for each in item.materials if not each.filled_by_form},
            recipient_name=person.name,
            recipient_phone=person.phone,
            recipient_address=owner.address,
            delivery_kind=DeliveryKind.WINDOW,
            project_code=told.row["code"],
            is_synthetic=True,
        ),
        by=_who(told.row["by"], at),
        at=at,
    )


def _wanted(row: Mapping[str, Any]) -> commands.WantedRow:
    return commands.WantedRow(name="", reason=row["reason"], how=row["how"], material=row["material"])


def _want(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    shares = Share.objects.filter(dossier=told.stage(row["stage"]), step=None, state=ShareState.OPEN)
    share = shares.get(unit__code=row["unit"])
    commands.give_precheck(share_id=share.pk, rows=[_wanted(row)], by=_who(f"{row['unit']}_handler", at), at=at)


def _agree(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    """Let every unit that has said nothing yet find the application complete; the lead speaks when it merges."""
    stage = told.stage(row["stage"])
    shares = Share.objects.filter(dossier=stage, step=None, state=ShareState.OPEN).exclude(unit_id=stage.unit_id)
    for share in shares.select_related("unit"):
        commands.give_precheck(share_id=share.pk, rows=(), by=_who(f"{share.unit.code}_handler", at), at=at)


def _accept(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    stage = told.stage(row["stage"])
    merged = commands.merge_precheck(case_id=stage.pk, by=_who(f"{stage.unit.code}_handler", at), at=at)
    assert not merged, "projects.yaml: a stage is accepted when no unit wants anything"


def _ask_correction(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    stage = told.stage(row["stage"])
    lead = _who(f"{stage.unit.code}_handler", at)
    commands.merge_precheck(case_id=stage.pk, rows=[_wanted(row)], by=lead, at=at)


def _correct(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    """Hand in everything that the notice asks for."""
    stage = told.stage(row["stage"])
    wanted = stage.case.notices.get().rows.values_list("material", flat=True)
    cases.hand_in_correction(
        case_id=stage.pk,
        brought={code: cases.Brought(pages=4) for code in wanted},
        answers={},
        by=_who(told.row["by"], at),
        at=at,
    )


def _go_on(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    """Do the next step of an item: a joint one with all its units, the decision, and after it the delivery."""
    case = told.item(row["item"])
    if case.dossier.concluded_at is not None:
        _deliver(case, at)
        return
    step = Step.objects.get(dossier=case.dossier, state=StepState.OPEN)
    by = _who(f"{case.dossier.unit.code}_{HANDS.get(step.permission, 'handler')}", at)
    if step.permission == "cases.decide":
        cases.approve_case(case_id=case.pk, by=by, at=at, opinion="准予。")
    elif step.shares.exists():
        for share in step.shares.filter(state=ShareState.OPEN).select_related("unit"):
            _give(share, at)
        commands.merge_opinions(step_id=step.pk, verdict=Verdict.PASSED, by=by, at=at)
    elif queries.sending_step(case.pk) == step:
        commands.open_round(step_id=step.pk, opinion="材料齐全，分送各单位。", by=by, at=at)
    else:
        opinion = "同意承办意见。" if step.permission == "cases.review" else "符合条件，建议准予。"
        cases.complete_step(step_id=step.pk, outcome="agree", opinion=opinion, by=by, at=at)


def _deliver(case: Case, at: datetime) -> None:
    cases.deliver_result(
        case_id=case.pk,
        kind=DeliveryKind.WINDOW,
        receiver=case.recipient_name,
        identity=IdentityCheck.READER,
        by=_who("delivery", at),
        at=at,
    )


def _opine(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    shares = Share.objects.filter(step__dossier_id=told.item(row["item"]).pk, state=ShareState.OPEN)
    _give(shares.select_related("unit").get(unit__code=row["unit"]), at)


def _give(share: Share, at: datetime) -> None:
    by = _who(f"{share.unit.code}_handler", at)
    commands.give_opinion(share_id=share.pk, verdict=Verdict.PASSED, opinion="", by=by, at=at)


def _ask_hold(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    case = told.item(row["item"])
    cases.ask_hold(
        case_id=case.pk,
        kind=HoldKind.SPECIAL,
        ground=row["ground"],
        reason=row["reason"],
        expected_days=row["days"],
        by=_who(f"{case.dossier.unit.code}_handler", at),
        at=at,
    )


def _approve_hold(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    case = told.item(row["item"])
    hold = Hold.objects.filter(case=case).latest("asked_at")
    cases.approve_hold(hold_id=hold.pk, by=_who(f"{case.dossier.unit.code}_head", at), at=at)


def _propose_visit(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    commands.propose_visit(case_id=told.item(row["item"]).pk, on=row["day"], by=_who(row["by"], at), at=at)


def _agree_visit(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    case_id = told.item(row["item"]).pk
    visit = queries.visit(case_id, queries.round_of(case_id))
    assert visit is not None, "projects.yaml: a date is proposed before it is agreed"
    commands.agree_visit(visit_id=visit.pk, by=_who(row["by"], at), at=at)


def _close(told: Told, _row: Mapping[str, Any], at: datetime) -> None:
    by = _who("zjj_handler", at)
    commands.close_project(project_id=told.project.pk, kind=CloseKind.FINISHED, by=by, at=at)


def _check_commitment(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    cases.check_commitment(
        case_id=told.item(row["item"]).pk,
        result=CheckResult.KEPT,
        finding=row["finding"],
        by=_who(f"{row['unit']}_handler", at),
        at=at,
    )


def _draw_red_line(told: Told, _row: Mapping[str, Any], at: datetime) -> None:
    geojson = _box(*told.row["red_line"])
    commands.draw_red_line(project_id=told.project.pk, geojson=geojson, by=_who(told.row["by"], at), at=at)


def _check_plans(told: Told, _row: Mapping[str, Any], at: datetime) -> None:
    commands.check_plans(project_id=told.project.pk, by=_who("zrzy_handler", at), at=at)


def _ask_early(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    units = list(Unit.objects.filter(code__in=row["units"]).values_list("pk", flat=True))
    check = told.project.checks.latest("n")
    commands.ask_early_opinions(check_id=check.pk, unit_ids=units, by=_who("zrzy_handler", at), at=at)


def _give_early(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    check = told.project.checks.latest("n")
    share = queries.early_shares(check).get(unit__code=row["unit"])
    commands.give_early_opinion(
        share_id=share.pk,
        verdict=EarlyVerdict(row["verdict"]),
        opinion=row["opinion"],
        by=_who(f"{row['unit']}_handler", at),
        at=at,
    )


def _conclude_check(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    check = told.project.checks.latest("n")
    by = _who("zrzy_handler", at)
    commands.conclude_check(check_id=check.pk, conditions=row["conditions"], by=by, at=at)


Deed = Callable[[Told, Mapping[str, Any], datetime], None]
DEEDS: Mapping[str, Deed] = {
    "file": _file,
    "want": _want,
    "agree": _agree,
    "accept": _accept,
    "ask_correction": _ask_correction,
    "correct": _correct,
    "go_on": _go_on,
    "opine": _opine,
    "ask_hold": _ask_hold,
    "approve_hold": _approve_hold,
    "propose_visit": _propose_visit,
    "agree_visit": _agree_visit,
    "close": _close,
    "check_commitment": _check_commitment,
    "draw_red_line": _draw_red_line,
    "check_plans": _check_plans,
    "ask_early": _ask_early,
    "give_early": _give_early,
    "conclude_check": _conclude_check,
}
"""The deeds that a project in `projects.yaml` may name."""
