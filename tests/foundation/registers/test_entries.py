"""The life of an entry: written, checked by another, published, changed, withdrawn; and read by two times."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Q

from tests.support.definitions import publish
from tests.support.people import WEDNESDAY
from tests.support.registers import loans, published, values_of
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.records import realtime
from yichuang.foundation.records.models import Record
from yichuang.foundation.registers import commands, problems, queries
from yichuang.foundation.registers.commands import keeping
from yichuang.foundation.registers.models import Cell, Entry, Key, Version
from yichuang.foundation.registers.terms import Aggregate, ChangeKind, EntryState, RequestState
from yichuang.foundation.registers.values import facts_of, for_conditions
from yichuang.kernel.conditions import Truth, parse

OCTOBER = date(2019, 10, 30)
BEFORE = date(2019, 9, 1)


def add(by, **changes) -> Entry:
    return commands.add_entry(register="loans", values=values_of(**changes), by=by, at=WEDNESDAY)


def on(day: date, known_at: datetime | None = None) -> list[dict]:
    found = queries.register("loans", day)
    return [facts_of(found, row.read()) for row in queries.entries("loans", on=day, known_at=known_at)]


def seen() -> datetime:
    """A moment after everything so far became known, and before whatever follows."""
    return realtime.database_now()


class TestWriting:
    def test_a_new_entry_is_a_draft_that_nobody_counts(self, handler):
        entry = add(handler)

        assert (entry.number, entry.state, entry.title) == (1, EntryState.DRAFT, "甲银行 一号公司")
        assert entry.unit.code == "zjj"
        assert on(OCTOBER) == []

    def test_is_recorded_without_its_values(self, handler):
        add(handler, contact=None, note="只有自己人知道")

        record = Record.objects.get(kind="EntryAdded")
        assert '"number":1' in record.payload
        assert "自己人" not in record.payload and "甲银行" not in record.payload

    def test_everything_wrong_is_told_at_once(self, handler):
        with pytest.raises(problems.EntryFaulty) as caught:
            add(handler, bank=None, credit=Decimal(-1), ends_on=date(2019, 1, 1))

        assert [each.field for each in caught.value.complaints] == ["bank", "credit", "signed_on"]

    def test_only_whom_the_file_names_writes(self, office, reviewer, stranger):
        for actor in (office, reviewer):
            with pytest.raises(NotAllowed):
                add(actor)
        with pytest.raises(NotAllowed):
            add(stranger)  # may write, but for the own unit alone

    def test_a_hidden_field_is_not_set_by_who_does_not_see_it(self, handler, head):
        with pytest.raises(problems.RestrictedLost):
            add(handler, risk="高")

        assert add(head, risk="高").pk

    def test_the_same_is_not_entered_twice(self, handler):
        add(handler)

        with pytest.raises(problems.AlreadyEntered, match="编号 1"):
            add(handler)

    def test_a_withdrawn_entry_gives_its_place_up(self, handler, head):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        commands.withdraw_entry(entry_id=entry.pk, reason="重复", by=head, at=WEDNESDAY)

        assert add(handler).number == 2

    def test_a_change_keeps_what_it_does_not_touch(self, handler, head):
        entry = add(head, risk="高", note="备注")

        commands.change_entry(entry_id=entry.pk, values={"credit": Decimal(3)}, by=handler, at=WEDNESDAY)

        entry.refresh_from_db()
        facts = facts_of(queries.register("loans", OCTOBER), entry.current.read())
        assert (facts["credit"], facts["risk"], facts["note"]) == (Decimal(3), "高", "备注")

    def test_who_comes_second_is_told(self, handler, head):
        entry = add(handler)
        commands.change_entry(entry_id=entry.pk, values={"note": "一"}, by=head, at=WEDNESDAY, seen=1)

        with pytest.raises(problems.ChangedMeanwhile):
            commands.change_entry(entry_id=entry.pk, values={"note": "二"}, by=handler, at=WEDNESDAY, seen=1)

    def test_nothing_new_is_no_change(self, handler):
        entry = add(handler)

        with pytest.raises(problems.NothingChanged):
            commands.change_entry(entry_id=entry.pk, values={"bank": "甲银行"}, by=handler, at=WEDNESDAY)


class TestMoving:
    def test_another_person_checks(self, handler, reviewer):
        entry = add(handler)

        commands.check_entries(register="loans", entry_ids=[entry.pk], by=reviewer, at=WEDNESDAY)

        entry.refresh_from_db()
        assert entry.state == EntryState.CHECKED

    def test_nobody_checks_what_he_wrote_himself(self, head):
        entry = add(head)

        with pytest.raises(problems.OwnWork):
            commands.check_entries(register="loans", entry_ids=[entry.pk], by=head, at=WEDNESDAY)

    def test_nor_what_he_changed_after_another(self, handler, head):
        entry = add(handler)
        commands.change_entry(entry_id=entry.pk, values={"note": "补"}, by=head, at=WEDNESDAY)
        commands.change_entry(entry_id=entry.pk, values={"note": "再补"}, by=handler, at=WEDNESDAY)

        with pytest.raises(problems.OwnWork):
            commands.check_entries(register="loans", entry_ids=[entry.pk], by=head, at=WEDNESDAY)

    def test_what_was_published_before_may_be_checked_by_its_writer(self, handler, head, reviewer):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        commands.change_entry(entry_id=entry.pk, values={"note": "补"}, by=head, at=WEDNESDAY)

        commands.check_entries(register="loans", entry_ids=[entry.pk], by=reviewer, at=WEDNESDAY)

        entry.refresh_from_db()
        assert entry.state == EntryState.CHECKED

    def test_an_unchecked_draft_is_not_published(self, handler, head):
        entry = add(handler)

        with pytest.raises(problems.WrongState, match="草稿"):
            commands.publish_entries(register="loans", entry_ids=[entry.pk], by=head, at=WEDNESDAY)

    def test_a_change_after_the_check_is_checked_again(self, handler, head, reviewer):
        entry = add(handler)
        commands.check_entries(register="loans", entry_ids=[entry.pk], by=reviewer, at=WEDNESDAY)
        commands.change_entry(entry_id=entry.pk, values={"note": "改"}, by=handler, at=WEDNESDAY)

        with pytest.raises(problems.WrongState):
            commands.publish_entries(register="loans", entry_ids=[entry.pk], by=head, at=WEDNESDAY)

    def test_many_are_moved_together_or_none(self, handler, head, reviewer):
        mine = add(head)
        others = [add(handler, bank=f"银行{n}") for n in range(3)]
        ids = [each.pk for each in (*others, mine)]

        with pytest.raises(problems.OwnWork):
            commands.check_entries(register="loans", entry_ids=ids, by=head, at=WEDNESDAY)
        assert set(Entry.objects.values_list("state", flat=True)) == {"draft"}

        commands.check_entries(register="loans", entry_ids=ids, by=reviewer, at=WEDNESDAY)
        assert commands.publish_entries(register="loans", entry_ids=ids, by=head, at=WEDNESDAY) == 4
        assert len(on(OCTOBER)) == 4

    def test_sent_back_with_a_reason(self, handler, reviewer):
        entry = add(handler)

        with pytest.raises(problems.ReasonMissing):
            commands.send_back(entry_id=entry.pk, reason=" ", by=reviewer, at=WEDNESDAY)
        commands.send_back(entry_id=entry.pk, reason="金额不对", by=reviewer, at=WEDNESDAY)

        entry.refresh_from_db()
        assert (entry.state, entry.current.reason) == (EntryState.DRAFT, "金额不对")

    def test_a_draft_that_is_given_up_leaves_what_held(self, handler, head):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        commands.change_entry(entry_id=entry.pk, values={"credit": Decimal(9)}, by=handler, at=WEDNESDAY)

        commands.discard_draft(entry_id=entry.pk, by=handler, at=WEDNESDAY)

        entry.refresh_from_db()
        assert entry.state == EntryState.PUBLISHED
        assert [each["credit"] for each in on(OCTOBER)] == [Decimal("2.34")]
        assert Key.objects.count() == 1

    def test_a_version_number_is_never_given_twice(self, handler, head):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        commands.change_entry(entry_id=entry.pk, values={"note": "一"}, by=handler, at=WEDNESDAY)
        commands.discard_draft(entry_id=entry.pk, by=handler, at=WEDNESDAY)

        commands.change_entry(entry_id=entry.pk, values={"note": "二"}, by=handler, at=WEDNESDAY)

        entry.refresh_from_db()
        assert entry.current.n == 3


class TestTwoTimes:
    def test_holds_from_the_day_that_the_file_names(self, handler, head):
        published(by=handler, checker=head, at=WEDNESDAY)  # signed on 2019-09-02

        assert on(date(2019, 9, 1)) == []
        assert len(on(date(2019, 9, 2))) == 1

    def test_what_is_planned_is_known_from_today(self, handler, head):
        published(by=handler, checker=head, at=WEDNESDAY, signed_on=date(2019, 12, 2))

        assert len(on(OCTOBER)) == 1

    def test_the_list_of_a_day_says_what_held_then(self, handler, head, reviewer):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        change(entry, handler, reviewer, head, since=date(2019, 10, 1), credit=Decimal(5))

        assert [each["credit"] for each in on(date(2019, 9, 30))] == [Decimal("2.34")]
        assert [each["credit"] for each in on(date(2019, 10, 1))] == [Decimal(5)]

    def test_a_correction_holds_from_the_first_day_and_the_old_one_is_still_known(self, handler, head, reviewer):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        before = seen()
        change(entry, handler, reviewer, head, since=date(2019, 9, 2), credit=Decimal(5))

        assert [each["credit"] for each in on(date(2019, 9, 2))] == [Decimal(5)]
        assert [each["credit"] for each in on(date(2019, 9, 2), before)] == [Decimal("2.34")]

    def test_an_earlier_first_day_is_a_change_too(self, handler, head, reviewer):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        change(entry, handler, reviewer, head, since=date(2019, 8, 1))

        assert len(on(date(2019, 8, 1))) == 1

    def test_a_later_change_stays_behind_an_earlier_correction(self, handler, head, reviewer):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        change(entry, handler, reviewer, head, since=date(2019, 10, 1), credit=Decimal(5))

        change(entry, handler, reviewer, head, since=date(2019, 9, 10), credit=Decimal(4))

        # the newest word holds from its day on: whoever corrects the past says so of the time after it, too
        assert [on(day)[0]["credit"] for day in (date(2019, 9, 9), date(2019, 9, 10), OCTOBER)] == [
            Decimal("2.34"), Decimal(4), Decimal(4),
        ]  # fmt: skip

    def test_withdrawn_from_a_day_on(self, handler, head):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        before = seen()

        commands.withdraw_entry(entry_id=entry.pk, reason="终止", by=head, at=WEDNESDAY, since=date(2019, 10, 15))

        assert (len(on(date(2019, 10, 14))), len(on(date(2019, 10, 15)))) == (1, 0)
        assert len(on(date(2019, 10, 15), before)) == 1

    def test_not_from_the_future_nor_from_before_it_began(self, handler, head):
        entry = published(by=handler, checker=head, at=WEDNESDAY)

        with pytest.raises(problems.FromTheFuture):
            commands.withdraw_entry(entry_id=entry.pk, reason="终止", by=head, at=WEDNESDAY, since=date(2019, 11, 1))
        with pytest.raises(problems.BeforeItBegan):
            commands.withdraw_entry(entry_id=entry.pk, reason="终止", by=head, at=WEDNESDAY, since=BEFORE)
        with pytest.raises(problems.FromTheFuture):
            commands.change_entry(
                entry_id=entry.pk, values={"note": "x"}, by=handler, at=WEDNESDAY, since=date(2019, 11, 1)
            )

    def test_no_version_is_ever_changed(self, handler, head, reviewer):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        kept = {row.pk: (row.values, row.valid_from, row.valid_to) for row in Version.objects.all()}

        change(entry, handler, reviewer, head, since=date(2019, 9, 20), credit=Decimal(5))
        commands.withdraw_entry(entry_id=entry.pk, reason="终止", by=head, at=WEDNESDAY)

        now = {row.pk: (row.values, row.valid_from, row.valid_to) for row in Version.objects.filter(pk__in=kept)}
        assert now == kept


def change(entry, handler, reviewer, head, *, since=None, **values):
    commands.change_entry(entry_id=entry.pk, values=values, by=handler, at=WEDNESDAY, since=since)
    commands.check_entries(register="loans", entry_ids=[entry.pk], by=reviewer, at=WEDNESDAY)
    commands.publish_entries(register="loans", entry_ids=[entry.pk], by=head, at=WEDNESDAY)


class TestCounting:
    @pytest.fixture
    def three(self, handler, head):
        published(by=handler, checker=head, at=WEDNESDAY, drawn=Decimal(1), rate=Decimal("4.35"), tags=("tech",))
        published(by=handler, checker=head, at=WEDNESDAY, firm_name="二号公司", credit=Decimal("0.66"), kind="pledge",
                  tags=("tech", "export"), is_first=True)  # fmt: skip
        published(by=handler, checker=head, at=WEDNESDAY, bank="乙银行", credit=Decimal(1), kind=None, rate=Decimal(5))

    @pytest.mark.parametrize(
        ("aggregate", "of", "where", "value"),
        [
            (Aggregate.COUNT, "", "", "3"),
            (Aggregate.SUM, "credit", "", "4.00"),
            (Aggregate.DISTINCT, "bank", "", "2"),
            (Aggregate.MAX, "credit", "", "2.34"),
            (Aggregate.MEAN, "rate", "", "4.675"),
            (Aggregate.SUM, "credit", "kind = 'pledge'", "0.66"),
            (Aggregate.COUNT, "", "credit > 0.66", "2"),
            (Aggregate.COUNT, "", "credit >= 0.66 and not known(drawn)", "2"),
            (Aggregate.COUNT, "", "rate >= 4.35", "2"),
            (Aggregate.COUNT, "", "rate > 4.355", "1"),
            (Aggregate.COUNT, "", "drawn < credit", "1"),
            (Aggregate.COUNT, "", "'export' in tags", "1"),
            (Aggregate.COUNT, "", "'export' not in tags", "1"),
            (Aggregate.COUNT, "", "kind in ['credit', 'pledge']", "2"),
            (Aggregate.COUNT, "", "kind != 'pledge'", "1"),
            (Aggregate.COUNT, "", "is_first", "1"),
            (Aggregate.COUNT, "", "not is_first", "0"),
            (Aggregate.COUNT, "", "signed_on >= 2019-09-02 and bank = '乙银行'", "1"),
            (Aggregate.SUM, "left", "", "1.34"),
            (Aggregate.SUM, "credit", "bank = '没有'", None),
        ],
    )
    def test_in_every_way(self, three, aggregate, of, where, value):
        found = queries.register("loans", OCTOBER)
        condition = parse(where, found.facts) if where else None

        counted = queries.counted(found, aggregate, of, on=OCTOBER, where=condition)

        assert counted.value == (None if value is None else Decimal(value))

    def test_the_filter_agrees_with_deciding_one_by_one(self, three):
        found = queries.register("loans", OCTOBER)
        for text in (
            "credit >= 1 or kind = 'pledge'",
            "not (credit >= 1)",
            "not (kind = 'pledge' or 'tech' in tags)",
            "known(rate) and rate <= 5",
            "left > 0.5",
        ):
            condition = parse(text, found.facts)
            rows = queries.entries("loans", on=OCTOBER)
            singly = {
                row.pk
                for row in rows
                if condition.truth(for_conditions(found, facts_of(found, row.read()))) is Truth.YES
            }

            assert set(queries.meeting(rows, found, condition).values_list("pk", flat=True)) == singly, text

    def test_names_the_entries_behind_the_value(self, three):
        found = queries.register("loans", OCTOBER)

        counted = queries.figure_of(found, found.figures["pledged"], on=OCTOBER)

        assert counted.keys == list(Entry.objects.filter(firm_name_is("二号公司")).values_list("pk", flat=True))

    def test_groups(self, three):
        found = queries.register("loans", OCTOBER)
        counted = queries.counted(found, Aggregate.COUNT, on=OCTOBER)

        assert queries.per_group(counted, found.fields["kind"]) == {"credit": 1, "pledge": 1, None: 1}

    def test_a_figure_moves_by_exactly_the_row_that_changed(self, three, head):
        found = queries.register("loans", OCTOBER)
        before = queries.figure_of(found, found.figures["credit"], on=OCTOBER).value
        gone = Entry.objects.get(firm_name_is("二号公司"))

        commands.withdraw_entry(entry_id=gone.pk, reason="撤", by=head, at=WEDNESDAY)

        after = queries.figure_of(found, found.figures["credit"], on=OCTOBER)
        assert before - after.value == Decimal("0.66")
        assert gone.pk not in after.keys


def firm_name_is(name: str) -> Q:
    return Q(title__endswith=name)


class TestNewFile:
    def test_a_field_that_is_added_needs_no_migration(self, handler, head):
        published(by=handler, checker=head, at=WEDNESDAY)

        city = {"type": "text", "name": "城市", "figure": True}
        publish(loans(version=2, in_force={"from": "2019-10-01"}, fields__city=city), at=WEDNESDAY)

        assert on(OCTOBER)[0]["city"] is None
        entry = Entry.objects.get()
        commands.change_entry(entry_id=entry.pk, values={"city": "武汉"}, by=handler, at=WEDNESDAY)
        assert Cell.objects.filter(field="city", text="武汉").exists()

    def test_cells_are_made_anew_for_a_field_that_is_marked_later(self, handler, head):
        published(by=handler, checker=head, at=WEDNESDAY, ends_on=date(2020, 9, 1))
        publish(loans(version=2, in_force={"from": "2019-10-01"}, fields__ends_on__figure=True), at=WEDNESDAY)
        found = queries.register("loans", OCTOBER)
        assert queries.counted(found, Aggregate.MAX, "ends_on", on=OCTOBER).value is None

        assert commands.stale(OCTOBER, queries.registers(OCTOBER)) == ["loans"]
        commands.rebuild_cells(register="loans", at=WEDNESDAY)

        assert queries.counted(found, Aggregate.MAX, "ends_on", on=OCTOBER).value == date(2020, 9, 1)
        assert commands.stale(OCTOBER, queries.registers(OCTOBER)) == []

    def test_rebuilding_gives_the_same_cells(self, handler, head, reviewer):
        entry = published(by=handler, checker=head, at=WEDNESDAY, tags=("tech", "export"))
        change(entry, handler, reviewer, head, since=date(2019, 10, 1), credit=Decimal(5))
        add(handler, bank="丙银行")
        columns = ("version", "field", "text", "number", "day", "ref")
        before = sorted(Cell.objects.values_list(*columns), key=str)

        commands.rebuild_cells(register="loans", at=WEDNESDAY)

        assert sorted(Cell.objects.values_list(*columns), key=str) == before


class TestRequests:
    def test_who_may_not_edit_proposes_and_the_owner_takes(self, handler, head, office):
        entry = published(by=handler, checker=head, at=WEDNESDAY)

        request = commands.propose(
            register="loans", kind=ChangeKind.CHANGE, values={"credit": Decimal(3)}, reason="合同如此",
            by=office, at=WEDNESDAY, entry_id=entry.pk,
        )  # fmt: skip
        assert on(OCTOBER)[0]["credit"] == Decimal("2.34")
        commands.take_request(request_id=request.pk, by=handler, at=WEDNESDAY)

        entry.refresh_from_db()
        assert entry.state == EntryState.DRAFT
        assert facts_of(queries.register("loans", OCTOBER), entry.current.read())["credit"] == Decimal(3)
        assert "合同如此" in entry.current.reason

    def test_a_request_is_decided_once(self, handler, office):
        request = commands.propose(
            register="loans", kind=ChangeKind.ADD, values=values_of(), reason="漏了", by=office, at=WEDNESDAY
        )

        commands.refuse_request(request_id=request.pk, answer="不属实", by=handler, at=WEDNESDAY)

        request.refresh_from_db()
        assert (request.state, request.answer) == (RequestState.REFUSED, "不属实")
        with pytest.raises(problems.RequestDecided):
            commands.take_request(request_id=request.pk, by=handler, at=WEDNESDAY)

    def test_withdrawing_may_be_asked_for(self, handler, head, office):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        request = commands.propose(
            register="loans", kind=ChangeKind.WITHDRAW, values={}, reason="已终止",
            by=office, at=WEDNESDAY, entry_id=entry.pk,
        )  # fmt: skip

        with pytest.raises(NotAllowed):
            commands.take_request(request_id=request.pk, by=handler, at=WEDNESDAY)  # edits, withdraws not
        commands.take_request(request_id=request.pk, by=head, at=WEDNESDAY)

        assert on(OCTOBER) == []

    def test_who_may_not_decide_does_not(self, handler, head, office, stranger):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        request = commands.propose(
            register="loans", kind=ChangeKind.CHANGE, values={"credit": Decimal(3)}, reason="x",
            by=office, at=WEDNESDAY, entry_id=entry.pk,
        )  # fmt: skip

        for actor in (office, stranger):
            with pytest.raises(NotAllowed):
                commands.take_request(request_id=request.pk, by=actor, at=WEDNESDAY + timedelta(hours=1))


class TestPromoting:
    def test_hands_over_every_entry_with_its_history(self, handler, head, reviewer):
        entry = published(by=handler, checker=head, at=WEDNESDAY)
        change(entry, handler, reviewer, head, since=date(2019, 10, 1), credit=Decimal(5))
        taken = []

        def take(entries):
            taken.extend(entries)
            return "finance.Agreement"

        commands.register_taker("loans", take)
        told = commands.promote(register="loans", at=WEDNESDAY)

        assert [len(each.rows) for each in taken] == [3]  # the first, what is left of it, the second
        assert (told.entries, told.versions, told.to) == (1, 3, "finance.Agreement")
        with pytest.raises(problems.IsPromoted, match=r"finance\.Agreement"):
            add(handler, bank="丁银行")
        assert len(on(OCTOBER)) == 1  # what it counted it still counts

    def test_says_when_nobody_takes_them(self, register):
        publish(loans(register="untaken"))

        with pytest.raises(keeping.NobodyTakes):
            commands.promote(register="untaken", at=WEDNESDAY)
