"""What is kept of construction projects beside their dossiers and cases."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.construction.terms import (
    AlarmState,
    CheckState,
    ConsentState,
    FlowClass,
    LayerKind,
    Side,
    Stage,
)


class Project(models.Model):
    """One construction project. Its code is the dossier's number, its name the dossier's title."""

    dossier = models.OneToOneField("work.Dossier", models.PROTECT, primary_key=True, related_name="project")
    owner = models.ForeignKey("people.Party", models.PROTECT, related_name="+", verbose_name=_("建设单位"))
    flow_class = models.CharField(_("审批流程类型"), max_length=1, choices=FlowClass.choices)
    works_code = models.CharField(_("工程代码"), max_length=40, default="", blank=True)
    investment_source = models.CharField(_("项目投资来源"), max_length=20)
    works_class = models.CharField(_("工程分类"), max_length=20)
    total_investment_fen = models.BigIntegerField(_("总投资额"), default=0)
    land_area_m2 = models.PositiveIntegerField(_("用地面积"), default=0)
    building_area_m2 = models.PositiveIntegerField(_("建筑面积"), default=0)
    planned_start_on = models.DateField(_("拟开工时间"), null=True)
    planned_completion_on = models.DateField(_("拟建成时间"), null=True)
    applied_at = models.DateTimeField(_("申报时间"))
    fields = models.TextField(default="{}")  # the other elements of SPGL_XMJBXXB, by element code
    red_line = models.TextField(default="")  # GeoJSON polygon, CGCS2000 (EPSG:4490)
    red_line_area_m2 = models.PositiveIntegerField(default=0)
    blocked_at = models.DateTimeField(null=True)
    blocked_because = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="project_completes_after_start",
                condition=Q(planned_start_on__isnull=True)
                | Q(planned_completion_on__isnull=True)
                | Q(planned_completion_on__gte=models.F("planned_start_on")),
                violation_error_message=_("拟建成时间不能早于拟开工时间。"),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["owner"], name="project_owner")]

    def __str__(self) -> str:
        return f"{self.dossier.title} {self.dossier.number}"

    @property
    def code(self) -> str:
        """Give the project code."""
        return self.dossier.number

    def read_fields(self) -> dict[str, Any]:
        """Read the elements that have no column."""
        value: dict[str, Any] = json.loads(self.fields)
        return value


class MovedItem(models.Model):
    """An optional item on its way to a later stage; the step there is linked when that stage is accepted."""

    step = models.OneToOneField("work.Step", models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, models.PROTECT, related_name="moved_items")
    to_stage = models.PositiveSmallIntegerField(choices=Stage.choices)
    reason = models.TextField()
    moved_at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)


class Consent(models.Model):
    """The applicant's word on a suspension that a unit asked for after acceptance, through the lead."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="consents")
    hold = models.OneToOneField("cases.Hold", models.PROTECT, related_name="consent")
    state = models.CharField(max_length=8, choices=ConsentState.choices, default=ConsentState.ASKED)
    asked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)


class Visit(models.Model):
    """The one visit of a joint acceptance: a date that one side proposes and the other accepts, never computed."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="visits")
    round = models.PositiveSmallIntegerField()
    on = models.DateField()
    side = models.CharField(max_length=10, choices=Side.choices)
    proposed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True)  # another date was proposed instead

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "round"], condition=Q(replaced_at=None), name="one_visit_a_round"),
        ]


class Rework(models.Model):
    """What a specialty found wrong on the visit: put right by the applicant, looked at again by that unit alone."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="reworks")
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    found_in_round = models.PositiveSmallIntegerField()
    what = models.TextField()
    due_on = models.DateField(null=True)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)  # the applicant says so
    done_note = models.TextField(default="")
    rechecked_at = models.DateTimeField(null=True)  # the unit found it right

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "unit", "found_in_round"], name="rework_once_a_round"),
        ]


class PlanLayer(models.Model):
    """One planning layer: what a red line may not touch, or only with the word of its unit. Replaced, never edited."""

    kind = models.CharField(max_length=10, choices=LayerKind.choices)
    name = models.CharField(max_length=120)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")  # whose word counts
    source = models.CharField(max_length=200)
    geometry = models.TextField()  # GeoJSON, CGCS2000 (EPSG:4490)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # the first day on which it no longer holds
    is_synthetic = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class PlanCheck(models.Model):
    """One time that a project's red line was laid over the layers; early opinions are shares of its round."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="checks")
    n = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=CheckState.choices, default=CheckState.CHECKED)
    red_line = models.TextField()
    area_m2 = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    layers = models.PositiveSmallIntegerField()
    opinions_due_at = models.DateTimeField(null=True)
    concluded_at = models.DateTimeField(null=True)
    conditions = models.TextField(default="")  # 土地供应条件

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["project", "n"], name="plan_check_once")]


class PlanConflict(models.Model):
    """Where a red line and a layer overlap."""

    check_of = models.ForeignKey(PlanCheck, models.PROTECT, related_name="conflicts")
    layer = models.ForeignKey(PlanLayer, models.PROTECT, related_name="+")
    area_m2 = models.DecimalField(max_digits=14, decimal_places=1)
    geometry = models.TextField()


class OutsidePermit(models.Model):
    """A permit for a project that no case brought about (体外循环): an alarm until somebody explains or confirms it."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="outside_permits")
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=80)
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+")  # who issued it
    issued_on = models.DateField(null=True)
    licence_id = models.BigIntegerField(null=True, unique=True)  # the library's row, where it came from there
    found_at = models.DateTimeField()
    found_how = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=AlarmState.choices, default=AlarmState.OPEN)
    answer = models.TextField(default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["project", "name", "number"], name="outside_permit_once"),
        ]
