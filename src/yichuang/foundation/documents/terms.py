"""The words of this room."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaperState(models.TextChoices):
    """How far a paper is. Numbered in the deed, rendered and sealed by the job."""

    DUE = "DUE", _("待生成")
    RENDERED = "RENDERED", _("已生成")  # complete, and bears no seal by its definition
    SEALED = "SEALED", _("已用印")
    VOID = "VOID", _("已作废")  # written by mistake
    REVOKED = "REVOKED", _("已撤销")  # what it grants was taken back


READY = (PaperState.RENDERED, PaperState.SEALED)
"""States in which a paper may be handed out."""


class PrintFormat(models.TextChoices):
    """On what a paper is printed."""

    A4 = "A4", _("A4 激光")
    SLIP = "SLIP", _("80 mm 热敏")
    TRIPLICATE = "TRIPLICATE", _("三联针式（241 mm）")
    OVERPRINT = "OVERPRINT", _("套打")


class BlankState(models.TextChoices):
    """Where a pre-printed certificate is."""

    IN_STOCK = "IN_STOCK", _("库存")
    DRAWN = "DRAWN", _("已领用")
    USED = "USED", _("已使用")
    SPOILED = "SPOILED", _("已作废")


class Standing(models.TextChoices):
    """What the public check says of a paper."""

    VALID = "VALID", _("有效")
    EXPIRED = "EXPIRED", _("已过有效期")
    REVOKED = "REVOKED", _("已撤销")
    VOID = "VOID", _("已作废")
    PENDING = "PENDING", _("正在生成")
