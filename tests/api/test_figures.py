"""Figures for programs: the promised shape, the two times, rows with those that stay hidden, groups, publishing."""

from __future__ import annotations

import json

import pytest

from tests.domains.cases.test_figures import concluded
from tests.support import people
from tests.support.api import caller
from tests.support.engine import Hall
from yichuang.config.arguments import parser
from yichuang.config.commands import figures as command
from yichuang.foundation.figures.problems import OutOfReach

pytestmark = pytest.mark.django_db
DAY = "2019-10-31"
KEYS = {"id", "name", "value", "unit", "mode", "numerator", "denominator", "as_of", "definition", "rows"}


@pytest.fixture
def hall() -> Hall:
    people.make_demo()
    hall = Hall()
    concluded(hall, "2019-10-10", "甲某")
    concluded(hall, "2019-10-25", "乙某")
    return hall


def run(capsys, *words: str):
    arguments = parser().parse_args(["figures", *words, "--json"])
    assert getattr(command, arguments.run.partition(":")[2])(arguments) == 0
    return json.loads(capsys.readouterr().out)


class TestCommand:
    def test_id_answers_the_one_asked_for_in_the_promised_shape(self, hall, capsys):
        alias = run(capsys, "show", "F21", "--as-of", "2019-10-30")
        dotted = run(capsys, "show", "construction.flow_items", "--as-of", "2019-10-30")

        assert alias.keys() >= KEYS
        assert (alias["id"], dotted["id"]) == ("F21", "construction.flow_items")
        assert alias["value"] == dotted["value"] == 17
        assert alias["definition"]["figure"] == "construction.flow_items" and alias["definition"]["version"] == 1

    def test_rows_are_those_that_were_counted(self, hall, capsys):
        told = run(capsys, "show", "cases.on_time_rate", "--as-of", DAY, "--rows")

        assert (told["value"], told["numerator"], told["denominator"]) == (50, 1, 2)
        assert [row["part"] for row in told["rows"]].count("denominator") == 2
        assert told["hidden"] == []

    def test_what_no_record_reaches_is_told_with_exit_code_1(self, hall):
        arguments = parser().parse_args(["figures", "show", "F21", "--known-at", "0001-01-01"])

        with pytest.raises(OutOfReach):
            command.show(arguments)

    def test_without_a_domain_the_value_is_null_with_the_reason(self, hall, capsys):
        told = run(capsys, "show", "F23", "--as-of", "2019-10-30")

        assert told["value"] is None and told["missing"] == "domain" and "企业开办联办件" in told["reason"]

    def test_lists_all_with_their_numbers(self, hall, capsys):
        told = run(capsys, "list", "--as-of", "2019-10-30")

        assert [each["report"] for each in told if each["report"]] == [f"F{number:02}" for number in range(1, 102)]


class TestApi:
    def test_says_the_same_as_the_command(self, hall, capsys):
        office = caller(people.make_account("office", "office"))

        told = office.ask("GET", f"/figures/F21?as_of={DAY}")

        command_told = run(capsys, "show", "F21", "--as-of", DAY)
        assert {key: told[key] for key in KEYS} == {key: command_told[key] for key in KEYS}

    def test_rows_are_filtered_for_the_caller_and_add_up(self, hall):
        own = caller(hall.handler.account_id).ask("GET", f"/figures/cases.concluded?as_of={DAY}&rows=true")
        other = caller(people.make_account("handler", "zjj")).ask(
            "GET", f"/figures/cases.concluded?as_of={DAY}&rows=true"
        )

        assert (own["value"], len(own["rows"]), own["hidden"]) == (2, 2, [])
        assert (other["value"], other["rows"]) == (2, [])
        assert [(each["reason"], each["count"]) for each in other["hidden"]] == [("elsewhere", 2)]

    def test_strangers_get_public_figures_without_small_groups(self, hall):
        stranger = caller()

        assert stranger.ask("GET", f"/figures/cases.concluded?as_of={DAY}")["value"] == 2
        stranger.ask("GET", f"/figures/cases.p90_days?as_of={DAY}", status=404)
        (group,) = stranger.ask("GET", f"/figures/cases.concluded/groups?by=unit&as_of={DAY}")["items"]
        assert (group["value"], group["rows"]) == (None, None) and "少于5" in group["reason"]

    def test_a_part_of_the_district_with_few_rows_is_not_public(self, hall):
        asked = f"/figures/cases.concluded?as_of={DAY}&region=420106"

        assert caller().ask("GET", asked)["missing"] == "not_public"
        assert caller(hall.handler.account_id).ask("GET", asked)["value"] == 2

    def test_by_a_column_that_is_not_there_is_a_no(self, hall):
        office = caller(hall.handler.account_id)
        told = office.ask("GET", f"/figures/cases.concluded/groups?by=number&as_of={DAY}", status=422)

        assert told["code"] == "figures.not_apart" and "单位（unit）" in told["detail"]

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("as_of=9999-12-31", "figures.out_of_reach"),
            ("known_at=0001-01-01T00:00:00Z", "figures.out_of_reach"),
            ("region=99", "figures.no_such_region"),
        ],
    )
    def test_what_no_record_reaches_is_told(self, hall, query, code):
        office = caller(hall.handler.account_id)
        for path in ("figures/F46", "figures/values"):
            assert office.ask("GET", f"/{path}?{query}", status=422)["code"] == code

    def test_a_moment_without_a_zone_is_chinas(self, hall):
        told = caller(hall.handler.account_id).ask("GET", "/figures/F21?known_at=2019-10-30T10:00")

        assert told["known_at"] == "2019-10-30T10:00:00+08:00"

    def test_the_value_of_the_newest_row_is_not_told_apart(self, hall):
        office = caller(hall.handler.account_id)
        told = office.ask("GET", f"/figures/rankings.latest_place/groups?by=peer_group&as_of={DAY}", status=422)

        assert told["detail"] == "指标“全市月度考核名次”不能分组。"

    def test_publishes_once_for_a_key(self, hall):
        office = caller(people.make_account("office", "office"))
        body = {"figures": ["F21", "cases.concluded"], "as_of": "2019-10-29", "occasion": "月报"}

        first = office.ask("POST", "/figures/snapshots", body, key="one")
        again = office.ask("POST", "/figures/snapshots", body, key="one")

        assert first == again and [each["value"] for each in first["items"]] == ["17", "2"]
        assert len(office.ask("GET", "/figures/snapshots?figure=F21")["items"]) == 1
