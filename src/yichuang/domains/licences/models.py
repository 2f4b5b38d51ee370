"""What the library keeps."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.licences.terms import LicenceState


class Licence(models.Model):
    """One licence. A change makes a new version; the old one stays as history."""

    identifier = models.CharField(_("电子证照标识"), max_length=120, unique=True)
    number = models.CharField(_("证照编号"), max_length=60)
    licence_type = models.CharField(max_length=120)
    type_version = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    holder = models.ForeignKey("people.Party", models.PROTECT, related_name="licences")
    issuer = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    dossier = models.ForeignKey("work.Dossier", models.PROTECT, null=True, related_name="licences")
    project_code = models.CharField(max_length=32, default="", db_index=True)
    fields = models.TextField(default="{}")
    issued_at = models.DateTimeField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)  # the last valid day
    state = models.CharField(max_length=12, choices=LicenceState.choices, default=LicenceState.ISSUED)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.TextField(default="")
    verify_code = models.CharField(max_length=40, unique=True)
    digest = models.CharField(max_length=64)  # over what the certificate says
    paper_id = models.BigIntegerField(null=True)  # the certificate among the documents
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")
    is_outside = models.BooleanField(default=False)  # 镜像: issued elsewhere, entered here
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["licence_type", "number"], name="licence_number_once", condition=~Q(state="CHANGED")
            ),
            models.CheckConstraint(
                name="licence_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("证照的截止日期不能早于起始日期。"),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["holder", "licence_type"], name="licence_holder_type")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    @property
    def proof(self) -> str:
        """Tell by what a case shows that this licence stands in for a material."""
        return f"电子证照库：{self.name} {self.number}（{self.identifier}）"

    def read_face(self) -> dict[str, str]:
        """Read what the certificate says, by label."""
        face: dict[str, str] = json.loads(self.fields).get("face", {})
        return face

    def read_answers(self) -> dict[str, Any]:
        """Read the same as answers by element code, with which forms are filled in beforehand."""
        answers: dict[str, Any] = json.loads(self.fields).get("answers", {})
        return answers


class LicenceUse(models.Model):
    """One use of a licence in a case, with its ground; what 免提交 and 应用共享 are counted from."""

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="uses")
    dossier = models.ForeignKey("work.Dossier", models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    item = models.CharField(max_length=120)
    at = models.DateTimeField()
    ground = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["licence", "dossier"], name="licence_used_once_in_dossier"),
        ]
