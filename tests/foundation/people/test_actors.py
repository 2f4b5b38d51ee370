"""What somebody may, where, and from when to when."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.people import (
    WEDNESDAY,
    actor_of,
    appoint,
    cover,
    make_account,
    make_actor,
    make_party,
    make_post,
    make_region,
    make_unit,
    mandate,
)
from yichuang.foundation.people.actors import PUBLIC, SYSTEM, NotAllowed, actor_for, may_log_in
from yichuang.foundation.people.models import Region
from yichuang.foundation.records.terms import By

pytestmark = pytest.mark.django_db


class TestScopes:
    def test_unit_reaches_the_own_unit_alone(self):
        zjj, below, other = make_unit("zjj"), make_unit("zjj_permits", parent=make_unit("zjj")), make_unit("gaj")
        actor = make_actor("handler", zjj)

        assert actor.may("cases.handle", zjj.pk)
        assert not actor.may("cases.handle", below.pk)
        assert not actor.may("cases.handle", other.pk)
        assert actor.units("cases.handle") == {zjj.pk}

    def test_subtree_reaches_what_stands_below(self):
        zjj = make_unit("zjj")
        below, other = make_unit("zjj_permits", parent=zjj), make_unit("gaj")
        actor = make_actor("dept_head", zjj)

        assert actor.units("cases.view") == {zjj.pk, below.pk}
        assert not actor.may("cases.decide", other.pk)

    def test_region_reaches_every_unit_inside(self):
        hall, bureau = make_unit("hall"), make_unit("zjj")
        street = make_unit("jyq", region=make_region("420106001", "积玉桥", "STREET"))
        elsewhere = make_unit("hankou", region=make_region("420102", "江岸区"))
        actor = make_actor("window", hall)

        assert actor.units("cases.accept") == {hall.pk, bureau.pk, street.pk}
        assert not actor.may("cases.accept", elsewhere.pk)

    def test_all_reaches_everything(self):
        actor = make_actor("auditadmin", "hall")

        assert actor.units("records.view") is None
        assert actor.may("records.view", 987654)

    def test_own_and_mandate_are_about_parties(self):
        daughter, father, stranger = make_party("张小妹"), make_party("张三"), make_party("李四")
        account = make_account(party=daughter)
        mandate(father, daughter)
        actor = actor_of(account)

        assert actor.may("cases.apply", party_id=daughter.pk)
        assert actor.may("cases.apply", party_id=father.pk)
        assert not actor.may("cases.apply", party_id=stranger.pk)
        assert actor.may("licences.view", party_id=daughter.pk)
        assert not actor.may("licences.view", party_id=father.pk)

    def test_a_mandate_for_one_matter_opens_no_list(self):
        father, daughter = make_party("张三"), make_party("张小妹")
        mandate(father, daughter, scope="pension")
        actor = actor_of(make_account(party=daughter))

        assert actor.may("cases.apply", party_id=father.pk)
        assert actor.reach("cases.view").principals == frozenset()

    def test_a_mandate_ends_with_its_day(self):
        agent, principal = make_party(), make_party()
        account = make_account(party=agent)
        mandate(principal, agent, valid_to=date(2019, 10, 31))
        midnight = datetime(2019, 10, 30, 16, 0, tzinfo=UTC)

        assert actor_for(account, midnight - timedelta(minutes=1)).may("cases.apply", party_id=principal.pk)
        assert not actor_for(account, midnight).may("cases.apply", party_id=principal.pk)

    def test_a_firm_is_an_own_party(self):
        firm = make_party("武昌面馆", kind="ENTERPRISE")
        actor = actor_of(make_account(party=make_party(), firms=(firm,)))

        assert actor.may("construction.apply", party_id=firm.pk)
        assert "firm" in actor.roles

    def test_several_units_may_be_asked_at_once(self):
        zjj, gaj = make_unit("zjj"), make_unit("gaj")

        assert make_actor("handler", zjj).may("cases.handle", {zjj.pk, gaj.pk})

    def test_nobody_is_the_public(self):
        assert PUBLIC.may("catalogue.view")
        assert not PUBLIC.may("cases.apply")
        assert not PUBLIC.is_known

    def test_the_system_may_everything(self):
        assert SYSTEM.may("cases.decide", 1)
        assert SYSTEM.by == By(None)

    def test_no_says_the_permission_in_words(self):
        with pytest.raises(NotAllowed, match="签发决定"):
            make_actor("handler").require("cases.decide")


class TestStaff:
    def test_a_role_holds_from_its_first_to_before_its_last_day(self):
        account = make_account("handler", valid_from=date(2019, 10, 30), valid_to=date(2019, 10, 31))
        morning, evening = datetime(2019, 10, 29, 16, tzinfo=UTC), datetime(2019, 10, 30, 15, 59, tzinfo=UTC)

        assert not actor_for(account, morning - timedelta(seconds=1)).may("cases.handle")
        assert actor_for(account, morning).may("cases.handle")
        assert actor_for(account, evening).may("cases.handle")
        assert not actor_for(account, evening + timedelta(minutes=1)).may("cases.handle")

    def test_whose_contract_ended_at_midnight_cannot_log_in(self):
        account = make_account("handler", staff_kind="DISPATCHED", valid_to=date(2019, 10, 31))

        assert may_log_in(account, datetime(2019, 10, 30, 15, 59, tzinfo=UTC))
        assert not may_log_in(account, datetime(2019, 10, 30, 16, 0, tzinfo=UTC))

    def test_an_account_past_its_last_day_cannot_log_in(self):
        account = make_account(valid_until=date(2019, 10, 30))

        assert may_log_in(account, WEDNESDAY)
        assert not may_log_in(account, WEDNESDAY + timedelta(days=1))

    @pytest.mark.parametrize("staff_kind", ["DISPATCHED", "INTERN", "VOLUNTEER", "ONSITE_OPS"])
    def test_temporary_staff_never_decide_seal_or_unmask(self, staff_kind):
        actor = make_actor("signer", staff_kind=staff_kind, valid_to=date(2019, 12, 31))

        refused = ("cases.decide", "documents.seal", "people.unmask", "licences.issue")
        assert [each for each in refused if actor.may(each)] == []
        assert actor.may("cases.view")

    def test_contract_staff_decide(self):
        assert make_actor("signer", staff_kind="CONTRACT").may("cases.decide")

    def test_a_record_says_unit_and_post(self):
        zjj = make_unit("zjj")
        actor = make_actor("handler", zjj, post=make_post(zjj, "handle"))

        assert actor.by == By(actor.account_id, "zjj/handle")
        assert actor.by_for("cases.handle", zjj.pk) == By(actor.account_id, "zjj/handle")

    def test_a_clerk_sees_the_own_party_as_a_citizen_does(self):
        actor = make_actor("window", party=make_party())

        assert actor.roles == {"window", "citizen"}


class TestSubstitutes:
    def test_cover_gives_the_rights_of_the_absent_for_the_time(self):
        zjj = make_unit("zjj")
        signer, handler = make_account("signer", zjj), make_account("handler", zjj)
        cover(signer, handler, hours=4)

        during = actor_of(handler, WEDNESDAY + timedelta(hours=1))
        assert during.may("cases.decide", zjj.pk)
        assert during.by_for("cases.decide", zjj.pk) == By(handler.pk, "zjj/signer", signer.pk)
        assert during.by_for("cases.handle", zjj.pk) == By(handler.pk, "zjj/handler")
        assert not actor_for(handler, WEDNESDAY + timedelta(hours=4)).may("cases.decide")

    def test_cover_to_come_begins_by_itself(self):
        signer, handler = make_account("signer"), make_account("handler")
        cover(signer, handler, at=WEDNESDAY + timedelta(hours=2))

        assert not actor_of(handler, WEDNESDAY).may("cases.decide")
        assert actor_for(handler, WEDNESDAY + timedelta(hours=2)).may("cases.decide")

    def test_a_temporary_substitute_does_not_sign(self):
        signer = make_account("signer")
        intern = make_account("handler", staff_kind="INTERN", valid_to=date(2019, 12, 31))
        cover(signer, intern)

        assert not actor_of(intern).may("cases.decide")

    def test_administrators_are_not_covered(self):
        admin, handler = make_account("sysadmin"), make_account("handler")
        cover(admin, handler)

        assert not actor_of(handler).may("jobs.run")


class TestBuilding:
    @pytest.mark.usefixtures("definitions_stand")
    def test_an_actor_is_built_once_while_rights_stay(self, django_assert_num_queries):
        account = make_account("handler")
        first = actor_for(account, WEDNESDAY)

        with django_assert_num_queries(0):
            assert actor_for(account, WEDNESDAY + timedelta(minutes=1)) is first

    def test_new_rights_are_seen_at_once(self):
        account = make_account("handler")
        actor_for(account, WEDNESDAY)
        appoint(account, "signer")

        assert actor_of(account).may("cases.decide")

    @pytest.mark.usefixtures("definitions_stand")
    def test_building_asks_few_questions(self, django_assert_max_num_queries):
        account = make_account("dept_head", party=make_party())

        with django_assert_max_num_queries(5):
            actor_for(account, WEDNESDAY)

    def test_regions_know_their_stem(self):
        stems = [
            Region(code=code, level=level).stem
            for code, level in (
                ("420000", "PROVINCE"),
                ("420100", "CITY"),
                ("420106", "DISTRICT"),
                ("420106001", "STREET"),
            )
        ]
        assert stems == ["42", "4201", "420106", "420106001"]
