"""How long answers took is counted by process, added up by hour, and told by day and door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from yichuang.foundation.service_levels import commands, queries
from yichuang.foundation.service_levels.middleware import Timed
from yichuang.foundation.service_levels.models import ServiceSample, UseMark, UseOfDay
from yichuang.foundation.service_levels.terms import Apart, Audience, Door, User
from yichuang.foundation.service_levels.using import Asked, Use, uses

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 1, 20, tzinfo=UTC)
"""20 past 9 in the morning in China."""


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    commands.tally.take(), commands.uses.take()
    yield
    commands.tally.take(), commands.uses.take()


def answered(door: Door, seconds: float, times: int = 1, *, failed: bool = False, at: datetime = AT) -> None:
    for _n in range(times):
        commands.note(door, seconds=seconds, failed=failed, at=at)


class TestCounting:
    def test_what_two_processes_counted_is_added_up(self) -> None:
        answered(Door.PAGE, 0.04, 3)
        assert commands.write() == 3
        answered(Door.PAGE, 0.05, 2)
        answered(Door.PAGE, 0.06, failed=True)
        assert commands.write() == 3
        assert commands.write() == 0

        rows = ServiceSample.objects.order_by("edge_ms").values_list("hour", "door", "edge_ms", "answers", "failures")
        hour = AT.replace(minute=0)
        assert list(rows) == [(hour, "PAGE", 50, 5, 0), (hour, "PAGE", 75, 1, 1)]

    def test_nothing_is_lost_or_doubled_while_the_database_refuses(self, monkeypatch: pytest.MonkeyPatch) -> None:
        answered(Door.PAGE, 0.04)
        answered(Door.API, 0.04)

        def refuses(*_said: object) -> None:
            raise OperationalError("database is locked")

        with monkeypatch.context() as patch:
            patch.setattr(commands, "_write_uses", refuses)
            assert commands.write() == 0
            assert not ServiceSample.objects.exists()
        assert commands.write() == 2
        assert sum(ServiceSample.objects.values_list("answers", flat=True)) == 2


class TestLevels:
    def test_ninety_five_of_a_hundred(self) -> None:
        answered(Door.API, 0.1, 95)
        answered(Door.API, 0.9, 5, failed=True)
        answered(Door.PAGE, 0.1, 94)
        answered(Door.PAGE, 1.2, 6)
        commands.write()

        page, api = queries.levels(AT + timedelta(hours=1), 7)

        assert (api.answers, api.failures, api.in_time, api.p95_ms, api.is_reached) == (100, 5, 95, 100, True)
        assert (page.answers, page.failures, page.in_time, page.p95_ms, page.is_reached) == (100, 0, 94, 1500, False)

    def test_days_are_days_in_china_and_only_the_last_ones(self) -> None:
        answered(Door.PAGE, 0.1, at=AT - timedelta(hours=10))
        answered(Door.PAGE, 60, at=AT)
        answered(Door.PAGE, 0.1, at=AT - timedelta(days=2))
        commands.write()

        found = queries.levels(AT, 2)

        assert [(each.day, each.answers, each.p95_ms) for each in found] == [
            (date(2026, 3, 2), 1, None),
            (date(2026, 3, 1), 1, 100),
        ]


class TestTimed:
    @pytest.fixture(autouse=True)
    def at_once(self, settings: Any) -> None:
        settings.SERVICE_SAMPLE_SECONDS = 1e-9

    def test_a_page_an_answer_of_the_api_and_a_failure_are_told_apart(self) -> None:
        def answer(request: HttpRequest) -> HttpResponse:
            return HttpResponse(status=503 if "late" in request.path else 404)

        timed = Timed(answer)
        for path in ("/search", "/api/v1/items", "/late", "/static/ui/yichuang.css", "/healthz"):
            timed(RequestFactory().get(path))

        told = {(each.door, each.answers, each.failures) for each in queries.levels(datetime.now(UTC), 1)}
        assert told == {(Door.PAGE, 2, 1), (Door.API, 1, 0)}

    def test_a_page_that_only_reads_is_counted_too(self, client: Client) -> None:
        client.get("/search")

        (level,) = queries.levels(datetime.now(UTC), 1)
        assert (level.door, level.answers) == (Door.PAGE, 1)


DAY = date(2026, 3, 2)


def used(page: str, account: int, times: int = 1, *, unit: int = 7, role: str = "window", **more: Any) -> None:
    user = User(unit, role, account) if account else User(role="citizen")
    said = {"door": Door.PAGE, "seconds": 0.1, "status": 200, "sent": False, "at": AT} | more
    for _n in range(times):
        commands.note_use(page, user, **said)


def told(apart: Apart, *, all_groups: bool = True, audience: Audience = Audience.STAFF, **more: Any) -> list[Use]:
    return uses(Asked(DAY - timedelta(days=6), DAY, apart, audience, **more), all_groups=all_groups)


class TestUse:
    def test_people_are_counted_once_a_day_whatever_they_open_and_whichever_process_answers(self) -> None:
        used("work:list", 1, 3)
        used("cases:accept", 1, sent=True, status=302)
        used("work:list", 2, seconds=1.5)
        commands.write()
        used("work:list", 1)
        used("cases:accept", 2, sent=True, status=422)
        used("cases:accept", 3, unit=8, status=503)
        used("work:list", 1, at=AT - timedelta(days=1))
        commands.write()

        lists, accept = told(Apart.PAGE)
        assert (lists.key, lists.answers, lists.late, lists.most_people, lists.person_days) == (
            ("work:list",),
            6,
            1,
            2,
            3,
        )
        assert (accept.answers, accept.deeds, accept.refused, accept.failures, accept.most_people) == (3, 1, 1, 1, 3)
        assert [(each.key, each.answers, each.most_people) for each in told(Apart.UNIT)] == [((7,), 8, 2), ((8,), 1, 1)]
        assert [(each.key, each.most_people) for each in told(Apart.DAY)] == [((DAY,), 3), ((date(2026, 3, 1),), 1)]
        assert [each.key for each in told(Apart.POST, page="cases:accept", unit_id=8)] == [(8, "window")]

    def test_small_groups_are_hidden_and_not_found_by_subtraction(self) -> None:
        for account in range(1, 6):
            used("work:list", account)
            used("work:done", account, 2)
            used("cases:accept", account, 3)
        used("cases:revoke", 1)
        commands.write()

        found = {each.key[0]: each for each in told(Apart.PAGE, all_groups=False)}

        assert {name for name, each in found.items() if each.hidden} == {"cases:revoke", "cases:accept"}
        assert found["cases:revoke"].answers == 0
        assert not any(each.hidden for each in told(Apart.PAGE))

    def test_of_people_and_firms_only_answers_are_kept(self) -> None:
        used("cases:apply", 0, 5)
        commands.write()

        (use,) = told(Apart.ROLE, audience=Audience.OUTSIDE, all_groups=False)

        assert (use.key, use.answers, use.most_people) == (("citizen",), 5, None)
        assert not UseMark.objects.exists()

    def test_marks_tell_nobody_and_go_after_a_day_the_sums_after_two_years(self) -> None:
        used("work:list", 1)
        used("work:list", 1, at=AT - timedelta(days=2))
        used("work:list", 1, at=AT - timedelta(days=1000))
        commands.write()

        assert [str(each.day) for each in UseMark.objects.all()] == ["2026-03-02"] * 2
        assert len(set(UseMark.objects.values_list("mark", flat=True))) == 2
        assert UseOfDay.objects.filter(page="").count() == 2
