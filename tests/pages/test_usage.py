"""How the house is used, on its page: counted from answers, small groups kept, the file equal to the screen."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from tests.support import people
from yichuang.foundation.service_levels import commands
from yichuang.foundation.service_levels.terms import Door, User

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 1, 20, tzinfo=UTC)
DAYS = "since=2026-02-24&until=2026-03-02"


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    commands.tally.take(), commands.uses.take()
    yield
    commands.tally.take(), commands.uses.take()


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(people.make_account("auditor", "zjj"))
    return client


def opened(page: str, account: int, unit: int = 7) -> None:
    said = {"door": Door.PAGE, "seconds": 0.1, "status": 200, "sent": False, "at": AT}
    commands.note_use(page, User(unit, "window", account), **said)


def text(client: Client, query: str, status: int = 200) -> str:
    answer = client.get(f"/admin-desk/usage?{query}")
    assert answer.status_code == status
    return answer.content.decode()


def lines(client: Client, query: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(client.get(f"/admin-desk/usage?{query}").content.decode("utf-8-sig"))))


class TestUsage:
    def test_tells_what_the_staff_opened_and_the_file_is_equal_to_the_screen(self, auditor: Client) -> None:
        for account in (1, 2):
            opened("console:health", account)
        commands.write()

        page = text(auditor, DAYS)
        found = lines(auditor, f"{DAYS}&format=csv")

        assert "查看运行状况" in page and "/admin-desk/health" in page and "by=post&amp;at=console%3Ahealth" in page
        assert found[1:] == [["查看运行状况", "/admin-desk/health", "2", "0", "0", "0", "0", "2", "2"]]

    def test_who_does_not_watch_over_the_house_sees_no_small_group(self, client: Client) -> None:
        client.force_login(people.make_account("leader", "zjj"))
        opened("console:health", 1)
        commands.write()

        assert "少于5或合并隐去" in text(client, DAYS)
        assert lines(client, f"{DAYS}&format=csv")[1][2:] == ["少于5或合并隐去", *[""] * 6]

    def test_what_a_request_opened_is_counted_under_unit_and_role(self, auditor: Client, settings: Any) -> None:
        settings.SERVICE_SAMPLE_SECONDS = 3600
        auditor.get("/admin-desk/roles")
        commands.write()

        rows = lines(auditor, "by=post&format=csv")

        assert [row[1:3] for row in rows[1:]] == [["审计", "1"]]

    def test_pages_nobody_opened_are_listed(self, auditor: Client) -> None:
        opened("console:health", 1)
        commands.write()

        found = {row[1] for row in lines(auditor, f"{DAYS}&show=unused&format=csv")}

        assert "/admin-desk/roles" in found and "/admin-desk/health" not in found

    @pytest.mark.parametrize("show", ["items", "channels", "drafts"])
    def test_items_channels_and_drafts_open_with_nothing_there(self, auditor: Client, show: str) -> None:
        assert "使用情况" in text(auditor, f"show={show}")

    def test_days_that_cannot_be_are_told_at_their_field(self, auditor: Client) -> None:
        assert "不能早于" in text(auditor, "since=2026-03-02&until=2026-03-01", 422)
        assert "没有代码为" in text(auditor, "unit=nowhere", 422)
