"""
Which characters can be drawn: the cut fonts of the package, then the complete ones of the machine, where it has them.

A character that no font has is written as its code between brackets, and the paper says so: never an empty box.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path

import typst
from django.conf import settings

SHIPPED = Path(__file__).parent / "fonts"
COMPLETE = (Path("/usr/share/fonts/opentype/noto"), Path("/usr/share/fonts/noto-cjk"))
"""Where distributions keep the Noto CJK collections."""
SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
OWN_BODY = ("FangSong_GB2312", "FangSong")
OWN_TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05")
"""Families that an administration has a licence for and drops into `fonts/` of its data folder (仿宋, 小标宋)."""
INVISIBLE = frozenset(map(ord, "\n\r\t \u3000\u00a0\u2002\u2003"))


def own_folder() -> Path:
    """Give the folder into which an administration drops the fonts it has a licence for."""
    return Path(settings.DATA) / "fonts"


@cache
def shipped_characters() -> frozenset[int]:
    """List the code points that every cut font has."""
    sets = [characters(path) for path in sorted(SHIPPED.glob("*.otf"))]
    return frozenset.intersection(*sets)


@lru_cache(maxsize=4)
def complete_fonts(folders: tuple[Path, ...] = COMPLETE) -> tuple[Path, ...]:
    """List the complete serif and sans fonts of this machine; none where they were not installed."""
    names = ("NotoSerifCJK-Regular.ttc", "NotoSerifCJK-Bold.ttc", "NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc")
    return tuple(folder / name for folder in folders for name in names if (folder / name).exists())


@lru_cache(maxsize=4)
def complete_characters(folders: tuple[Path, ...] = COMPLETE) -> frozenset[int]:
    """List the code points of the complete fonts: what at least one of them has."""
    return frozenset().union(*(characters(path) for path in complete_fonts(folders)))


def needs_complete(text: str) -> bool:
    """Say whether the cut fonts lack a character of this text."""
    return bool({ord(sign) for sign in text} - shipped_characters() - INVISIBLE)


def legible(text: str, missing: set[str]) -> str:
    """
    Replace what no font of this machine can draw by its code, and note it in `missing`.

    A replaced character reads 〔U+2CC56〕.
    """
    if not needs_complete(text):
        return text
    known = shipped_characters() | complete_characters(COMPLETE) | INVISIBLE
    lost = {sign for sign in text if ord(sign) not in known}
    missing |= lost
    for sign in lost:
        text = text.replace(sign, f"〔U+{ord(sign):04X}〕")
    return text


@lru_cache(maxsize=4)
def collection(complete: bool) -> typst.Fonts:
    """Open the fonts for typesetting: the shipped, the administration's own, and the complete ones if asked for."""
    folders = [str(SHIPPED), *([str(own_folder())] if own_folder().is_dir() else [])]
    if complete:
        folders += sorted({str(path.parent) for path in complete_fonts(COMPLETE)})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def families(own: Iterable[str], shipped: str, complete: bool) -> list[str]:
    """Order the families for one use: the administration's own, the shipped, the complete."""
    there = set(collection(complete).families())
    full = shipped.replace(" SC", " CJK SC")
    other = "Noto Sans CJK SC" if shipped == SERIF else "Noto Serif CJK SC"
    return [name for name in (*own, shipped, full, other) if name in there]


def characters(path: Path) -> frozenset[int]:
    """Read the code points of a font or of the first font of a collection, from its `cmap` table alone."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        (start,) = struct.unpack_from(">I", data, 12) if data[:4] == b"ttcf" else (0,)
        (count,) = struct.unpack_from(">H", data, start + 4)
        for number in range(count):
            tag, _, table, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * number)
            if tag == b"cmap":
                return frozenset(_code_points(data, table))
    return frozenset()


def _code_points(data: mmap.mmap, table: int) -> Iterator[int]:
    """Read the subtables of formats 12 and 4, which are what fonts for Chinese have."""
    (count,) = struct.unpack_from(">H", data, table + 2)
    places = {struct.unpack_from(">I", data, table + 4 + 8 * number + 4)[0] for number in range(count)}
    for place in (table + each for each in places):
        (form,) = struct.unpack_from(">H", data, place)
        if form == 12:
            (groups,) = struct.unpack_from(">I", data, place + 12)
            for number in range(groups):
                first, last, _ = struct.unpack_from(">III", data, place + 16 + 12 * number)
                yield from range(first, last + 1)
        elif form == 4:
            (twice,) = struct.unpack_from(">H", data, place + 6)
            lasts = struct.unpack_from(f">{twice // 2}H", data, place + 14)
            firsts = struct.unpack_from(f">{twice // 2}H", data, place + 16 + twice)
            for first, last in zip(firsts, lasts, strict=True):
                if first != 0xFFFF:
                    yield from range(first, last + 1)
