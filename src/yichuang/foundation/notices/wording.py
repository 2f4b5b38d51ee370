"""From the definition of a notice to the words that somebody reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext_noop

from yichuang.foundation.definitions.folders import Folder
from yichuang.foundation.definitions.kinds import Body, Kind, register_kind, schema_file
from yichuang.foundation.notices.terms import DAYS, FACTS, Audience, Channel, Template, Wording, Words
from yichuang.foundation.people.actors import local_day
from yichuang.kernel.errors import DefinitionError

NOTICE = "notice"
SCHEMA = Path(__file__).parent / "schemas" / "notice.schema.json"
LONGEST_SMS = 134
"""Characters of two joined SMS."""


def register() -> None:
    """Make the kind known."""
    register_kind(Kind(NOTICE, "notices", gettext_noop("消息"), schema_file(SCHEMA), parse, None, _example))


def parse(body: Body, place: str) -> Template:
    """
    Read a wording.

    :raises DefinitionError: it asks for a fact that it does not list, lists an unknown one, or has no SMS to send
    """
    facts = dict(body["facts"])
    if strange := sorted(facts.keys() - FACTS):
        raise DefinitionError(f"{place}: facts.{strange[0]}", "消息里没有这个内容", "", sorted(FACTS))
    channels = tuple(map(Channel, body["channels"]))
    chinese, english = _wording(body), _wording(body["english"])
    for name, words in (("", chinese), ("english.", english)):
        if (Channel.SMS in channels) != bool(words.sms):
            raise DefinitionError(f"{place}: {name}sms", "短信内容与 channels 不一致", "发短信的写 sms，不发的不写")
        for asked in _asked(words):
            if asked not in facts:
                raise DefinitionError(f"{place}: {name or 'text'}", f"{{{asked}}}", "facts 里列出的名称", sorted(facts))
    return Template(
        id=body[NOTICE],
        version=body["version"],
        name=body["name"],
        audience=Audience(body["audience"]),
        channels=channels,
        facts=MappingProxyType(facts),
        chinese=chinese,
        english=english,
        presses=body.get("presses", False),
    )


def plain(template: Template, facts: Mapping[str, Any]) -> dict[str, Any]:
    """
    Turn the facts of a message into what is kept: days as ISO text, what is not there left out.

    :raises KeyError: the wording does not list a fact
    """
    kept = {}
    for name, value in facts.items():
        if name not in template.facts:
            raise KeyError(f"{template.id} has no fact {name}")
        if isinstance(value, datetime):
            value = local_day(value)
        if value not in (None, ""):
            kept[name] = value.isoformat() if isinstance(value, date) else value
    return kept


def words(template: Template, facts: Mapping[str, Any], language: str) -> Words:
    """Say a message in a language; anything but English is Chinese."""
    is_english = language.startswith("en")
    wording = template.english if is_english else template.chinese
    said = {name: _day(value, is_english) if name in DAYS else str(value) for name, value in facts.items()}
    space = " " if is_english else ""
    return Words(
        title=_sentence(wording.title, said) or template.name,
        text=space.join(filter(None, (_sentence(each, said) for each in wording.text))),
        sms=space.join(filter(None, (_sentence(each, said) for each in wording.sms))),
    )


def _sentence(sentence: str, facts: Mapping[str, str]) -> str:
    return sentence.format_map(facts) if all(name in facts for name in _names(sentence)) else ""


def _day(value: str, is_english: bool) -> str:
    day = date.fromisoformat(value)
    return f"{day.day} {day:%B} {day.year}" if is_english else f"{day.year}年{day.month}月{day.day}日"


def _wording(body: Mapping[str, Any]) -> Wording:
    return Wording(body["title"], tuple(body["text"]), tuple(body.get("sms", ())))


def _asked(wording: Wording) -> list[str]:
    return [name for sentence in (wording.title, *wording.text, *wording.sms) for name in _names(sentence)]


def _names(sentence: str) -> list[str]:
    return [name for _literal, name, _format, _conversion in Formatter().parse(sentence) if name is not None]


def _example(template: Template, example: Mapping[str, Any], _folder: Folder) -> Iterator[str]:
    """Run `{given, says}`: word the message from these facts, in both languages, and look for each text."""
    given = plain(template, example["given"])
    found = [words(template, given, language) for language in ("zh", "en")]
    everything = "\n".join(text for each in found for text in (each.title, each.text, each.sms))
    for text in example["says"]:
        if text not in everything:
            yield f"消息里没有「{text}」"
    if len(found[0].sms) > LONGEST_SMS:
        yield f"短信 {len(found[0].sms)} 字，超过 {LONGEST_SMS} 字"
