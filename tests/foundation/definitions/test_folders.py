from pathlib import Path

import pytest

from tests.support.definitions import rule, whole
from yichuang.foundation.definitions.folders import of_bodies, read_folder
from yichuang.foundation.definitions.kinds import KINDS, Kind

RULE = """\
rule: {key}
name: 期限
version: {version}
in_force: {{from: {since}{to}}}
source: 测试
unit: working_day
rows:
  - {{from: 2019-01-01, value: {value}, basis: 测试}}
examples:
  - {{day: 2019-10-30, gives: {gives}}}
"""


def write(folder: Path, name: str, *, key="limit", version=1, since="2019-01-01", to="", value=20, gives=None):
    path = folder / "rules" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    gives = value if gives is None else gives
    path.write_text(RULE.format(key=key, version=version, since=since, to=to, value=value, gives=gives), "utf-8")


def found(folder):
    return [(each.file.rpartition("/")[2], each.field) for each in read_folder([folder]).problems]


class TestReadFolder:
    def test_reads_what_is_sound(self, tmp_path):
        write(tmp_path, "limit")

        folder = read_folder([tmp_path])

        assert folder.problems == []
        assert folder.get("rule", "limit").rows[0].value == 20

    def test_lists_the_problems_of_all_files_at_once(self, tmp_path):
        write(tmp_path, "limit", gives=21)
        write(tmp_path, "other", key="wrong_name")
        (tmp_path / "rules" / "empty.yaml").write_text("rule: empty\nname: 空\nwhat: 1\n", "utf-8")
        (tmp_path / "strange").mkdir()

        problems = found(tmp_path)

        assert ("limit.yaml", "examples[0]") in problems
        assert ("other.yaml", "rule") in problems
        assert ("empty.yaml", "what") in problems
        assert ("empty.yaml", "") in problems
        assert ("strange", "") in problems

    def test_a_problem_has_its_line(self, tmp_path):
        write(tmp_path, "limit", gives=21)

        (problem,) = read_folder([tmp_path]).problems

        assert problem.line == 10
        place = f"{tmp_path.name}/rules/limit.yaml:10 examples[0]"
        assert str(problem) == f"{place}: 2019-10-30 得 20，不是 21；应为 示例成立"

    def test_what_is_missing_is_told_once_and_all_together(self, tmp_path):
        path = tmp_path / "rules" / "limit.yaml"
        path.parent.mkdir()
        path.write_text("rule: limit\nsource: 测试\n", "utf-8")

        (problem,) = read_folder([tmp_path]).problems

        assert problem.found == "缺少 name、in_force、rows、examples"

    def test_a_text_that_is_too_long_is_told_with_its_length(self, tmp_path):
        write(tmp_path, "limit", key="l" * 121)

        told = [(each.field, each.found.partition(" ")[2], each.expected) for each in read_folder([tmp_path]).problems]

        assert ("rule", "有 121 个字", "至多 120 个字") in told

    def test_keeps_an_older_version_beside_the_newest(self, tmp_path):
        write(tmp_path, "limit.v1", to=", to: 2019-06-30")
        write(tmp_path, "limit", version=2, since="2019-07-01", value=15)

        folder = read_folder([tmp_path])

        assert folder.problems == []
        assert folder.get("rule", "limit").rows[0].value == 15

    @pytest.mark.parametrize(("to", "since"), [(", to: 2019-06-29", "2019-07-01"), (", to: 2019-07-01", "2019-07-01")])
    def test_finds_a_gap_and_an_overlap_of_validity(self, tmp_path, to, since):
        write(tmp_path, "limit.v1", to=to)
        write(tmp_path, "limit", version=2, since=since)

        assert found(tmp_path) == [("limit.yaml", "in_force.from")]

    def test_refuses_one_version_in_two_files(self, tmp_path):
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            write(tmp_path / name, "limit")

        problems = read_folder([tmp_path / "a", tmp_path / "b"]).problems

        assert [each.field for each in problems] == ["version"]

    def test_says_that_a_folder_is_missing(self, tmp_path):
        assert found(tmp_path / "nothing") == [("nothing", "")]

    def test_names_unknown_keys_with_the_known_ones(self, tmp_path):
        write(tmp_path, "limit")
        path = tmp_path / "rules" / "limit.yaml"
        path.write_text(path.read_text("utf-8").replace("basis: 测试", "basis: 测试, vaule: 3"), "utf-8")

        (problem,) = read_folder([tmp_path]).problems

        assert problem.field == "rows[0].vaule"
        assert "value" in problem.expected


class TestRules:
    def test_rows_follow_each_other_without_gap(self):
        rows = [{"from": "2019-01-01", "to": "2019-06-30", "value": 1, "basis": "甲"}]
        rows.append({"from": "2019-07-02", "value": 2, "basis": "乙"})

        problems = of_bodies([("rule", whole(rule(rows=rows)[1]))]).problems

        assert [each.field for each in problems] == ["rows.1"]


class TestCalendars:
    def test_a_missing_year_is_found(self):
        def notice(year):
            days = [{"name": "元旦", "date": f"{year}-01-01", "isOffDay": True}]
            return "calendar", whole({"calendar": str(year), "year": year, "papers": [], "days": days})

        problems = of_bodies([notice(2017), notice(2019)]).problems

        assert [each.file for each in problems] == ["calendars/2018.yaml"]


class TestLooseEnds:
    def test_an_id_that_leads_nowhere_is_named_with_the_choices(self, monkeypatch):
        kind = Kind(
            "thing",
            "things",
            "物件",
            {"properties": {"parts": {"type": "array"}}, "required": ["parts"]},
            lambda body, place: body,
            refers={"parts.*.limit": "rule", "strange": "kind_of_nobody"},
        )
        monkeypatch.setitem(KINDS, "thing", kind)
        thing = whole({"thing": "a", "parts": [{"limit": "limit"}, {"limit": "nowhere"}, {}]})

        problems = of_bodies([("rule", whole(rule()[1])), ("thing", thing)]).problems

        assert [(each.field, each.found, each.expected) for each in problems] == [
            ("parts[1].limit", "没有规则「nowhere」", "已有的：limit")
        ]


class TestPlaces:
    def test_a_complaint_of_the_kernel_has_the_line_of_its_step(self, tmp_path):
        (tmp_path / "plans").mkdir()
        (tmp_path / "plans" / "stage.yaml").write_text(
            "plan: stage\nname: 阶段\nversion: 1\nin_force: {from: 2019-07-01}\nsource: 测试\nlead: lead\nsteps:\n"
            "  review: {kind: work, name: 审, days: 1}\n"
            "  permit: {kind: work, name: 发, days: 1, outcomes: {back: {return_to: nowhere}}}\n"
            "examples:\n  - {given: {}, opens: [review]}\n",
            "utf-8",
        )

        (problem,) = read_folder([tmp_path]).problems

        assert problem.line == 9
        assert "permit" in problem.field
