"""Timeliness figures count what was done, by the two times; who may not open a row still counts it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.support import people
from tests.support.engine import Hall, china, shipped
from yichuang.domains.cases import commands
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.rules import Row
from yichuang.domains.cases.terms import HoldKind, MaterialState, NoticeChannel
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.figures import groups, queries, rows
from yichuang.foundation.figures.terms import Missing, Part, Reason, Times
from yichuang.foundation.people.actors import PUBLIC, SYSTEM
from yichuang.foundation.records import realtime
from yichuang.foundation.records.terms import SYSTEM as BY_SYSTEM
from yichuang.foundation.work import queries as work

pytestmark = pytest.mark.django_db
END = date(2019, 10, 31)


def value(id: str, day: date = END, **more: object) -> object:
    return queries.ask(id, Times(day, **more)).value


def concluded(hall: Hall, day: str, party: str) -> Case:
    """Take a case in and conclude it on a day."""
    case = hall.receive(applicant_id=people.make_party(party).pk)
    commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    for by in (hall.handler, hall.reviewer):
        step = work.live_steps(case.dossier).get()
        commands.complete_step(step_id=step.pk, outcome="agree", opinion="同意", by=by, at=china(f"{day} 10:00"))
    commands.approve_case(case_id=case.pk, by=hall.signer, at=china(f"{day} 11:00"))
    return case


@pytest.fixture
def hall() -> Hall:
    return Hall()  # 2019-10-08 09:30, a Tuesday; the promise ends on 10-21


class TestTimeliness:
    def test_shares_medians_and_steps_come_from_the_same_rows(self, hall):
        for day, party in (("2019-10-10", "甲某"), ("2019-10-14", "乙某"), ("2019-10-25", "丙某")):
            concluded(hall, day, party)
        hall.receive(applicant_id=people.make_party("丁某").pk)

        found = queries.answers(
            ["cases.received", "cases.concluded", "cases.on_time_rate", "cases.median_days", "cases.p90_days"],
            Times(END),
        )

        assert [each.value for each in found.values()] == [4, 3, Decimal("66.7"), 5, 14]  # 10-12 is a working day
        rate = found["cases.on_time_rate"]
        assert (rate.numerator, rate.denominator) == (2, 3)
        assert value("cases.on_time_rate", date(2019, 10, 24)) == 100
        assert value("cases.on_time_rate", date(2019, 10, 8)) is None
        assert value("cases.steps_done") == 9  # two and the signature, three times

    def test_corrections_and_pauses_per_case(self, hall):
        first, second = (hall.receive(applicant_id=people.make_party(name).pk) for name in ("甲某", "乙某"))
        commands.ask_correction(
            case_id=first.pk,
            rows=[Row("房屋租赁合同", "缺页", material="lease")],
            channel=NoticeChannel.WINDOW,
            by=hall.window,
            at=china("2019-10-08 10:00"),
        )
        commands.accept_case(case_id=second.pk, by=hall.window, at=hall.at)
        hold = commands.ask_hold(
            case_id=second.pk,
            kind=HoldKind.SPECIAL,
            ground="专家评审",
            reason="须专家论证",
            expected_days=8,
            by=hall.handler,
            at=china("2019-10-15 10:00"),
        )
        commands.approve_hold(hold_id=hold.pk, by=hall.head, at=china("2019-10-15 10:00"))

        assert value("cases.corrections_per_case") == Decimal("0.50")
        assert value("cases.corrections_per_case", date(2019, 10, 7)) is None
        assert queries.ask("cases.pauses_per_case", Times(END)).missing is Missing.NO_DENOMINATOR
        assert queries.ask("cases.pauses_per_case", Times(END)).numerator == 1
        (group,) = groups.groups(queries.find("cases.corrections_per_case", END), "unit", Times(END))
        assert (group.code, group.value, group.rows) == ("scjg", Decimal("0.50"), 2)

    def test_a_deed_that_was_learnt_later_is_not_known_before(self, hall):
        concluded(hall, "2019-10-10", "甲某")
        before = realtime.database_now()
        concluded(hall, "2019-10-14", "乙某")

        assert [value("cases.concluded"), value("cases.concluded", known_at=before)] == [2, 1]
        assert value("cases.steps_done", known_at=before) == 3
        assert value("cases.received", known_at=before) == 1

    def test_steps_are_told_apart_by_step_unit_and_holder(self, hall):
        concluded(hall, "2019-10-10", "甲某")
        concluded(hall, "2019-10-14", "乙某")

        by_step = groups.groups(queries.find("cases.step_hours", END), "step", Times(END))

        assert sum(each.rows for each in by_step) == 6
        first = next(each for each in by_step if each.value and each.value > 20)
        assert first.value == Decimal("48.5")  # 10-08 09:30 to 10-10 10:00; the other took longer


class TestSparedProofs:
    def test_a_month_counts_what_a_licence_or_a_signed_word_stood_in_for(self, hall):
        (shipped_item,) = [file for file in shipped().of("item") if file.code == "food_business_permit"]
        materials = [
            {**each, "proof": True} if each["code"] in ("lease", "resident_id", "food_safety_rules") else each
            for each in shipped_item.body["materials"]
        ]
        body = shipped_item.body | {"version": 9, "materials": materials}
        definitions.publish(of_bodies([("item", body)]), by=BY_SYSTEM, at=hall.at)
        case = hall.receive()
        case.materials.filter(code="lease").update(state=MaterialState.EXEMPT)
        case.materials.filter(code="resident_id").update(state=MaterialState.PROMISED)
        case.materials.filter(code="business_licence").update(state=MaterialState.EXEMPT)  # no proof
        assert value("cases.spared_proofs") is None

        commands.accept_case(case_id=case.pk, by=hall.window, at=hall.at)

        assert value("cases.spared_proofs") == 2
        assert value("cases.spared_proofs", date(2019, 11, 30)) == 0
        spared = dict(case.spared_proofs.values_list("material", "mode"))
        assert spared == {"lease": "LICENCE", "resident_id": "COMMITMENT"}
        assert len(rows.as_lines(queries.find("cases.spared_proofs", END), Times(END), SYSTEM)) == 2


class TestWhoMayOpen:
    def test_rows_and_hidden_ones_add_up_to_the_value(self, hall):
        concluded(hall, "2019-10-10", "甲某")
        figure = queries.find("cases.concluded", END)
        stranger = people.make_actor("handler", people.make_unit("zjj"), at=hall.at)
        seen = {}

        for name, actor in {"own": hall.handler, "other": stranger, "public": PUBLIC, "system": SYSTEM}.items():
            (part,) = rows.behind(figure, Times(END), actor)
            seen[name] = part.opened, dict(part.hidden), len(part.lines())
            assert (
                part.total
                == part.opened + sum(part.hidden.values())
                == queries.ask("cases.concluded", Times(END)).value
            )

        assert seen == {
            "own": (1, {}, 1),
            "other": (0, {Reason.ELSEWHERE: 1}, 0),
            "public": (0, {Reason.NOT_PUBLIC: 1}, 0),
            "system": (1, {}, 1),
        }

    def test_a_line_leads_to_the_case_and_says_what_it_is_in_words(self, hall):
        case = concluded(hall, "2019-10-10", "甲某")
        figure = queries.find("cases.on_time_rate", END)

        numerator, denominator = rows.behind(figure, Times(END), hall.handler)

        assert (numerator.part, denominator.part) == (Part.NUMERATOR, Part.DENOMINATOR)
        (line,) = numerator.lines()
        assert line.link == f"/dept/cases/{case.dossier.number}"
        assert (line.values["unit"], line.values["channel"]) == ("scjg", "窗口")
        assert line.values["concluded_on"] == date(2019, 10, 10)
