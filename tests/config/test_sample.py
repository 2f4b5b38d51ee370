"""The sample district: its figures are counted from its records, and move by exactly the row that changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.construction import who
from tests.support.sample import AT, opened
from yichuang.config import demo, sample
from yichuang.config.sample import projects, registers
from yichuang.domains.projects import commands as deeds
from yichuang.domains.projects.models import InvestmentEntry, MajorProject, Meeting, Resolution, YearPlan
from yichuang.domains.projects.terms import MeetingKind, NodeKind, PlanKind, Stage, Topic
from yichuang.foundation.figures import commands as figures
from yichuang.foundation.figures import queries
from yichuang.foundation.figures.models import Snapshot
from yichuang.foundation.figures.rows import as_lines
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import SYSTEM, Actor
from yichuang.foundation.people.models import Party, Unit
from yichuang.foundation.registers import commands
from yichuang.foundation.registers.models import Entry
from yichuang.foundation.work.models import Dossier

pytestmark = pytest.mark.django_db

DAY = date(2019, 10, 30)
LAST_YEAR = date(2018, 12, 3)

BY_REGISTER = {
    "F03": "min", "F07": "count", "F17": "distinct", "F18": "distinct", "F42": "max", "F53": "distinct",
    "F54": "distinct", "F55": "count", "F56": "count", "F65": "count", "F66": "count", "F67": "count", "F71": "sum",
    "F73": "count", "F74": "count", "F77": "distinct", "F78": "distinct", "F79": "distinct", "F80": "sum",
    "F81": "distinct", "F82": "distinct", "F83": "count", "F84": "count", "F95": "distinct", "F97": "count",
}  # fmt: skip
"""How each figure over a register is reckoned from the rows that it opens."""
BY_DAY = {
    "F53": "acted_on", "F54": "held_on", "F55": "applied_on", "F56": "granted_on", "F67": "granted_on",
    "F71": "offered_on", "F74": "held_on", "F77": "held_on", "F81": "audited_on", "F82": "audited_on",
    "F97": "held_on",
}  # fmt: skip
"""The day of those that count this year alone."""
BEFORE = {"F25": 5204, "F26": 109, "F27": 31, "F28": 148337, "F30": 982, "F31": 76}
"""What the bulletin before the last one said."""


@pytest.fixture(scope="module")
def small(django_db_setup: None, django_db_blocker: Any) -> Iterator[demo.Demo]:
    """Load a little of each kind, once."""
    with django_db_blocker.unblock(), opened(demo.Profile.SMALL) as district:
        yield district


@pytest.fixture
def district(small: demo.Demo, db: None) -> demo.Demo:
    """Take the loaded district; what a test does to it is undone."""
    return small


def value(alias: str, **more: Any) -> Any:
    return queries.answers([alias], Times(DAY, **more))[alias].value


def lines(alias: str) -> list[str]:
    return as_lines(queries.find(alias, DAY), Times(DAY), SYSTEM)


def amount(line: str) -> str:
    return line.split("\t")[2]


def reckoned(alias: str, found: list[str]) -> Any:
    """Reckon a figure from its lines as a person with a pencil would."""
    amounts = [amount(each) for each in found]
    match BY_REGISTER[alias]:
        case "count":
            return len(found)
        case "distinct":
            return len(set(amounts))
        case "sum":
            return sum(Decimal(each) for each in amounts)
        case "min":
            return min(amounts)[:7]
    return max(int(each) for each in amounts)


def one_of(alias: str) -> tuple[int, list[str]]:
    """Choose a counted entry on which the figure hangs, and give the lines that are left without it."""
    found = lines(alias)
    whole = reckoned(alias, found)
    for line in found:
        key = line.split("\t")[1]
        left = [each for each in found if each.split("\t")[1] != key]
        if left and BY_REGISTER[alias] in ("min", "max"):
            return int(key), left
        if not left or reckoned(alias, left) != whole:
            return int(key), left
    raise AssertionError(f"{alias}: no row moves it")


def people_of(entry: Entry) -> tuple[Actor, Actor]:
    names = ("rsj_handler", "rsj_head") if entry.register_id == "job_post" else ("office", "office_signer")
    return who(names[0], AT), who(names[1], AT)


def test_all_that_it_makes_is_marked_and_twice_is_no_more(district):
    before = (Entry.objects.count(), MajorProject.objects.count(), Meeting.objects.count(), Party.objects.count())

    registers.load(district)
    projects.load(district)

    assert (
        Entry.objects.count(), MajorProject.objects.count(), Meeting.objects.count(), Party.objects.count()
    ) == before  # fmt: skip
    assert not Entry.objects.filter(is_synthetic=False).exists()
    assert not Dossier.objects.filter(is_synthetic=False).exists()
    assert not Party.objects.filter(kind="ENTERPRISE", is_synthetic=False).exists()


def test_its_own_projects_stand_in_for_the_few_of_the_demo():
    modules = [each.key for each in sample.PARTS]

    assert (modules.count(sample.INSTEAD_OF), modules[-1]) == (0, demo.PARTS[-1].module)
    assert len(set(modules)) == len(modules)


@pytest.mark.parametrize("alias", BY_REGISTER)
def test_a_withdrawn_row_moves_its_figure_by_exactly_itself(district, alias):
    entry_id, left = one_of(alias)
    assert value(alias) == reckoned(alias, lines(alias))

    withdrawer = people_of(Entry.objects.get(pk=entry_id))[1]
    commands.withdraw_entry(entry_id=entry_id, reason="重复登记", by=withdrawer, at=AT)

    assert lines(alias) == left
    assert value(alias) == (reckoned(alias, left) if left else None) or (value(alias), left) == (0, [])


@pytest.mark.parametrize("alias", BY_DAY)
def test_a_row_of_last_year_is_counted_no_more(district, alias):
    entry_id, left = one_of(alias)
    entry = Entry.objects.select_related("standing").get(pk=entry_id)
    writer, checker = people_of(entry)
    values = {BY_DAY[alias]: LAST_YEAR} | ({"ordered_on": LAST_YEAR} if alias == "F53" else {})
    values |= {"applied_on": LAST_YEAR} if alias == "F55" else {}

    assert entry.standing is not None
    commands.change_entry(
        entry_id=entry_id, values=values, since=entry.standing.valid_from, reason="日期有误", by=writer, at=AT
    )
    for deed in (commands.check_entries, commands.publish_entries):
        deed(register=entry.register_id, entry_ids=[entry_id], by=checker, at=AT)

    assert lines(alias) == left
    assert value(alias) == reckoned(alias, left) or (value(alias), left) == (0, [])


@pytest.mark.parametrize("alias", BEFORE)
def test_without_its_last_line_a_bulletin_says_what_it_said_before(district, alias):
    last = Entry.objects.filter(register="outside_bulletin", title__contains="2019年10月30日").order_by("pk")
    entry = last[list(BEFORE).index(alias)]

    commands.withdraw_entry(entry_id=entry.pk, reason="录入有误", by=who("office_signer", AT), at=AT)

    assert value(alias) == BEFORE[alias]


def test_projects_move_their_figures_and_what_was_published_stays(district):
    office, aliases = who("office", AT), ["F43", "F44", "F45", "F46", "F47", "F48", "F49", "F50", "F93", "F06"]
    (shown, *_others) = figures.publish(
        ids=aliases, times=Times(DAY), occasion="人大报告", by=who("office_signer", AT), at=AT
    )
    was = {alias: value(alias) for alias in aliases}
    kept = list(Snapshot.objects.order_by("pk").values_list("figure", "value", "digest"))

    building = YearPlan.objects.filter(kind=PlanKind.ONGOING).earliest("pk").project
    month = InvestmentEntry.objects.get(project=building, month=date(2019, 9, 1))
    by = who(f"{building.dossier.unit.code}_handler", AT)
    more = month.amount_fen + 12_000_000_000
    corrected = deeds.correct_month(
        project_id=building.pk, month=month.month, amount_fen=more, reason="漏报", by=by, at=AT
    )
    assert value("F46") == was["F46"]
    deeds.confirm_entry(entry_id=corrected.pk, by=office, at=AT)
    assert value("F46") == was["F46"] + Decimal("1.20")

    deeds.move_project(project_id=building.pk, to=Stage.FINISHING, reason="", by=office, at=AT)
    assert (value("F50"), value("F45")) == (was["F50"] - 1, was["F45"])

    waiting = YearPlan.objects.filter(kind=PlanKind.NEW, project__started_on=None).earliest("pk").project
    by = who(f"{waiting.dossier.unit.code}_handler", AT)
    node = waiting.nodes.get(kind=NodeKind.START)
    deeds.reach_node(node_id=node.pk, done_on=date(2019, 10, 29), evidence="开工令", by=by, at=AT)
    for stage in (Stage.LAND, Stage.STARTED):
        if waiting.dossier.state != stage:
            deeds.move_project(project_id=waiting.pk, to=stage, reason="", by=office, at=AT)
    assert (value("F49"), value("F48")) == (was["F49"] + 1, was["F48"])

    deeds.set_plan(
        project_id=waiting.pk, year=2019, kind=PlanKind.OTHER, plan_fen=100_000_000, reason="调出", by=office, at=AT
    )
    assert (value("F48"), value("F49"), value("F45")) == (was["F48"] - 1, was["F49"], was["F45"])

    held = {"body": "INVEST_COMMITTEE", "kind": MeetingKind.WORK, "topic": Topic.PROJECTS}
    meet(held, office)
    matter = Resolution.objects.latest("pk")
    assert (value("F43"), value("F44")) == (was["F43"] + 1, was["F44"] + 1)
    assert (matter.meeting.body, value("F93")) == ("INVEST_COMMITTEE", was["F93"])
    meet({"body": "GOVERNMENT", "kind": MeetingKind.STUDY, "topic": Topic.ENVIRONMENT}, office)
    assert (value("F06"), value("F43")) == (was["F06"] + 1, was["F43"] + 1)

    assert list(Snapshot.objects.order_by("pk").values_list("figure", "value", "digest")) == kept
    assert {alias: value(alias, known_at=shown.known_at) for alias in aliases} == was


def meet(said: Mapping[str, Any], by: Actor) -> None:
    unit = Unit.objects.get(code="office").pk
    agenda = [deeds.AgendaSaid("项目进展")]
    meeting = deeds.plan_meeting(**said, planned_at=AT, agenda=agenda, unit_id=unit, by=by, at=AT)
    deeds.hold_meeting(meeting_id=meeting.pk, held_on=DAY, by=by, at=AT)
    deeds.resolve_matter(
        meeting_id=meeting.pk, text="落实（示例）", unit_id=unit, due_on=date(2019, 11, 20), by=by, at=AT
    )
