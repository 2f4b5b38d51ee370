"""`yichuang registers …`: listed, checked, tried, taken in, written out and taken back without a change."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.definitions import publish
from tests.support.people import WEDNESDAY, make_unit
from tests.support.registers import loans
from yichuang.config.arguments import parser
from yichuang.config.commands import registers as command
from yichuang.foundation.definitions.problems import DefinitionsFaulty
from yichuang.foundation.registers.models import Entry
from yichuang.kernel.errors import NotPossible

HEAD = "银行,企业,责任单位,授信额（亿元）,签约日期\n"
SHIPPED = Path(__file__).parents[2] / "definitions" / "wuchang" / "registers" / "job_fair.yaml"


@pytest.fixture
def desk(db, monkeypatch):
    monkeypatch.setattr("yichuang.foundation.records.clock.business_now", lambda: WEDNESDAY)
    make_unit("zjj")
    publish(loans())


def run(*words: object) -> int:
    arguments = parser().parse_args(["registers", *map(str, words)])
    code: int = getattr(command, arguments.run.partition(":")[2])(arguments)
    return code


def table(path: Path, *rows: str) -> Path:
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_table_goes_in_comes_out_and_changes_nothing_when_it_comes_back(desk, tmp_path, capsys):
    file = table(tmp_path / "a.csv", "甲银行,一号公司,zjj,2.34,2019-09-02", "乙银行,二号公司,zjj,1,2019年9月3日")

    assert run("import", "loans", file, "--dry-run", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["added"], told["taken"], Entry.objects.count()) == (2, False, 0)
    assert run("import", "loans", file) == 0
    assert "已导入：新增 2" in capsys.readouterr().out
    out = tmp_path / "out.xlsx"
    assert run("export", "loans", out) == 0
    capsys.readouterr()
    assert run("import", "loans", out, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["added"], told["changed"], told["same"]) == (0, 0, 2)

    history = tmp_path / "out.jsonl"
    assert run("export", "loans", history) == 0
    assert [json.loads(line)["number"] for line in history.read_text(encoding="utf-8").splitlines()] == [1, 2]
    capsys.readouterr()
    assert run("list", "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["id"], row["entries"], row["public"]) == ("loans", 2, True)


def test_one_wrong_row_and_nothing_goes_in(desk, tmp_path, capsys):
    file = table(tmp_path / "a.csv", "甲银行,一号公司,zjj,2.34,2019-09-02", "乙银行,,zjj,许多,2019-09-03")

    assert run("import", "loans", file, "--json") == 1

    told = json.loads(capsys.readouterr().out)
    assert {(each["row"], each["column"]) for each in told["errors"]} == {(3, "企业"), (3, "授信额（亿元）")}
    assert (told["taken"], Entry.objects.count()) == (False, 0)
    with pytest.raises(NotPossible, match="有：loans"):
        run("import", "nothing", file)
    with pytest.raises(NotPossible, match="xlsx"):
        run("export", "loans", tmp_path / "a.pdf")


def test_a_file_is_checked_among_the_others(tmp_path, capsys):
    assert run("check", SHIPPED) == 0
    assert "job_fair" in capsys.readouterr().out

    broken = tmp_path / "job_fair.yaml"
    broken.write_text(SHIPPED.read_text(encoding="utf-8").replace("title: [", "title: [colour, "), encoding="utf-8")
    with pytest.raises(DefinitionsFaulty, match="colour"):
        run("check", broken)
