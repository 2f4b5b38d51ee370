"""A unit's editor keeps an item: draft, check, send back, publish now or on a day; nothing wrong can be published."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests.support.catalogue import TUESDAY, complete, publish_items
from tests.support.engine import china
from tests.support.people import make_actor, make_unit
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ItemDraft, ServiceItem
from yichuang.domains.catalogue.terms import TaskState
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.jobs import runner
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.people.actors import PUBLIC, Actor, NotAllowed
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read

pytestmark = pytest.mark.django_db
LATER = china("2019-10-08 11:00")


@pytest.fixture
def editor() -> Actor:
    unit = make_unit("cgj")
    publish_items(("item", complete(legal={"limit": 20, "basis": "行政许可法 第四十二条"})))
    return make_actor("item_editor", unit)


@pytest.fixture
def head() -> Actor:
    return make_actor("dept_head", make_unit("cgj"))


@pytest.fixture
def admin() -> Actor:
    return make_actor("catalogue_admin", make_unit("xzspj"))


def begun(editor: Actor) -> ItemDraft:
    return commands.begin_draft(code="sign", by=editor, at=TUESDAY)


def saved(draft: ItemDraft, editor: Actor, **changes: object) -> ItemDraft:
    revision = ItemDraft.objects.get(pk=draft.pk).revision
    return commands.save_draft(draft_id=draft.pk, changes=changes, revision=revision, by=editor, at=TUESDAY)


def approved(editor: Actor, head: Actor, **changes: object) -> ItemDraft:
    draft = saved(begun(editor), editor, **(changes or {"promise": {"limit": 3}}))
    commands.submit_draft(draft_id=draft.pk, by=editor, at=TUESDAY)
    return commands.approve_draft(draft_id=draft.pk, by=head, at=LATER)


class TestBeginning:
    def test_copies_the_newest_version_and_counts_on(self, editor):
        draft = begun(editor)

        assert (draft.state, draft.version, draft.base_version) == (TaskState.DRAFT, 2, 1)
        assert queries.draft_body(draft)["promise"] == {"limit": 5}
        assert [each.text for each in queries.draft_changes(draft)] == ["有效期的生效日期：2019-01-01 → 2019-10-08"]
        assert read(Record.objects.get(kind="ItemDraftBegun")) == {
            "draft": draft.pk,
            "code": "sign",
            "version": 2,
            "base": 1,
        }

    def test_one_draft_of_an_item_at_a_time(self, editor):
        first = begun(editor)

        with pytest.raises(commands.DraftStands) as caught:
            begun(editor)

        assert caught.value.draft_id == first.pk

    def test_only_of_ones_own_unit_and_those_below(self, editor):
        below = make_unit("cgj_team", parent=make_unit("cgj"))
        of_both = make_actor("item_editor", make_unit("cgj"))
        stranger = make_actor("item_editor", make_unit("other"))

        with pytest.raises(NotAllowed):
            commands.begin_draft(code="sign", by=stranger, at=TUESDAY)

        stall = commands.begin_item(code="stall", name="占道经营", unit=below.code, by=of_both, at=TUESDAY)
        assert stall.unit_code == "cgj_team"

    def test_a_new_item_begins_empty_and_says_all_it_lacks(self, editor):
        draft = commands.begin_item(code="stall", name="占道经营", unit="cgj", by=editor, at=TUESDAY)

        lacking = [each.key for each in queries.draft_flaws(draft, TUESDAY.date())]

        assert (draft.version, draft.base_version) == (1, None)
        assert {"code", "conditions", "legal_basis", "consult"} <= set(lacking)
        assert draft.flaws == len(lacking)

    @pytest.mark.parametrize("code", ["Sign", "a", "a b", "招牌", "_x"])
    def test_a_code_stands_in_an_address(self, editor, code):
        with pytest.raises(commands.CodeWrong):
            commands.begin_item(code=code, name="某", unit="cgj", by=editor, at=TUESDAY)

    def test_a_code_is_nobody_elses(self, editor):
        with pytest.raises(commands.CodeTaken):
            commands.begin_item(code="sign", name="某", unit="cgj", by=editor, at=TUESDAY)

    def test_nothing_is_begun_of_what_is_not_there(self, editor):
        with pytest.raises(commands.NoSuchItem):
            commands.begin_draft(code="nothing", by=editor, at=TUESDAY)


class TestSaving:
    def test_changes_elements_and_records_which(self, editor):
        draft = saved(begun(editor), editor, promise={"limit": 3}, conditions="有固定场所。", hours=None)

        body = queries.draft_body(draft)
        assert (body["promise"], body["conditions"], "hours" in body) == ({"limit": 3}, "有固定场所。", False)
        assert read(Record.objects.get(kind="ItemDraftSaved"))["elements"] == ["conditions", "hours", "promise"]

    def test_nothing_is_recorded_where_nothing_changed(self, editor):
        draft = saved(begun(editor), editor, promise={"limit": 5})

        assert draft.revision == 1
        assert not Record.objects.filter(kind="ItemDraftSaved").exists()

    def test_code_and_version_stay(self, editor):
        draft = saved(begun(editor), editor, item="other", version=9, promise={"limit": 3})

        assert (draft.code, queries.draft_body(draft)["item"], queries.draft_body(draft)["version"]) == (
            "sign",
            "sign",
            2,
        )

    def test_a_second_editor_does_not_overwrite_the_first(self, editor):
        draft = begun(editor)
        saved(draft, editor, promise={"limit": 3})

        with pytest.raises(commands.DraftChanged):
            commands.save_draft(draft_id=draft.pk, changes={"hours": "九点"}, revision=1, by=editor, at=TUESDAY)

    def test_what_is_no_value_of_an_element_is_told_by_its_name(self, editor):
        with pytest.raises(commands.ShapeWrong) as caught:
            saved(begun(editor), editor, visits=-1, materials=[{"name": "没有代号"}])

        assert "到现场次数" in caught.value.message
        assert "申请材料" in caught.value.message

    def test_what_was_checked_is_a_draft_again(self, editor, head):
        draft = saved(approved(editor, head), editor, promise={"limit": 2})

        assert (draft.state, draft.checked_at, draft.is_submitted) == (TaskState.DRAFT, None, False)

    def test_an_item_is_given_only_to_a_unit_of_ones_own(self, editor):
        make_unit("other")

        with pytest.raises(NotAllowed):
            saved(begun(editor), editor, unit="other")


class TestSubmitting:
    def test_every_reason_is_told_at_once(self, editor):
        draft = saved(
            begun(editor),
            editor,
            promise={"limit": 30},
            visits=1,
            consult="12345",
            materials=[{"code": "a", "name": "甲"}],
        )

        with pytest.raises(commands.NotPublishable) as caught:
            commands.submit_draft(draft_id=draft.pk, by=editor, at=TUESDAY)

        assert {each.code for each in caught.value.flaws} == {
            "catalogue.promise_over_legal",
            "catalogue.visits_reason",
            "catalogue.depth_visits",
            "catalogue.source",
            "catalogue.same_phone",
        }
        assert draft.flaws == 5
        assert ItemDraft.objects.get(pk=draft.pk).is_submitted is False

    def test_once(self, editor):
        draft = saved(begun(editor), editor, promise={"limit": 3})
        commands.submit_draft(draft_id=draft.pk, by=editor, at=TUESDAY)

        with pytest.raises(commands.DraftClosed):
            commands.submit_draft(draft_id=draft.pk, by=editor, at=TUESDAY)


class TestChecking:
    def test_the_head_of_the_unit_finds_it_fit(self, editor, head):
        draft = approved(editor, head)

        assert (draft.state, draft.checked_at) == (TaskState.CHECKED, LATER)
        assert read(Record.objects.get(kind="ItemDraftApproved"))["revision"] == 2

    def test_nobody_checks_his_own(self, head):
        make_unit("cgj")
        publish_items(("item", complete()))
        both = make_actor("catalogue_admin", make_unit("cgj"))
        draft = saved(begun(both), both, promise={"limit": 3})
        commands.submit_draft(draft_id=draft.pk, by=both, at=TUESDAY)

        with pytest.raises(commands.OwnDraft):
            commands.approve_draft(draft_id=draft.pk, by=both, at=LATER)

    def test_an_editor_does_not_check(self, editor):
        draft = saved(begun(editor), editor, promise={"limit": 3})
        commands.submit_draft(draft_id=draft.pk, by=editor, at=TUESDAY)

        with pytest.raises(NotAllowed):
            commands.approve_draft(draft_id=draft.pk, by=make_actor("item_editor", make_unit("cgj")), at=LATER)

    def test_only_what_was_handed_in(self, editor, head):
        draft = saved(begun(editor), editor, promise={"limit": 3})

        with pytest.raises(commands.DraftClosed):
            commands.approve_draft(draft_id=draft.pk, by=head, at=LATER)

    def test_what_is_sent_back_says_why_and_is_mended(self, editor, head):
        draft = saved(begun(editor), editor, promise={"limit": 3})
        commands.submit_draft(draft_id=draft.pk, by=editor, at=TUESDAY)
        with pytest.raises(commands.ReasonNeeded):
            commands.send_back_draft(draft_id=draft.pk, reason=" ", by=head, at=LATER)

        back = commands.send_back_draft(draft_id=draft.pk, reason="三天办不完", by=head, at=LATER)
        mended = saved(back, editor, promise={"limit": 4})
        commands.submit_draft(draft_id=mended.pk, by=editor, at=LATER)

        assert (back.state, back.reason) == (TaskState.SENT_BACK, "三天办不完")
        assert commands.approve_draft(draft_id=draft.pk, by=head, at=LATER).state == TaskState.CHECKED


class TestPublishing:
    def test_the_guide_shows_it_at_once(self, editor, head, admin):
        draft = approved(editor, head)

        done = commands.publish_draft(draft_id=draft.pk, by=admin, at=LATER)

        row = ServiceItem.objects.get(pk="sign")
        assert (done.state, row.version, row.promise.limit) == (TaskState.PUBLISHED, 2, 3)
        assert queries.guide("sign", PUBLIC, LATER.date()).item.promise.limit == 3
        assert Definition.objects.get(kind="item", code="sign", version=2).valid_from == date(2019, 10, 8)
        assert read(Record.objects.get(kind="ItemPublished"))["code"] == "sign"

    def test_a_new_item_is_found_by_the_search(self, editor, head, admin):
        draft = commands.begin_item(code="stall", name="占道经营许可", unit="cgj", by=editor, at=TUESDAY)
        body = complete(handling_system="PROVINCE", online_address="https://example.org")
        draft = saved(
            draft, editor, **{key: each for key, each in body.items() if key not in ("item", "name", "version")}
        )
        commands.submit_draft(draft_id=draft.pk, by=editor, at=TUESDAY)
        commands.approve_draft(draft_id=draft.pk, by=head, at=LATER)

        commands.publish_draft(draft_id=draft.pk, by=admin, at=LATER)

        assert queries.search("占道经营", PUBLIC)[0].key == "stall"

    def test_neither_editor_nor_head_publishes(self, editor, head):
        draft = approved(editor, head)

        for somebody in (editor, head):
            with pytest.raises(NotAllowed):
                commands.publish_draft(draft_id=draft.pk, by=somebody, at=LATER)

    def test_what_became_wrong_since_is_not_published(self, editor, head, admin):
        basis = [{"law": "旧条例", "article": "第一条", "to": "2019-10-08"}]
        draft = approved(editor, head, legal_basis=basis)

        with pytest.raises(commands.NotPublishable):
            commands.publish_draft(draft_id=draft.pk, by=admin, at=china("2019-10-09 09:00"))

        assert ServiceItem.objects.get(pk="sign").version == 1

    def test_what_is_given_up_changes_nothing(self, editor, head, admin):
        draft = approved(editor, head)

        commands.give_up_draft(draft_id=draft.pk, reason="改由省级行使", by=editor, at=LATER)

        with pytest.raises(commands.DraftClosed):
            commands.publish_draft(draft_id=draft.pk, by=admin, at=LATER)
        assert begun(editor).version == 2


class TestOnADay:
    def run(self, at: datetime) -> None:
        runner.run_due(at=at)

    def test_a_job_publishes_it_that_morning(self, editor, head, admin):
        draft = approved(editor, head)
        commands.schedule_draft(draft_id=draft.pk, on=date(2019, 10, 10), by=admin, at=LATER)

        self.run(china("2019-10-09 23:59"))
        before = ServiceItem.objects.get(pk="sign").version
        self.run(china("2019-10-10 00:02"))

        assert before == 1
        assert ServiceItem.objects.get(pk="sign").version == 2
        assert Definition.objects.get(kind="item", code="sign", version=2).valid_from == date(2019, 10, 10)
        assert ItemDraft.objects.get(pk=draft.pk).state == TaskState.PUBLISHED

    def test_is_held_back_with_its_reasons_where_the_law_changed(self, editor, head, admin):
        basis = [{"law": "旧条例", "article": "第一条", "to": "2019-10-31"}]
        draft = approved(editor, head, legal_basis=basis)
        commands.schedule_draft(draft_id=draft.pk, on=date(2019, 10, 31), by=admin, at=LATER)

        self.run(china("2019-11-01 00:02"))  # the worker was down for a day

        held = ItemDraft.objects.get(pk=draft.pk)
        assert (held.state, held.publish_on) == (TaskState.CHECKED, None)
        assert "旧条例 第一条" in held.reason
        assert ServiceItem.objects.get(pk="sign").version == 1
        assert read(Record.objects.get(kind="ItemPublicationHeld"))["on"] == "2019-10-31"

    def test_a_day_on_which_it_would_be_refused_is_refused_now(self, editor, head, admin):
        basis = [{"law": "旧条例", "article": "第一条", "to": "2019-10-31"}]
        draft = approved(editor, head, legal_basis=basis)

        with pytest.raises(commands.NotPublishable):
            commands.schedule_draft(draft_id=draft.pk, on=date(2019, 11, 1), by=admin, at=LATER)

    def test_a_day_to_come(self, editor, head, admin):
        draft = approved(editor, head)

        with pytest.raises(commands.DayPast):
            commands.schedule_draft(draft_id=draft.pk, on=date(2019, 10, 8), by=admin, at=LATER)

    def test_is_taken_back(self, editor, head, admin):
        draft = approved(editor, head)
        commands.schedule_draft(draft_id=draft.pk, on=date(2019, 10, 10), by=admin, at=LATER)

        commands.unschedule_draft(draft_id=draft.pk, by=admin, at=LATER)
        self.run(china("2019-10-10 00:02"))

        assert ServiceItem.objects.get(pk="sign").version == 1
        assert not Job.objects.filter(kind="catalogue.publish_draft").exists()

    def test_what_is_edited_meanwhile_is_not_published(self, editor, head, admin):
        draft = approved(editor, head)
        commands.schedule_draft(draft_id=draft.pk, on=date(2019, 10, 10), by=admin, at=LATER)
        saved(draft, editor, promise={"limit": 2})

        self.run(china("2019-10-10 00:02"))

        assert ServiceItem.objects.get(pk="sign").version == 1


class TestLists:
    def test_are_filtered_by_unit_and_state_with_counts(self, editor, head):
        begun(editor)
        other = make_actor("item_editor", make_unit("other"))
        commands.begin_item(code="else", name="其他", unit="other", by=other, at=TUESDAY)

        assert [row.code for row in queries.drafts(head)] == ["sign"]
        assert [row.code for row in queries.drafts(other)] == ["else"]
        assert queries.draft_counts(head)[TaskState.DRAFT] == 1
        assert queries.draft(other, queries.drafts(head)[0].pk) is None
        assert not queries.drafts(PUBLIC).exists()
