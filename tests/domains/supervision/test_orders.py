"""督办单 and 商请函 from draft to 销号."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support import people
from tests.support.engine import china
from tests.support.supervision import Watched
from yichuang.domains.supervision import commands
from yichuang.domains.supervision.commands.refusals import DraftedByMachine, OrderOpen, OwnDebt, ReasonMissing
from yichuang.domains.supervision.models import Order
from yichuang.domains.supervision.queries.papers import lateness
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.people.actors import SYSTEM, NotAllowed
from yichuang.foundation.people.terms import Relation
from yichuang.foundation.work.models import Clock
from yichuang.kernel.lifecycles import NotOpen

pytestmark = pytest.mark.django_db
AT = china("2019-10-30 09:00")


@pytest.fixture
def hall() -> Watched:
    return Watched()


def draft(hall: Watched) -> Order:
    return commands.draft_order(
        about_id=hall.accepted().pk, subject="超期", findings="已超期2天", demand="尽快办结", by=hall.office, at=AT
    )


class TestSigning:
    def test_a_unit_that_takes_orders_gets_a_numbered_order(self, hall):
        order = commands.sign_order(order_id=draft(hall).pk, by=hall.office, at=AT)

        paper = Paper.objects.get(dossier=order.dossier_id)
        assert (paper.kind, order.is_letter, order.answer_by) == ("supervision_order", False, date(2019, 11, 4))
        assert order.paper_number == paper.number == "武营商督〔2019〕1号"
        assert sorted(Clock.objects.filter(dossier=order.dossier_id).values_list("kind", flat=True)) == [
            "answer",
            "signing",
        ]

    def test_a_vertical_unit_gets_a_letter(self, hall):
        hall.unit.relation = Relation.VERTICAL
        hall.unit.save()

        order = commands.sign_order(order_id=draft(hall).pk, by=hall.office, at=AT)

        assert Paper.objects.get(dossier=order.dossier_id).kind == "inquiry_letter"
        assert order.is_letter
        assert order.paper_number == "武营商函〔2019〕1号"

    def test_a_letter_that_only_reminds(self, hall):
        hall.unit.relation = Relation.VERTICAL
        hall.unit.save()
        about = hall.accepted()

        drafted = commands.draft_order(
            about_id=about.pk,
            subject="用时偏长",
            findings="平均用时4天",
            demand="压缩时间",
            by=hall.office,
            at=AT,
            is_reminder=True,
        )
        order = commands.sign_order(order_id=drafted.pk, by=hall.office, at=AT)

        paper = Paper.objects.get(dossier=order.dossier_id)
        assert (paper.kind, order.paper_number) == ("reminder_letter", "武营商提〔2019〕1号")
        assert order.is_letter
        assert Clock.objects.filter(dossier=order.dossier_id, kind="answer").exists()

    def test_a_unit_that_takes_orders_is_not_reminded_by_letter(self, hall):
        order = commands.draft_order(
            about_id=hall.accepted().pk,
            subject="超期",
            findings="已超期",
            demand="办结",
            by=hall.office,
            at=AT,
            is_reminder=True,
        )

        assert not order.is_reminder

    def test_a_person_signs(self, hall):
        with pytest.raises(DraftedByMachine):
            commands.sign_order(order_id=draft(hall).pk, by=SYSTEM, at=AT)

    def test_one_order_at_a_time(self, hall):
        order = draft(hall)

        with pytest.raises(OrderOpen):
            commands.draft_order(
                about_id=order.about_id, subject="超期", findings="又超", demand="办", by=hall.office, at=AT
            )
        commands.discard_order(order_id=order.pk, reason="已办结", by=hall.office, at=AT)
        commands.draft_order(
            about_id=order.about_id, subject="超期", findings="又超", demand="办", by=hall.office, at=AT
        )


class TestLateness:
    @pytest.mark.parametrize(
        ("at", "said"),
        [
            ("2019-10-21 16:59", ""),
            ("2019-10-21 18:00", "超承诺时限不足1个工作日"),
            ("2019-10-23 09:00", "超承诺时限2个工作日"),
            ("2019-11-06 09:00", "超法定时限2个工作日"),
        ],
    )
    def test_names_the_gravest_limit_that_has_passed(self, hall, at, said):
        dossier = hall.accepted().dossier

        assert lateness(dossier, china(at)) == said


class TestAnswering:
    def test_from_signature_to_the_end(self, hall):
        order = commands.sign_order(order_id=draft(hall).pk, by=hall.office, at=AT)

        commands.receive_order(order_id=order.pk, by=hall.handler, at=AT)
        commands.answer_order(order_id=order.pk, answer="正在办", by=hall.handler, at=AT)
        commands.send_back_order(order_id=order.pk, reason="未附材料", by=hall.office, at=AT)
        commands.answer_order(order_id=order.pk, answer="已办结，附决定书", by=hall.handler, at=AT)
        with pytest.raises(NotOpen):
            commands.close_order(order_id=order.pk, evidence="决定书", by=hall.office, at=AT)
        commands.verify_order(order_id=order.pk, finding="属实", by=hall.office, at=AT)
        with pytest.raises(ReasonMissing):
            commands.close_order(order_id=order.pk, evidence="", by=hall.office, at=AT)
        commands.close_order(order_id=order.pk, evidence="决定书", by=hall.office, at=AT)

        order.refresh_from_db()
        assert (order.dossier.state, order.evidence, order.closed_by_id) == (
            "closed",
            "决定书",
            hall.office.account_id,
        )

    def test_nobody_of_the_unit_itself_closes(self, hall):
        order = commands.sign_order(order_id=draft(hall).pk, by=hall.office, at=AT)
        insider = people.make_actor("office", hall.unit, at=AT)
        commands.answer_order(order_id=order.pk, answer="已办结", by=hall.handler, at=AT)

        with pytest.raises(OwnDebt):
            commands.verify_order(order_id=order.pk, finding="属实", by=insider, at=AT)
        commands.verify_order(order_id=order.pk, finding="属实", by=hall.office, at=AT)
        with pytest.raises(OwnDebt):
            commands.close_order(order_id=order.pk, evidence="决定书", by=insider, at=AT)

    def test_another_unit_does_not_answer(self, hall):
        order = commands.sign_order(order_id=draft(hall).pk, by=hall.office, at=AT)
        stranger = people.make_actor("handler", people.make_unit("cgj"), at=AT)

        with pytest.raises(NotAllowed):
            commands.answer_order(order_id=order.pk, answer="已办结", by=stranger, at=AT)
