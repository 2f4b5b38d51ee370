"""The lists of kept proofs (证明事项) and of intermediary items (中介服务事项), and how the second one changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.terms.lists import (
    ChangeKind,
    ChangeState,
    FeeKind,
    ListStatus,
    Payer,
    ProofLevel,
    Substitute,
)
from yichuang.foundation.records.dated import Dated, dated_constraints


class ProofItem(Dated):
    """One proof on the list of a level: kept, with its basis and who issues it, or cancelled, with what replaces it."""

    KEY: ClassVar = ("code",)

    code = models.CharField(_("编号"), max_length=40)
    version = models.PositiveIntegerField(_("版本"))
    level = models.CharField(_("层级"), max_length=10, choices=ProofLevel.choices)
    name = models.CharField(_("证明名称"), max_length=200)
    basis = models.TextField(_("设定依据"))
    demanded_by = models.CharField(_("索要单位"), max_length=200)
    issued_by = models.CharField(_("开具单位"), max_length=200)
    guide = models.TextField(_("办理指南"), default="", blank=True)
    items = models.TextField(_("涉及事项"), default="", blank=True)  # codes, one a line
    status = models.CharField(_("处理"), max_length=10, choices=ListStatus.choices)
    substitute = models.CharField(_("替代方式"), max_length=12, choices=Substitute.choices, default="", blank=True)
    by = models.CharField(_("经办"), max_length=120)

    class Meta:
        constraints: ClassVar = [
            *dated_constraints("proof_item", "code"),
            models.CheckConstraint(
                name="proof_item_kept_has_basis",
                condition=~Q(status=ListStatus.KEPT) | ~Q(basis=""),
                violation_error_message=_("保留的证明事项须有设定依据。"),
            ),
            models.CheckConstraint(
                name="proof_item_cancelled_has_substitute",
                condition=~Q(status=ListStatus.CANCELLED) | ~Q(substitute=""),
                violation_error_message=_("取消的证明事项须写明替代方式。"),
            ),
        ]

    @property
    def item_codes(self) -> tuple[str, ...]:
        """Name the items that ask for it."""
        return tuple(self.items.split())


class IntermediaryItem(Dated):
    """One service of an intermediary that an approval asks for (中介服务事项): five published fields and more."""

    KEY: ClassVar = ("code",)

    code = models.CharField(_("编号"), max_length=40)
    version = models.PositiveIntegerField(_("版本"))
    name = models.CharField(_("中介服务事项名称"), max_length=200)
    approvals = models.TextField(_("涉及审批事项"))  # codes of items, one a line
    fee_kind = models.CharField(_("定价方式"), max_length=12, choices=FeeKind.choices)
    fee_standard = models.TextField(_("收费标准"))
    basis = models.TextField(_("设立依据"))
    handles = models.CharField(_("办理事项"), max_length=300)  # what the intermediary does
    payer = models.CharField(_("付费主体"), max_length=12, choices=Payer.choices)
    time_limit = models.CharField(_("服务时限"), max_length=100)
    output = models.CharField(_("服务成果"), max_length=200)
    qualification = models.TextField(_("资质要求"), default="", blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=ListStatus.choices)
    by = models.CharField(_("经办"), max_length=120)

    class Meta:
        constraints: ClassVar = dated_constraints("intermediary_item", "code")

    @property
    def item_codes(self) -> tuple[str, ...]:
        """Name the approval items that ask for it."""
        return tuple(self.approvals.split())


class IntermediaryChange(models.Model):
    """One request to add, change or cancel an intermediary item: asked by a unit, checked against law, then decided."""

    code = models.CharField(_("编号"), max_length=40)
    kind = models.CharField(_("申请种类"), max_length=8, choices=ChangeKind.choices)
    state = models.CharField(_("状态"), max_length=10, choices=ChangeState.choices)
    proposed = models.TextField()  # canonical JSON of the columns of `IntermediaryItem`
    reason = models.TextField(_("理由"))
    valid_from = models.DateField(_("拟生效日期"))
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+", verbose_name=_("申请单位"))
    asked_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    checked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(_("审查时间"), null=True)
    opinion = models.TextField(_("合法性审查意见"), default="", blank=True)
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("决定时间"), null=True)
    answer = models.TextField(_("决定说明"), default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state__in=(ChangeState.ASKED, ChangeState.LAWFUL)),
                name="intermediary_change_one_open",
            ),
            models.CheckConstraint(
                name="intermediary_change_four_eyes",
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=models.F("asked_by")),
                violation_error_message=_("申请人不能审查自己的申请。"),
            ),
        ]
