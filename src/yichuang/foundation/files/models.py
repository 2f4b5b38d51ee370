"""What the file room keeps about each file; the content itself lies by its hash in the store."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.files.terms import FileKind, VirusState


class StoredFile(models.Model):
    """One file that somebody handed in or that a paper was rendered to. Contents of equal hash are kept once."""

    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField(_("大小"))  # bytes
    kind = models.CharField(_("类型"), max_length=8, choices=FileKind.choices)
    name = models.CharField(_("文件名"), max_length=160)
    pages = models.PositiveIntegerField(_("页数"), default=0)  # of a PDF
    width = models.PositiveIntegerField(default=0)  # pixels of a picture
    height = models.PositiveIntegerField(default=0)
    preview_sha256 = models.CharField(max_length=64, default="", blank=True)  # a small JPEG in the store

    purpose = models.CharField(_("用途"), max_length=60)  # "upload" until it hangs on something
    owner = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("上传人"))
    virus_state = models.CharField(_("查毒"), max_length=10, choices=VirusState.choices)
    legal_hold = models.BooleanField(_("依法保全"), default=False)
    is_synthetic = models.BooleanField(_("示例"), default=False)

    uploaded_at = models.DateTimeField(_("上传时间"))
    attached_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(_("删除时间"), null=True, blank=True)  # the row stays as a stump

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner", "uploaded_at"], name="file_unused", condition=Q(purpose="upload")),
            models.Index(fields=["uploaded_at"], name="file_waiting", condition=Q(virus_state="WAITING")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="file_held_is_not_erased",
                condition=Q(legal_hold=False) | Q(erased_at=None),
                violation_error_message=_("依法保全的文件不能删除。"),
            ),
            models.CheckConstraint(name="file_is_not_empty", condition=Q(size__gt=0)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file_kind(self) -> FileKind:
        """Give the kind as the enum it is."""
        return FileKind(self.kind)

    @property
    def is_image(self) -> bool:
        """Say whether a browser may show it as a picture."""
        return self.file_kind.is_image
