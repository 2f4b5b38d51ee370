"""What an application's news set off: applicant and agent are told, holders are reminded, heads get one digest."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.support import people
from tests.support.connections import make_system
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.rules import Row
from yichuang.domains.cases.terms import Channel, HoldKind, NoticeChannel
from yichuang.foundation.jobs import shifting
from yichuang.foundation.notices import queries
from yichuang.foundation.notices.models import Notice, Sending
from yichuang.foundation.people.models import Account
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.models import Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def hall() -> Hall:
    made = Hall()
    make_system("sms")
    return made


def told(account_id: int | None, at: datetime) -> list[str]:
    """Give the titles of what somebody was told so far, oldest first, in Chinese."""
    while records.deliver(at=at):
        pass
    assert not Delivery.objects.exclude(error="").exists()
    rows = Notice.objects.filter(account=account_id).order_by("pk")
    return [queries.shown(row, "zh").title for row in rows]


def texts(account_id: int | None) -> str:
    return "\n".join(queries.shown(row, "zh").text for row in Notice.objects.filter(account=account_id))


def accepted(hall: Hall) -> Case:
    return commands.accept_case(case_id=hall.receive().pk, by=hall.window, at=hall.at)


class TestApplicant:
    def test_hears_of_every_turn(self, hall):
        case = accepted(hall)

        assert told(hall.citizen.account_id, hall.at) == [
            "已收到您的申请：食品经营许可（新办）",
            "已受理：食品经营许可（新办）",
        ]
        assert case.dossier.number in texts(hall.citizen.account_id)
        assert "前办结" in texts(hall.citizen.account_id)

    def test_hears_what_is_to_be_corrected_and_that_it_lapsed(self, hall):
        case = hall.receive()
        rows = [Row(name="经营场所平面图", reason="没有标注面积", material="food_floor_plan")]
        commands.ask_correction(case_id=case.pk, rows=rows, channel=NoticeChannel.WINDOW, by=hall.window, at=hall.at)
        told(hall.citizen.account_id, hall.at)
        assert "有 1 项需要补正：经营场所平面图" in texts(hall.citizen.account_id)

        shifting.run_through(at=hall.at, to=hall.at + timedelta(days=60))

        titles = told(hall.citizen.account_id, hall.at)
        assert "补正期限快到了：食品经营许可（新办）" in titles
        assert titles[-1] == "申请已终止：食品经营许可（新办）"

    def test_hears_why_the_limit_stands_still_and_the_new_date(self, hall):
        case = accepted(hall)
        commands.begin_case(case_id=case.pk, by=hall.handler, at=hall.at)
        hold = commands.ask_hold(
            case_id=case.pk,
            kind=HoldKind.SPECIAL,
            ground="专家评审",
            reason="需要专家评审",
            expected_days=8,
            by=hall.handler,
            at=hall.at,
        )
        commands.approve_hold(hold_id=hold.pk, by=hall.head, at=hall.at)
        commands.end_hold(hold_id=hold.pk, result="通过", by=hall.handler, at=hall.at + timedelta(days=7))

        titles = told(hall.citizen.account_id, hall.at)

        assert titles[-2:] == ["办理时限停止计算：食品经营许可（新办）", "办理时限恢复计算：食品经营许可（新办）"]
        assert "因专家评审" in texts(hall.citizen.account_id)
        assert "新的办结日期是2019年" in texts(hall.citizen.account_id)

    def test_hears_that_silence_made_it_accepted(self, hall):
        hall.receive(channel=Channel.ONLINE)
        shifting.run_through(at=hall.at, to=hall.at + timedelta(days=20))

        assert "视为受理：食品经营许可（新办）" in told(hall.citizen.account_id, hall.at)
        assert "自2019年10月8日收到申请之日起" in texts(hall.citizen.account_id)

    def test_and_the_agent_hear_the_same_of_this_case(self, hall):
        agent = people.make_party("女儿")
        account = people.make_account(party=agent)
        hall.receive(agent_id=agent.pk, agent_relation="FAMILY")

        assert told(account.pk, hall.at) == ["已收到您的申请：食品经营许可（新办）"]

    def test_without_telephone_or_account_is_told_on_paper(self, hall):
        nobody = people.make_party("张某", phone="")
        case = hall.receive(applicant_id=nobody.pk)
        told(None, hall.at)

        assert list(Sending.objects.values_list("channel", "state")) == [("PAPER", "ON_PAPER")]
        assert queries.to_tell_on_paper(case.pk)

    def test_nobody_is_told_twice_when_the_news_comes_twice(self, hall):
        hall.receive()
        told(hall.citizen.account_id, hall.at)
        Delivery.objects.update(done_at=None)

        assert len(told(hall.citizen.account_id, hall.at)) == 1


class TestLate:
    def test_the_holder_is_reminded_and_then_the_head_once_a_morning(self, hall):
        Account.objects.filter(pk=hall.handler.account_id).update(phone="13900001111")
        cases = [accepted(hall) for _n in range(3)]
        due = cases[0].dossier.clocks.get(kind="promise").due_at
        assert due is not None

        shifting.run_through(at=hall.at, to=due + timedelta(hours=1))
        holder = told(hall.handler.account_id, due)
        assert any(title.startswith("临期") for title in holder)
        assert any(title.startswith("超期") for title in holder)
        shifting.run_through(at=due + timedelta(hours=1), to=due + timedelta(days=3))

        assert set(told(hall.head.account_id, due)) == {"本单位有 3 件超期"}
        mornings = [row.at.astimezone(hall.at.tzinfo) for row in Notice.objects.filter(template="heads_digest")]
        assert {f"{at:%H:%M}" for at in mornings} == {"08:30"}
        assert len({at.date() for at in mornings}) == len(mornings)
        by_day: dict[str, int] = {}
        for row in Sending.objects.filter(channel="SMS", notice__account=hall.handler.account_id):
            if queries.template_of(row.notice).presses:
                day = row.due_at.astimezone(hall.at.tzinfo).date().isoformat()
                by_day[day] = by_day.get(day, 0) + 1
        assert by_day and max(by_day.values()) <= 2

    def test_what_was_done_by_the_morning_is_not_in_the_digest(self, hall):
        case = accepted(hall)
        due = case.dossier.clocks.get(kind="promise").due_at
        assert due is not None
        shifting.run_through(at=hall.at, to=due + timedelta(hours=1))
        before = told(hall.head.account_id, due)
        commands.withdraw_case(case_id=case.pk, reason="不办了", by=hall.citizen, at=due + timedelta(hours=2))

        shifting.run_through(at=due + timedelta(hours=2), to=china("2019-12-01 09:00"))

        assert told(hall.head.account_id, due) == before
