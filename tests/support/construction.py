"""A district with its units and one developer's project: what tests of construction approvals begin from."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.support.definitions import EARLY, publish_shipped
from tests.support.engine import china
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.commands.intake import receive
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.rules import Application, Brought
from yichuang.domains.cases.terms import Channel, IdentityCheck
from yichuang.domains.construction import commands
from yichuang.domains.construction.models import Project
from yichuang.domains.construction.terms import Verdict
from yichuang.domains.licences import commands as library
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import SYSTEM, Actor, actor_for
from yichuang.foundation.people.loading import load_units
from yichuang.foundation.people.models import Account, Party, Unit
from yichuang.foundation.records.commands import make_folder
from yichuang.foundation.work import hooks
from yichuang.foundation.work.models import Clock, Dossier, Share, Step

CODE = "2019-420106-47-03-000001"
REGISTERED = china("2019-10-08 09:00")
RECEIVED = china("2019-10-08 09:30")
ACCEPTED = china("2019-10-09 10:00")
BEFORE_STAGE_3 = ("business_licence", "resident_id", "land_permit", "works_permit")
FULL = {
    "works_class": "housing",
    "basement_area_m2": 3200,
    "construction_waste_m3": 12000,
    "greenery_area_m2": 150,
    "drainage_m3_per_day": 40,
}
NOTHING = {
    "works_class": "municipal",
    "basement_area_m2": 0,
    "construction_waste_m3": 0,
    "greenery_area_m2": 0,
    "drainage_m3_per_day": 0,
}
DEMO = next(Path(each) for each in settings.DEFINITIONS if Path(each).name == "wuchang") / "demo"


@dataclass(frozen=True)
class Paper:
    """A numbered paper, as the engine keeps it."""

    pk: int
    kind: str
    facts: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.kind}{self.pk}号"


def open_district(monkeypatch: pytest.MonkeyPatch | None = None) -> list[Paper]:
    """Publish what ships and people the district; with `monkeypatch` papers are only noted, in the list returned."""
    papers: list[Paper] = []
    if monkeypatch is not None:
        count = itertools.count(1)

        def write(_deed: object, kind: str, facts: dict[str, Any]) -> Paper:
            papers.append(Paper(next(count), kind, facts))
            return papers[-1]

        monkeypatch.setattr(hooks, "_paper_writers", [write])
    publish_shipped()
    make_folder(district="wuchang", is_demo=True, opened_at=EARLY)
    for name in ("units", "accounts"):
        load_units(yaml.safe_load((DEMO / f"{name}.yaml").read_text(encoding="utf-8")), at=EARLY)
    return papers


def who(username: str, at: datetime = RECEIVED) -> Actor:
    """Give the actor of a demo account."""
    return actor_for(Account.objects.get(username=username), at)


def developer(at: datetime = RECEIVED) -> Actor:
    """Give the developer's representative."""
    return who("company", at)


def firm() -> Party:
    """Give the developer."""
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
            project_code=CODE if by_project else "",
            is_synthetic=True,
        )


def registration(**more: Any) -> commands.Registration:
    """Write what a developer says of a project."""
    said: dict[str, Any] = {
        "code": CODE,
        "name": "示例大厦",
        "owner_id": firm().pk,
        "flow_class": "3",
        "investment_source": "private",
        "works_class": "housing",
        "total_investment_fen": 12_345_678_900,
        "land_area_m2": 12000,
        "building_area_m2": 48000,
        "planned_start_on": date(2019, 12, 1),
        "planned_completion_on": date(2021, 12, 31),
        "fields": {"land_obtained_by": "auctioned", "land_with_scheme": "without", "industry_code": "E4710"},
        "is_synthetic": True,
    }
    return commands.Registration(**(said | more))


def opened(**more: Any) -> Project:
    """Register a project."""
    return commands.open_project(registration=registration(**more), by=developer(), at=REGISTERED)


def stage(
    n: int = 3, facts: dict[str, Any] = FULL, at: datetime = RECEIVED, *, code: str = CODE, flow_class: str = "3"
) -> Case:
    """Receive a stage with all that the applicant is to bring."""
    item = definitions.in_force("item", f"construction_stage_{n}", on=at.date())
    return receive(
        application=Application(
            item_id=item.id,
            applicant_id=firm().pk,
            representative_id=Party.objects.get(name="何志远").pk,
            channel=Channel.ONLINE,
            received_at=at,
            identity_check=IdentityCheck.ACCOUNT,
            facts=facts | {"flow_class": flow_class},
            brought={material.code: Brought() for material in item.materials if not material.licence_type},
            project_code=code,
            is_synthetic=True,
        ),
        by=developer(at),
        at=at,
    )


def agree(case: Case, at: datetime, *, but: tuple[str, ...] = ()) -> None:
    """Let every unit concerned say that the application is complete; the lead and those in `but` say nothing."""
    for share in Share.objects.filter(dossier=case.dossier, step=None, state="open").select_related("unit"):
        if share.unit.code not in (*but, case.dossier.unit.code):
            commands.give_precheck(share_id=share.pk, rows=(), by=who(f"{share.unit.code}_handler", at), at=at)


def accepted(
    n: int = 3, facts: dict[str, Any] = FULL, *, lead: str = "zjj", at: datetime = ACCEPTED, flow_class: str = "3"
) -> Case:
    """Receive a stage, let all units agree and the lead accept."""
    case = stage(n, facts, flow_class=flow_class)
    agree(case, at)
    commands.merge_precheck(case_id=case.pk, by=who(f"{lead}_handler", at), at=at)
    case.dossier.refresh_from_db()
    return case


def child(case: Case, key: str) -> Case:
    """Give the case of an item inside a stage, that of the last attempt."""
    step = Step.objects.filter(dossier=case.dossier, key=key).exclude(child=None).order_by("attempt").last()
    assert step is not None, f"{key} has no case"
    return Case.objects.select_related("dossier").get(pk=step.child_id)


def states(case: Case) -> dict[str, str]:
    """Tell how each step of a case stands."""
    return {row.key: row.state for row in Step.objects.filter(dossier=case.dossier).order_by("attempt")}


def promise(row: Dossier) -> Clock:
    """Give the promise clock of a dossier."""
    return Clock.objects.get(dossier=row, kind="promise", step=None)


def through(case: Case, unit: str, at: datetime) -> None:
    """Let a department do a case to its approval; whoever must give an opinion agrees."""
    while True:
        step = Step.objects.filter(dossier=case.dossier, state="open").first()
        assert step is not None
        if step.permission == "cases.decide":
            break
        if step.shares.exists():
            joint(step, at)
            commands.merge_opinions(step_id=step.pk, verdict=Verdict.PASSED, by=who(f"{unit}_handler", at), at=at)
            continue
        hand = "reviewer" if step.permission == "cases.review" else "handler"
        cases.complete_step(step_id=step.pk, outcome="agree", opinion="同意", by=who(f"{unit}_{hand}", at), at=at)
    cases.approve_case(case_id=case.pk, by=who(f"{unit}_signer", at), at=at)


def joint(step: Step, at: datetime, **verdicts: Verdict) -> None:
    """Let every unit of a joint step give its verdict: passed unless said otherwise."""
    for share in Share.objects.filter(step=step, state="open").select_related("unit"):
        verdict = verdicts.get(share.unit.code, Verdict.PASSED)
        opinion = "" if verdict == Verdict.PASSED else f"{share.unit.short_name}要求修改"
        by = who(f"{share.unit.code}_handler", at)
        commands.give_opinion(share_id=share.pk, verdict=verdict, opinion=opinion, by=by, at=at)


def square(west: float, south: float, east: float, north: float) -> str:
    """Write a rectangle as GeoJSON."""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})
