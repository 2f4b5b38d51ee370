"""Finds by content what a file is, opens it really, and refuses what should not be kept."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

import puremagic
import pypdf
from django.utils.translation import gettext as _
from PIL import Image
from pypdf.errors import PyPdfError

from yichuang.foundation.files import problems
from yichuang.foundation.files.marks import secret_mark
from yichuang.foundation.files.names import suffix_of
from yichuang.foundation.files.terms import MAX_BYTES, MEGABYTE, SUFFIXES, FileKind

HEAD_BYTES = 8192
PAGES_READ = 5
"""Pages of a PDF that are searched for secret marks: they stand on the first."""
MAX_PAGES = 3000
MAX_PIXELS = 80_000_000
MAX_MEMBERS = 3000
MAX_UNPACKED = 300 * MEGABYTE
MAX_RATIO = 200
TEXT_READ = 4 * MEGABYTE
"""Characters of an archive's text that are searched for secret marks."""

PDF_UNREADABLE = (PyPdfError, OSError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError)
"""All the ways in which the reader was seen to fail on a broken file."""
IMAGE_UNREADABLE = (OSError, SyntaxError, ValueError)
IMAGE_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
ZIP_UNREADABLE = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError)

_TAG = re.compile(r"<[^>]*>")
_PROOF = {
    "[Content_Types].xml": {"word/document.xml": FileKind.DOCX, "xl/workbook.xml": FileKind.XLSX},
    "OFD.xml": {"OFD.xml": FileKind.OFD},
}


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found: kind, size in bytes, and pages of a PDF or pixels of a picture (0 where there are none)."""

    kind: FileKind
    size: int
    pages: int = 0
    width: int = 0
    height: int = 0


def examine(content: IO[bytes], name: str, *, limit: int = MAX_BYTES) -> Examined:
    """
    Open a file that came from outside and say what it is. The stream stands at its beginning afterwards.

    :raises FileRefused: one of its kinds, with what to do
    """
    size = content.seek(0, 2)
    if size == 0:
        raise problems.EmptyFile(name)
    if size > limit:
        raise problems.TooBig(name, size, limit)
    if mark := secret_mark(name):
        raise problems.SecretMark(name, mark)
    kind = kind_of(content, name)
    suffix = suffix_of(name)
    if kind is FileKind.TXT and suffix and suffix not in SUFFIXES:
        raise problems.SuffixNotAllowed(name, suffix)
    if SUFFIXES.get(suffix) is not kind and not (kind is FileKind.TXT and suffix == "csv"):
        raise problems.KindMismatch(name, suffix, kind)
    if kind is FileKind.TXT and suffix == "csv":
        kind = FileKind.CSV
    content.seek(0)
    found = _OPENERS[kind](content, name, kind)
    content.seek(0)
    return Examined(kind, size, *found)


def examine_own(content: IO[bytes]) -> Examined:
    """Count the pages of a PDF that the house itself made; the stream stands at its beginning afterwards."""
    size = content.seek(0, 2)
    content.seek(0)
    pages = len(pypdf.PdfReader(content).pages)
    content.seek(0)
    return Examined(FileKind.PDF, size, pages)


def kind_of(content: IO[bytes], name: str) -> FileKind:
    """
    Find the kind by content alone; text of every sort is TXT.

    :raises KindNotAllowed: it is none of the eight
    """
    content.seek(0)
    head = content.read(HEAD_BYTES)
    match _magic(head):
        case ".pdf":
            return FileKind.PDF
        case ".jpg":
            return FileKind.JPG
        case ".png":
            return FileKind.PNG
        case ".zip":
            return _kind_of_archive(content, name)
    if _as_text(head, cut=True) is not None:
        return FileKind.TXT
    raise problems.KindNotAllowed(name)


def _magic(head: bytes) -> str:
    """Ask for the signatures at the very beginning; the longest match of a kind that we take decides."""
    try:
        found = puremagic.magic_string(head)
    except puremagic.PureError:
        return ""
    known = {".pdf": ".pdf", ".jpg": ".jpg", ".jpeg": ".jpg", ".png": ".png", ".zip": ".zip", ".docx": ".zip"}
    starts = [each for each in found if each.offset == 0 and each.extension in known]
    best = max(starts, key=lambda each: len(each.byte_match), default=None)
    return known[best.extension] if best else ""


def _kind_of_archive(content: IO[bytes], name: str) -> FileKind:
    try:
        with zipfile.ZipFile(content) as archive:
            members = set(archive.namelist())
    except ZIP_UNREADABLE as reason:
        raise problems.Broken(name, suffix_of(name) or "zip") from reason
    for proof, kinds in _PROOF.items():
        if proof in members:
            for member, kind in kinds.items():
                if member in members:
                    return kind
    raise problems.KindNotAllowed(name)


def _as_text(head: bytes, *, cut: bool) -> str | None:
    """Decode UTF-8 or GB 18030; `cut` allows a character broken at the end. None: it is no text."""
    if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return None
    for encoding in ("utf-8-sig", "gb18030"):
        for short in range(4 if cut else 1):
            try:
                return head[: len(head) - short].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


Found = tuple[int, int, int]


def _open_pdf(content: IO[bytes], name: str, kind: FileKind) -> Found:
    try:
        reader = pypdf.PdfReader(content)
        if reader.is_encrypted:
            raise problems.Encrypted(name)
        count = len(reader.pages)
        if count > MAX_PAGES:
            raise problems.Bomb(name, _("有 %(n)s 页") % {"n": count})
        if _launches(reader):
            raise problems.ActiveContent(name, _("可执行的动作"))
        text = "\n".join(page.extract_text() for page in reader.pages[:PAGES_READ])
    except PDF_UNREADABLE as reason:
        raise problems.Broken(name, kind) from reason
    if count == 0:
        raise problems.Broken(name, kind)
    _refuse_secrets(text, name)
    return count, 0, 0


def _launches(reader: pypdf.PdfReader) -> bool:
    """Say whether opening the document would start something."""
    root = reader.root_object
    action = root.get("/OpenAction")
    action = action.get_object() if action is not None else None
    names = root.get("/Names")
    scripts = "/JavaScript" in names.get_object() if names is not None else False
    return scripts or (isinstance(action, dict) and action.get("/S") in ("/JavaScript", "/Launch"))


def _open_image(content: IO[bytes], name: str, kind: FileKind) -> Found:
    form = {FileKind.JPG: "JPEG", FileKind.PNG: "PNG"}[kind]
    try:
        with Image.open(content, formats=[form]) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise problems.Bomb(name, _("有 %(n)s 百万像素") % {"n": width * height // 1_000_000})
            image.verify()
        content.seek(0)
        with Image.open(content, formats=[form]) as image:
            image.draft("RGB", (256, 256))
            image.load()
    except IMAGE_BOMB as reason:
        raise problems.Bomb(name, _("像素过多")) from reason
    except IMAGE_UNREADABLE as reason:
        raise problems.Broken(name, kind) from reason
    return 0, width, height


def _open_archive(content: IO[bytes], name: str, kind: FileKind) -> Found:
    try:
        with zipfile.ZipFile(content) as archive:
            _refuse_bomb(archive, name)
            text = "".join(_texts(archive))
            if broken := archive.testzip():
                raise problems.Broken(f"{name}/{broken}", kind)
    except ZIP_UNREADABLE as reason:
        raise problems.Broken(name, kind) from reason
    _refuse_secrets(text, name)
    return 0, 0, 0


def _refuse_bomb(archive: zipfile.ZipFile, name: str) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise problems.Bomb(name, _("有 %(n)s 个文件") % {"n": len(members)})
    unpacked, packed = sum(each.file_size for each in members), sum(each.compress_size for each in members)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(packed, 1024):
        raise problems.Bomb(name, _("有 %(n)s MB") % {"n": unpacked // MEGABYTE})
    for each in members:
        path = each.filename.replace("\\", "/")
        if each.flag_bits & 1:
            raise problems.Encrypted(name)
        if path.startswith("/") or ".." in path.split("/") or ":" in path:
            raise problems.Bomb(name, _("会写到别的文件夹"))
        if path.lower().endswith((".zip", ".jar", ".exe", ".dll", ".bat", ".ps1", ".vbs", ".js")):
            raise problems.ActiveContent(name, _("程序或压缩包"))
        if path.lower().endswith("vbaproject.bin"):
            raise problems.ActiveContent(name, _("宏"))


def _texts(archive: zipfile.ZipFile) -> Iterator[str]:
    """Give the words of an archive's XML members, without tags, so that a mark split over runs is found."""
    left = TEXT_READ
    for each in archive.infolist():
        if left <= 0:
            return
        if each.filename.lower().endswith(".xml"):
            with archive.open(each) as member:
                piece = member.read(left).decode("utf-8", errors="replace")
            left -= len(piece)
            yield _TAG.sub("", piece) + "\n"


def _open_text(content: IO[bytes], name: str, kind: FileKind) -> Found:
    text = _as_text(content.read(), cut=False)
    if text is None:
        raise problems.Broken(name, kind)
    _refuse_secrets(text, name)
    return 0, 0, 0


def _refuse_secrets(text: str, name: str) -> None:
    if mark := secret_mark(text):
        raise problems.SecretMark(name, mark)


_OPENERS: dict[FileKind, Callable[[IO[bytes], str, FileKind], Found]] = {
    FileKind.PDF: _open_pdf,
    FileKind.JPG: _open_image,
    FileKind.PNG: _open_image,
    FileKind.DOCX: _open_archive,
    FileKind.XLSX: _open_archive,
    FileKind.OFD: _open_archive,
    FileKind.TXT: _open_text,
    FileKind.CSV: _open_text,
}
