"""The catalogues: what is marked is found, translated or missed, and compiled without msgfmt."""

from __future__ import annotations

import gettext

import pytest

from tools import messages


@pytest.fixture
def room(tmp_path, monkeypatch):
    package = tmp_path / "yichuang"
    room = package / "domains" / "cases"
    (room / "templates" / "cases").mkdir(parents=True)
    (package / "ui").mkdir()
    (room / "__init__.py").write_text("")
    (room / "terms.py").write_text('RED = _("超期")\nONE = pgettext("灯", "红")\n', encoding="utf-8")
    (room / "templates" / "cases" / "list.html").write_text(
        '{# 注释里的 "不算" #}\n<p>\n  {% translate "待办" %}</p>{% include "x.html" with label=_("搜索") only %}\n'
        "{% blocktranslate count n=total %}共 {{ n }} 件{% plural %}共 {{ n }} 件{% endblocktranslate %}",
        encoding="utf-8",
    )
    monkeypatch.setattr(messages, "PACKAGE", package)
    monkeypatch.setattr(messages, "SHARED", package / "ui")
    return room


def translate(room, **words):
    path = room / messages.CATALOGUE
    text = path.read_text(encoding="utf-8")
    for source, target in words.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{target}"')
    path.write_text(text, encoding="utf-8")


def test_finds_what_is_marked_in_python_and_in_templates(room):
    found = {messages.single(text) for text in messages.texts(room)}

    assert found == {"超期", "红", "待办", "搜索", "共 %(n)s 件"}


def test_keeps_translations_and_drops_what_is_gone(room):
    messages.extract(room)
    translate(room, 待办="To do", 超期="Overdue")
    (room / "terms.py").write_text('ONE = pgettext("灯", "红")\n', encoding="utf-8")

    messages.extract(room)

    assert {message.id: message.string for message in messages.catalogue(room)}["待办"] == "To do"
    assert "超期" not in [message.id for message in messages.catalogue(room)]


def test_writes_the_same_file_twice(room):
    messages.extract(room)
    first = (room / messages.CATALOGUE).read_bytes()

    messages.extract(room)

    assert (room / messages.CATALOGUE).read_bytes() == first


def test_does_not_ask_again_for_what_ui_has(room):
    shared = messages.SHARED / "templates" / "ui"
    shared.mkdir(parents=True)
    (shared / "search.html").write_text('{% translate "搜索" %}', encoding="utf-8")
    messages.extract(messages.SHARED)
    translate(messages.SHARED, 搜索="Search")

    messages.extract(room)

    assert "搜索" not in [message.id for message in messages.catalogue(room)]
    assert ("搜索", None) in messages.translated(messages.SHARED)


def test_counts_what_is_missing(room, capsys):
    messages.extract(room)
    translate(room, 待办="To do")

    assert messages.report([room]) == 1
    assert "domains/cases: 1 of 5" in capsys.readouterr().out


def test_compiles(room):
    messages.extract(room)
    translate(room, 待办="To do")

    assert messages.compile_all() == 0

    with (room / messages.CATALOGUE).with_suffix(".mo").open("rb") as source:
        assert gettext.GNUTranslations(source).gettext("待办") == "To do"


def test_refuses_a_place_holder_that_the_source_does_not_have(room, capsys):
    (room / "terms.py").write_text('ONE = _("共 %(n)s 页")\n', encoding="utf-8")
    messages.extract(room)
    path = room / messages.CATALOGUE
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace('msgid "共 %(n)s 页"\nmsgstr ""', 'msgid "共 %(n)s 页"\nmsgstr "%(m)s pages"'), "utf-8"
    )

    assert messages.compile_all() == 1
    assert "%(m)s" in capsys.readouterr().out
