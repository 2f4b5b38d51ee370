"""Screen ③ and its pages with the test client."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support import people
from tests.support.engine import china
from tests.support.server import DESKTOP, PHONE
from tests.support.showing import Window
from tests.support.supervision import Watched, until
from yichuang.domains.cases.commands import undo_acceptance
from yichuang.domains.cases.models import Case, Notice
from yichuang.domains.supervision import queries
from yichuang.domains.supervision.models import Card, Order, Reminder
from yichuang.domains.supervision.pages.board import NEXT_REMINDERS
from yichuang.domains.supervision.pages.picture import chart, words
from yichuang.domains.supervision.terms import Pattern
from yichuang.foundation.people.models import Account
from yichuang.foundation.people.terms import Relation
from yichuang.foundation.records.clock import business_now
from yichuang.foundation.work.models import Clock, Dossier

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Watched:
    return Watched()


def as_(actor: Any) -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=actor.account_id))
    return client


def fields_of(dossier: Dossier) -> dict[str, Any]:
    names = [field.attname for field in Dossier._meta.concrete_fields]
    return {name: getattr(dossier, name) for name in names if name not in ("id", "number")}


class TestTheBoard:
    def test_counts_what_has_no_domain_yet_as_none_not_zero(self, hall):
        told = queries.counts(hall.office, hall.at)

        assert next(iter(told)) == "today"
        assert len(told) == 8
        assert told["demands"] is None

    def test_an_overdue_case_stands_in_row_and_cell(self, hall):
        case = hall.accepted()
        at = china("2019-12-02 09:00")

        (row,) = queries.units_table(hall.office, at)

        assert (row.live, row.soon, row.late) == (1, 0, 1)
        assert list(queries.behind(hall.office, "late", at, unit_id=hall.unit.pk)) == [case.dossier]
        assert queries.counts(hall.office, at)["over_promise"] == 1

    def test_another_unit_is_not_seen_by_a_head(self, hall):
        hall.accepted()
        head = people.make_actor("dept_head", people.make_unit("cgj"), at=hall.at)

        assert queries.units_table(head, hall.at) == []

    def test_the_page_names_nobody_before_a_click(self, hall):
        hall.accepted()
        client = as_(hall.office)

        first = client.get("/supervise", {"show": "live"})
        then = client.get("/supervise", {"show": "live", "who": "1"})

        assert "未启用" in first.content.decode()
        assert '<th scope="col">责任人</th>' not in first.content.decode()
        assert '<th scope="col">责任人</th>' in then.content.decode()

    def test_prints_without_names(self, hall):
        hall.accepted()

        html = as_(hall.office).get("/supervise/print").content.decode()

        assert hall.unit.short_name in html
        assert hall.handler.name not in html

    def test_tells_the_week_in_a_picture_and_in_words(self, hall):
        hall.accepted()
        until("2019-10-22 18:00")  # a Tuesday; the promise was due the day before
        (card,) = Card.objects.all()
        at = card.found_at + timedelta(hours=1)

        days = queries.week(hall.office, at)

        assert [(day.new, day.settled) for day in days if day.new or day.settled] == [(1, 0)]
        assert days[0].on.weekday() == 0
        assert "新增1，已销0" in words(days)
        assert chart(days).count("<rect") == 1

    def test_shows_suspicions_and_the_week_beside_the_table(self, hall):
        late = hall.receive()
        Case.objects.filter(pk=late.pk).update(entered_at=late.received_at + timedelta(hours=5))

        (row,) = queries.in_words(queries.leads(hall.office, china("2019-10-31 09:00")))
        html = as_(hall.office).get("/supervise").content.decode()

        assert row.number == late.dossier.number
        assert '<a href="/supervise/evasion">查看全部线索</a>' in html
        assert "本周新增和已销" in html

    def test_looks_for_leads_once_a_request(self, hall, monkeypatch):
        asked = []
        looking = import_module(queries.leads.__module__)
        monkeypatch.setattr(looking, "ASKED", (lambda _rows, at: asked.append(at) or [],))

        as_(hall.office).get("/supervise")

        assert len(asked) == 1

    @pytest.mark.parametrize("show", ["cards", "drafts", "orders", "over_legal", "corrected_twice", "bad"])
    def test_every_list_opens(self, hall, show):
        assert as_(hall.office).get("/supervise", {"show": show}).status_code == 200

    @pytest.mark.usefixtures("definitions_stand")
    def test_five_hundred_cases_ask_the_database_no_more_often_than_one(self, hall, django_assert_max_num_queries):
        one = hall.accepted().dossier
        due = business_now() + timedelta(days=3)
        client = as_(hall.office)
        client.get("/supervise", {"show": "live"})
        with CaptureQueriesContext(connection) as few:
            client.get("/supervise", {"show": "live"})
        copies = [Dossier(**fields_of(one), number=f"4201{n:016d}") for n in range(500)]
        made = Dossier.objects.bulk_create(copies)
        Clock.objects.bulk_create(
            Clock(dossier=each, kind="promise", limit=10, unit="working_day", started_at=hall.at, due_at=due)
            for each in made
        )
        Card.objects.bulk_create(
            Card(
                dossier=each,
                unit=hall.unit,
                colour="YELLOW",
                ground="PROMISE",
                cause=f"copy/{each.pk}",
                breached_at=hall.at,
                found_at=hall.at,
                hear_by=hall.at,
            )
            for each in made
        )

        with django_assert_max_num_queries(len(few) + 2 * NEXT_REMINDERS + 2):
            html = client.get("/supervise", {"show": "live"}).content.decode()
        cards = client.get("/supervise", {"show": "cards"}).content.decode()

        assert html.count('<td><a href="/supervise/case/') == 50
        assert cards.count('<li><a href="/supervise/cards/') == 50
        assert "page=2" in cards

    def test_no_such_number(self, hall):
        page = as_(hall.office).get("/supervise", {"show": "nonsense", "unit": "x", "page": "-3"})

        assert page.status_code == 200
        assert page.context["shown"] == "today"


class TestActing:
    def test_reminds_once(self, hall):
        case = hall.accepted()
        client = as_(hall.office)

        for _ in range(2):
            client.post(f"/supervise/case/{case.dossier.number}/remind")

        html = client.get(f"/supervise/case/{case.dossier.number}").content.decode()
        assert Reminder.objects.count() == 1
        assert "已催办，每天只能催办一次" in html
        assert f'action="/supervise/case/{case.dossier.number}/remind"' not in html

    def test_drafts_previews_and_signs(self, hall):
        case = hall.accepted()
        client = as_(hall.office)
        words = {"subject": "超期办理", "findings": "已超期", "demand": "请办结", "answer_days": "3"}

        answer = client.post(f"/supervise/case/{case.dossier.number}", words)
        preview = client.get(answer["Location"]).content.decode()
        client.post(answer["Location"], {"do": "sign"})

        order = Order.objects.get()
        assert "请办结" in preview
        assert "签发时编号" in preview
        assert order.paper_number.startswith("武营商督")
        assert order.paper_number in client.get(answer["Location"]).content.decode()
        unit = as_(hall.handler)
        unit.post(f"/supervise/answers/orders/{order.dossier.number}", {"do": "answer", "said": "已办"})
        client.post(answer["Location"], {"do": "verify", "said": "属实"})
        client.post(answer["Location"], {"do": "close", "said": "决定书"})
        assert Dossier.objects.get(pk=order.pk).state == "closed"

    def test_a_card_is_explained_and_decided(self, hall):
        hall.accepted()
        until("2019-12-02 09:00")
        card = Card.objects.get(ground="PROMISE")
        unit, office = as_(hall.handler), as_(hall.office)

        assert card.dossier.number in unit.get("/supervise/answers").content.decode()
        for reader, address, back, case in (
            (unit, "/supervise/answers/cards", "/supervise/answers", "/dept/cases"),
            (office, "/supervise/cards", "/supervise", "/supervise/case"),
        ):
            page = reader.get(f"{address}/{card.pk}").content.decode()
            assert f'class="govuk-back-link" href="{back}"' in page
            assert f'href="{case}/{card.dossier.number}"' in page
        unit.post(f"/supervise/answers/cards/{card.pk}", {"said": "系统停机"})
        assert "系统停机" in office.get(f"/supervise/cards/{card.pk}").content.decode()
        office.post(f"/supervise/cards/{card.pk}", {"said": "属实", "do": "confirm"})

        card.refresh_from_db()
        assert card.state == "CONFIRMED"

    def test_the_preview_says_how_late_the_case_is_and_shows_no_placeholder(self, hall):
        case = hall.accepted()
        until("2019-12-02 09:00")
        order = Order.objects.get()
        client = as_(hall.office)

        preview = client.get(f"/supervise/orders/{order.dossier.number}").content.decode()
        client.post(f"/supervise/orders/{order.dossier.number}", {"do": "sign"})
        signed = client.get(f"/supervise/orders/{order.dossier.number}").content.decode()

        assert "超法定时限" in preview  # the graver of the two that have passed
        assert "〔办件编号〕" not in preview
        assert "〔经办人〕" not in preview
        assert f"经办人：{hall.office.name}" in preview
        assert "超法定时限" in signed
        assert case.dossier.number in signed

    def test_an_appeal_is_written_and_granted(self, hall):
        hall.accepted()
        until("2019-12-02 09:00")
        card = Card.objects.get(ground="PROMISE")
        unit, office = as_(hall.handler), as_(hall.office)

        office.post(f"/supervise/cards/{card.pk}", {"said": "属实", "do": "confirm"})
        assert card.dossier.number in unit.get("/supervise/answers").content.decode()
        unit.post(f"/supervise/answers/cards/{card.pk}", {"said": "请复核", "do": "appeal"})
        waiting = office.get("/supervise", {"show": "cards"}).content.decode()
        office.post(f"/supervise/cards/{card.pk}", {"said": "证明属实", "do": "grant"})

        assert f"/supervise/cards/{card.pk}" in waiting
        card.refresh_from_db()
        assert card.state == "WITHDRAWN"
        assert "证明属实" in unit.get(f"/supervise/answers/cards/{card.pk}").content.decode()

    def test_the_next_reminder_stands_beside_the_board_and_is_held_back(self, hall):
        clock = hall.accepted().dossier.clocks.get(kind="promise")
        Clock.objects.filter(pk=clock.pk).update(due_at=business_now() + timedelta(days=1))
        client = as_(hall.office)

        (ahead,) = [row for row in queries.upcoming(hall.office, business_now(), 5) if row.clock_id == clock.pk]
        board = client.get("/supervise").content.decode()
        wrong = client.post(f"/supervise/reminders/{clock.pk}", {"until": "2019-01-01", "reason": "停机"})
        client.post(f"/supervise/reminders/{clock.pk}", {"until": f"{ahead.until[1]}", "reason": "系统停机"})

        assert f'href="/supervise/reminders/{clock.pk}"' in board
        assert wrong.status_code == 422
        assert "已暂缓：系统停机" in client.get("/supervise").content.decode()

    def test_a_vertical_unit_gets_a_letter_that_asks_or_reminds(self, hall):
        hall.unit.relation = Relation.VERTICAL
        hall.unit.save()
        case = hall.accepted()
        client = as_(hall.office)
        words = {"letter": "reminder", "subject": "用时", "findings": "偏长", "demand": "压缩", "answer_days": "3"}

        answer = client.post(f"/supervise/case/{case.dossier.number}", words)
        preview = client.get(answer["Location"]).content.decode()

        assert "特提醒贵单位" in preview

    def test_a_reminder_is_read_before_it_goes_out(self, hall):
        case = hall.accepted()
        client = as_(hall.office)

        before = client.get(f"/supervise/case/{case.dossier.number}").content.decode()
        client.post(f"/supervise/case/{case.dossier.number}/remind")

        assert Reminder.objects.get().text in before

    def test_no_second_draft_is_offered_while_an_order_is_open(self, hall):
        case = hall.accepted()
        until("2019-12-02 09:00")
        order = Order.objects.get()

        html = as_(hall.office).get(f"/supervise/case/{case.dossier.number}").content.decode()

        assert "存为草稿并预览" not in html
        assert f"/supervise/orders/{order.dossier.number}" in html

    def test_signing_weighs_more_than_throwing_away(self, hall):
        hall.accepted()
        until("2019-12-02 09:00")

        html = as_(hall.office).get(f"/supervise/orders/{Order.objects.get().dossier.number}").content.decode()

        assert 'class="govuk-button" name="do" value="sign"' in html
        assert 'class="govuk-button govuk-button--secondary" name="do" value="discard"' in html


class TestEvasion:
    def found(self, hall: Watched, pattern: Pattern, at: str = "2019-10-31 09:00") -> list[str]:
        return [row.number for row in queries.evasion(hall.office, china(at))[pattern]]

    def test_entered_long_after_the_paper_came(self, hall):
        late = hall.receive()
        Case.objects.filter(pk=late.pk).update(entered_at=late.received_at + timedelta(hours=5))
        hall.receive(applicant_id=people.make_party("王某").pk)

        assert self.found(hall, Pattern.ENTERED_LATE) == [late.dossier.number]

    def test_promised_days_and_done_in_minutes(self, hall):
        case = hall.accepted()
        Dossier.objects.filter(pk=case.pk).update(concluded_at=case.dossier.accepted_at + timedelta(minutes=9))

        assert self.found(hall, Pattern.MINUTES) == [case.dossier.number]

    def test_withdrawn_and_handed_in_again(self, hall):
        first = hall.receive()
        Dossier.objects.filter(pk=first.pk).update(outcome="withdrawn", concluded_at=hall.at)
        hall.receive()

        assert self.found(hall, Pattern.AGAIN) == [first.dossier.number]

    def test_returned_twice_in_the_precheck(self, hall):
        case = hall.receive()
        for n in (1, 2):
            Notice.objects.create(
                case=case, n=n, channel="ONLINE", told_at=hall.at, told_by_id=hall.window.account_id, is_precheck=True
            )

        assert self.found(hall, Pattern.RETURNED) == [case.dossier.number]

    @pytest.mark.parametrize(("asked", "expected"), [("last", 1), ("early", 0)])
    def test_a_stop_asked_for_on_the_last_working_day(self, hall, asked, expected):
        case = hall.accepted()
        due = case.dossier.due_at
        at = due - timedelta(hours=2) if asked == "last" else hall.at + timedelta(hours=2)
        case.holds.create(
            kind="SUSPENSION",
            ground="不可抗力",
            reason="停电",
            basis="规定",
            expected_days=3,
            state="ASKED",
            asked_by_id=hall.handler.account_id,
            asked_at=at,
        )

        assert len(self.found(hall, Pattern.LAST_DAY)) == expected

    def test_decided_and_never_handed_out(self, hall):
        case = hall.accepted()
        Dossier.objects.filter(pk=case.pk).update(outcome="passed", concluded_at=hall.at)
        case.dossier.clocks.create(
            kind="delivery", limit=10, unit="working_day", started_at=hall.at, due_at=china("2019-10-22 17:00")
        )

        assert self.found(hall, Pattern.NOT_DELIVERED) == [case.dossier.number]

    def test_an_acceptance_taken_back_which_starts_a_fresh_clock(self, hall):
        case = hall.accepted()
        hall.receive(applicant_id=people.make_party("王某").pk)
        undo_acceptance(case_id=case.pk, by=hall.window, at=hall.at + timedelta(minutes=5, seconds=20))

        assert self.found(hall, Pattern.UNDONE) == [case.dossier.number]

    def test_the_page_lists_every_pattern(self, hall):
        html = as_(hall.office).get("/supervise/evasion").content.decode()

        assert all(str(pattern.label) in html for pattern in Pattern)


class TestInABrowser:
    @pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["1366", "375"])
    @pytest.mark.parametrize("language", ["zh-hans", "en"])
    def test_pages_are_accessible_and_fit(self, hall, browser, viewport, language):
        case = hall.accepted()
        until("2019-12-02 09:00")
        Card.objects.update(found_at=business_now())
        Case.objects.filter(pk=case.pk).update(
            entered_at=business_now(), received_at=business_now() - timedelta(hours=5)
        )
        clock = case.dossier.clocks.get(kind="legal")
        Clock.objects.filter(pk=clock.pk).update(due_at=business_now() + timedelta(days=1))
        card = Card.objects.earliest("pk")
        card.appeals.create(opened_at=business_now(), text="放假安排调整后不再超期")
        order = Order.objects.get()
        number = case.dossier.number
        client = as_(hall.office)
        client.cookies["django_language"] = language
        window = Window(browser, client, viewport)
        found = {}
        for name, path in {
            "board": "/supervise?show=live&who=1",
            "cards": "/supervise?show=cards",
            "evasion": "/supervise/evasion",
            "case": f"/supervise/case/{number}",
            "card": f"/supervise/cards/{card.pk}",
            "defer": f"/supervise/reminders/{clock.pk}",
            "order": f"/supervise/orders/{order.dossier.number}",
        }.items():
            window.go(path)
            window.shot(f"supervision-{name}-{language}-{viewport['width']}")
            found[name] = (window.problems(), window.overflow())
        window.close()

        assert {name: seen for name, seen in found.items() if seen != ([], 0)} == {}
        assert (window.complaints, window.strangers) == ([], [])
