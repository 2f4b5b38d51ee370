"""The history of an old system is brought in: once, whole, marked with its source, and never as open work."""

from __future__ import annotations

import gzip

import pytest

from tests.support.engine import china, publish
from tests.support.history import AT, HEADER, MAPPING, ROWS, bring_in, mapping, table
from tests.support.people import make_unit
from yichuang.foundation.history import reading
from yichuang.foundation.history.models import OldCase, OldItem, Run
from yichuang.foundation.history.problems import RowsFaulty, UnitsUnknown
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.notices.models import Notice
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.records import commands as records
from yichuang.foundation.records import queries as record_queries
from yichuang.foundation.records.models import Delivery, Record
from yichuang.foundation.work import tallies
from yichuang.foundation.work.models import Access, Clock, Dossier, Rung, Span, Step
from yichuang.kernel import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _definitions() -> None:
    publish()


@pytest.fixture
def path(tmp_path):
    return table(tmp_path / "old.csv")


@pytest.fixture
def named(tmp_path):
    return mapping(tmp_path)


def counts(result) -> tuple[int, int, int, int, int]:
    return result.cases, result.events, result.created, result.updated, result.unchanged


def dossier(key: str) -> Dossier:
    return OldCase.objects.get(key=key).dossier


class TestWriting:
    def test_a_file_becomes_dossiers_steps_clocks_spans_and_records_of_its_source(self, path, named):
        result = bring_in(path, mapping=named)

        row = dossier("A-1")
        assert counts(result) == (3, 6, 3, 0, 0)
        assert (row.number, row.title, row.item_code, row.source) == (
            "old_desk:A-1",
            "旧许可",
            "old_desk.permit",
            "old_desk",
        )
        assert (row.kind, row.state, row.channel, row.outcome) == ("history", "granted", "ONLINE", "passed")
        assert (row.opened_at, row.concluded_at) == (china("2019-03-01 09:00"), china("2019-03-07 10:00"))
        steps = (
            Step.objects.filter(dossier=row)
            .order_by("pk")
            .values_list("name", "done_at", "done_by__name", "unit__name")
        )
        assert list(steps) == [
            ("登记", china("2019-03-01 09:00"), "张三", "受理科"),
            ("审查", china("2019-03-05 15:30"), "李四", "审查科"),
            ("决定", china("2019-03-07 10:00"), "王五", "审查科"),
        ]
        assert list(Span.objects.filter(dossier=row).order_by("from_at", "pk").values_list("state", "to_at")) == [
            ("recorded", china("2019-03-01 09:00")),
            ("received", china("2019-03-07 10:00")),
            ("granted", None),
        ]
        clocks = Clock.objects.filter(dossier=row).order_by("kind").values_list("kind", "due_at", "stopped_at", "rule")
        assert list(clocks) == [
            ("promise", china("2019-03-08 17:00"), china("2019-03-07 10:00"), "imported"),
            ("step", china("2019-03-04 17:00"), china("2019-03-05 15:30"), "imported"),
        ]
        run = Run.objects.get()
        told = Record.objects.filter(stream=run.stream).order_by("seq").values_list("kind", flat=True)
        assert list(told) == ["NamesMade", *["CaseImported"] * 3, "ImportFinished"]

    def test_every_record_verifies(self, path, named, tmp_path):
        bring_in(path, mapping=named)
        records.anchor(at=AT, keys=tmp_path)

        report = record_queries.verify(ledger.public_key_of(records.signing_key(tmp_path)))

        assert report.ok, report

    def test_tallies_say_what_was_late_against_the_plan_of_the_old_system(self, path, named):
        bring_in(path, mapping=named)

        rows = tallies.now().order_by("dossier").values_list("concluded_at", "due_at", "is_late", "used", "source")
        planned = china("2019-03-08 17:00")
        assert list(rows) == [
            (china("2019-03-07 10:00"), planned, False, 6, "old_desk"),
            (china("2019-03-11 10:00"), planned, True, 10, "old_desk"),
            (None, china("2019-03-09 17:00"), None, None, "old_desk"),
        ]

    def test_nothing_of_it_is_open_work_and_nobody_is_told(self, path, named):
        bring_in(path, mapping=named)

        assert not Dossier.objects.filter(ended_at=None).exists()
        assert not Step.objects.filter(state__in=["open", "claimed", "waiting"]).exists()
        assert not Clock.objects.filter(stopped_at=None).exists()
        assert dossier("A-3").state == "unfinished"
        assert dossier("A-3").concluded_at is None
        assert not Job.objects.filter(kind__startswith="work.").exists()
        assert not Delivery.objects.filter(stream__startswith="import/").exists()
        assert not Rung.objects.exists()
        assert not Notice.objects.exists()

    def test_an_empty_folder_gets_the_units_people_and_items_that_the_file_names(self, path, named):
        bring_in(path, mapping=named)

        units = Unit.objects.order_by("pk").values_list("name", "source", "kind")
        assert list(units) == [
            ("旧政务中心", "old_desk", "BUREAU"), ("受理科", "old_desk", "OFFICE"), ("审查科", "old_desk", "OFFICE"),
        ]  # fmt: skip
        assert all(unit.valid_to == unit.valid_from for unit in Unit.objects.all())
        people = Account.objects.order_by("username")
        assert [(each.name, each.source, each.is_active) for each in people] == [
            (name, "old_desk", False) for name in ("张三", "李四", "王五")
        ]
        assert not any(each.has_usable_password() for each in people)
        assert list(OldItem.objects.values_list("code", "name", "source")) == [
            ("old_desk.permit", "旧许可", "old_desk")
        ]

    def test_units_of_ours_are_taken_where_the_mapping_or_the_name_says_so(self, tmp_path, path):

        ours, same = make_unit("zjj", name="住建局"), make_unit("scjg", name="审查科")

        bring_in(path, mapping=mapping(tmp_path, units={"受理科": "zjj"}))

        assert set(Step.objects.values_list("unit", flat=True)) == {ours.pk, same.pk}
        assert Unit.objects.exclude(source="").count() == 1  # the organisation

    def test_a_unit_that_the_mapping_names_must_be_there(self, tmp_path, path):
        with pytest.raises(UnitsUnknown, match="zjj"):
            bring_in(path, mapping=mapping(tmp_path, units={"受理科": "zjj"}))

        assert not Run.objects.exists()

    def test_the_units_that_had_it_in_hand_see_it(self, path, named):
        bring_in(path, mapping=named)

        scopes = Access.objects.filter(dossier=dossier("A-3"), scope_kind="unit").values_list("scope_id", flat=True)
        names = set(Unit.objects.filter(pk__in=map(int, scopes)).values_list("name", flat=True))
        assert names == {"旧政务中心", "受理科"}


class TestAgain:
    def test_the_same_file_changes_nothing(self, path, named):
        bring_in(path, mapping=named)
        before = Step.objects.count(), Record.objects.filter(kind="CaseImported").count(), tallies.Tally.objects.count()

        result = bring_in(path, mapping=named)

        assert counts(result) == (3, 6, 0, 0, 3)
        assert (
            Step.objects.count(), Record.objects.filter(kind="CaseImported").count(), tallies.Tally.objects.count()
        ) == before  # fmt: skip

    def test_a_grown_file_updates_only_what_grew(self, tmp_path, path, named):
        bring_in(path, mapping=named)
        kept = dict(Step.objects.values_list("pk", "dossier"))
        new = (
            "A-3",
            "决定",
            "2019-03-20 09:00",
            "complete",
            "王五",
            "审查科",
            "",
            "",
            "2019-03-09 17:00",
            "2019-03-20 09:00",
        )
        another = ("A-4", "登记", "2019-03-21 09:00", "complete", "张三", "受理科", "", "网上", "", "")

        result = bring_in(table(tmp_path / "grown.csv", [*ROWS, new, another]), mapping=named)

        row = dossier("A-3")
        assert counts(result) == (4, 8, 1, 1, 2)
        assert (row.state, row.concluded_at) == ("granted", china("2019-03-20 09:00"))
        assert tallies.now().get(dossier=row).is_late is True
        assert kept.items() <= dict(Step.objects.values_list("pk", "dossier")).items()
        assert Record.objects.filter(kind="CaseGrown").count() == 1

    def test_a_file_of_a_later_year_takes_nothing_away(self, tmp_path, named, path):
        bring_in(path, mapping=named)
        later = ("A-1", "归档", "2019-04-01 09:00", "complete", "张三", "受理科", "", "", "", "")

        result = bring_in(table(tmp_path / "later.csv", [later]), mapping=named)

        row = dossier("A-1")
        assert counts(result) == (1, 1, 0, 1, 0)
        assert list(Step.objects.filter(dossier=row).order_by("pk").values_list("name", flat=True)) == [
            "登记",
            "审查",
            "决定",
            "归档",
        ]
        assert (row.channel, row.concluded_at) == ("ONLINE", china("2019-03-07 10:00"))
        assert Clock.objects.get(dossier=row, kind="promise").due_at == china("2019-03-08 17:00")

    def test_another_order_of_the_same_rows_is_no_change(self, tmp_path, path, named):
        bring_in(path, mapping=named)

        result = bring_in(table(tmp_path / "turned.csv", list(reversed(ROWS))), mapping=named)

        assert counts(result) == (3, 6, 0, 0, 3)

    def test_a_changed_mapping_writes_the_steps_anew(self, tmp_path, path, named):
        bring_in(path, mapping=named)
        changed = mapping(tmp_path, activities={"登记": {"step": "take_in", "name": "收件", "deed": "receive"}})

        bring_in(path, mapping=changed)

        assert Step.objects.count() == 6
        assert Step.objects.filter(key="take_in", name="收件").count() == 3

    def test_what_was_broken_off_goes_on(self, path, named, monkeypatch):
        from yichuang.foundation.history import commands

        monkeypatch.setattr(commands, "BATCH", 2)
        finish = commands._Importing._write

        def breaks(self, batch):
            if batch[0].id == "A-3":
                raise OSError("power")
            finish(self, batch)

        monkeypatch.setattr(commands._Importing, "_write", breaks)
        with pytest.raises(OSError, match="power"):
            bring_in(path, mapping=named)
        assert Dossier.objects.count() == 2
        monkeypatch.setattr(commands._Importing, "_write", finish)

        result = bring_in(path, mapping=named)

        assert counts(result) == (3, 6, 1, 0, 2)


class TestTraps:
    def test_events_of_one_moment_keep_the_order_of_the_file(self, tmp_path, named):
        rows = [("B-1", what, "2019-03-01 00:00", "complete", *[""] * 6) for what in ("丙", "甲", "乙")]
        rows.insert(1, ("B-1", "先", "2019-02-28 10:00", "complete", *[""] * 6))

        bring_in(table(tmp_path / "midnight.csv", rows), mapping=named)

        assert list(Step.objects.order_by("pk").values_list("name", flat=True)) == ["先", "丙", "甲", "乙"]

    def test_offsets_zones_and_the_hour_that_comes_twice(self, tmp_path):
        rows = [
            ("C-1", "一", "2011-10-11 13:42:22+02:00", "complete", *[""] * 6),
            ("C-1", "二", "2011-12-06T13:41:31.788+01:00", "complete", *[""] * 6),
            ("C-1", "三", "2012-07-01 12:00", "complete", *[""] * 6),  # no offset: summer in Amsterdam
        ]

        bring_in(table(tmp_path / "zones.csv", rows), mapping=mapping(tmp_path, zone="Europe/Amsterdam"))

        assert [each.isoformat() for each in Step.objects.order_by("pk").values_list("done_at", flat=True)] == [
            "2011-10-11T11:42:22+00:00", "2011-12-06T12:41:31.788000+00:00", "2012-07-01T10:00:00+00:00",
        ]  # fmt: skip

    def test_start_and_complete_are_one_step_and_a_start_without_end_stays_told(self, tmp_path, named):
        rows = [
            ("D-1", "审查", "2019-03-01 09:00", "start", *[""] * 6),
            ("D-1", "审查", "2019-03-02 09:00", "complete", *[""] * 6),
            ("D-1", "踏勘", "2019-03-03 09:00", "START", *[""] * 6),
            ("D-1", "踏勘", "2019-03-03 08:00", "assign", *[""] * 6),
        ]

        result = bring_in(table(tmp_path / "pairs.csv", rows), mapping=named)

        assert result.events == 4
        assert list(Step.objects.order_by("pk").values_list("name", "state", "opened_at", "done_at")) == [
            ("审查", "done", china("2019-03-01 09:00"), china("2019-03-02 09:00")),
            ("踏勘", "cancelled", china("2019-03-03 09:00"), None),
        ]
        assert Step.objects.get(name="踏勘").because == "原系统没有记录结束时刻"

    def test_the_same_event_twice_comes_in_once_and_is_told(self, tmp_path, named):
        result = bring_in(table(tmp_path / "twice.csv", [ROWS[0], ROWS[0], ROWS[1]]), mapping=named)

        (warning,) = result.findings.warnings
        assert Step.objects.count() == 2
        assert (warning.code, warning.row) == ("history.event_twice", 3)
        assert "第 2 行" in warning.message

    def test_dates_that_cannot_be_are_told_and_stay_empty(self, tmp_path, named):
        rows = [("E-1", "登记", "2019-03-01 09:00", "complete", "", "", "0001-01-01", "", "2999-12-31", "31.02.2019")]

        result = bring_in(table(tmp_path / "dates.csv", rows), mapping=named)

        assert [(each.cell, each.code) for each in result.findings.warnings] == [
            ("J2", "history.bad_time"), ("I2", "history.time_out_of_range"), ("G2", "history.time_out_of_range"),
        ]  # fmt: skip
        assert not Clock.objects.exists()

    @pytest.mark.parametrize("remembered", [0, 1, 4_000])
    def test_what_is_said_last_of_a_case_holds_wherever_its_rows_stand(self, tmp_path, named, monkeypatch, remembered):
        monkeypatch.setattr(reading, "RECENT", remembered)
        days = [("G-1", "01"), ("H-1", "01"), ("G-1", "02"), ("H-1", "01"), ("G-1", "01"), ("H-1", ""), ("H-1", "02")]
        rows = [
            (case, f"环节{n}", f"2019-03-01 09:{n:02}", "complete", "", "", "", "", day and f"2019-03-{day} 17:00", "")
            for n, (case, day) in enumerate(days)
        ]

        result = bring_in(table(tmp_path / "among.csv", rows), mapping=named)

        due = Clock.objects.filter(kind="promise").values_list("dossier__number", "due_at")
        assert dict(due) == {"old_desk:G-1": china("2019-03-01 17:00"), "old_desk:H-1": china("2019-03-02 17:00")}
        assert (result.events, Step.objects.count()) == (7, 7)

    def test_a_date_that_cannot_be_is_told_at_each_of_its_rows(self, tmp_path, named):
        rows = [
            (case, f"环节{n}", f"2019-03-01 09:{n:02}", "complete", "", "", "", "", "2999-12-31", "")
            for n, case in enumerate(["G-1", "H-1", "G-1"])
        ]

        result = bring_in(table(tmp_path / "dates.csv", rows), mapping=named)

        assert [each.cell for each in result.findings.warnings] == ["I2", "I3", "I4"]

    @pytest.mark.parametrize(
        ("row", "code"),
        [
            (("", "登记", "2019-03-01 09:00"), "history.no_case"),
            (("F-1", "", "2019-03-01 09:00"), "history.no_activity"),
            (("F-1", "登记", "昨天"), "history.bad_time"),
            (("F-1", "登记", ""), "history.no_time"),
            (("F-1", "登记", "2031-01-01 09:00"), "history.time_out_of_range"),
        ],
    )
    def test_a_row_that_cannot_be_read_keeps_everything_out_and_is_named(self, tmp_path, named, row, code):
        path = table(tmp_path / "bad.csv", [*ROWS, (*row, *[""] * 7)])

        with pytest.raises(RowsFaulty) as caught:
            bring_in(path, mapping=named)

        (error,) = caught.value.result.findings.errors
        assert (error.row, error.code) == (8, code)
        assert error.text in caught.value.message
        assert not Dossier.objects.exists()

    def test_rows_that_cannot_be_read_are_left_out_when_asked_for(self, tmp_path, named):
        path = table(tmp_path / "bad.csv", [*ROWS, ("F-1", "登记", "昨天", *[""] * 7)])

        result = bring_in(path, mapping=named, skip_errors=True)

        assert counts(result) == (3, 6, 3, 0, 0)
        assert result.findings.error_count == 1

    def test_a_dry_run_tells_and_writes_nothing(self, tmp_path, path, named):
        bring_in(path, mapping=named)
        before = Record.objects.count()
        grown = table(tmp_path / "grown.csv", [*ROWS, ("A-9", "登记", "2019-03-20 09:00", *[""] * 7)])

        result = bring_in(grown, mapping=named, dry_run=True)

        assert counts(result) == (4, 7, 1, 0, 3)
        assert Record.objects.count() == before

    def test_case_numbers_of_any_form_get_a_number_that_an_address_takes(self, tmp_path, named):
        rows = [(key, "登记", "2019-03-01 09:00", *[""] * 7) for key in ("2011/XIV 3", "沪-1", "长" * 150)]

        bring_in(table(tmp_path / "numbers.csv", rows), mapping=named)

        numbers = set(Dossier.objects.values_list("number", flat=True))
        assert len(numbers) == 3
        assert all(len(number) <= 40 and "/" not in number for number in numbers)


class TestTables:
    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
    def test_encodings_are_found(self, tmp_path, named, encoding):
        bring_in(table(tmp_path / "old.csv", encoding=encoding), mapping=named)

        assert Step.objects.filter(name="审查").count() == 1

    def test_packed_tables_are_read(self, tmp_path, named, path):
        packed = tmp_path / "old.csv.gz"
        packed.write_bytes(gzip.compress(path.read_bytes()))

        assert counts(bring_in(packed, mapping=named)) == (3, 6, 3, 0, 0)

    def test_a_program_gets_the_seven_keys(self, path, named):
        told = bring_in(path, mapping=named).as_json()

        assert list(told) == ["cases", "events", "created", "updated", "unchanged", "warnings", "errors"]
        assert told["warnings"] == told["errors"] == []


def test_the_mapping_of_these_tests_is_what_the_header_promises():
    assert set(MAPPING["header"]) <= set(HEADER)
