"""A party gives a mandate to an agent and takes it back; nobody else can."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.support import people
from tests.support.catalogue import publish_items
from tests.support.people import WEDNESDAY
from yichuang.foundation.people.models import Mandate, Party
from yichuang.foundation.people.queries import number_of
from yichuang.foundation.records.models import Record

pytestmark = pytest.mark.django_db
PAGE = "/me/mandates"


@pytest.fixture(autouse=True)
def business_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every page be answered on a Wednesday."""
    monkeypatch.setattr("yichuang.foundation.people.middleware.clock.business_now", lambda: WEDNESDAY)


@pytest.fixture
def agent() -> Party:
    return people.make_party("李受托")


@pytest.fixture
def answers(agent: Party, client: Client) -> dict[str, object]:
    """Log a person in who also represents a firm, and fill the form for the firm."""
    firm = people.make_party("示例公司", kind="ENTERPRISE")
    client.force_login(people.make_account(party=people.make_party("张委托"), firms=(firm,)))
    return {
        "principal_id": firm.pk,
        "agent_name": "李受托",
        "id_kind": "RESIDENT",
        "id_number": number_of(agent),
        "kind": "AGENCY",
        "valid_from": "2019-10-30",
        "valid_to": "2020-10-30",
    }


class TestMandates:
    def test_is_given_for_some_matters_and_taken_back(
        self, client: Client, agent: Party, answers: dict[str, object]
    ) -> None:
        people.make_unit("scjg")
        publish_items()
        page = client.get(PAGE).content.decode()
        assert "您没有委托任何人" in page
        assert page.index("张委托</option>") < page.index("示例公司</option>")

        done = client.post(PAGE, answers | {"scope": ["food_business_permit"]}, follow=True).content.decode()

        row = Mandate.objects.get()
        assert "已委托李受托" in done
        assert row.covers("food_business_permit")
        assert not row.covers("another")
        helper = people.make_account(party=agent)
        assert people.actor_of(helper).principal_ids == {row.principal_id}

        said = client.post(f"{PAGE}/{row.pk}/end", follow=True).content.decode()

        assert "已撤回对李受托的委托" in said
        assert "已失效" in said
        assert people.actor_of(helper).principal_ids == frozenset()
        assert [each.kind for each in Record.objects.filter(kind__startswith="Mandate").order_by("pk")] == [
            "MandateGiven",
            "MandateEnded",
        ]

    def test_the_agent_sees_it_and_does_not_end_it(self, client: Client, agent: Party) -> None:
        row = people.mandate(people.make_party("王委托"), agent)
        client.force_login(people.make_account(party=agent))

        page = client.get(PAGE).content.decode()

        assert "王委托" in page
        assert "全部事项" in page
        assert client.post(f"{PAGE}/{row.pk}/end").status_code == 404
        row.refresh_from_db()
        assert row.valid_to is None

    @pytest.mark.parametrize(
        ("changed", "field", "said"),
        [
            ({"agent_name": "别人"}, "id_number", "没有找到这位受托人"),
            ({"id_number": "nothing"}, "id_number", "没有找到这位受托人"),
            ({"valid_to": "2019-10-01"}, "valid_to", "结束时间须晚于开始时间"),
            ({"kind": "KING"}, "kind", "与受托人的关系"),
        ],
    )
    def test_says_beside_the_field_what_cannot_be(
        self, client: Client, answers: dict[str, object], changed: dict[str, str], field: str, said: str
    ) -> None:
        page = client.post(PAGE, answers | changed)

        assert said in page.context["form"].errors[field][0]
        assert "2019-10-30" in page.content.decode()
        assert not Mandate.objects.exists()

    def test_nobody_mandates_for_a_stranger_or_to_oneself(
        self, client: Client, agent: Party, answers: dict[str, object]
    ) -> None:
        assert "principal_id" in client.post(PAGE, answers | {"principal_id": agent.pk}).context["form"].errors
        firm = Party.objects.get(name="示例公司")
        oneself = {"agent_name": firm.name, "id_kind": "USCC", "id_number": firm.uscc}
        assert "id_number" in client.post(PAGE, answers | oneself).context["form"].errors
        assert not Mandate.objects.exists()

    def test_who_is_not_known_yet_is_told_where_to_go(self, client: Client) -> None:
        client.force_login(people.make_account())

        assert "还没有核对身份" in client.get(PAGE).content.decode()
