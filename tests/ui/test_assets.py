"""What is shipped to the browser: as locked, our own, and allowed by the content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools import messages, vendor_assets

UI = Path(vendor_assets.UI)
PACKAGE = UI.parent
TEMPLATES = sorted(path for path in PACKAGE.rglob("templates/**/*.html") if path.is_file())
STYLES = sorted((UI / "static").rglob("*.css"))
SCRIPTS = sorted((UI / "static").rglob("*.js"))

KEPT_AS_A_FILE = PACKAGE / "foundation" / "reports" / "templates" / "reports" / "alone.html"
"""The report that is handed on as one file: no page of the house, it brings its look along."""

FORBIDDEN = {
    "a style attribute": re.compile(r"""\sstyle\s*=\s*["']"""),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.S),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>", re.S),
    "a style element": re.compile(r"<style[\s>]"),
    "an outside address": re.compile(r"""(?:src|href)=["'](?:https?:)?//"""),
    "a word that nobody in a hall says": re.compile("卷宗|契约|台账引擎"),
}


def test_vendored_files_are_as_locked():
    assert vendor_assets.check() == []


def test_nothing_of_gov_uk_is_shipped():
    text = "".join(path.read_text(encoding="utf-8") for path in STYLES)

    assert "GDS Transport" not in text
    assert not [path for path in (UI / "static").rglob("*") if re.search("crest|crown|logo", path.name)]


@pytest.mark.parametrize("path", [*STYLES, *SCRIPTS], ids=lambda path: path.name)
def test_styles_and_scripts_ask_nobody_outside(path):
    asks = r"url\(|@import" if path.suffix == ".css" else r"https?://|eval\(|new Function|innerHTML"

    assert not re.search(asks, path.read_text(encoding="utf-8"))


def test_there_are_no_gradients():
    assert not [path.name for path in STYLES if "gradient" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_templates_hold_nothing_that_the_policy_refuses(path):
    text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"))

    found = {what for what, pattern in FORBIDDEN.items() if pattern.search(text)}
    assert found <= ({"a style element"} if path == KEPT_AS_A_FILE else set())


@pytest.mark.parametrize("path", sorted((UI / "templates").rglob("*.html")), ids=lambda path: path.stem)
def test_every_text_of_the_interface_is_marked(path):
    text = path.read_text(encoding="utf-8")
    bare = re.sub(
        r"\{#.*?#\}|\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.S
    )

    assert re.findall("[\u4e00-\u9fff]+", bare) in ([], ["中文"])  # the switch names the language in itself


def test_every_text_of_this_room_has_its_english():
    whole = messages.translated(UI)

    assert [text for text in messages.texts(UI) if (messages.single(text), text[1]) not in whole] == []
