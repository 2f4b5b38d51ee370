"""The words of this room: which kinds of file are taken in, and what the virus scanner said."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileKind(models.TextChoices):
    """The eight kinds of file that are taken in; a kind is found by content and is also the suffix."""

    PDF = "pdf", "PDF"
    JPG = "jpg", _("JPG 图片")
    PNG = "png", _("PNG 图片")
    DOCX = "docx", _("Word 文档")
    XLSX = "xlsx", _("Excel 表格")
    OFD = "ofd", _("OFD 版式文件")
    TXT = "txt", _("文本")
    CSV = "csv", _("CSV 表格")

    @property
    def content_type(self) -> str:
        """Give the media type under which the kind is served."""
        return CONTENT_TYPES[self]

    @property
    def is_image(self) -> bool:
        """Say whether a browser may show it as a picture."""
        return self in (FileKind.JPG, FileKind.PNG)


CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.OFD: "application/ofd",
    FileKind.TXT: "text/plain; charset=utf-8",
    FileKind.CSV: "text/csv; charset=utf-8",
}

SUFFIXES = {kind.value: kind for kind in FileKind} | {"jpeg": FileKind.JPG}
"""Which kind a suffix promises."""

ACCEPT = ",".join(f".{suffix}" for suffix in SUFFIXES)
"""For the `accept` attribute of a file field."""

KINDS_IN_WORDS = "PDF、JPG、PNG、DOCX、XLSX、OFD、TXT、CSV"

MEGABYTE = 1024 * 1024
MAX_BYTES = 20 * MEGABYTE
"""The size up to which a file is taken in, where `settings.FILE_MAX_BYTES` says nothing else."""


class VirusState(models.TextChoices):
    """What the scanner said. Without a scanner a file stays unscanned and is served."""

    UNSCANNED = "UNSCANNED", _("未查毒")
    WAITING = "WAITING", _("待查毒")
    CLEAN = "CLEAN", _("无毒")
    INFECTED = "INFECTED", _("有病毒")
