from datetime import UTC, date, datetime

import pytest

from tests.support.definitions import EARLY, publish, rule
from yichuang.foundation.definitions import commands, folders, queries
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.definitions.problems import DefinitionsFaulty, NotInForce, VersionPublished
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.terms import SYSTEM, By

pytestmark = pytest.mark.django_db

LATER = datetime(2019, 7, 1, 1, tzinfo=UTC)  # a Monday
OCTOBER = date(2019, 10, 30)


class TestPublish:
    def test_publishes_what_is_new_in_one_record(self):
        publish(rule("a"), rule("b"))

        assert queries.rule("a", OCTOBER).value == 20
        record = Record.objects.get(kind="DefinitionsPublished")
        assert '"code":"a"' in record.payload
        assert '"code":"b"' in record.payload

    def test_passes_over_what_stands_already(self):
        publish(rule("a"))

        assert publish(rule("a"), at=LATER) == []
        assert Record.objects.count() == 1

    def test_a_published_version_never_changes(self):
        publish(rule("a", value=20))

        with pytest.raises(VersionPublished) as refused:
            publish(rule("a", value=15), rule("b"), at=LATER)

        assert "rows[0].value：20 → 15" in refused.value.message
        assert not Definition.objects.filter(code="b").exists()

    def test_the_order_of_keys_is_no_change(self):
        kind, body = rule("a")
        publish((kind, body))

        assert publish((kind, dict(reversed(body.items()))), at=LATER) == []

    def test_keeps_the_order_of_the_file(self):
        publish(rule("a", note="注"))

        assert list(folders.exact(Definition.objects.get().body))[-3:] == ["examples", "note", "version"]

    def test_refuses_a_folder_with_problems_and_names_all(self):
        faulty = folders.of_bodies([rule("a"), rule("b")])  # no name, no validity, no source

        with pytest.raises(DefinitionsFaulty) as refused:
            commands.publish(faulty, by=SYSTEM, at=EARLY)

        assert len(refused.value.problems) >= 4
        assert not Definition.objects.exists()


class TestInForce:
    def test_the_newest_version_that_is_valid_on_the_day(self):
        publish(rule("a", value=20))
        publish(rule("a", value=15, version=2, in_force={"from": "2019-07-01"}), at=LATER)

        assert queries.version_in_force("rule", "a", date(2019, 6, 30)) == 1
        assert queries.version_in_force("rule", "a", date(2019, 7, 1)) == 2
        assert queries.rule("a", OCTOBER).value == 15

    def test_the_last_valid_day_is_valid(self):
        publish(rule("a", in_force={"from": "2019-01-01", "to": "2019-06-30"}))

        assert queries.version_in_force("rule", "a", date(2019, 6, 30)) == 1
        with pytest.raises(NotInForce):
            queries.version_in_force("rule", "a", date(2019, 7, 1))

    def test_says_what_is_not_in_force(self):
        with pytest.raises(NotInForce) as refused:
            queries.in_force("rule", "nothing", OCTOBER)

        assert refused.value.message == "2019-10-30 没有生效的规则「nothing」。请先发布该日期有效的版本。"

    def test_gives_the_same_object_every_time(self):
        publish(rule("a"))

        assert queries.get("rule", "a", 1) is queries.get("rule", "a", 1)

    def test_asks_the_database_rarely(self, django_assert_max_num_queries):
        publish(rule("a"))
        queries.rule("a", OCTOBER)

        with django_assert_max_num_queries(1):  # the look every second
            for _ in range(50):
                queries.rule("a", OCTOBER)

    def test_all_in_force(self):
        publish(rule("b"), rule("a"), rule("c", in_force={"from": "2020-01-01"}))

        assert list(queries.all_in_force("rule", OCTOBER)) == ["a", "b"]


class TestWithdraw:
    def test_stops_new_use_and_keeps_the_pinned(self):
        publish(rule("a", value=20))
        publish(rule("a", value=15, version=2, in_force={"from": "2019-07-01"}), at=LATER)

        commands.withdraw(kind="rule", code="a", version=2, reason="写错了", by=By(7), at=LATER)

        assert queries.rule("a", OCTOBER).value == 20
        assert queries.get("rule", "a", 2).rows[0].value == 15
        assert Record.objects.filter(kind="DefinitionWithdrawn", by="7").count() == 1

    def test_only_once(self):
        publish(rule("a"))
        commands.withdraw(kind="rule", code="a", version=1, reason="写错了", by=SYSTEM, at=LATER)

        with pytest.raises(NotInForce):
            commands.withdraw(kind="rule", code="a", version=1, reason="写错了", by=SYSTEM, at=LATER)


class TestRule:
    def test_gives_the_row_of_the_day_with_its_basis(self):
        rows = [
            {"from": "1990-10-01", "to": "2015-04-30", "value": 3, "basis": "行政诉讼法（1989 年） 第三十九条"},
            {"from": "2015-05-01", "value": 6, "basis": "行政诉讼法 第四十六条"},
        ]
        example = {"day": "2015-04-30", "gives": 3}
        publish(rule("a", unit="month", rows=rows, in_force={"from": "1990-10-01"}, examples=[example]))

        row = queries.rule("a", date(2015, 5, 1))

        assert (row.value, row.unit, row.basis) == (6, "month", "行政诉讼法 第四十六条")
        assert queries.rule("a", date(2015, 4, 30)).value == 3


def test_diff_of_two_versions_reads_like_a_list():
    publish(rule("a", value=20))
    publish(rule("a", value=15, version=2, in_force={"from": "2019-07-01"}), at=LATER)
    new, old = queries.versions("rule", "a")

    assert queries.diff(old, new) == [
        "in_force.from：2019-01-01 → 2019-07-01",
        "rows[0].value：20 → 15",
        "examples[0].gives：20 → 15",
        "version：1 → 2",
    ]
