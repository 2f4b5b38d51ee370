"""What the paper room keeps: papers and their facts, counters, uses of seals, printed copies, profiles, blanks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.documents.terms import READY, BlankState, PaperState, PrintFormat


class Paper(models.Model):
    """One paper of a dossier. Number and facts are frozen by the deed; the file is made by the job."""

    dossier = models.ForeignKey("work.Dossier", models.PROTECT, related_name="papers")
    kind = models.CharField(_("文书种类"), max_length=64)  # id of its definition
    version = models.PositiveIntegerField()
    name = models.CharField(_("名称"), max_length=120)
    number = models.CharField(_("文号"), max_length=80, default="", blank=True)
    facts = models.TextField()  # by dotted name, as JSON
    qr_content = models.CharField(max_length=300, default="", blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=PaperState.choices, default=PaperState.DUE)
    verify_code = models.CharField(_("校验码"), max_length=40, unique=True)
    file = models.OneToOneField("files.StoredFile", models.PROTECT, null=True, related_name="paper")
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("作出时间"))
    issued_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)  # the last valid day
    rendered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(_("作废或撤销原因"), max_length=200, default="", blank=True)
    reprints = models.PositiveIntegerField(_("补打次数"), default=0)
    is_synthetic = models.BooleanField(_("示例"), default=False)

    class Meta:
        ordering: ClassVar = ["id"]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="paper_due", condition=Q(state="DUE")),
            models.Index(fields=["kind", "issued_at"], name="paper_kind_issued"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number"],
                name="paper_number_once",
                condition=~Q(number=""),
                violation_error_message=_("这个文号已经用过。"),
            ),
            models.CheckConstraint(
                name="paper_ready_has_file", condition=~Q(state__in=["RENDERED", "SEALED"]) | Q(file__isnull=False)
            ),
            models.CheckConstraint(
                name="paper_ended_says_when", condition=~Q(state__in=["VOID", "REVOKED"]) | Q(ended_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}".strip()

    @property
    def is_ready(self) -> bool:
        """Say whether the paper may be handed out."""
        return self.state in READY


class PaperCounter(models.Model):
    """The last number given under one stem, as 武审〔2019〕受字第{n}号; taken last in a deed."""

    stem = models.CharField(primary_key=True, max_length=80)
    last = models.PositiveIntegerField(default=0)


class SealUse(models.Model):
    """用印台账: one line for each use of a seal, written with the sealed paper and never changed."""

    paper = models.OneToOneField(Paper, models.PROTECT, related_name="seal_use")
    office = models.CharField(_("用印单位"), max_length=120)
    seal = models.CharField(_("印章名称"), max_length=60)
    used_at = models.DateTimeField(_("用印时间"))
    used_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")  # whose deed it was
    pages = models.PositiveIntegerField(_("页数"))
    certificate = models.CharField(_("证书序列号"), max_length=64)
    sha256 = models.CharField(_("文件摘要"), max_length=64)
    is_demo = models.BooleanField(_("演示印章"))

    class Meta:
        indexes: ClassVar = [models.Index(fields=["office", "seal", "used_at"], name="seal_use_of_a_seal")]


class PrintProfile(models.Model):
    """How one workstation prints one kind of paper; an empty kind stands for all others."""

    workstation = models.CharField(_("工作站"), max_length=60)
    kind = models.CharField(_("文书种类"), max_length=64, default="", blank=True)
    form = models.CharField(_("格式"), max_length=12, choices=PrintFormat.choices, default=PrintFormat.A4)
    printer = models.CharField(_("打印机"), max_length=120, default="", blank=True)
    copies = models.PositiveSmallIntegerField(_("份数"), default=1)
    x_mm = models.DecimalField(_("横向偏移（mm）"), max_digits=4, decimal_places=1, default=0)
    y_mm = models.DecimalField(_("纵向偏移（mm）"), max_digits=4, decimal_places=1, default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workstation", "kind"], name="print_profile_once"),
            models.CheckConstraint(
                name="print_profile_offset_is_small",
                condition=Q(x_mm__gte=-30, x_mm__lte=30, y_mm__gte=-30, y_mm__lte=30),
                violation_error_message=_("偏移须在 ±30 mm 之内。"),
            ),
            models.CheckConstraint(name="print_profile_copies", condition=Q(copies__gte=1, copies__lte=9)),
        ]

    def __str__(self) -> str:
        return f"{self.workstation} {self.kind}".strip()


class PrintedCopy(models.Model):
    """One printing of a paper: 0 is the first, n the n-th reprint (补打第 n 次)."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="copies")
    n = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    workstation = models.CharField(max_length=60, default="", blank=True)
    form = models.CharField(max_length=12, choices=PrintFormat.choices)
    reason = models.CharField(_("补打原因"), max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["paper", "n"], name="printed_copy_once")]


class BlankCertificate(models.Model):
    """One pre-printed certificate with its own printed number (印制号)."""

    kind = models.CharField(_("证照种类"), max_length=64)
    serial = models.CharField(_("印制号"), max_length=40)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=BlankState.choices, default=BlankState.IN_STOCK)
    holder = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", verbose_name=_("领用人"))
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, related_name="blank")

    class Meta:
        ordering: ClassVar = ["serial"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "serial"], name="blank_serial_once", violation_error_message=_("这个印制号已经登记。")
            ),
            models.CheckConstraint(name="blank_used_on_a_paper", condition=~Q(state="USED") | Q(paper__isnull=False)),
            models.CheckConstraint(
                name="blank_drawn_by_somebody", condition=~Q(state="DRAWN") | Q(holder__isnull=False)
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["unit", "kind", "state"], name="blank_stock")]

    def __str__(self) -> str:
        return self.serial


class BlankMove(models.Model):
    """One change of a blank certificate, with its time: what the balance of any day is counted from."""

    blank = models.ForeignKey(BlankCertificate, models.PROTECT, related_name="moves")
    was = models.CharField(max_length=10, choices=BlankState.choices, default="", blank=True)  # empty: it came in
    became = models.CharField(max_length=10, choices=BlankState.choices)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(name="blank_move_moves", condition=~Q(was=F("became")))]
        indexes: ClassVar = [models.Index(fields=["became", "at"], name="blank_move_at")]
