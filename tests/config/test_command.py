"""The command as people and programs use it: a process, its output and its exit code."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite

NOTICE = {
    "year": 2027,
    "papers": ["国办发明电〔2026〕0号（测试用）"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-02", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-03", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-09", "isOffDay": False},
    ],
}
PLAN = """\
plan: try_out
name: 试用流程
version: 1
source: 测试
in_force: {from: 2019-01-01}
lead: housing_construction
steps:
  look: {name: 查看, kind: work, unit: housing_construction, days: 2}
  sign: {name: 签发, kind: work, unit: housing_construction, days: 1, after: [look]}
"""


def yichuang(*arguments: object, data: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a process of its own."""
    given = {key: value for key, value in os.environ.items() if key not in ("YICHUANG_DATA", "DATABASE_URL", "DEMO")}
    return subprocess.run(
        [sys.executable, "-m", "yichuang", *(["--data", str(data)] if data else []), *map(str, arguments)],
        env=given | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that first commands have made: the definitions are published, which is recorded and anchored."""
    data = tmp_path_factory.mktemp("made") / "data"
    for command in ("definitions publish", "records anchor"):
        ended = yichuang(*command.split(), data=data)
        assert ended.returncode == 0, ended.stderr
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    return Path(shutil.copytree(made, tmp_path / "data"))


class TestUsage:
    @pytest.mark.parametrize("group", ["", "calendar", "plans", "records", "definitions", "demo", "backup", "doctor"])
    def test_everything_has_help(self, group):
        ended = yichuang(*group.split(), "--help")

        assert ended.returncode == 0
        assert "usage: yichuang" in ended.stdout

    @pytest.mark.parametrize(
        "wrong", ["", "fly", "calendar", "calendar add", "calendar add 2019-02-30 1", "plans check nowhere.yaml"]
    )
    def test_wrong_usage_leaves_with_2(self, wrong):
        ended = yichuang(*wrong.split())

        assert ended.returncode == 2
        assert "usage" in ended.stderr


class TestCalendar:
    # Friday 2019-09-27; Sunday the 29th is a working day, 1 to 7 October are off, Saturday the 12th is a working day
    @pytest.mark.parametrize(
        ("start", "n", "gives"),
        [("2019-09-27", 1, "2019-09-29"), ("2019-09-27", 3, "2019-10-08"), ("2019-10-08", 5, "2019-10-14"),
         ("2019-10-08", -1, "2019-09-30")],
    )  # fmt: skip
    def test_adds_working_days(self, made, start, n, gives):
        ended = yichuang("calendar", "add", start, n, data=made)

        assert ended.returncode == 0
        assert ended.stdout.splitlines()[-1] == gives

    def test_counts_those_between(self, made):
        ended = yichuang("calendar", "between", "2019-09-27", "2019-10-15", data=made)

        assert ended.stdout.splitlines()[-1] == "9"

    def test_says_when_a_year_is_provisional_and_takes_its_notice(self, data, tmp_path):
        notice = tmp_path / "2027.json"
        notice.write_text(json.dumps(NOTICE, ensure_ascii=False), encoding="utf-8")

        before = yichuang("calendar", "add", "2027-01-08", 1, data=data)
        imported = yichuang("calendar", "import", notice, data=data)
        after = yichuang("calendar", "add", "2027-01-08", 1, data=data)

        assert "暂按周末" in before.stdout
        assert before.stdout.splitlines()[-1] == "2027-01-11"
        assert imported.returncode == 0, imported.stderr
        assert after.stdout.splitlines() == ["2027-01-09"]

    def test_refuses_what_is_no_notice(self, data, tmp_path):
        nothing = tmp_path / "nothing.json"
        nothing.write_text("{}", encoding="utf-8")

        ended = yichuang("calendar", "import", nothing, data=data)

        assert ended.returncode == 1
        assert ended.stderr


class TestPlans:
    def test_checks_draws_and_reads_back(self, tmp_path):
        plan, model, back = tmp_path / "try_out.yaml", tmp_path / "try_out.bpmn", tmp_path / "back.yaml"
        plan.write_text(PLAN, encoding="utf-8")

        checked = yichuang("plans", "check", plan, YICHUANG_DATA=str(tmp_path))
        drawn = yichuang("plans", "bpmn", plan, YICHUANG_DATA=str(tmp_path))
        model.write_text(drawn.stdout, encoding="utf-8")
        read = yichuang("plans", "import", model, "--out", back, YICHUANG_DATA=str(tmp_path))

        assert checked.returncode == 0, checked.stderr
        assert "3 working days" in checked.stdout
        assert "examples" in checked.stderr
        assert "<bpmndi:BPMNDiagram" in drawn.stdout
        assert read.returncode == 0, read.stderr
        assert "look" in back.read_text(encoding="utf-8")
        assert yichuang("plans", "check", back, YICHUANG_DATA=str(tmp_path)).returncode == 0

    def test_names_the_line_of_a_mistake(self, tmp_path):
        plan = tmp_path / "try_out.yaml"
        plan.write_text(PLAN.replace("after: [look]", "after: [loook]"), encoding="utf-8")

        ended = yichuang("plans", "check", plan, YICHUANG_DATA=str(tmp_path))

        assert ended.returncode == 1
        assert "loook" in ended.stderr
        assert "look" in ended.stderr

    def test_refuses_what_is_no_bpmn(self, tmp_path):
        model = tmp_path / "no.bpmn"
        model.write_text("<html/>", encoding="utf-8")

        ended = yichuang("plans", "import", model, YICHUANG_DATA=str(tmp_path))

        assert ended.returncode == 1
        assert ended.stdout == ""


class TestDoctor:
    def test_is_content_with_a_fresh_folder(self, data):
        ended = yichuang("doctor", "--json", data=data)
        told = json.loads(ended.stdout)

        assert [each for each in told["checks"] if each["needed"] and not each["ok"]] == []
        assert ended.returncode == 0

    def test_finds_a_trigger_that_is_gone(self, data):
        with sqlite3.connect(data / "yichuang.sqlite3") as connection:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
            guard = next(name for name in names if "record" in name)
            connection.execute(f'DROP TRIGGER "{guard}"')

        ended = yichuang("doctor", data=data)

        assert ended.returncode == 1
        assert "missing" in ended.stdout

    def test_refuses_a_key_that_others_may_read(self, data):
        (data / "keys" / "secret").chmod(0o644)

        assert yichuang("doctor", data=data).returncode == 1


class TestRecords:
    def test_agree(self, made):
        ended = yichuang("records", "verify", "--json", data=made)
        told = json.loads(ended.stdout)

        assert ended.returncode == 0
        assert told["ok"] is True
        assert told["records"] >= 1
        assert told["anchors"] == 1

    def test_a_change_is_found(self, data):
        tamper(data, "UPDATE records_record SET payload = replace(payload, '1', '2') WHERE id = 1")

        ended = yichuang("records", "verify", data=data)

        assert ended.returncode == 1
        assert "problems" in ended.stdout

    def test_an_export_is_verified_alone(self, made, tmp_path):
        export = tmp_path / "export.jsonl"

        assert yichuang("records", "export", "--out", export, data=made).returncode == 0
        assert yichuang("records", "verify", "--export", export, data=made).returncode == 0
        export.write_text(export.read_text("utf-8").replace('"seq":1', '"seq":2', 1), encoding="utf-8")
        assert yichuang("records", "verify", "--export", export, data=made).returncode == 1


class TestBackup:
    def test_is_restored_into_an_empty_place_and_verified(self, data, tmp_path):
        (data / "files" / "ab").mkdir(parents=True)
        (data / "files" / "ab" / "abcd").write_bytes(b"a plan")
        archive, place = tmp_path / "backup.tar", tmp_path / "elsewhere"

        made = yichuang("backup", archive, data=data)
        restored = yichuang("restore", archive, data=place)

        assert made.returncode == 0, made.stderr
        assert "keys" in made.stdout
        assert archive.stat().st_mode & 0o077 == 0
        assert restored.returncode == 0, restored.stderr
        assert (place / "files" / "ab" / "abcd").read_bytes() == b"a plan"
        assert yichuang("records", "verify", data=place).returncode == 0
        assert (place / "keys" / "anchor.key").read_bytes() == (data / "keys" / "anchor.key").read_bytes()

    def test_holds_no_key(self, data, tmp_path):
        archive = tmp_path / "backup.tar"
        yichuang("backup", archive, data=data)

        assert (data / "keys" / "anchor.key").read_bytes() not in archive.read_bytes()

    def test_overwrites_nothing(self, data, tmp_path):
        archive = tmp_path / "backup.tar"
        yichuang("backup", archive, data=data)

        ended = yichuang("restore", archive, data=data)

        assert ended.returncode == 1
        assert "不是空的" in ended.stderr

    def test_asks_for_the_keys(self, data, tmp_path):
        archive = tmp_path / "backup.tar"
        yichuang("backup", archive, data=data)
        archive.with_name("backup.tar.keys").unlink()

        ended = yichuang("restore", archive, data=tmp_path / "elsewhere")

        assert ended.returncode == 1
        assert "--keys" in ended.stderr

    def test_refuses_a_newer_schema(self, data, tmp_path):
        with sqlite3.connect(data / "yichuang.sqlite3") as connection:
            connection.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '9999_later', '2030-01-01')"
            )
        refused = yichuang("calendar", "add", "2019-09-27", 1, data=data)

        assert refused.returncode == 1
        assert "records.9999_later" in refused.stderr

    def test_says_when_what_was_restored_does_not_agree(self, data, tmp_path):
        tamper(data, "UPDATE records_record SET kind = 'Nothing' WHERE id = 1")
        archive = tmp_path / "backup.tar"
        yichuang("backup", archive, data=data)

        ended = yichuang("restore", archive, data=tmp_path / "elsewhere")

        assert ended.returncode == 1
        assert "核验" in ended.stderr


class TestFolders:
    def test_a_demo_is_not_served_as_real(self, data):
        make_demo(data)

        ended = yichuang("serve", data=data)

        assert ended.returncode == 1
        assert "演示" in ended.stderr

    def test_the_clock_of_a_demo_goes_forwards_only(self, data):
        make_demo(data)

        ahead = yichuang("clock", "--to", "2019-10-31T09:00", data=data, DEMO="1")
        back = yichuang("clock", "--to", "2019-10-30T10:00", data=data, DEMO="1")

        assert ahead.returncode == 0, ahead.stderr
        assert ahead.stdout.splitlines()[-1].startswith("2019-10-31T09:00")
        assert back.returncode == 1

    def test_the_clock_of_a_real_folder_stands_where_it_is(self, data):
        ended = yichuang("clock", "--to", "2099-01-01T00:00", data=data)

        assert ended.returncode == 1
        assert "演示" in ended.stderr


def make_demo(data: Path) -> None:
    """Make a folder a demo that was opened at 2019-10-30 09:00 (Wednesday), without loading the district."""
    script = (
        "import django; django.setup()\n"
        "from yichuang.config.arguments import moment, OPENING\n"
        "from yichuang.foundation.records import commands\n"
        "commands.make_folder(district='wuchang', is_demo=True, opened_at=moment(OPENING))\n"
    )
    environment = os.environ | {
        "YICHUANG_DATA": str(data),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
    }
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)


def tamper(data: Path, statement: str) -> None:
    """Change the database as somebody would who holds its file: the triggers are no obstacle to him."""
    with sqlite3.connect(data / "yichuang.sqlite3") as connection:
        guards = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for guard in guards:
            connection.execute(f'DROP TRIGGER "{guard}"')
        connection.execute(statement)
