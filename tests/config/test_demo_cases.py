"""The district of the demo: people, cases and projects, made by deeds, as far as the opening moment, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from tests.support.definitions import publish_shipped
from yichuang.config import demo
from yichuang.config.demo import cases, catalogue, hall, people, projects
from yichuang.domains.cases.models import Case, Commitment, Draft, Hold
from yichuang.domains.catalogue.models import ListingEntry, ServiceItem
from yichuang.domains.catalogue.queries import listed_count
from yichuang.domains.catalogue.terms import EntryState, ItemState, Registry, UseLevel
from yichuang.domains.construction import queries
from yichuang.domains.construction.models import PlanCheck, Project, Visit
from yichuang.domains.construction.terms import FlowClass
from yichuang.domains.licences.models import Licence
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.forms import queries as forms
from yichuang.foundation.people import permissions, terms
from yichuang.foundation.people.models import Account, Appointment, Region, Unit
from yichuang.foundation.records.commands import make_folder
from yichuang.foundation.records.models import Delivery, Record
from yichuang.foundation.records.queries import verify
from yichuang.foundation.work import queries as work
from yichuang.foundation.work.models import Dossier, Pause, Share, Step

FOLDER = next(each for each in settings.DEFINITIONS if each.name == "wuchang") / "demo"
pytestmark = pytest.mark.sqlite  # on PostgreSQL the journeys load the same district
REPORT = datetime(2019, 10, 30, 1, tzinfo=UTC)  # Wednesday, 09:00 in China
EARLIER = datetime(2019, 9, 27, 1, tzinfo=UTC)
DEPARTMENTS = {
    "fgj", "zrzy", "zjj", "sthj", "swj", "yljj", "cgj", "rfb", "zfj", "jgdd", "wlj", "qxj", "daj",
}  # fmt: skip
AT_REST = {
    "received", "recalled", "accepted", "not_needed", "refused", "correcting", "corrected", "processing",
    "special_start", "approved", "approved_pending", "denied", "withdrawn", "revoked", "certified", "delivered",
    "archived",
}  # fmt: skip
"""Where a permit may rest: `special_end` is left in the deed that leads to it, and no deed leads to `reported_up`."""


class Killed(BaseException):
    """The process ends here."""


def load(opened_at: datetime, *parts: Any) -> None:
    """Load parts of a district."""
    publish_shipped()
    make_folder(district="wuchang", is_demo=True, opened_at=opened_at)
    with override_settings(DEMO=True):  # or numbers of made-up people would be refused
        for part in parts or (people, catalogue, hall, cases, projects):
            part.load(demo.Demo(FOLDER, opened_at))


def whole() -> list[tuple[str, str, int]]:
    """Tell what the folder holds, dossier by dossier: number, state, records."""
    counts = Counter(Record.objects.values_list("stream", flat=True))
    rows = Dossier.objects.order_by("number").values_list("pk", "number", "state")
    return [(number, state, counts[f"dossier/{pk}"]) for pk, number, state in rows]


@pytest.fixture(scope="module")
def district(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[tuple[str, str, int]]]:
    """Load the district of the report once; the loading is killed in its third project and begun again."""
    with django_db_blocker.unblock(), transaction.atomic():
        load(REPORT, people, catalogue, hall, cases)
        made, make = [], projects._make

        def dies(told: projects.Told, until: datetime) -> None:
            make(told, until)
            made.append(told)
            if len(made) == 3:
                raise Killed

        with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
            patch.setattr(projects, "_make", dies)
            projects.load(demo.Demo(FOLDER, REPORT))
        assert Project.objects.count() == 2
        projects.load(demo.Demo(FOLDER, REPORT))
        yield whole()
        transaction.set_rollback(True)


@pytest.mark.usefixtures("district")
class TestPeople:
    def test_thirty_five_units_and_fourteen_streets(self) -> None:
        points = {"park_window", "bank_window", "post_window"}
        units = Unit.objects.exclude(kind=terms.UnitKind.STREET).exclude(code__in=points)

        assert units.count() == 35
        assert set(units.values_list("code", flat=True)) > DEPARTMENTS
        assert set(units.filter(is_utility=True).values_list("code", flat=True)) == {"water", "power", "gas"}
        assert Unit.objects.filter(kind=terms.UnitKind.STREET).count() == 14
        assert Region.objects.filter(level="STREET").count() == 14

    def test_every_relation_is_there(self) -> None:
        assert set(Unit.objects.values_list("relation", flat=True)) == set(terms.Relation.values)

    def test_every_role_of_staff_has_an_account(self) -> None:
        roles = {role.id for role in permissions.table().roles.values() if role.is_staff}

        held = set(Appointment.objects.filter(account__is_demo=True).values_list("role", flat=True))

        assert roles - held == set()
        assert Account.objects.filter(username__in=["citizen", "company", "agent"], is_demo=True).count() == 3

    def test_the_items_of_the_district_are_listed_for_the_four_ways(self) -> None:
        in_force = ServiceItem.objects.filter(state=ItemState.IN_FORCE, level=UseLevel.DISTRICT)

        assert listed_count(Registry.SIBAN, REPORT.date()) == in_force.count() == 26
        assert not ListingEntry.objects.filter(state=EntryState.FAULTY).exists()

    def test_the_seventeen_items_and_both_ways_to_a_food_permit(self) -> None:
        plans = [
            definitions.in_force("plan", f"construction_stage_{n}", REPORT.date()).steps.values() for n in (1, 2, 3, 4)
        ]
        on_the_spot = definitions.in_force("item", "food_registration_small", REPORT.date())

        assert len({step.item for steps in plans for step in steps}) == 17
        assert on_the_spot.handling == "INSTANT"
        assert definitions.in_force("item", "food_permit_on_commitment", REPORT.date()).commitment


@pytest.mark.usefixtures("district")
class TestCases:
    def test_stand_in_every_state_in_which_a_case_may_wait(self) -> None:
        states = Counter(Case.objects.filter(project_code="").values_list("dossier__state", flat=True))

        assert states.total() == 61
        assert set(states) == AT_REST
        assert Draft.objects.filter(case=None).count() == 1
        assert Case.objects.exclude(dossier__is_synthetic=True).count() == 0
        assert Licence.objects.filter(is_outside=False).exists()

    def test_every_form_is_filled_in(self, settings: Any) -> None:
        settings.DEMO = True

        for case in Case.objects.filter(project_code=""):
            form = forms.load(definitions.in_force("item", case.item_id, REPORT.date()).form, REPORT.date())
            answers = case.read("answers")
            assert answers and not form.check(answers), case

    def test_promises_are_kept_looked_after_and_broken(self) -> None:
        food = Commitment.objects.filter(case__item_id="food_permit_on_commitment").order_by("signed_at")

        rows = [(row.result, row.case.dossier.state, row.check_due_at < REPORT) for row in food]
        assert rows == [("", "delivered", True), ("BREACHED", "revoked", True), ("", "delivered", False)]

    def test_numbers_stay_what_they_were(self) -> None:
        """Journeys and papers name those of the first file: whoever adds to the demo changes none of them."""
        numbers = Case.objects.filter(project_code="").order_by("pk").values_list("dossier__number", flat=True)

        assert (numbers[0], numbers[55]) == ("42010620190902000001", "42010620191030000001")


@pytest.mark.usefixtures("district")
class TestProjects:
    def test_one_of_each_flow_class(self) -> None:
        assert sorted(Project.objects.values_list("flow_class", flat=True)) == sorted(FlowClass.values)
        assert not Project.objects.exclude(dossier__is_synthetic=True).exists()

    def test_four_departments_are_at_work_and_a_round_of_drawings_is_open(self) -> None:
        stage = Dossier.objects.get(item_code="construction_stage_3", state="processing")

        open_items = Dossier.objects.filter(parent=stage, concluded_at=None)
        assert sorted(open_items.values_list("unit__code", flat=True)) == ["cgj", "rfb", "yljj", "zjj"]
        step = Step.objects.get(dossier__parent=stage, item_code="drawing_review", key="review", state="open")
        shares = dict(Share.objects.filter(step=step).values_list("unit__code", "state"))
        assert shares == {"zjj": "open", "rfb": "given", "qxj": "open"}

    def test_an_expert_review_stops_the_clocks_and_says_why(self) -> None:
        hold = Hold.objects.get(case__item_id="scheme_review", state="RUNNING")

        assert (hold.ground, hold.case.dossier.state) == ("专家评审", "special_start")
        pauses = Pause.objects.filter(clock__dossier=hold.case.dossier, to_at=None)
        assert set(pauses.values_list("clock__kind", flat=True)) >= {"promise", "legal"}
        stage = hold.case.dossier.parent
        assert stage is not None
        assert "建设工程设计方案联合审查（42010620190917000002）因专家评审停表：用地紧邻" in work.paused_because(stage)

    def test_corrections_are_asked_once_by_the_lead(self) -> None:
        stage = Case.objects.get(item_id="construction_stage_2", dossier__state="correcting")

        rows = stage.notices.get().rows.values_list("unit__code", flat=True)
        assert sorted(rows) == ["sthj", "swj", "zrzy"]

    def test_a_date_of_joint_acceptance_is_agreed(self) -> None:
        visit = Visit.objects.get(on__gt=REPORT.date(), replaced_at=None)

        assert visit.agreed_at is not None
        assert visit.on.isoformat() == "2019-10-31"

    def test_one_is_finished_with_all_decisions(self) -> None:
        project = Project.objects.get(flow_class=FlowClass.PRIVATE_SMALL)

        assert project.dossier.state == "closed"
        assert {row.state for row in queries.stages_of(project.dossier)} == {"concluded"}
        items = Case.objects.filter(dossier__root_id=project.pk).exclude(item_id__startswith="construction_stage")
        assert set(items.values_list("dossier__state", flat=True)) == {"delivered"}
        assert queries.total(project, REPORT).used <= queries.total(project, REPORT).budget == 38

    def test_a_red_line_was_laid_over_the_plans(self) -> None:
        check = PlanCheck.objects.get()

        assert check.state == "AGREED"
        assert check.conflicts.count() == 2


class TestWhole:
    def test_every_record_verifies_and_every_reaction_was_heard(self, district: object) -> None:
        assert verify(b"").ok
        assert not Delivery.objects.filter(tries__gt=0).exists()
        assert not Record.objects.filter(at__gt=REPORT).exists()

    def test_loading_again_adds_nothing(self, district: list[tuple[str, str, int]]) -> None:
        last = Record.objects.latest("pk").pk

        for part in (people, catalogue, hall, cases, projects):
            part.load(demo.Demo(FOLDER, REPORT))

        assert whole() == district
        more = Record.objects.filter(pk__gt=last).values_list("kind", flat=True)
        assert set(more) == {"PeopleLoaded", "SitesLoaded"}  # that the same files were taken over again


@pytest.mark.django_db
def test_what_is_later_than_the_opening_moment_has_not_happened() -> None:
    load(EARLIER)

    assert Record.objects.filter(at__gt=EARLIER).count() == 0
    assert Case.objects.filter(received_at__gt=EARLIER).count() == 0
    assert Case.objects.filter(project_code="").count() > 20
    assert Project.objects.count() == 5
