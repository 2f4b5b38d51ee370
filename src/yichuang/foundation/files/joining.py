"""Makes one PDF of pictures and PDF pages, in the order and the turn in which they are to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import pypdf
from PIL import Image, ImageOps

from yichuang.foundation.files import problems
from yichuang.foundation.files.content import IMAGE_BOMB, IMAGE_UNREADABLE, PDF_UNREADABLE
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.files.stores import store
from yichuang.foundation.files.terms import FileKind

MAX_LEAVES = 300
A4_INCHES = (8.27, 11.69)
SCAN = (2480, 3508)
"""Pixels of an A4 page at 300 dpi: what an archive asks of a scan; bigger photographs are brought down to it."""
QUALITY = 85
"""Of the JPEG inside the page: small print stays legible."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page to join: of which file, which page (from 0, a picture has only that), and quarter turns clockwise."""

    file: StoredFile
    page: int
    quarter_turns: int


def joined(leaves: Sequence[Leaf]) -> bytes:
    """
    Draw leaves as one PDF. A picture becomes a page of at most A4, upright as its camera held it, then turned.

    :raises NothingToJoin: there is no leaf, or there are more than `MAX_LEAVES`
    :raises NotJoinable: a file is neither picture nor PDF, or has no such page
    :raises Broken: a content cannot be opened
    """
    if not 0 < len(leaves) <= MAX_LEAVES:
        raise problems.NothingToJoin(MAX_LEAVES)
    writer = pypdf.PdfWriter()
    opened: dict[int, pypdf.PdfReader] = {}
    for leaf in leaves:
        if leaf.file.pk not in opened:
            opened[leaf.file.pk] = _reader(leaf.file)
        try:
            pages = opened[leaf.file.pk].pages
            if not 0 <= leaf.page < len(pages):
                raise problems.NotJoinable(leaf.file.name)
            writer.add_page(pages[leaf.page]).rotate(90 * (leaf.quarter_turns % 4))
        except PDF_UNREADABLE as reason:
            raise problems.Broken(leaf.file.name, leaf.file.kind) from reason
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _reader(file: StoredFile) -> pypdf.PdfReader:
    if not (file.is_image or file.file_kind is FileKind.PDF):
        raise problems.NotJoinable(file.name)
    with store().open(file.sha256) as content:
        whole = BytesIO(content.read())
    try:
        return pypdf.PdfReader(_page_of(whole) if file.is_image else whole)
    except (*PDF_UNREADABLE, *IMAGE_UNREADABLE, *IMAGE_BOMB) as reason:
        raise problems.Broken(file.name, file.kind) from reason


def _page_of(content: BytesIO) -> BytesIO:
    """Draw a picture as a PDF of one page, as large as fits on A4."""
    with Image.open(content, formats=["JPEG", "PNG"]) as image:
        image.draft("RGB", (SCAN[1], SCAN[1]))  # a JPEG is decoded no bigger than needed
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail(SCAN if upright.height >= upright.width else SCAN[::-1])
        if upright.mode in ("1", "L"):
            flat = upright
        else:
            flat = Image.new("RGB", upright.size, "white")
            pale = upright.convert("RGBA")
            flat.paste(pale, mask=pale.getchannel("A"))
    short, long = sorted(flat.size)
    out = BytesIO()
    flat.save(out, "PDF", resolution=max(short / A4_INCHES[0], long / A4_INCHES[1]), quality=QUALITY)
    out.seek(0)
    return out
