"""What is kept about guides: that somebody looked whether they are still right, and what people say about them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.catalogue.models.items import ServiceItem
from yichuang.domains.catalogue.terms.guides import GuidePart, RemarkKind, RemarkOutcome


class GuideCheck(models.Model):
    """One time at which the editor of the unit confirmed that a guide is still right; the last one counts."""

    item = models.ForeignKey(ServiceItem, models.PROTECT, related_name="checks")
    version = models.PositiveIntegerField(_("版本"))
    unit_code = models.CharField(_("核对单位"), max_length=40)
    checked_at = models.DateTimeField(_("核对时间"))
    by = models.CharField(_("经办"), max_length=120)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["item", "-checked_at"], name="guide_check_last")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.checked_at:%Y-%m-%d}"


class Remark(models.Model):
    """
    What somebody says to the house (留言): that a guide is wrong, or a question that no guide answers.

    Number, unit, state and clock are those of its dossier. `code` opens the answer to whoever has it, as the sender may
    be nobody that we know.
    """

    dossier = models.OneToOneField("work.Dossier", models.PROTECT, primary_key=True, related_name="remark")
    kind = models.CharField(_("种类"), max_length=8, choices=RemarkKind.choices)
    item = models.ForeignKey(ServiceItem, models.PROTECT, null=True, related_name="remarks")
    version = models.PositiveIntegerField(_("版本"), null=True)  # of the guide that was read
    part = models.CharField(_("哪一部分"), max_length=10, choices=GuidePart.choices, default="", blank=True)
    text = models.TextField(_("内容"))
    code = models.CharField(_("查询码"), max_length=20, unique=True)
    party = models.ForeignKey("people.Party", models.PROTECT, null=True, related_name="+")  # who was logged in
    outcome = models.CharField(_("处理结果"), max_length=10, choices=RemarkOutcome.choices, default="", blank=True)
    answer = models.TextField(_("答复"), default="", blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True)
    answered_by = models.CharField(max_length=120, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="remark_on_a_guide_names_it", condition=Q(kind="QUESTION") | Q(item__isnull=False)
            ),
            models.CheckConstraint(
                name="remark_answered_with_words",
                condition=Q(outcome="") | (~Q(answer="") & Q(answered_at__isnull=False)),
                violation_error_message=_("办结留言须写明答复。"),
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]
