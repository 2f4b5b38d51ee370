"""Major projects: stages with evidence, locked months, corrections, warnings; who may not."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tests.support.projects import WAN, District
from yichuang.domains.projects import commands, queries
from yichuang.domains.projects.commands import refusals
from yichuang.domains.projects.models import InvestmentEntry, MajorProject, Node
from yichuang.domains.projects.queries import Asked
from yichuang.domains.projects.terms import Chain, EntryState, NodeKind, PlanKind, Stage, Trouble
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.records.models import Record

pytestmark = pytest.mark.django_db
ON = date(2019, 10, 30)


@pytest.fixture
def district() -> District:
    return District()


def listed(district: District, **more) -> list[queries.Listed]:
    return queries.listed(queries.asked_for(district.office, Asked(year=2019, on=ON, **more)))


class TestAMonth:
    def test_counts_only_when_somebody_else_locked_it_and_is_then_never_changed(self, district):
        project = district.project()
        entry = district.invest(project, 3, 1_000, confirmed=False)

        with pytest.raises(NotAllowed):
            commands.confirm_entry(entry_id=entry, by=district.handler, at=district.at)
        assert listed(district)[0].done_fen == 0
        commands.confirm_entry(entry_id=entry, by=district.office, at=district.at)

        assert listed(district)[0].done_fen == 1_000 * WAN
        with pytest.raises(refusals.MonthLocked):
            district.invest(project, 3, 900)
        row = InvestmentEntry.objects.get(pk=entry)
        assert (row.entered_by_id, row.decided_by_id) == (district.handler.account_id, district.office.account_id)

    def test_is_corrected_by_a_new_entry_with_a_reason(self, district):
        project = district.project()
        district.invest(project, 3, 1_000)
        said = {"project_id": project.pk, "month": date(2019, 3, 1), "by": district.handler, "at": district.at}

        with pytest.raises(refusals.ReasonMissing):
            commands.correct_month(amount_fen=900 * WAN, reason=" ", **said)
        with pytest.raises(refusals.NothingChanged):
            commands.correct_month(amount_fen=1_000 * WAN, reason="重复计算", **said)
        new = commands.correct_month(amount_fen=900 * WAN, reason="重复计算", **said)
        with pytest.raises(refusals.CorrectionWaiting):
            commands.correct_month(amount_fen=800 * WAN, reason="再改", **said)
        commands.confirm_entry(entry_id=new.pk, by=district.office, at=district.at)

        amounts = InvestmentEntry.objects.filter(state=EntryState.CONFIRMED).order_by("pk")
        assert [row.amount_fen for row in amounts] == [1_000 * WAN, -100 * WAN]
        assert listed(district)[0].done_fen == 900 * WAN

    def test_is_refused_ahead_of_time_without_a_plan_and_below_nothing(self, district):
        project = district.project()

        with pytest.raises(refusals.MonthAhead):
            district.invest(project, 11, 1)
        with pytest.raises(refusals.AmountUnfit):
            district.invest(project, 3, -1)
        with pytest.raises(refusals.PlanMissing):
            commands.enter_month(
                project_id=project.pk, month=date(2018, 3, 1), amount_fen=1, by=district.handler, at=district.at
            )

    def test_that_was_returned_is_entered_anew_and_every_entry_stays(self, district):
        project = district.project()
        first = district.invest(project, 3, 1_000, confirmed=False)

        commands.return_entry(entry_id=first, reason="缺附件", by=district.office, at=district.at)
        district.invest(project, 3, 950, confirmed=False)
        district.invest(project, 3, 940)

        (march,) = [each for each in queries.months_of(project, 2019, ON) if each.month.month == 3]
        assert [each.state for each in march.entries] == ["RETURNED", "REPLACED", "CONFIRMED"]
        assert march.locked_fen == 940 * WAN
        kinds = set(Record.objects.values_list("kind", flat=True))
        assert {"InvestmentEntered", "InvestmentConfirmed", "InvestmentReturned"} <= kinds

    def test_nobody_confirms_what_he_entered_himself(self, district):
        project = district.project()
        entry = InvestmentEntry.objects.create(
            project=project,
            month=date(2019, 2, 1),
            amount_fen=1,
            entered_at=district.at,
            entered_by_id=district.office.account_id,
        )

        with pytest.raises(refusals.OwnEntry):
            commands.confirm_entry(entry_id=entry.pk, by=district.office, at=district.at)


class TestAStart:
    def test_needs_a_permit_or_a_node_with_evidence(self, district):
        project = district.project()
        to_start = {
            "project_id": project.pk,
            "to": Stage.STARTED,
            "reason": "",
            "by": district.office,
            "at": district.at,
        }
        with pytest.raises(refusals.NotStarted):
            commands.move_project(**to_start)
        node = commands.plan_node(
            project_id=project.pk, kind=NodeKind.START, planned_on=date(2019, 6, 1), by=district.handler, at=district.at
        )
        done = {"node_id": node.pk, "by": district.handler, "at": district.at}
        with pytest.raises(refusals.EvidenceMissing):
            commands.reach_node(done_on=date(2019, 6, 3), evidence=" ", **done)
        with pytest.raises(refusals.DayAhead):
            commands.reach_node(done_on=date(2019, 11, 3), evidence="开工令", **done)

        commands.reach_node(done_on=date(2019, 6, 3), evidence="开工令 武示〔2019〕3号", **done)
        commands.move_project(**to_start)

        project = MajorProject.objects.get(pk=project.pk)
        assert (project.dossier.state, project.started_on) == ("started", date(2019, 6, 3))
        with pytest.raises(refusals.StartShown):
            commands.take_back_node(node_id=node.pk, reason="填错", by=district.handler, at=district.at)

    def test_is_not_claimed_on_enrolling_either(self, district):
        with pytest.raises(refusals.NotStarted):
            district.project(stage=Stage.BUILDING)
        with pytest.raises(IntegrityError), transaction.atomic():
            MajorProject.objects.filter(pk=district.project().pk).update(started_on=ON)

    def test_a_node_is_taken_back_and_stays(self, district):
        project = district.project()
        said = {"project_id": project.pk, "planned_on": date(2019, 5, 1), "by": district.handler, "at": district.at}
        node = commands.plan_node(kind=NodeKind.LAND, **said)
        commands.reach_node(
            node_id=node.pk, done_on=date(2019, 5, 2), evidence="成交确认书", by=district.handler, at=district.at
        )

        commands.take_back_node(node_id=node.pk, reason="误填", by=district.handler, at=district.at)

        rows = Node.objects.filter(project=project).order_by("pk")
        assert [(row.done_on, row.taken_back_because) for row in rows] == [(date(2019, 5, 2), "误填"), (None, "")]


class TestTheList:
    def test_warns_below_the_share_of_the_year(self, district):
        behind, on_time = district.project(name="慢"), district.project(name="快")
        district.invest(behind, 10, 9_999)
        district.invest(on_time, 10, 10_000)  # 10/12 of 12,000

        found = {row.project.dossier.title: row for row in listed(district)}

        assert found["慢"].troubles == (Trouble.BEHIND,)
        assert found["快"].troubles == ()
        assert [row.project.dossier.title for row in listed(district, trouble="behind")] == ["慢"]
        assert [row.project.dossier.title for row in listed(district, sort="share")] == ["慢", "快"]

    def test_asks_by_word_stage_kind_and_year_and_hides_other_units(self, district):
        district.project(name="北岸", kind=PlanKind.ONGOING)
        district.project(name="南岸")

        assert [row.project.dossier.title for row in listed(district, q="南岸")] == ["南岸"]
        assert [row.project.dossier.title for row in listed(district, kind="ONGOING")] == ["北岸"]
        assert listed(district, stage="done") == []
        stranger = people.make_actor("handler", people.make_unit("zjj"), at=district.at)
        assert not queries.projects(stranger).exists()

    def test_an_adjusted_plan_needs_a_reason_and_keeps_the_earlier_one(self, district):
        project = district.project()
        said = {"project_id": project.pk, "year": 2019, "kind": PlanKind.NEW, "by": district.office, "at": district.at}

        with pytest.raises(refusals.ReasonMissing):
            commands.set_plan(plan_fen=9_000 * WAN, **said)
        commands.set_plan(plan_fen=9_000 * WAN, reason="拆迁未完成", **said)

        before, now = queries.plan_of(project.pk, 2019, date(2019, 6, 1)), queries.plan_of(project.pk, 2019, ON)
        assert (before.plan_fen, now.plan_fen) == (12_000 * WAN, 9_000 * WAN)

    def test_the_agenda_begins_with_difficulties(self, district):
        district.project(name="只是慢")
        stuck = district.project(name="有难点")
        commands.raise_difficulty(
            project_id=stuck.pk, chain=Chain.CLEARING, text="剩余两户未签约", by=district.handler, at=district.at
        )

        found = queries.in_trouble(district.office, 2019, ON)

        assert [row.project.dossier.title for row in found] == ["有难点", "只是慢"]
