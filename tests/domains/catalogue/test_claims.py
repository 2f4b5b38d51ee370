"""Units claim items of the national standard by a day; the task goes on with the draft until it is listed (S31)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.support.catalogue import TUESDAY, complete, publish_items
from tests.support.people import make_actor, make_unit
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ClaimTask, ItemDraft, ListingEntry
from yichuang.domains.catalogue.queries import ClaimFilters
from yichuang.domains.catalogue.terms import ClaimState, Registry
from yichuang.foundation.people.actors import Actor, NotAllowed
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read

pytestmark = pytest.mark.django_db
DUE = date(2019, 10, 31)
CODE = "000113033000"
LATER = TUESDAY + timedelta(hours=2)


@pytest.fixture
def admin() -> Actor:
    make_unit("cgj")
    make_unit("other")
    publish_items()
    return make_actor("catalogue_admin", make_unit("xzspj"))


@pytest.fixture
def editor(admin: Actor) -> Actor:
    return make_actor("item_editor", make_unit("cgj"))


def task(admin: Actor, code: str = CODE, *, unit: str = "cgj", old: str = "", due: date = DUE) -> ClaimTask:
    given = [commands.Assignment(unit, code, "户外招牌设置", "01", old)]
    commands.assign_claims(tasks=given, due_on=due, by=admin, at=TUESDAY)
    return ClaimTask.objects.get(unit_code=unit, catalog_code=code)


def state(row: ClaimTask) -> ClaimState:
    return ClaimState(ClaimTask.objects.get(pk=row.pk).state)


class TestAssigning:
    def test_many_at_once_with_one_record(self, admin):
        given = [commands.Assignment("cgj", f"0001130330{n:02}", f"事项{n}", "01") for n in range(30)]

        assert commands.assign_claims(tasks=given, due_on=DUE, by=admin, at=TUESDAY) == 30

        assert read(Record.objects.get(kind="ClaimsAssigned")) == {"tasks": 30, "units": 1, "due_on": "2019-10-31"}

    def test_a_unit_that_is_not_here_is_named_and_nothing_given_out(self, admin):
        given = [commands.Assignment("cgj", CODE, "甲", "01"), commands.Assignment("lost", CODE, "乙", "01")]

        with pytest.raises(commands.UnknownUnits, match="lost"):
            commands.assign_claims(tasks=given, due_on=DUE, by=admin, at=TUESDAY)

        assert not ClaimTask.objects.exists()

    def test_a_day_to_come(self, admin):
        with pytest.raises(commands.DeadlinePast):
            task(admin, due=date(2019, 10, 7))

    def test_a_new_day_moves_what_waits_and_leaves_what_was_claimed(self, admin, editor):
        claimed, waiting = task(admin), task(admin, "000113034000")
        commands.claim(task_id=claimed.pk, by=editor, at=TUESDAY)

        task(admin, due=date(2019, 11, 30))
        task(admin, "000113034000", due=date(2019, 11, 30))

        assert ClaimTask.objects.get(pk=claimed.pk).due_on == DUE
        assert ClaimTask.objects.get(pk=waiting.pk).due_on == date(2019, 11, 30)

    def test_not_by_a_unit_itself(self, editor):
        with pytest.raises(NotAllowed):
            task(editor)


class TestClaiming:
    def test_begins_a_draft_with_what_the_catalogue_says(self, admin, editor):
        row = task(admin, old="420106440000131530")

        claimed = commands.claim(task_id=row.pk, by=editor, at=TUESDAY)

        draft = ItemDraft.objects.get(code=claimed.item_code)
        body = queries.draft_body(draft)
        assert (state(row), claimed.claimed_at, draft.unit_code) == (ClaimState.CLAIMED, TUESDAY, "cgj")
        assert (body["catalog_code"], body["name"], body["local_code"]) == (CODE, "户外招牌设置", "420106440000131530")

    def test_an_item_that_is_kept_already_is_named(self, admin, editor):
        publish_items(("item", complete()))
        row = task(admin)

        with pytest.raises(commands.NoSuchItem):
            commands.claim(task_id=row.pk, item_code="food_business_permit", by=editor, at=TUESDAY)
        claimed = commands.claim(task_id=row.pk, item_code="sign", by=editor, at=TUESDAY)

        assert claimed.item_code == "sign"
        assert not ItemDraft.objects.exists()

    def test_once_and_only_for_ones_own_unit(self, admin, editor):
        row = task(admin)
        with pytest.raises(NotAllowed):
            commands.claim(task_id=row.pk, by=make_actor("item_editor", make_unit("other")), at=TUESDAY)
        commands.claim(task_id=row.pk, by=editor, at=TUESDAY)

        with pytest.raises(commands.ClaimSettled):
            commands.claim(task_id=row.pk, by=editor, at=TUESDAY)

    def test_what_is_not_ones_own_is_declined_with_a_reason_and_may_be_given_again(self, admin, editor):
        row = task(admin)
        with pytest.raises(commands.DeclineReason):
            commands.decline_claim(task_id=row.pk, reason=" ", by=editor, at=TUESDAY)

        commands.decline_claim(task_id=row.pk, reason="属于区住建局", by=editor, at=TUESDAY)
        declined = state(row)
        task(admin)

        assert (declined, state(row)) == (ClaimState.DECLINED, ClaimState.TO_CLAIM)


class TestFollowing:
    def test_goes_with_the_draft_until_it_is_listed_and_mapped(self, admin, editor):
        row = task(admin, old="OLD1")
        head = make_actor("dept_head", make_unit("cgj"))
        claimed = commands.claim(task_id=row.pk, by=editor, at=TUESDAY)
        draft = ItemDraft.objects.get(code=claimed.item_code)
        body = complete(handling_system="PROVINCE", online_address="https://example.org")
        commands.save_draft(draft_id=draft.pk, changes=body, revision=1, by=editor, at=TUESDAY)
        seen = []

        commands.submit_draft(draft_id=draft.pk, by=editor, at=TUESDAY)
        seen.append(state(row))
        commands.send_back_draft(draft_id=draft.pk, reason="材料太多", by=head, at=LATER)
        seen.append(state(row))
        commands.submit_draft(draft_id=draft.pk, by=editor, at=LATER)
        commands.approve_draft(draft_id=draft.pk, by=head, at=LATER)
        seen.append(state(row))
        commands.publish_draft(draft_id=draft.pk, by=admin, at=LATER)
        seen.append(state(row))

        assert seen == [ClaimState.FILLED, ClaimState.REJECTED, ClaimState.CHECKED, ClaimState.PUBLISHED]
        assert queries.listed_count(Registry.NATIONAL_STD, LATER.date()) == 1
        assert ListingEntry.objects.get().unit_code == "cgj"
        assert queries.new_codes("OLD1", LATER.date()) == [body["code"]]
        assert ClaimTask.objects.get(pk=row.pk).published_at == LATER


class TestCounting:
    def test_by_unit_the_latest_first_and_units_that_claimed(self, admin, editor):
        commands.claim(task_id=task(admin).pk, by=editor, at=LATER)
        task(admin, "000113034000", unit="other", due=date(2019, 10, 8))
        after = date(2019, 10, 9)

        told = [(each.unit, each.total, each.claimed, each.late) for each in queries.claims_by_unit(admin, after)]

        assert told == [("other", 1, 0, 1), ("cgj", 1, 1, 0)]
        assert [row.unit_code for row in queries.claims(admin, ClaimFilters(state=queries.LATE), after)] == ["other"]
        assert (queries.units_claiming(TUESDAY), queries.units_claiming(LATER)) == (0, 1)
        assert [row.unit_code for row in queries.claims(editor, ClaimFilters(), after)] == ["cgj"]


class TestCodeMap:
    def test_an_old_code_may_have_several_new_ones_from_a_day_on(self, admin):
        commands.map_codes(pairs=[("OLD", "NEW1", "拆分"), ("OLD", "NEW2", "拆分")], by=admin, at=TUESDAY)

        assert queries.new_codes("OLD", date(2019, 10, 8)) == ["NEW1", "NEW2"]
        assert queries.new_codes("OLD", date(2019, 10, 7)) == []
        assert [row.old_code for row in queries.code_map(date(2019, 10, 8), "new2")] == ["OLD"]

    def test_a_row_without_a_code_is_named_and_nothing_kept(self, admin):
        with pytest.raises(commands.CodeNotMapped, match="第 2 行"):
            commands.map_codes(pairs=[("A", "B", ""), ("C", "C", "")], by=admin, at=TUESDAY)

        assert not queries.code_map(date(2019, 10, 8)).exists()
