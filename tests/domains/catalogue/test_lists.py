"""Kept proofs and intermediary items: what is complete, who changes them, and what held on a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.support.catalogue import TUESDAY, item, publish_items
from tests.support.people import make_actor, make_unit
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import IntermediaryChange, IntermediaryItem, ProofItem
from yichuang.domains.catalogue.terms import (
    ChangeKind,
    ChangeState,
    FeeKind,
    Intermediary,
    ListStatus,
    Payer,
    Proof,
    ProofLevel,
)
from yichuang.foundation.people.actors import NotAllowed, local_day
from yichuang.foundation.records.models import Record

pytestmark = pytest.mark.django_db
TODAY = local_day(TUESDAY)
SEPTEMBER = date(2019, 9, 1)
OCTOBER = date(2019, 10, 1)

RESIDENCE = Proof(
    code="ZM-Q-001",
    level=ProofLevel.DISTRICT,
    name="户籍证明",
    basis="社会救助暂行办法 第十一条",
    demanded_by="区民政局",
    issued_by="公安派出所",
    guide="持户口簿到派出所户籍窗口，当场开具。",
    items=("sign",),
    status=ListStatus.KEPT,
)
TEST = Intermediary(
    code="ZJ-001",
    name="建筑工程质量检测",
    approvals=("sign",),
    fee_kind=FeeKind.MARKET,
    fee_standard="双方协商",
    basis="建设工程质量检测管理办法 第四条",
    handles="对进场材料和实体质量检测并出具报告",
    payer=Payer.APPLICANT,
    time_limit="10个工作日",
    output="检测报告",
    qualification="检测机构资质证书",
)


@pytest.fixture
def keeper():
    return make_actor("catalogue_admin", make_unit("xspj"))


@pytest.fixture
def head():
    return make_actor("dept_head", make_unit("cgj"))


@pytest.fixture
def office():
    return make_actor("office", make_unit("yhb"))


class TestProofs:
    def test_are_kept_from_a_day_on(self, keeper):
        publish_items(item("sign"))

        new = commands.keep_proofs(proofs=[RESIDENCE], valid_from=SEPTEMBER, by=keeper, at=TUESDAY)

        assert new == 1
        assert queries.kept_proofs(SEPTEMBER) == {"ZM-Q-001"}
        assert queries.kept_proofs(SEPTEMBER - timedelta(days=1)) == frozenset()

    def test_levels_that_have_a_list(self, keeper):
        publish_items(item("sign"))
        street = replace(RESIDENCE, code="ZM-J-001", level=ProofLevel.STREET)

        commands.keep_proofs(proofs=[RESIDENCE, street], valid_from=SEPTEMBER, by=keeper, at=TUESDAY)

        assert queries.proof_levels(TODAY) == [ProofLevel.DISTRICT, ProofLevel.STREET]

    def test_a_cancelled_proof_is_no_longer_kept_and_its_versions_stay(self, keeper):
        publish_items(item("sign"))
        commands.keep_proofs(proofs=[RESIDENCE], valid_from=SEPTEMBER, by=keeper, at=TUESDAY)
        cancelled = replace(RESIDENCE, status=ListStatus.CANCELLED, substitute="SHARED")

        commands.keep_proofs(proofs=[cancelled], valid_from=OCTOBER, by=keeper, at=TUESDAY)

        assert queries.kept_proofs(date(2019, 9, 30)) == {"ZM-Q-001"}
        assert queries.kept_proofs(OCTOBER) == frozenset()
        assert sorted({row.version for row in queries.proof_history("ZM-Q-001")}) == [1, 2]

    def test_the_same_again_writes_nothing(self, keeper):
        publish_items(item("sign"))
        commands.keep_proofs(proofs=[RESIDENCE], valid_from=SEPTEMBER, by=keeper, at=TUESDAY)

        assert commands.keep_proofs(proofs=[RESIDENCE], valid_from=OCTOBER, by=keeper, at=TUESDAY) == 0
        assert Record.objects.filter(kind="ProofsKept").count() == 1

    @pytest.mark.parametrize(
        "wrong",
        [{"basis": ""}, {"issued_by": ""}, {"guide": ""}, {"status": ListStatus.CANCELLED, "substitute": ""}],
    )
    def test_what_is_not_whole_is_refused_with_all_the_rest(self, keeper, wrong):
        publish_items(item("sign"))
        broken = replace(RESIDENCE, code="ZM-Q-002", **wrong)

        with pytest.raises(commands.ProofIncomplete, match="ZM-Q-002"):
            commands.keep_proofs(proofs=[RESIDENCE, broken], valid_from=SEPTEMBER, by=keeper, at=TUESDAY)

        assert not ProofItem.objects.exists()

    def test_names_items_that_are_here(self, keeper):
        with pytest.raises(commands.UnknownApprovals, match="sign"):
            commands.keep_proofs(proofs=[RESIDENCE], valid_from=SEPTEMBER, by=keeper, at=TUESDAY)

    def test_a_head_of_department_does_not_keep_them(self, head):
        with pytest.raises(NotAllowed):
            commands.keep_proofs(proofs=[RESIDENCE], valid_from=SEPTEMBER, by=head, at=TUESDAY)

    def test_the_database_refuses_a_kept_proof_without_basis(self, keeper):
        publish_items(item("sign"))
        commands.keep_proofs(proofs=[RESIDENCE], valid_from=SEPTEMBER, by=keeper, at=TUESDAY)

        with pytest.raises(IntegrityError), transaction.atomic():
            ProofItem.objects.update(basis="")


class TestIntermediaries:
    def listed(self, keeper) -> None:
        publish_items(item("sign"))
        commands.keep_intermediaries(items=[TEST], valid_from=SEPTEMBER, by=keeper, at=TUESDAY)

    def ask(self, head, kind=ChangeKind.CHANGE, proposed=TEST, **more) -> IntermediaryChange:
        said = {"reason": "收费标准调整", "valid_from": OCTOBER, "unit_id": next(iter(head.unit_ids))}
        return commands.ask_change(kind=kind, item=proposed, by=head, at=TUESDAY, **(said | more))

    def test_a_list_comes_into_force_from_a_day_on(self, keeper):
        self.listed(keeper)

        assert queries.intermediaries_in_force(SEPTEMBER) == {"ZJ-001"}
        assert queries.intermediaries_in_force(date(2019, 8, 31)) == frozenset()
        assert commands.keep_intermediaries(items=[TEST], valid_from=OCTOBER, by=keeper, at=TUESDAY) == 0

    @pytest.mark.parametrize("field", ["name", "fee_standard", "basis", "handles"])
    def test_the_published_fields_are_there(self, keeper, field):
        publish_items(item("sign"))

        with pytest.raises(commands.IntermediaryIncomplete):
            commands.keep_intermediaries(
                items=[replace(TEST, **{field: ""})], valid_from=SEPTEMBER, by=keeper, at=TUESDAY
            )

    def test_a_change_is_asked_checked_and_decided_by_three(self, keeper, head, office):
        self.listed(keeper)
        change = self.ask(head, proposed=replace(TEST, fee_standard="每组200元"))

        commands.check_change(change_id=change.pk, is_lawful=True, opinion="于法有据", by=office, at=TUESDAY)
        commands.decide_change(change_id=change.pk, is_made=True, answer="", by=keeper, at=TUESDAY)

        today = queries.intermediary_on("ZJ-001", TODAY)
        assert (today.fee_standard, today.version) == ("每组200元", 2)
        assert queries.intermediary_on("ZJ-001", date(2019, 10, 7)).fee_standard == "双方协商"  # never back in time
        change.refresh_from_db()
        assert (change.state, change.valid_from) == (ChangeState.MADE, TODAY)

    def test_what_is_cancelled_leaves_the_list(self, keeper, head, office):
        self.listed(keeper)
        change = self.ask(head, ChangeKind.CANCEL, valid_from=date(2019, 11, 1))
        commands.check_change(change_id=change.pk, is_lawful=True, opinion="可以取消", by=office, at=TUESDAY)

        commands.decide_change(change_id=change.pk, is_made=True, answer="", by=keeper, at=TUESDAY)

        assert queries.intermediaries_in_force(date(2019, 10, 31)) == {"ZJ-001"}
        assert queries.intermediaries_in_force(date(2019, 11, 1)) == frozenset()
        assert queries.intermediary_on("ZJ-001", date(2019, 11, 1)).status == ListStatus.CANCELLED

    def test_what_is_not_lawful_goes_no_further(self, keeper, head, office):
        self.listed(keeper)
        change = self.ask(head)
        commands.check_change(change_id=change.pk, is_lawful=False, opinion="没有法律依据", by=office, at=TUESDAY)

        with pytest.raises(commands.ChangeSettled, match="审查不通过"):
            commands.decide_change(change_id=change.pk, is_made=True, answer="", by=keeper, at=TUESDAY)

    def test_nobody_decides_his_own_request(self, keeper, office):
        self.listed(keeper)
        change = self.ask(keeper)
        commands.check_change(change_id=change.pk, is_lawful=True, opinion="可以", by=office, at=TUESDAY)

        with pytest.raises(commands.OwnRequest):
            commands.decide_change(change_id=change.pk, is_made=True, answer="", by=keeper, at=TUESDAY)

    def test_only_what_is_not_listed_is_added(self, keeper, head):
        self.listed(keeper)

        with pytest.raises(commands.NotOnTheList, match="调整"):
            self.ask(head, ChangeKind.ADD)
        with pytest.raises(commands.NotOnTheList, match="新增"):
            self.ask(head, ChangeKind.CHANGE, replace(TEST, code="ZJ-002"))

    def test_one_request_at_a_time(self, keeper, head):
        self.listed(keeper)
        self.ask(head)

        with pytest.raises(commands.ChangeWaiting):
            self.ask(head)

    def test_says_why(self, keeper, head, office):
        self.listed(keeper)
        with pytest.raises(commands.OpinionMissing):
            self.ask(head, reason=" ")
        change = self.ask(head)

        with pytest.raises(commands.OpinionMissing):
            commands.check_change(change_id=change.pk, is_lawful=True, opinion="", by=office, at=TUESDAY)

    def test_a_unit_asks_for_itself(self, keeper, head):
        self.listed(keeper)

        with pytest.raises(NotAllowed):
            self.ask(head, unit_id=make_unit("zjj").pk)

    def test_every_version_stays(self, keeper, head, office):
        self.test_a_change_is_asked_checked_and_decided_by_three(keeper, head, office)

        assert sorted({row.version for row in queries.intermediary_history("ZJ-001")}) == [1, 2]
        assert IntermediaryItem.objects.on(TODAY).count() == 1
