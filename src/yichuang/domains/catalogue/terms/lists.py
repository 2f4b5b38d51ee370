"""The words of the lists of proofs and of intermediary services."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ListStatus(models.TextChoices):
    """What a list decides of a row."""

    KEPT = "KEPT", _("保留")
    CANCELLED = "CANCELLED", _("取消")


class ProofLevel(models.TextChoices):
    """At which level a proof is asked for (区、街道两级)."""

    DISTRICT = "DISTRICT", _("区级")
    STREET = "STREET", _("街道级")


class Substitute(models.TextChoices):
    """What stands in for a proof, in the order in which it is tried (减证便民)."""

    SHARED = "SHARED", _("数据共享")
    LICENCE = "LICENCE", _("电子证照")
    CHECK = "CHECK", _("部门核查")
    COMMITMENT = "COMMITMENT", _("告知承诺")


class FeeKind(models.TextChoices):
    """How the fee of an intermediary service is set."""

    MARKET = "MARKET", _("市场调节价")
    GOVERNMENT = "GOVERNMENT", _("政府定价或指导价")


class Payer(models.TextChoices):
    """Who pays an intermediary: where the authority needs it, the authority (优化营商环境条例 第四十三条)."""

    APPLICANT = "APPLICANT", _("申请人")
    AUTHORITY = "AUTHORITY", _("行政机关")


class ChangeKind(models.TextChoices):
    """What a change request asks for."""

    ADD = "ADD", pgettext_lazy("deed", "新增")
    CHANGE = "CHANGE", _("调整")
    CANCEL = "CANCEL", _("取消")


class ChangeState(models.TextChoices):
    """How far a change request has come."""

    ASKED = "ASKED", _("待合法性审查")
    LAWFUL = "LAWFUL", _("待决定")
    UNLAWFUL = "UNLAWFUL", _("审查不通过")
    MADE = "MADE", _("已实施")
    REFUSED = "REFUSED", _("未采纳")


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof as a list says it; `items` are codes of the items that ask for it."""

    code: str
    level: ProofLevel
    name: str
    basis: str
    demanded_by: str
    issued_by: str
    guide: str
    items: tuple[str, ...]
    status: ListStatus
    substitute: str = ""

    @property
    def is_complete(self) -> bool:
        """Tell whether a kept proof names basis, bodies and guide, and a cancelled one what replaces it."""
        if not (self.code and self.name):
            return False
        if self.status == ListStatus.CANCELLED:
            return bool(self.substitute)
        return all((self.basis, self.demanded_by, self.issued_by, self.guide))


@dataclass(frozen=True, slots=True)
class Intermediary:
    """One intermediary item as a list says it; `approvals` are codes of the approval items that ask for it."""

    code: str
    name: str
    approvals: tuple[str, ...]
    fee_kind: FeeKind
    fee_standard: str
    basis: str
    handles: str
    payer: Payer
    time_limit: str
    output: str
    qualification: str = ""

    @property
    def is_complete(self) -> bool:
        """Tell whether the five fields that are made public are there."""
        return bool(self.code) and all((self.name, self.approvals, self.fee_standard, self.basis, self.handles))
