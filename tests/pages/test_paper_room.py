"""The paper room on pages (practice 7): seals, reprints, pre-printed certificates, print settings with offsets."""

from __future__ import annotations

from datetime import UTC

import pytest
from django.test import Client

from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands
from yichuang.foundation.documents.models import BlankCertificate, Paper, PrintProfile
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on Wednesday 2019-10-09 at 10:00."""
    now = china("2019-10-09 10:00").astimezone(UTC)
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: now)


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def keeper(hall: Hall, client: Client) -> Actor:
    """Log in who keeps the hall's seals and blanks."""
    actor = people.make_actor("hall_office", hall.hall, at=hall.at, name="韩玉珍")
    log_in(client, actor)
    return actor


def log_in(client: Client, actor: Actor) -> None:
    client.force_login(Account.objects.get(pk=actor.account_id))


def printed_twice(hall: Hall, client: Client) -> Paper:
    """Accept a case, print its notice, and print it again."""
    case = commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)
    paper = Paper.objects.get(dossier=case.dossier, name="受理通知书")
    log_in(client, hall.window)
    client.post("/papers/print", {"paper": paper.pk, "workstation": "3"})
    client.post("/papers/print", {"paper": paper.pk, "workstation": "3", "reason": "卡纸"})
    return paper


class TestLedgers:
    def test_every_use_of_the_seal_is_a_line(self, client: Client, hall: Hall) -> None:
        paper = printed_twice(hall, client)
        log_in(client, people.make_actor("hall_office", hall.hall, at=hall.at))

        page = client.get("/papers/seals").content.decode()

        assert "受理专用章" in page
        assert f'href="/papers/{paper.pk}"' in page

    def test_every_reprint_says_which_and_why(self, client: Client, hall: Hall) -> None:
        printed_twice(hall, client)
        log_in(client, people.make_actor("hall_office", hall.hall, at=hall.at))

        page = client.get("/papers/reprints").content.decode()

        assert "卡纸" in page
        assert page.count("受理通知书") == 1

    def test_of_other_units_nothing_is_shown(self, client: Client, hall: Hall) -> None:
        printed_twice(hall, client)
        log_in(client, people.make_actor("hall_office", "wlj", at=hall.at))

        assert "还没有用印" in client.get("/papers/seals").content.decode()
        assert "没有补打" in client.get("/papers/reprints").content.decode()


class TestBlanks:
    SERIES = {"kind": "食品经营许可证", "first": "JY0001", "last": "JY0010"}

    def test_received_drawn_given_back_spoiled_and_what_is_left(
        self, client: Client, hall: Hall, keeper: Actor
    ) -> None:
        clerk = hall.window.account_id
        client.post("/papers/blanks", self.SERIES | {"do": "receive", "unit": hall.hall.pk})
        client.post("/papers/blanks", self.SERIES | {"do": "draw", "last": "JY0004", "holder": clerk})
        client.post("/papers/blanks", self.SERIES | {"do": "return", "first": "JY0004", "last": "JY0004"})

        page = client.get("/papers/blanks").content.decode()

        assert "JY0003 window" in page
        assert BlankCertificate.objects.filter(state="DRAWN").count() == 3
        assert "<strong>10</strong>" in page

    def test_a_number_that_is_there_is_refused_with_what_was_typed(
        self, client: Client, hall: Hall, keeper: Actor
    ) -> None:
        said = self.SERIES | {"do": "receive", "unit": hall.hall.pk}
        client.post("/papers/blanks", said)

        again = client.post("/papers/blanks", said)

        assert again.status_code == 422
        assert "JY0001 已经登记" in again.content.decode()


class TestProfiles:
    SAID = {"workstation": "3", "kind": "", "form": "OVERPRINT", "copies": 1, "x_mm": "1.5", "y_mm": "-2"}

    def test_the_offset_of_a_printer_is_kept(self, client: Client, hall: Hall) -> None:
        log_in(client, hall.window)

        client.post("/papers/profiles", self.SAID | {"do": "save"})

        row = PrintProfile.objects.get()
        assert (row.workstation, float(row.x_mm), float(row.y_mm)) == ("3", 1.5, -2.0)
        assert "1.5 / -2.0" in client.get("/papers/profiles").content.decode()

    def test_a_test_page_finds_it(self, client: Client, hall: Hall) -> None:
        log_in(client, hall.window)

        sheet = client.post("/papers/profiles", self.SAID | {"do": "test"})

        assert sheet.content.startswith(b"%PDF-")
        assert not PrintProfile.objects.exists()

    def test_an_offset_beyond_the_sheet_is_refused(self, client: Client, hall: Hall) -> None:
        log_in(client, hall.window)

        assert client.post("/papers/profiles", self.SAID | {"x_mm": "31"}).status_code == 422
