"""What has no words does not exist: domains, commands, settings, kinds; and every Chinese word has its English."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.architecture.source import ROOT, domains
from tools import messages, reference


def ran(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_every_domain_has_a_page():
    missing = [domain.name for domain in domains() if not (ROOT / "docs" / "domains" / f"{domain.name}.md").exists()]

    assert missing == []


def test_every_setting_is_described():
    assert reference.settings_read() == set(reference.SETTINGS)


def test_the_reference_is_fresh():
    ended = ran("tools/reference.py", "--check")

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_text_of_the_interface_has_its_english():
    ended = ran("tools/messages.py", "missing")

    assert ended.returncode == 0, ended.stdout + ended.stderr


class TestOneWordForAText:
    @pytest.fixture
    def house(self, tmp_path, monkeypatch):
        monkeypatch.setattr(messages, "PACKAGE", tmp_path)
        monkeypatch.setattr(messages, "SHARED", tmp_path / "ui")

        def write(room: str, text: str, english: str) -> None:
            path = tmp_path / "domains" / room / messages.CATALOGUE
            path.parent.mkdir(parents=True)
            path.write_text(f'{text}\nmsgstr "{english}"\n', "utf-8")
            (tmp_path / "domains" / room / "__init__.py").touch()

        return write

    def test_two_rooms_may_not_translate_a_text_differently(self, house, capsys):
        house("coins", 'msgid "分"', "fen")
        house("clocks", 'msgid "分"', "min")

        assert messages.report(messages.rooms()) == 1
        assert "'分' is translated differently: domains/clocks 'min', domains/coins 'fen'" in capsys.readouterr().out

    def test_a_context_tells_them_apart(self, house):
        house("coins", 'msgid "分"', "fen")
        house("clocks", 'msgctxt "minutes"\nmsgid "分"', "min")

        assert messages.report(messages.rooms()) == 0

    def test_within_a_context_they_may_not_differ_either(self, house, capsys):
        house("clocks", 'msgctxt "minutes"\nmsgid "分"', "min")
        house("watches", 'msgctxt "minutes"\nmsgid "分"', "minutes")

        assert messages.report(messages.rooms()) == 1
        assert "'分' (minutes) is translated differently" in capsys.readouterr().out

    def test_a_room_is_told_only_of_its_own(self, house):
        house("coins", 'msgid "分"', "fen")
        house("clocks", 'msgid "分"', "min")
        house("maps", 'msgid "路"', "Road")

        assert messages.report([room for room in messages.rooms() if room.name == "maps"]) == 0


def test_both_readmes_have_the_same_sections():
    def sections(name: str) -> list[str]:
        return [
            " ".join(word for word in line.split() if word.isascii())
            for line in (ROOT / name).read_text("utf-8").splitlines()
            if line.startswith("##")
        ]

    assert sections("README.md") == sections("README.zh-CN.md")


def test_decisions_are_numbered_in_a_row():
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))

    assert numbers == list(range(1, len(numbers) + 1))
