"""The library's words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class LicenceState(models.TextChoices):
    """What stands in the library; expiry follows from the dates and is never stored."""

    ISSUED = "ISSUED", _("有效")
    SUSPENDED = "SUSPENDED", _("暂扣")
    CHANGED = "CHANGED", _("已换发")
    REVOKED = "REVOKED", _("撤销")
    CANCELLED = "CANCELLED", _("注销")


class Standing(models.TextChoices):
    """What anybody is told of a licence."""

    VALID = "VALID", _("有效")
    EXPIRED = "EXPIRED", _("已过期")
    SUSPENDED = "SUSPENDED", _("暂扣")
    REVOKED = "REVOKED", _("已撤销")
    CANCELLED = "CANCELLED", _("已注销")
    REPLACED = "REPLACED", _("已换发新证")
    UNKNOWN = "UNKNOWN", _("查无此证")


class Category(models.TextChoices):
    """证照类别."""

    LICENCE = "1", _("证照")
    APPROVAL = "2", _("批文")
    PROOF = "3", _("证明")
    MATERIAL = "4", _("材料")
    IDENTITY = "5", _("证件")


@dataclass(frozen=True)
class LicenceType:
    """One kind of licence, from `definitions/*/licence_types`."""

    id: str
    version: int
    name: str
    code: str  # 21 characters: USCC of the definer and three digits
    category: Category
    definer: str
    holder: str  # person, firm, project
    number_letters: str  # how the licence number begins: 武施工许
    valid_months: int  # 0: no end
    fields: tuple[tuple[str, str], ...]  # element code, label: what the certificate shows
    by_project: bool  # found by project, not by holder
    paper: str
