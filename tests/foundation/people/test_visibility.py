"""The one filter, on this room's own models and on branches that must be joined."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Q

from tests.support.people import actor_of, make_account, make_actor, make_party, make_unit, mandate
from yichuang.foundation.people import visibility
from yichuang.foundation.people.actors import PUBLIC, SYSTEM
from yichuang.foundation.people.models import Account, Appointment, Mandate, Party, Unit
from yichuang.foundation.people.visibility import Rule, fields, register_scope, visible, visible_keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_branches(monkeypatch):
    monkeypatch.setitem(
        visibility.RULES,
        Party,
        Rule(
            "cases.view",
            own=lambda reach: Q(pk__in=reach.parties),
            mandate=lambda reach: Mandate.objects.filter(principal__in=reach.principals).values("principal"),
            units=lambda reach: Q(name="看得见"),
        ),
    )


class TestVisible:
    def test_a_citizen_sees_itself_and_who_mandated_it(self):
        me, father, _stranger = make_party("我"), make_party("父亲"), make_party("路人")
        account = make_account(party=me)
        mandate(father, me)

        assert set(visible(actor_of(account), Party)) == {me, father}

    def test_a_window_sees_all_parties(self):
        party = make_party()

        assert party in visible(make_actor("window"), Party)

    def test_a_head_sees_the_people_of_the_region(self):
        make_account("handler", "zjj")
        actor = make_actor("dept_head", "zjj")

        assert visible(actor, Account).count() == 2

    def test_the_public_sees_nobody(self):
        make_party()
        make_account("handler")

        assert not visible(PUBLIC, Party).exists()
        assert not visible(PUBLIC, Account).exists()

    def test_units_are_open_to_all(self):
        assert make_unit() in visible(PUBLIC, Unit)

    def test_a_purpose_may_ask_for_more(self):
        make_account("handler")
        actor = make_actor("dept_head")

        assert visible(actor, Account, "list").exists()
        assert not visible(actor, Account, "manage").exists()

    def test_the_system_sees_everything(self):
        make_party()

        assert visible(SYSTEM, Party).count() == 1

    def test_a_model_without_scope_is_a_bug(self):
        with pytest.raises(LookupError, match="Mandate"):
            visible(SYSTEM, Mandate)

    def test_a_scope_is_registered_once_for_a_model(self, monkeypatch):
        monkeypatch.setattr(visibility, "RULES", {})
        register_scope(Appointment, permission="people.view", units=lambda reach: Q(unit__in=reach.units))

        assert visible(make_actor("handler"), Appointment).count() == 1


@pytest.mark.usefixtures("two_branches")
class TestBranches:
    def test_are_joined_without_an_or(self):
        me, father, seen, _other = make_party("我"), make_party("父亲"), make_party("看得见"), make_party("看不见")
        mandate(father, me)
        actor = actor_of(make_account("handler", party=me))

        rows = visible(actor, Party)

        assert set(rows) == {me, father, seen}
        sql = str(rows.query)
        assert "UNION ALL" in sql
        assert " OR " not in sql

    def test_may_be_filtered_sorted_and_counted_on(self):
        me = make_party("我")
        make_party("看得见")
        actor = actor_of(make_account("handler", party=me))

        rows = visible(actor, Party).filter(kind="PERSON").order_by("-name")

        assert [row.name for row in rows[:1]] == ["看得见"]
        assert rows.count() == 2

    def test_are_given_to_statements_by_hand(self):
        me = make_party("我")
        make_party("看得见")
        actor = actor_of(make_account("handler", party=me))

        sql, params = visible_keys(actor, Party)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM people_party WHERE id IN ({sql})", params)
            assert cursor.fetchone() == (2,)


class TestFields:
    def test_staff_see_numbers_masked(self):
        rights = fields(make_actor("window"), Party)

        assert rights.show("id_number", "999999199001011234") == "999999********1234"
        assert rights.show("phone", "10000001234") == "100****1234"
        assert rights.show("name", "张三") == "张三"

    def test_the_own_data_are_open(self):
        rights = fields(actor_of(make_account(party=make_party())), Party, own=True)

        assert rights.show("id_number", "999999199001011234") == "999999199001011234"

    def test_rights_as_a_citizen_do_not_open_other_peoples_data(self):
        rights = fields(make_actor("window", party=make_party()), Party)

        assert rights.show("id_number", "999999199001011234") == "999999********1234"

    def test_without_a_right_everything_is_hidden(self):
        assert fields(PUBLIC, Party).show("name", "张三") == ""
