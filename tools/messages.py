"""
Keep the English catalogues of the rooms: each room has its own `locale/en/LC_MESSAGES/django.po` beside its templates.

`python tools/messages.py extract [ROOM …]` writes what is marked for translation into the catalogues and keeps what is
translated; `compile` makes the `.mo` files; `missing [ROOM …]` lists what has no English yet or two, and exits 1 if
anything. A text that the catalogue of `ui` has is not asked again in another room. Django reads all catalogues as one:
a text means the same in every room, or is given a context where it means something else.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract as marked
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.template.exceptions import TemplateSyntaxError
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "yichuang"
CATALOGUE = Path("locale", "en", "LC_MESSAGES", "django.po")
LAYERS = ("foundation", "domains", "portals")
SHARED = PACKAGE / "ui"

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
VOLATILE = re.compile(r'^"(POT-|PO-|Project-|Report-|Last-|Language-T|Generated-).*"\n', re.M)
HEADER = "# The English texts of this room: `tools/messages.py extract` keeps the list, people translate."
COMMENT = re.compile(r"\{#.*?#\}")

Text = tuple[str | tuple[str, str], str | None]
"""What is translated: one text, or one and many; and the context that tells equal texts apart."""


def main(arguments: list[str]) -> int:
    """Run the one command that was asked for and return its exit code."""
    settings.configure(USE_I18N=False)
    match arguments:
        case ["extract", *names]:
            for room in rooms():
                if not names or room.name in names:
                    extract(room)
            return 0
        case ["compile"]:
            return compile_all()
        case ["missing", *names]:
            return report([room for room in rooms() if not names or room.name in names])
        case _:
            print("usage: messages.py extract [ROOM …] | compile | missing [ROOM …]")
            return 2


def rooms() -> list[Path]:
    """List the rooms that may have texts: `ui` first, whose texts the others share."""
    inner = [
        path for layer in LAYERS for path in sorted((PACKAGE / layer).glob("*/")) if (path / "__init__.py").exists()
    ]
    return [SHARED, PACKAGE / "config", *inner]


def extract(room: Path) -> None:
    """Bring a room's catalogue up to date: what is gone leaves it, what another room translates is taken from there."""
    found = texts(room)
    shared = {key(message) for message in catalogue(SHARED)} if room != SHARED else set()
    fresh = Catalog(locale="en", project="yichuang", charset="utf-8", header_comment=HEADER, fuzzy=False)
    known = {key(message): message.string for each in [*rooms(), room] for message in catalogue(each) if message.string}
    for text, places in sorted(found.items(), key=lambda pair: (pair[1][0], str(pair[0]))):
        if (single(text), text[1]) in shared:
            continue
        old = known.get((single(text), text[1]))
        fresh.add(text[0], string=fitting(old, text), locations=[(place, 1) for place in places], context=text[1])
    path = room / CATALOGUE
    if not len(fresh) and not path.exists():
        return
    buffer = io.BytesIO()
    write_po(buffer, fresh, width=120, include_lineno=False, omit_header=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(VOLATILE.sub("", buffer.getvalue().decode("utf-8")), encoding="utf-8")
    print(f"{room.relative_to(PACKAGE)}: {len(fresh)} texts")


def compile_all() -> int:
    """Compile every catalogue; refuse a place holder that the Chinese text does not have: it would fail on a page."""
    problems = 0
    for room in rooms():
        if not (room / CATALOGUE).exists():
            continue
        content = catalogue(room)
        for message in content:
            if message.id and (wrong := strange_names(message.id, message.string)):
                problems += 1
                print(
                    f"{room.relative_to(PACKAGE)}: {message.id!r} is translated with unknown {', '.join(sorted(wrong))}"
                )
        with (room / CATALOGUE).with_suffix(".mo").open("wb") as target:
            write_mo(target, content)
    return 1 if problems else 0


def report(chosen: list[Path]) -> int:
    """Print what each room lacks, how many texts it has and what it says otherwise than others; 1 for any of it."""
    shared = translated(SHARED)
    lacking = 0
    for room in chosen:
        found = texts(room)
        own = translated(room)
        missing = [text for text in found if (single(text), text[1]) not in own | shared]
        lacking += len(missing)
        if found:
            print(f"{room.relative_to(PACKAGE)}: {len(found) - len(missing)} of {len(found)}")
        for text in missing:
            print(f"  {single(text)!r}  {found[text][0]}")
    told = differing(chosen)
    for line in told:
        print(line)
    return 1 if lacking or told else 0


def differing(chosen: list[Path]) -> list[str]:
    """Tell which texts of these rooms another room translates otherwise: whoever is read first would win everywhere."""
    words: dict[tuple[str, str | None], dict[Path, object]] = {}
    for room in rooms():
        for message in catalogue(room):
            if message.id and is_whole(message.string):
                words.setdefault(key(message), {})[room] = message.string
    return [
        f"{text!r}{f' ({context})' if context else ''} is translated differently: "
        + ", ".join(f"{room.relative_to(PACKAGE)} {string!r}" for room, string in said.items())
        for (text, context), said in words.items()
        if not said.keys().isdisjoint(chosen) and any(string != next(iter(said.values())) for string in said.values())
    ]


def texts(room: Path) -> dict[Text, list[str]]:
    """Find every text that a room marks for translation, with the files in which it stands."""
    found: dict[Text, list[str]] = {}
    for path in sorted(room.rglob("*")):
        if path.suffix not in (".py", ".html", ".txt", ".svg") or "migrations" in path.parts or not path.is_file():
            continue
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        place = path.relative_to(PACKAGE.parent).as_posix()
        for text in texts_of(path):
            places = found.setdefault(text, [])
            if place not in places:
                places.append(place)
    return found


def texts_of(path: Path) -> Iterator[Text]:
    """Read the marked texts of one file; a template is first turned into what looks like Python."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        yield from texts_of_code(source)
        return
    try:
        source = "\n".join(line.lstrip() for line in templatize(COMMENT.sub("", source)).splitlines())
    except (SyntaxError, TemplateSyntaxError) as problem:
        raise SystemExit(f"{path}: {problem}") from problem
    for _, message, _, context in marked("python", io.BytesIO(source.encode("utf-8")), KEYWORDS):
        yield ((message[0], message[1]) if isinstance(message, tuple) else message, context)


def texts_of_code(source: str) -> Iterator[Text]:
    """Read the marked texts of a module from its tree: a reader by tokens passes over those inside f-strings."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        said = [part.value if isinstance(part, ast.Constant) else None for part in node.args]
        match KEYWORDS.get(name, ()), said:
            case None, [str(text), *_]:
                yield text, None
            case (1, 2), [str(one), str(many), *_]:
                yield (one, many), None
            case ((1, "c"), 2), [str(context), str(text), *_]:
                yield text, context
            case ((1, "c"), 2, 3), [str(context), str(one), str(many), *_]:
                yield (one, many), context


def catalogue(room: Path) -> Catalog:
    """Read a room's catalogue; an empty one where there is none."""
    path = room / CATALOGUE
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as source:
        return read_po(source, locale="en")


def translated(room: Path) -> set[tuple[str, str | None]]:
    """Name what a room's catalogue translates wholly."""
    whole = (message for message in catalogue(room) if message.id and is_whole(message.string))
    return {key(message) for message in whole if not message.fuzzy}


def is_whole(string: object) -> bool:
    """Tell whether a translation says something in each of its forms."""
    return all(string) if isinstance(string, tuple | list) else bool(string)


def key(message: object) -> tuple[str, str | None]:
    """Name a message of a catalogue as `texts` names it."""
    text = getattr(message, "id", "")
    return (text[0] if isinstance(text, tuple) else text, getattr(message, "context", None))


def single(text: Text) -> str:
    """Give the text, or the form for one of those that have two."""
    return text[0] if isinstance(text[0], str) else text[0][0]


def fitting(old: object, text: Text) -> str | tuple[str, ...] | None:
    """Keep a translation whose form still fits: one text, or one and many."""
    if isinstance(text[0], tuple):
        return old if isinstance(old, tuple) else ("", "")
    return old if isinstance(old, str) else None


def strange_names(source: object, target: object) -> set[str]:
    """Name the place holders of a translation that its source does not have."""
    return names_in(target) - names_in(source)


def names_in(text: object) -> set[str]:
    """Name the place holders of a text: `%(name)s` and `{name}`."""
    joined = " ".join(text) if isinstance(text, tuple) else str(text or "")
    return set(re.findall(r"%\(\w+\)[sd]|\{\w*\}", joined))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
