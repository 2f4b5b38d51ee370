"""`yichuang items …` as programs use it: output on one side, exit codes 0, 1 and 2."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from tests.config.test_command import yichuang
from tests.support import item_tables as make

pytestmark = pytest.mark.sqlite


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("items") / "data"


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "清单.csv"
    path.write_bytes(make.listed({}, {"TASK_CODE": make.code(2), "TASK_NAME": "示范护照签发"}).getvalue())
    return path


class TestItems:
    """One folder, step by step: a process costs seconds."""

    def test_the_life_of_a_list(self, data, listed, tmp_path):
        dry = yichuang("items", "import", listed, "--dry-run", "--json", data=data)
        assert (dry.returncode, json.loads(dry.stdout)["created"]) == (0, 2)

        done = yichuang("items", "import", listed, "--mapping", "guangdong_items", "--json", data=data)
        said = json.loads(done.stdout)
        assert done.returncode == 0, done.stderr
        assert [said[key] for key in ("rows", "created", "updated", "unchanged", "errors")] == [2, 2, 0, 0, []]
        assert {"row", "cell", "message", "code"} <= set(said["warnings"][0])

        again = yichuang("items", "import", listed, data=data)
        assert again.returncode == 0
        assert again.stdout.startswith(
            "广东省政务服务事项实施清单（guangdong_items）：2 行；已导入：新增 0、修改 0、不变 2"
        )

        found = yichuang("items", "search", "示范护照", "--limit", 1, "--json", data=data)
        result = json.loads(found.stdout)["results"]
        assert [(each["id"], each["name"], each["unit_name"]) for each in result] == [
            (make.code(2).lower(), "示范护照签发", "示范省教育厅")
        ]

        for form in ("xlsx", "csv"):
            target = tmp_path / f"out.{form}"
            out = yichuang("items", "export", target, data=data)
            assert out.returncode == 0 and "28 items" in out.stdout, out.stderr
            back = yichuang("items", "import", target, "--json", data=data)
            assert {key: json.loads(back.stdout)[key] for key in ("rows", "unchanged", "errors")} == {
                "rows": 28,
                "unchanged": 28,
                "errors": [],
            }

        check = yichuang("items", "check", "--json", data=data)
        assert check.returncode == 1
        assert any(each["item"] == make.code(1).lower() for each in json.loads(check.stdout)["flaws"])
        assert "个不可发布" in yichuang("items", "check", data=data).stdout

    def test_rows_that_are_wrong_are_an_exit_code_of_one_and_change_nothing(self, data, tmp_path):
        path = tmp_path / "错.csv"
        path.write_bytes(make.listed({"TASK_CODE": make.code(9), "handle_time": "很快"}).getvalue())

        ended = yichuang("items", "import", path, "--json", data=data)
        said = json.loads(ended.stdout)
        assert ended.returncode == 1
        assert [each["cell"] for each in said["errors"]] == ["S2"]
        told = yichuang("items", "import", path, data=data)
        assert told.returncode == 1 and "有错误，一行也不导入" in told.stdout
        assert "第 2 行“handle_time”(S2)：应填时限" in told.stderr

    def test_a_file_that_is_no_list(self, data, tmp_path):
        path = tmp_path / "x.csv"
        path.write_text("甲,乙\n1,2\n", encoding="gbk")

        ended = yichuang("items", "import", path, "--json", data=data)
        assert ended.returncode == 1
        assert json.loads(ended.stdout)["errors"][0]["code"] == "definitions.no_mapping"
        plain = yichuang("items", "import", path, data=data)
        assert plain.returncode == 1 and "没有对照表认得这份清单的表头（甲、乙）" in plain.stderr

    @pytest.mark.parametrize(
        "arguments",
        [("items", "import"), ("items", "import", "no/such.csv"), ("items", "search", "x", "--limit", "0"), ("items",)],
    )
    def test_wrong_usage_is_two(self, arguments):
        assert yichuang(*arguments).returncode == 2

    def test_another_kind_of_file_is_not_written(self, data, tmp_path):
        ended = yichuang("items", "export", tmp_path / "out.pdf", data=data)

        assert ended.returncode == 1 and "请把文件名改为以 .xlsx 或 .csv 结尾" in ended.stderr
        assert list(tmp_path.iterdir()) == []

    def test_a_terminal_sees_progress(self, data, listed):
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        command = [sys.executable, "-m", "yichuang", "--data", str(data), "items", "import", str(listed), "--dry-run"]
        with subprocess.Popen(command, stderr=slave, stdout=subprocess.PIPE) as process:
            process.communicate()
        os.close(slave)

        assert "读取" in os.read(master, 20_000).decode()
        os.close(master)
