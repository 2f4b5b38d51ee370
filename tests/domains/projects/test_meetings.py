"""Meetings and resolved matters: numbering, weeks, verification by another, figures over them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.support.engine import china
from tests.support.projects import District
from tests.support.supervision import until
from yichuang.domains.projects import commands, queries
from yichuang.domains.projects.commands import refusals
from yichuang.domains.projects.models import Meeting, Resolution
from yichuang.domains.projects.terms import MeetingKind, NodeKind, PlanKind, Stage, Topic
from yichuang.foundation.figures import queries as figures
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.work.models import Dossier

pytestmark = pytest.mark.django_db
REPORT_DAY = date(2019, 10, 30)


@pytest.fixture
def district() -> District:
    return District()


def planned(district: District, at: datetime, **more) -> Meeting:
    said = {"body": "INVEST_COMMITTEE", "kind": MeetingKind.WORK, "topic": Topic.PROJECTS}
    agenda = [commands.AgendaSaid("项目调度")]
    return commands.plan_meeting(
        planned_at=at, agenda=agenda, unit_id=district.office_unit.pk, by=district.office, at=at, **(said | more)
    )


def held(district: District, day: date, **more) -> Meeting:
    at = china(f"{day} 10:00")
    meeting = planned(district, at, **more)
    return commands.hold_meeting(meeting_id=meeting.pk, held_on=day, by=district.office, at=at)


def resolved(district: District, meeting: Meeting, due_on: date = date(2019, 11, 6)) -> Resolution:
    return commands.resolve_matter(
        meeting_id=meeting.pk,
        text="完成剩余两户签约",
        unit_id=district.bureau.pk,
        due_on=due_on,
        by=district.office,
        at=district.at,
    )


class TestAMeeting:
    def test_gets_its_number_when_held_so_there_are_no_gaps(self, district):
        first = held(district, date(2019, 10, 16))
        given_up = planned(district, district.at)
        commands.cancel_meeting(meeting_id=given_up.pk, reason="会议冲突", by=district.office, at=district.at)
        second = held(district, date(2019, 10, 23))
        other = held(district, date(2019, 10, 23), body="GOVERNMENT")

        assert (first.no, second.no, other.no) == (1, 2, 1)
        assert Dossier.objects.get(pk=second.pk).title == "区投资工作委员会工作会议 2019年第2次"
        with pytest.raises(refusals.OutOfOrder):
            held(district, date(2019, 10, 18))
        with pytest.raises(refusals.BodyUnknown):
            planned(district, district.at, body="NOBODY")

    def test_is_owed_every_week_but_holiday_weeks(self, district):
        monday = date(2019, 2, 11)  # ISO week 7
        days = [monday + timedelta(days=7 * n) for n in range(38)]
        for day in days:
            if day != date(2019, 9, 30):  # week 40: the national holiday leaves one working day
                held(district, day)

        weeks = queries.weeks_of("INVEST_COMMITTEE", REPORT_DAY)
        found = figures.answers(["F43", "F93", "F06"], Times(REPORT_DAY))

        assert [week.number for week in weeks if week.is_holiday] == [40]
        assert [week for week in weeks if week.is_missed] == []
        assert (found["F43"].value, found["F93"].value, found["F06"].value) == (37, 1, 0)

    def test_without_an_agenda_or_not_held_resolves_nothing(self, district):
        with pytest.raises(refusals.AgendaEmpty):
            commands.change_agenda(
                meeting_id=planned(district, district.at).pk, agenda=[], by=district.office, at=district.at
            )
        with pytest.raises(refusals.NotHeld):
            resolved(district, planned(district, district.at))


class TestAMatter:
    def test_is_done_by_one_and_verified_by_another_and_closes_its_meeting(self, district):
        meeting = held(district, REPORT_DAY)
        commands.issue_minutes(meeting_id=meeting.pk, minutes="一、……", by=district.office, at=district.at)
        matter = resolved(district, meeting)
        who = {"resolution_id": matter.pk, "at": district.at}

        commands.take_resolution(by=district.handler, **who)
        with pytest.raises(refusals.EvidenceMissing):
            commands.report_resolution(report=" ", by=district.handler, **who)
        commands.report_resolution(report="两户均已签约，协议第1、2号", by=district.handler, **who)
        commands.send_back_resolution(reason="缺协议扫描件", due_on=date(2019, 11, 8), by=district.office, **who)
        commands.report_resolution(report="已补协议扫描件", by=district.handler, **who)
        commands.verify_resolution(finding="属实", by=district.office, **who)
        until("2019-10-30 11:00")

        matter = Resolution.objects.select_related("dossier").get(pk=matter.pk)
        assert (matter.dossier.state, matter.due_on) == ("verified", date(2019, 11, 8))
        assert matter.reported_by_id != matter.verified_by_id
        assert Dossier.objects.get(pk=meeting.pk).state == "followed"
        found = figures.answers(["F44", "projects.matters_settled"], Times(REPORT_DAY))
        assert (found["F44"].value, found["projects.matters_settled"].value) == (1, 100)

    def test_is_overdue_when_its_day_passed_and_stands_in_the_bulletin(self, district):
        meeting = held(district, REPORT_DAY)
        matter = resolved(district, meeting)
        at = china("2019-11-07 09:00")

        assert [row.pk for row in queries.matters(district.office, at, show=queries.OVERDUE)] == [matter.pk]
        told = queries.bulletin(district.office, REPORT_DAY, at)
        assert [row.pk for row in told.meetings] == [meeting.pk]
        assert [each.row.pk for each in told.resolved] == [matter.pk]
        assert [each.row.pk for each in queries.bulletin(district.office, at.date(), at).overdue] == [matter.pk]
        assert queries.resolutions(district.handler).count() == 1
        with pytest.raises(refusals.DayPast):
            resolved(district, meeting, due_on=REPORT_DAY)

    def test_the_own_unit_does_not_verify(self, district):
        matter = commands.resolve_matter(
            meeting_id=held(district, REPORT_DAY).pk,
            text="汇总情况",
            unit_id=district.office_unit.pk,
            due_on=date(2019, 11, 6),
            by=district.office,
            at=district.at,
        )
        Dossier.objects.filter(pk=matter.pk).update(state="reported")

        with pytest.raises(refusals.OwnWork):
            commands.verify_resolution(resolution_id=matter.pk, finding="属实", by=district.office_two, at=district.at)


class TestFigures:
    def test_count_the_same_rows_that_they_open(self, district):
        new = district.project(name="新开工", plan_wan=10_000)
        district.project(name="没开工", plan_wan=5_000)
        going = district.project(name="续建", plan_wan=10_000, kind=PlanKind.ONGOING, stage=Stage.PREPARING)
        for project in (new, going):
            node = commands.plan_node(
                project_id=project.pk,
                kind=NodeKind.START,
                planned_on=REPORT_DAY,
                by=district.handler,
                at=district.at,
            )
            commands.reach_node(
                node_id=node.pk, done_on=date(2019, 9, 1), evidence="开工令", by=district.handler, at=district.at
            )
            commands.move_project(
                project_id=project.pk, to=Stage.STARTED, reason="", by=district.office, at=district.at
            )
        commands.move_project(project_id=going.pk, to=Stage.BUILDING, reason="", by=district.office, at=district.at)
        district.invest(new, 3, 8_914)
        district.invest(going, 9, 9_999)
        district.invest(going, 10, 1, confirmed=False)

        found = figures.answers([f"F{n}" for n in range(45, 51)], Times(REPORT_DAY))

        values = {alias: str(answer.value) for alias, answer in found.items()}
        assert values == {"F45": "3", "F46": "1.89", "F47": "75.65", "F48": "2", "F49": "1", "F50": "1"}
