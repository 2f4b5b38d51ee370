"""In which street a case lies: the street office that takes it in, what the form says, where the applicant is."""

from __future__ import annotations

import pytest

from tests.support import people
from tests.support.engine import Hall
from yichuang.domains.cases import commands
from yichuang.domains.cases.terms import Channel
from yichuang.foundation.work.models import Tally

pytestmark = pytest.mark.django_db
DISTRICT, JIYUQIAO, LIANGDAO, SHOUYILU = "420106", "420106001", "420106005", "420106010"


@pytest.fixture
def hall() -> Hall:
    found = Hall()
    for code, name in ((JIYUQIAO, "积玉桥街道"), (LIANGDAO, "粮道街道"), (SHOUYILU, "首义路街道")):
        people.make_region(code, name, "STREET")
    people.make_region("420102001", "大智街道", "STREET")
    return found


def at(street: str) -> dict[str, str]:
    return {"street": street, "detail": "示范巷8号"}


@pytest.mark.parametrize(
    ("answers", "region"),
    [
        ({"food_premises": at("粮道街道"), "enterprise_address": at("积玉桥街道")}, LIANGDAO),
        ({"enterprise_address": at("积玉桥街道")}, JIYUQIAO),
        ({"food_premises": at("首义路街"), "enterprise_address": at("积玉桥街道")}, SHOUYILU),
        ({"food_premises": at(" 首义路 ")}, SHOUYILU),
        ({"food_premises": at("不知道的街"), "enterprise_address": at("积玉桥街道")}, JIYUQIAO),
        ({"food_premises": at("街道")}, DISTRICT),
        ({"food_premises": at("大智街道")}, DISTRICT),
        ({"food_premises": "粮道街道", "delivery_address": at("粮道街道")}, DISTRICT),
        ({}, DISTRICT),
    ],
)
def test_is_what_the_form_says_of_the_place(hall, answers, region):
    dossier = hall.receive(answers=answers).dossier

    assert (dossier.region, dossier.number[:6]) == (region, DISTRICT)
    assert Tally.objects.get(dossier=dossier).region == region


@pytest.mark.parametrize(
    ("home", "region"),
    [(LIANGDAO, LIANGDAO), ("420106005001", LIANGDAO), ("420106", DISTRICT), ("420102001", DISTRICT)],
)
def test_else_is_where_the_applicant_is(hall, home, region):
    party = people.make_party("某甲", region=people.make_region(home, "某地"))

    assert hall.receive(applicant_id=party.pk).dossier.region == region
    said = {"enterprise_address": at("积玉桥街道")}
    assert hall.receive(applicant_id=party.pk, answers=said).dossier.region == JIYUQIAO


def test_what_a_street_office_takes_in_lies_in_its_street(hall):
    office = people.make_unit("street_a", kind="STREET", region=people.make_region(SHOUYILU))
    clerk = people.make_actor("street_window", office, at=hall.at)
    said = hall.application(channel=Channel.STREET, answers={"food_premises": at("粮道街道")})

    case = commands.receive(application=said, by=clerk, at=hall.at)

    assert case.dossier.region == SHOUYILU
    assert hall.receive(answers=said.answers).dossier.region == LIANGDAO
