"""Every component has examples, draws them with nothing undefined, and looks as it did."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from yichuang.ui import gallery
from yichuang.ui.templatetags import ui as tags

SNAPSHOTS = Path(__file__).parent / "snapshots"
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "add-a-page.md"
UPDATE = bool(os.environ.get("SNAPSHOT_UPDATE"))
COMPONENTS = gallery.components()


@pytest.fixture(autouse=True)
def the_same_key_each_time(monkeypatch):
    monkeypatch.setattr(tags.secrets, "token_urlsafe", lambda _: "a-fresh-key")


def drawn(component: gallery.Component) -> str:
    parts = [f"<!-- {example.name} -->\n{gallery.draw(component, example)}" for example in component.examples]
    return re.sub(r"\n\s*\n+", "\n", re.sub(r"[ \t]+$", "", "\n".join(parts), flags=re.M)).strip() + "\n"


def listed() -> str:
    rows = "\n".join(f"| `{one.name}` | {one.about} | {cell(one.inputs)} |" for one in COMPONENTS)
    return f"<!-- components: begin -->\n| component | for | inputs |\n|---|---|---|\n{rows}\n<!-- components: end -->"


def cell(text: str) -> str:
    return " · ".join(line.strip() for line in text.splitlines()).replace("|", r"\|").replace("<", "&lt;")


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda one: one.name)
class TestComponent:
    def test_looks_as_in_its_snapshot(self, component):
        path = SNAPSHOTS / f"{component.name}.html"

        html = drawn(component)

        if UPDATE:
            path.parent.mkdir(exist_ok=True)
            path.write_text(html, encoding="utf-8")
        assert html == path.read_text(encoding="utf-8"), "SNAPSHOT_UPDATE=1 writes it anew; read it before you commit"

    def test_says_what_it_is_for_and_what_it_is_given(self, component):
        assert component.about.endswith(".")
        assert component.inputs


def test_every_template_is_a_component_with_examples_or_a_part_of_one():
    templates = {path.stem for path in gallery.TEMPLATES.glob("*.html")}

    assert templates == {one.name for one in COMPONENTS} | gallery.PARTS


def test_no_snapshot_is_left_over():
    assert {path.stem for path in SNAPSHOTS.glob("*.html")} == {one.name for one in COMPONENTS}


def test_the_guide_lists_every_component():
    text = GUIDE.read_text(encoding="utf-8")

    if UPDATE:
        text = re.sub(r"<!-- components: begin -->.*<!-- components: end -->", lambda _: listed(), text, flags=re.S)
        GUIDE.write_text(text, encoding="utf-8")
    assert listed() in text


def test_the_gallery_page_shows_them_all(draw, a_request):
    html = draw('{% extends "ui/gallery.html" %}', gallery.gallery(a_request()))

    assert all(f'id="{one.name}"' in html for one in COMPONENTS)
