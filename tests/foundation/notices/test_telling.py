"""Telling people: who is told by which way, once; nobody at night, nobody who is late more than twice by SMS."""

from __future__ import annotations

from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail

from tests.support import people
from tests.support.connections import make_system, run
from tests.support.engine import china, publish
from yichuang.foundation.connections import queries as connections
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.jobs.runner import TRIES
from yichuang.foundation.notices import commands, queries
from yichuang.foundation.notices.models import Notice, Sending
from yichuang.foundation.notices.problems import NothingToRetry
from yichuang.foundation.people.models import PartyAccount
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.models import Record
from yichuang.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db

NOON = china("2019-10-30 12:00")  # Wednesday
FACTS = {"number": "WC1", "item": "食品经营许可", "unit": "市监局", "due": date(2019, 11, 6)}


@pytest.fixture(autouse=True)
def wordings() -> None:
    publish()
    make_system("sms")


def ways(notice: Notice) -> dict[str, str]:
    return dict(notice.sendings.values_list("channel", "state"))


def tell(party_id: int, at=NOON, key: str = "k") -> list[Notice]:
    return commands.tell_party(template="case_accepted", party_id=party_id, facts=FACTS, key=key, at=at)


def press(*accounts: int, key: str = "k", at=NOON) -> list[Notice]:
    facts = {"number": "WC1", "item": "食品经营许可", "step": "审核", "due": date(2019, 10, 29)}
    return commands.tell_accounts(template="step_overdue", account_ids=accounts, facts=facts, key=key, at=at)


class TestTellParty:
    def test_in_the_house_by_mail_and_by_sms(self):
        party = people.make_party()
        account = people.make_account(party=party, email="zhang@example.cn")

        (notice,) = tell(party.pk)

        assert notice.account == account
        assert ways(notice) == {"IN_APP": "SENT", "EMAIL": "WAITING", "SMS": "WAITING"}
        assert set(Sending.objects.values_list("address", flat=True)) == {"", "z**@example.cn", "100****1234"}

    def test_once_however_often(self):
        party = people.make_party()
        people.make_account(party=party)

        assert [each.pk for each in tell(party.pk)] == [each.pk for each in tell(party.pk)]
        assert Record.objects.filter(kind="PeopleTold").count() == 1

    def test_without_an_account_by_sms(self):
        (notice,) = tell(people.make_party().pk)

        assert ways(notice) == {"SMS": "WAITING"}

    def test_without_account_and_telephone_on_paper_alone(self):
        (notice,) = tell(people.make_party(phone="").pk)

        assert ways(notice) == {"PAPER": "ON_PAPER"}
        assert not Job.objects.filter(kind="notices.send").exists()

    def test_a_firm_through_those_who_act_for_it_with_one_sms(self):
        firm = people.make_party("某公司", kind="ENTERPRISE")
        accounts = [people.make_account(firms=(firm,)) for _n in range(2)]
        people.make_account()

        told = tell(firm.pk)

        assert [each.account for each in told] == accounts
        assert [("SMS" in ways(each)) for each in told] == [True, False]

    def test_not_those_who_no_longer_act_for_it(self):
        firm = people.make_party("某公司", kind="ENTERPRISE")
        people.make_account(firms=(firm,))
        PartyAccount.objects.update(valid_to=date(2019, 10, 1))

        assert [each.account for each in tell(firm.pk)] == [None]

    def test_no_mail_where_there_is_no_mail_server(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        party = people.make_party()
        people.make_account(party=party, email="zhang@example.cn")

        assert "EMAIL" not in ways(tell(party.pk)[0])

    def test_keeps_nothing_of_the_person(self):
        party = people.make_party("欧阳娜娜", phone="13800001234")
        (notice,) = tell(party.pk)

        assert "欧阳" not in notice.facts and "13800001234" not in notice.facts
        assert not Sending.objects.filter(address__contains="0000123").exists()

    def test_a_fact_that_the_wording_does_not_know_is_a_bug(self):
        with pytest.raises(KeyError):
            commands.tell_party(
                template="case_accepted", party_id=people.make_party().pk, facts={"name": "x"}, key="k", at=NOON
            )


class TestSms:
    def test_goes_through_the_outside_system_and_comes_back(self):
        (notice,) = tell(people.make_party().pk)

        run(NOON)
        assert ways(notice) == {"SMS": "HANDED"}
        message = connections.message("sms", f"notice/{notice.sendings.get().pk}")
        assert message is not None
        assert connections.body_of(message) == {
            "to": "10000001234",
            "text": "您申请的“食品经营许可”（WC1）已受理。承诺2019年11月6日前办结。",
        }

        records.deliver(at=NOON)
        assert ways(notice) == {"SMS": "SENT"}

    def test_that_is_refused_says_so(self):
        make_system("sms", refuses=["sms"])
        (notice,) = tell(people.make_party().pk)
        run(NOON)
        records.deliver(at=NOON)

        assert ways(notice) == {"SMS": "FAILED"}

    @pytest.mark.parametrize(
        ("at", "due"),
        [
            ("2019-10-30 20:59", "2019-10-30 20:59"),
            ("2019-10-30 21:00", "2019-10-31 08:00"),
            ("2019-10-31 03:00", "2019-10-31 08:00"),
            ("2019-10-31 08:00", "2019-10-31 08:00"),
        ],
    )
    def test_wakes_nobody(self, at, due):
        (notice,) = tell(people.make_party().pk, at=china(at))

        assert notice.sendings.get().due_at == china(due)

    def test_presses_somebody_twice_a_day_at_most(self):
        late = people.make_account("handler", phone="13900001111")
        told = [press(late.pk, key=str(n))[0] for n in range(3)]
        next_day = press(late.pk, key="next", at=NOON + timedelta(days=1))[0]

        assert ["SMS" in ways(each) for each in [*told, next_day]] == [True, True, False, True]
        assert all("IN_APP" in ways(each) for each in told)

    def test_what_does_not_press_is_not_counted(self):
        party = people.make_party()
        people.make_account(party=party)

        assert all("SMS" in ways(tell(party.pk, key=str(n))[0]) for n in range(3))


class TestEmail:
    def notice(self) -> Notice:
        party = people.make_party(phone="")
        people.make_account(party=party, email="zhang@example.cn", language="en")
        (notice,) = commands.tell_party(
            template="case_accepted", party_id=party.pk, facts=FACTS, key="k", at=NOON, link="/me/cases/WC1"
        )
        return notice

    def test_is_sent_in_the_readers_language_with_the_way_back(self, settings):
        settings.SITE_URL = "https://yc.example.cn/"
        notice = self.notice()

        run(NOON)

        (sent,) = mail.outbox
        assert sent.to == ["zhang@example.cn"]
        assert sent.subject == "Accepted: 食品经营许可"
        assert "decide by 6 November 2019" in sent.body
        assert sent.body.endswith("https://yc.example.cn/me/cases/WC1")
        assert ways(notice)["EMAIL"] == "SENT"

    def test_is_tried_again_and_parked_after_the_eighth_time(self, monkeypatch):
        notice = self.notice()
        row = notice.sendings.get(channel="EMAIL")
        monkeypatch.setattr("django.core.mail.EmailMessage.send", self.disconnected)

        for _n in range(TRIES):
            with pytest.raises(Unavailable):
                commands.send(sending_id=row.pk, at=NOON)

        row.refresh_from_db()
        assert (row.state, row.tries) == ("PARKED", TRIES)
        assert Record.objects.filter(kind="SendingParked").count() == 1
        monkeypatch.undo()
        commands.retry(sending_id=row.pk, by=people.make_actor("sysadmin"), at=NOON)
        run(NOON)
        assert ways(notice)["EMAIL"] == "SENT"

    def test_to_an_address_that_is_refused_is_not_tried_again(self, monkeypatch):
        notice = self.notice()
        monkeypatch.setattr("django.core.mail.EmailMessage.send", self.refused)

        assert run(NOON) == 0

        assert ways(notice)["EMAIL"] == "FAILED"

    def test_that_is_sent_is_not_sent_again(self):
        notice = self.notice()
        run(NOON)
        with pytest.raises(NothingToRetry):
            commands.retry(
                sending_id=notice.sendings.get(channel="EMAIL").pk, by=people.make_actor("sysadmin"), at=NOON
            )

    @staticmethod
    def disconnected(message: object) -> None:
        raise SMTPServerDisconnected("gone")

    @staticmethod
    def refused(message: object) -> None:
        raise SMTPRecipientsRefused({})


class TestReading:
    def test_only_ones_own_and_marked_once(self):
        party = people.make_party()
        account = people.make_account(party=party)
        tell(party.pk)
        reader, other = people.actor_of(account), people.make_actor("", party=people.make_party())
        assert (queries.unread(reader), queries.unread(other)) == (1, 0)

        assert commands.mark_read(by=other, at=NOON, notice_ids=[Notice.objects.get().pk]) == 0
        assert commands.mark_read(by=reader, at=NOON) == 1

        assert queries.unread(reader) == 0
        assert queries.own(other).count() == 0

    def test_in_the_language_of_the_moment(self):
        party = people.make_party()
        people.make_account(party=party)
        (notice,) = tell(party.pk)

        assert queries.shown(notice, "zh-hans").title == "已受理：食品经营许可"
        assert queries.shown(notice, "en").title == "Accepted: 食品经营许可"

    def test_the_outbox_is_for_those_who_look_after_the_machine(self):
        tell(people.make_party().pk)

        assert queries.outbox(people.make_actor("sysadmin"), channel="SMS", state="WAITING").count() == 1
        assert queries.outbox(people.make_actor("handler")).count() == 0
        assert queries.outbox_counts()["WAITING"] == 1


class TestWhoIsBehindAStep:
    def test_those_who_hold_the_permission_there_and_above(self):
        bureau = people.make_unit("zjj")
        section = people.make_unit("zjj_sp", parent=bureau)
        head = people.make_account("dept_head", bureau)
        handler = people.make_account("handler", section)
        people.make_account("handler", "scjg")

        assert queries.people_with("cases.handle", section.pk, NOON) == [handler.pk]
        assert queries.heads_of(section.pk, NOON) == [head.pk]

    def test_whoever_covers_somebody_who_is_away(self):
        absent, cover = people.make_account("handler", "zjj"), people.make_account("handler", "scjg")
        people.cover(absent, cover, at=NOON)

        assert queries.people_with("cases.handle", people.make_unit("zjj").pk, NOON) == [cover.pk]
