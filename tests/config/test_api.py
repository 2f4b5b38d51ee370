"""The frame of the API: how a no is told, who may call, pages by cursor, an API page without outside assets."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.test import Client, RequestFactory

from yichuang.config import api
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.people.actors import NotAllowed
from yichuang.kernel.errors import NotPossible, Unavailable
from yichuang.ui.api import CursorUnknown, idempotency_key, listed

NOON = datetime(2019, 9, 27, 4, tzinfo=UTC)


class TooLate(NotPossible):
    """A rule says no."""

    code = "test.too_late"
    basis = "行政许可法 第四十二条"


def body(answer) -> dict:
    assert answer["Content-Type"] == "application/problem+json"
    return json.loads(answer.content)


class TestProblems:
    request = RequestFactory().get("/api/v1/cases")

    def test_a_no_has_a_stable_code_a_text_and_the_law(self):
        told = body(api._not_possible(self.request, TooLate("已过期限。请申请延期。")))

        assert told["status"] == 409
        assert told["code"] == "test.too_late"
        assert told["detail"] == "已过期限。请申请延期。"
        assert told["basis"] == "行政许可法 第四十二条"

    @pytest.mark.django_db
    def test_what_is_not_allowed_is_403(self):
        assert api._not_possible(self.request, NotAllowed("cases.accept")).status_code == 403

    def test_a_wrong_cursor_is_422(self):
        assert api._not_possible(self.request, CursorUnknown()).status_code == 422

    def test_an_outside_system_that_is_silent_is_503(self):
        answer = api._unavailable(self.request, Unavailable("provincial", "省平台没有应答。"))

        assert answer.status_code == 503
        assert answer["Retry-After"] == "30"


@pytest.mark.django_db
class TestListed:
    def rows(self, count: int) -> None:
        Job.objects.bulk_create(Job(kind="k", key=str(n), due_at=NOON) for n in range(count))

    def test_walks_through_all_without_loss_when_rows_come_in_between(self):
        self.rows(5)
        first = listed(Job.objects.all(), lambda job: job.key, limit=2)
        Job.objects.create(kind="k", key="new", due_at=NOON)

        second = listed(Job.objects.all(), lambda job: job.key, limit=2, cursor=first["next"])
        third = listed(Job.objects.all(), lambda job: job.key, limit=2, cursor=second["next"])

        assert first["items"] + second["items"] + third["items"] == ["4", "3", "2", "1", "0"]
        assert third["next"] is None

    def test_of_nothing_is_empty(self):
        assert listed(Job.objects.all(), str) == {"items": [], "next": None}

    @pytest.mark.parametrize("cursor", ["x", "!!!", "LTE", "9" * 60])
    def test_refuses_a_cursor_that_is_not_ours(self, cursor):
        with pytest.raises(CursorUnknown):
            listed(Job.objects.all(), str, cursor=cursor)


@pytest.mark.django_db
class TestOverHttp:
    def test_describes_itself(self):
        told = Client().get("/api/v1/openapi.json").json()

        assert told["openapi"].startswith("3.")

    def test_its_page_names_our_own_origin_only(self):
        page = Client().get("/api/v1/docs").content.decode()

        assert "//" not in page.replace("/static/", "").replace("<!--", "").replace("https://www.w3.org", "")

    def test_a_stranger_who_asks_for_nothing_is_told_as_a_program(self):
        answer = Client().get("/api/v1/there-is-nothing")

        assert answer.status_code == 404
        assert body(answer)["code"] == "not_found"


def test_the_key_is_read_from_its_header():
    assert idempotency_key(RequestFactory().post("/", headers={"Idempotency-Key": "abc"})) == "abc"
    assert idempotency_key(RequestFactory().post("/")) == ""
