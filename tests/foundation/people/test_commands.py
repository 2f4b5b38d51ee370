"""The deeds: each does, records, and says no."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.support.people import (
    WEDNESDAY,
    actor_of,
    appoint,
    make_account,
    make_actor,
    make_demo,
    make_party,
    make_unit,
)
from yichuang.foundation.people import commands, holdings, queries
from yichuang.foundation.people.actors import SYSTEM, Actor, NotAllowed, may_log_in
from yichuang.foundation.people.models import AccessLog, Account, Appointment, HandOver, Party
from yichuang.foundation.records.models import Folder, Record
from yichuang.kernel.errors import Unavailable
from yichuang.kernel.identifiers import (
    NotAnIdentifier,
    SyntheticIdentifier,
    make_synthetic_resident_id,
    make_synthetic_uscc,
)

pytestmark = pytest.mark.django_db
DAY = date(2019, 10, 30)
NUMBER = make_synthetic_resident_id(born=date(1990, 3, 7), order=123)
FIRM = make_synthetic_uscc(7)


def told() -> list[str]:
    return list(Record.objects.order_by("pk").values_list("kind", flat=True))


class TestOpenAccount:
    def test_opens_and_records(self):
        account = commands.open_account(
            username="wang",
            name="王芳",
            staff_no="W003",
            password="chu-ci-deng-lu",
            by=make_actor("sysadmin"),
            at=WEDNESDAY,
        )

        assert account.must_change_password
        assert account.check_password("chu-ci-deng-lu")
        assert told() == ["AccountOpened"]

    def test_says_no_to_a_name_in_use(self):
        account = make_account(username="wang")

        with pytest.raises(commands.UsernameTaken, match="wang"):
            commands.open_account(username=account.username, name="王芳", by=SYSTEM, at=WEDNESDAY)

    def test_says_no_to_who_does_not_manage(self):
        with pytest.raises(NotAllowed):
            commands.open_account(username="x", name="某", by=make_actor("secadmin"), at=WEDNESDAY)


class TestAppoint:
    def appoint(self, account: Account, role: str = "handler", by: Actor = SYSTEM, **more: object) -> Appointment:
        said = {"staff_kind": "ESTABLISHED", "valid_from": DAY, "unit_id": make_unit("zjj").pk} | more
        return commands.appoint(account_id=account.pk, role=role, by=by, at=WEDNESDAY, **said)

    def test_gives_the_role(self):
        account = make_account()

        self.appoint(account, by=make_actor("secadmin"))

        assert actor_of(account).may("cases.handle")
        assert told() == ["Appointed"]

    def test_nobody_grants_a_role_to_himself(self):
        secadmin = make_actor("secadmin")

        with pytest.raises(commands.NoSelfGrant):
            self.appoint(Account.objects.get(pk=secadmin.account_id), role="signer", by=secadmin)

        assert told() == []

    @pytest.mark.parametrize("valid_to", [None, DAY + timedelta(days=367)])
    def test_temporary_staff_end_within_a_year(self, valid_to):
        with pytest.raises(commands.TermTooLong):
            self.appoint(make_account(), staff_kind="INTERN", valid_to=valid_to)

    @pytest.mark.parametrize("valid_to", [None, DAY + timedelta(days=367)])
    def test_the_database_holds_it_too(self, valid_to):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.create(
                account=make_account(),
                unit=make_unit(),
                role="handler",
                staff_kind="VOLUNTEER",
                valid_from=DAY,
                valid_to=valid_to,
            )

    def test_a_year_is_allowed(self):
        row = self.appoint(make_account(), staff_kind="INTERN", valid_to=date(2020, 10, 30))

        assert row.valid_to == date(2020, 10, 30)

    def test_keeps_administrators_apart(self):
        account = make_account("sysadmin")

        with pytest.raises(commands.KeptApart, match="系统管理员"):
            self.appoint(account, "auditadmin")

    def test_one_may_follow_the_other(self):
        account = make_account("sysadmin", valid_to=DAY)

        self.appoint(account, "auditadmin")

        assert actor_of(account).may("records.verify")

    def test_says_no_to_the_same_twice(self):
        account = make_account("handler", "zjj")

        with pytest.raises(commands.AlreadyAppointed):
            self.appoint(account)

    @pytest.mark.parametrize("role", ["public", "citizen", "wizard"])
    def test_says_no_to_what_nobody_is_appointed_to(self, role):
        with pytest.raises(commands.UnknownRole):
            self.appoint(make_account(), role)

    def test_says_no_to_who_does_not_grant(self):
        with pytest.raises(NotAllowed):
            self.appoint(make_account(), by=make_actor("sysadmin"))

    def test_ends(self):
        account = make_account("handler")
        row = account.appointments.get()

        commands.end_appointment(appointment_id=row.pk, on=DAY, by=SYSTEM, at=WEDNESDAY)

        assert not actor_of(account).may("cases.handle")
        assert told() == ["AppointmentEnded"]


@pytest.fixture
def steps(monkeypatch):
    """Open steps as an upper room would register them: key to holder."""
    held: dict[str, int] = {}

    def held_by(account_id: int) -> list[holdings.Held]:
        return [holdings.Held(key, f"办件{key}") for key, holder in held.items() if holder == account_id]

    def move(keys: Sequence[str], *, giver_id: int, taker_id: int, reason: str, by: Actor, at: datetime) -> None:
        for key in keys:
            held[key] = taker_id

    monkeypatch.setattr(holdings, "HOLDINGS", {})
    holdings.register_holding("steps", "在办环节", held_by, move)
    return held


class TestLeaving:
    def test_closing_is_refused_with_the_list(self, steps):
        wang = make_account("handler")
        steps |= {"1": wang.pk, "2": wang.pk}

        with pytest.raises(commands.StillHolding, match="在办环节 2 件") as caught:
            commands.close_account(account_id=wang.pk, by=make_actor("sysadmin"), at=WEDNESDAY)

        assert [each.label for each in caught.value.held["steps"]] == ["办件1", "办件2"]

    def test_the_head_moves_all_and_both_sign(self, steps):
        zjj = make_unit("zjj")
        wang, li, head = (make_account(role, zjj) for role in ("handler", "handler", "dept_head"))
        steps |= {"1": wang.pk, "2": wang.pk}

        row = commands.hand_over(
            giver_id=wang.pk,
            taker_id=li.pk,
            holding="steps",
            keys=["1", "2"],
            reason="调往街道",
            by=actor_of(head),
            at=WEDNESDAY,
        )
        commands.sign_hand_over(hand_over_id=row.pk, by=actor_of(wang), at=WEDNESDAY)
        commands.sign_hand_over(hand_over_id=row.pk, by=actor_of(li), at=WEDNESDAY)

        assert steps == {"1": li.pk, "2": li.pk}
        signed = HandOver.objects.get()
        assert signed.giver_signed_at and signed.taker_signed_at
        assert not queries.hand_overs_to_sign(li.pk).exists()
        assert told() == ["HandedOver", "HandOverSigned", "HandOverSigned"]

        commands.close_account(account_id=wang.pk, by=make_actor("sysadmin"), at=WEDNESDAY)
        wang.refresh_from_db()
        assert not may_log_in(wang, WEDNESDAY)
        assert queries.appointments_of(wang.pk).get().valid_to == DAY

    def test_only_by_the_head_of_the_unit(self, steps):
        wang, li = make_account("handler", "zjj"), make_account("handler", "zjj")
        steps |= {"1": wang.pk}

        with pytest.raises(NotAllowed):
            commands.hand_over(
                giver_id=wang.pk,
                taker_id=li.pk,
                holding="steps",
                keys=["1"],
                reason="调动",
                by=make_actor("dept_head", "gaj"),
                at=WEDNESDAY,
            )

    def test_only_what_is_held(self, steps):
        wang, li = make_account("handler"), make_account("handler")

        with pytest.raises(commands.NotHeld, match="7"):
            commands.hand_over(
                giver_id=wang.pk,
                taker_id=li.pk,
                holding="steps",
                keys=["7"],
                reason="调动",
                by=make_actor("dept_head"),
                at=WEDNESDAY,
            )

    def test_nobody_signs_for_another(self, steps):
        wang, li = make_account("handler"), make_account("handler")
        steps |= {"1": wang.pk}
        row = commands.hand_over(
            giver_id=wang.pk,
            taker_id=li.pk,
            holding="steps",
            keys=["1"],
            reason="调动",
            by=make_actor("dept_head"),
            at=WEDNESDAY,
        )

        with pytest.raises(commands.NothingToSign):
            commands.sign_hand_over(hand_over_id=row.pk, by=make_actor("handler"), at=WEDNESDAY)

    def test_an_appointment_begun_today_ends_too(self, steps):
        account = make_account("handler", valid_from=DAY)
        appoint(account, "reviewer", valid_from=DAY + timedelta(days=5))

        commands.close_account(account_id=account.pk, by=SYSTEM, at=WEDNESDAY)

        account.refresh_from_db()
        assert not account.is_active
        assert not may_log_in(account, WEDNESDAY + timedelta(days=6))
        assert set(account.appointments.values_list("valid_to", flat=True)) == {DAY, DAY + timedelta(days=5)}


class TestSubstitutes:
    def test_are_set_by_the_head(self):
        zjj = make_unit("zjj")
        a, b, head = (make_account(role, zjj) for role in ("signer", "handler", "dept_head"))

        commands.set_substitute(
            absent_id=a.pk,
            substitute_id=b.pk,
            kind="LEAVE",
            from_at=WEDNESDAY,
            to_at=WEDNESDAY + timedelta(hours=8),
            by=actor_of(head),
            at=WEDNESDAY,
        )

        assert actor_of(b).may("cases.decide", zjj.pk)
        assert told() == ["SubstituteSet"]

    def test_come_from_the_same_unit(self):
        a, b = make_account("signer", "zjj"), make_account("handler", "gaj")

        with pytest.raises(commands.NotColleagues):
            commands.set_substitute(
                absent_id=a.pk,
                substitute_id=b.pk,
                kind="LEAVE",
                from_at=WEDNESDAY,
                to_at=WEDNESDAY + timedelta(hours=8),
                by=SYSTEM,
                at=WEDNESDAY,
            )

    def test_go_when_the_absent_is_back(self):
        a, b = make_account("signer"), make_account("handler")
        row = commands.set_substitute(
            absent_id=a.pk,
            substitute_id=b.pk,
            kind="LUNCH",
            from_at=WEDNESDAY,
            to_at=WEDNESDAY + timedelta(hours=8),
            by=SYSTEM,
            at=WEDNESDAY,
        )
        later = WEDNESDAY + timedelta(hours=1)

        commands.end_substitution(substitution_id=row.pk, by=actor_of(a), at=later)

        assert not actor_of(b, later).may("cases.decide")


class TestParties:
    @pytest.fixture(autouse=True)
    def demo(self):
        make_demo()

    def register(self, **more: object) -> Party:
        said = {"kind": "PERSON", "name": "张三", "id_kind": "RESIDENT", "number": NUMBER.lower(), "by": SYSTEM}
        return commands.register_party(**(said | more), at=WEDNESDAY)

    def test_are_found_again_by_their_number_however_typed(self):
        first = self.register()

        assert self.register(number=f" ９９９９９９ {NUMBER[6:]} ", by=make_actor("window")) == first
        assert told() == ["PartyRegistered"]

    def test_say_no_to_a_number_that_cannot_be(self):
        with pytest.raises(NotAnIdentifier, match="校验位"):
            self.register(number=NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2"))

    def test_made_for_demonstrations_pass_in_a_demo_alone(self):
        Folder.objects.update(is_demo=False)

        with pytest.raises(SyntheticIdentifier):
            self.register()

    def test_keep_the_number_sealed(self):
        party = self.register()

        assert NUMBER[6:14] not in party.id_sealed
        assert queries.number_of(party) == NUMBER

    def test_of_enterprises_show_their_code(self):
        party = self.register(kind="ENTERPRISE", name="面馆", id_kind="USCC", number=FIRM)

        assert party.uscc == FIRM
        assert queries.party_shown(make_actor("window"), party).id_number == FIRM

    def test_are_shown_masked(self):
        shown = queries.party_shown(make_actor("window"), self.register(phone="10000001234"))

        assert (shown.id_number, shown.phone, shown.name) == (f"999999********{NUMBER[-4:]}", "100****1234", "张三")
        assert shown.is_masked

    def test_say_no_to_staff_without_the_right(self):
        with pytest.raises(NotAllowed):
            self.register(by=make_actor("leader"))

    def test_change_by_their_own_hand(self):
        party = make_party()
        commands.change_party(
            party_id=party.pk, values={"phone": "10000009999"}, by=make_actor(party=party), at=WEDNESDAY
        )

        party.refresh_from_db()
        assert party.phone == "10000009999"
        assert "10000009999" not in Record.objects.get().payload

    def test_do_not_change_by_a_strangers_hand(self):
        with pytest.raises(NotAllowed):
            commands.change_party(
                party_id=make_party().pk, values={"phone": "1"}, by=make_actor(party=make_party()), at=WEDNESDAY
            )


class TestMandates:
    def test_are_given_by_the_principal(self):
        father, daughter = make_party(), make_party()
        agent = make_account(party=daughter)

        row = commands.give_mandate(
            principal_id=father.pk,
            agent_id=daughter.pk,
            kind="FAMILY",
            valid_from=DAY,
            scope=["pension"],
            by=make_actor(party=father),
            at=WEDNESDAY,
        )

        assert actor_of(agent).may("cases.apply", party_id=father.pk)
        assert row.covers("pension")
        assert not row.covers("food")

    def test_end_at_once(self):
        father, daughter = make_party(), make_party()
        agent, by = make_account(party=daughter), make_actor(party=father)
        row = commands.give_mandate(
            principal_id=father.pk, agent_id=daughter.pk, kind="FAMILY", valid_from=DAY, by=by, at=WEDNESDAY
        )

        commands.end_mandate(mandate_id=row.pk, by=by, at=WEDNESDAY)

        assert not actor_of(agent).may("cases.apply", party_id=father.pk)

    def test_are_not_given_by_the_agent(self):
        father, daughter = make_party(), make_party()

        with pytest.raises(NotAllowed):
            commands.give_mandate(
                principal_id=father.pk,
                agent_id=daughter.pk,
                kind="FAMILY",
                valid_from=DAY,
                by=make_actor(party=daughter),
                at=WEDNESDAY,
            )


class TestUnmask:
    def unmask(self, by: Actor, party: Party, reason: str = "核对申请人身份") -> dict[str, str]:
        return commands.unmask_party(
            party_id=party.pk, fields=["id_number", "phone"], reason=reason, by=by, at=WEDNESDAY, address="10.0.0.7"
        )

    def test_shows_the_value_and_leaves_two_traces(self):
        party = make_party(number="999999199001011234")
        by = make_actor("window")

        assert self.unmask(by, party) == {"id_number": "999999199001011234", "phone": "10000001234"}

        row = AccessLog.objects.get()
        assert (row.account_id, row.subject, row.fields) == (
            by.account_id,
            f"people.Party/{party.pk}",
            "id_number phone",
        )
        assert told() == ["Unmasked"]
        assert "999999199001011234" not in Record.objects.get().payload

    def test_wants_a_reason(self):
        with pytest.raises(commands.ReasonMissing):
            self.unmask(make_actor("window"), make_party(), reason=" ")

    def test_says_no_to_who_may_not(self):
        with pytest.raises(NotAllowed):
            self.unmask(make_actor("leader"), make_party())

        assert not AccessLog.objects.exists()

    def test_without_the_note_nothing_is_shown(self):
        by, party = make_actor("window"), make_party()
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE people_accesslog RENAME TO people_accesslog_away")

        with pytest.raises(Unavailable), transaction.atomic():
            self.unmask(by, party)

        assert told() == []
