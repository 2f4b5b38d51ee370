"""Licences: issued from a decision with texts that people read, fetched, entered from outside, revoked, verified."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support import people
from tests.support.documents import Told
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import Case, Decision
from yichuang.domains.licences import commands, queries
from yichuang.domains.licences.models import Licence, LicenceUse
from yichuang.domains.licences.terms import LicenceState, Standing
from yichuang.foundation.documents import queries as documents
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.documents.terms import Standing as PaperStanding
from yichuang.foundation.figures import groups
from yichuang.foundation.figures import queries as figures
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.work import deeds
from yichuang.foundation.work import queries as work
from yichuang.kernel.identifiers import parse_licence_identifier

pytestmark = pytest.mark.django_db

ANSWERS = {"food_business_form": "catering", "food_premises": {"street": "中南路街道", "detail": "示例路1号"}}
SIGNED = china("2019-10-11 10:00")


def approved(hall: Hall) -> Licence:
    """Bring a food business permit to its signature and give the licence."""
    case = hall.receive(answers=ANSWERS)
    cases.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
    for at, who in (("2019-10-09 10:00", hall.handler), ("2019-10-10 10:00", hall.reviewer)):
        step = work.live_steps(case.dossier).get()
        cases.complete_step(step_id=step.pk, outcome="agree", opinion="同意", by=who, at=china(at))
    cases.approve_case(case_id=case.pk, by=hall.signer, at=SIGNED)
    return Licence.objects.get(dossier=case.dossier)


def entered(hall: Hall, **more: object) -> Licence:
    said: dict[str, object] = {
        "licence_type": "business_licence",
        "number": "91420106MA00000001",
        "holder_id": hall.party.pk,
        "unit_id": hall.unit.pk,
        "fields": {},
        "by": people.make_actor("chief", hall.unit, at=hall.at),
        "at": hall.at,
    }
    return commands.enter_outside(**(said | more))  # type: ignore[arg-type]


class TestIssue:
    def test_gives_number_identifier_and_five_years(self) -> None:
        row = approved(Hall())

        assert row.number == "武食经许〔2019〕0001号"
        assert (row.valid_from, row.valid_until) == (date(2019, 10, 11), date(2024, 10, 11))
        parts = parse_licence_identifier(row.identifier)
        assert (parts.type_code, parts.issuer) == ("11100000000013338W101", "11420106MB1A000012")

    def test_the_certificate_says_words_and_no_codes(self) -> None:
        row = approved(Hall())

        assert row.read_face()["主体业态"] == "餐饮服务经营者"
        assert row.read_face()["经营场所"] == "中南路街道示例路1号"
        assert "catering" not in Paper.objects.get(pk=row.paper_id).facts

    def test_the_decision_bears_the_number_of_its_own_paper(self) -> None:
        decision = Decision.objects.get(case_id=approved(Hall()).dossier_id)

        assert decision.paper_number.startswith("准予行政许可决定书 ")

    def test_forms_are_filled_in_from_its_answers(self) -> None:
        assert approved(Hall()).read_answers() == ANSWERS


class TestFetch:
    def test_notes_the_use_once(self) -> None:
        hall = Hall()
        row, case = entered(hall), hall.receive()

        for _ in range(2):
            with deeds.deed("note", on=case.pk, by=hall.window, at=hall.at) as deed:
                commands.fetch(deed, licence_id=row.pk, item="food_business_permit", unit_id=hall.unit.pk)
                deed.record(Told("fetched"))

        assert LicenceUse.objects.filter(licence=row, dossier=case.dossier).count() == 1

    def test_an_expired_licence_stands_in_for_nothing(self) -> None:
        hall = Hall()
        row = entered(hall, valid_from=date(2014, 1, 1), valid_until=date(2019, 10, 7))

        case = hall.receive()
        with (
            pytest.raises(commands.NotValid, match="已过期，不能免提交"),
            deeds.deed("note", on=case.pk, by=hall.window, at=hall.at) as deed,
        ):
            commands.fetch(deed, licence_id=row.pk, item="food_business_permit", unit_id=hall.unit.pk)


class TestCounts:
    def test_a_type_is_shared_when_another_body_used_it(self) -> None:
        hall, other = Hall(), people.make_unit("zjj")
        row, day = entered(hall), Times(date(2019, 10, 8))
        for unit, shared in ((hall.unit, 0), (other, 1)):
            case = hall.receive(applicant_id=people.make_party(f"示例{shared}").pk)
            with deeds.deed("note", on=case.pk, by=hall.window, at=hall.at) as deed:
                commands.fetch(deed, licence_id=row.pk, item="food_business_permit", unit_id=unit.pk)
                deed.record(Told("fetched"))

            found = figures.ask("F27", day).outside
            assert found is not None and found.own == shared

        fetches = figures.find("licences.fetches", day.as_of)
        assert figures.ask("licences.fetches", day).value == 2
        assert {each.code for each in groups.groups(fetches, "unit", day)} == {str(hall.unit.pk), str(other.pk)}


class TestEnterOutside:
    def test_a_number_is_entered_once(self) -> None:
        hall = Hall()
        entered(hall)

        with pytest.raises(commands.NumberTaken, match="91420106MA00000001已经登记"):
            entered(hall)

    def test_only_by_those_who_issue(self) -> None:
        hall = Hall()

        with pytest.raises(NotAllowed):
            entered(hall, by=hall.citizen)


class TestRevoke:
    def test_ends_licence_and_certificate_with_the_decision(self) -> None:
        hall = Hall()
        row = approved(hall)
        at = china("2019-11-04 10:00")

        cases.revoke_decision(
            case_id=row.dossier_id, reason="隐瞒情况", basis="行政许可法第六十九条", by=hall.signer, at=at
        )

        row.refresh_from_db()
        assert (row.state, row.ended_because) == (LicenceState.REVOKED, "隐瞒情况")
        assert queries.verify(row.verify_code, date(2019, 11, 4)).standing == Standing.REVOKED
        paper = documents.verify(row.verify_code, at=at)
        assert paper is not None
        assert paper.standing is PaperStanding.REVOKED


class TestVerify:
    @pytest.mark.parametrize(
        ("day", "standing"),
        [(date(2024, 10, 11), Standing.VALID), (date(2024, 10, 12), Standing.EXPIRED)],
    )
    def test_the_last_day_still_counts(self, day: date, standing: Standing) -> None:
        assert queries.verify(approved(Hall()).verify_code, day).standing == standing

    def test_a_code_is_read_as_people_type_it(self) -> None:
        code = approved(Hall()).verify_code

        assert queries.verify(f" {code[:4].lower()}-{code[4:]}", SIGNED.date()).standing == Standing.VALID

    def test_an_unknown_code_tells_nothing(self) -> None:
        found = queries.verify("ABCD2345EFGH6789", date(2019, 10, 11))

        assert (found.standing, found.licence, found.digest) == (Standing.UNKNOWN, None, "")


def test_a_case_of_somebody_else_shows_no_licences() -> None:
    row = approved(Hall())
    other = people.make_actor("", party=people.make_party("他人"), at=SIGNED)

    assert Case.objects.filter(dossier_id=row.dossier_id).exists()
    assert not queries.licences(other).exists()
