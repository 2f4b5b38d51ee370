"""Major projects beside their dossiers: yearly plan, monthly investment, nodes, difficulties."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.projects.terms import Chain, EntryKind, EntryState, NodeKind, PlanKind, Sector
from yichuang.foundation.records.dated import Dated, dated_constraints


class MajorProject(models.Model):
    """One major project. Name, number, responsible unit and stage are the dossier's."""

    dossier = models.OneToOneField("work.Dossier", models.PROTECT, primary_key=True, related_name="major_project")
    developer = models.CharField(_("建设单位"), max_length=120)
    sector = models.CharField(_("领域"), max_length=16, choices=Sector.choices)
    place = models.CharField(_("建设地点"), max_length=200, default="", blank=True)
    content = models.TextField(_("建设内容"), default="", blank=True)
    total_investment_fen = models.BigIntegerField(_("总投资"))
    planned_start_on = models.DateField(_("计划开工"), null=True)
    planned_completion_on = models.DateField(_("计划建成"), null=True)
    construction_code = models.CharField(_("项目代码"), max_length=40, default="", blank=True, db_index=True)
    started_on = models.DateField(_("开工日期"), null=True)  # written once, by the deed that starts it
    start_basis = models.CharField(_("开工依据"), max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="major_project_completes_after_start",
                condition=Q(planned_start_on=None)
                | Q(planned_completion_on=None)
                | Q(planned_completion_on__gte=F("planned_start_on")),
                violation_error_message=_("计划建成时间不能早于计划开工时间。"),
            ),
            models.CheckConstraint(
                name="major_project_started_with_basis",
                condition=Q(started_on=None) | ~Q(start_basis=""),
                violation_error_message=_("开工须有施工许可或开工节点凭据。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier.title} {self.dossier.number}"

    @property
    def number(self) -> str:
        """Give the number of the project."""
        return self.dossier.number


class YearPlan(Dated):
    """What a year's plan wants of a project; an adjusted plan holds from a day, the earlier one stays."""

    KEY = ("project_id", "year")

    project = models.ForeignKey(MajorProject, models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField(_("年度"))
    year_on = models.DateField()  # the first day of the year: what periods of figures ask
    kind = models.CharField(_("类别"), max_length=8, choices=PlanKind.choices)
    plan_fen = models.BigIntegerField(_("年度计划投资"))
    reason = models.CharField(_("调整理由"), max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = dated_constraints("year_plan", "project", "year")


class InvestmentEntry(models.Model):
    """
    One entry of a month's investment: the report, or a correction of a locked month by a signed difference.

    Whoever entered and whoever confirmed stay; a confirmed entry is never changed, a returned or replaced one neither.
    """

    project = models.ForeignKey(MajorProject, models.PROTECT, related_name="entries")
    month = models.DateField(_("月份"))  # its first day
    kind = models.CharField(max_length=12, choices=EntryKind.choices, default=EntryKind.REPORT)
    amount_fen = models.BigIntegerField(_("完成投资"))
    reason = models.CharField(_("更正理由"), max_length=200, default="", blank=True)
    note = models.CharField(_("形象进度"), max_length=200, default="", blank=True)
    state = models.CharField(max_length=12, choices=EntryState.choices, default=EntryState.WAITING)
    entered_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_because = models.CharField(max_length=200, default="", blank=True)
    recorded_at = models.DateTimeField(null=True)  # when it was locked: real clock of the database
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["project", "month"],
                condition=Q(kind=EntryKind.REPORT, state__in=[EntryState.WAITING, EntryState.CONFIRMED]),
                name="investment_one_report_a_month",
            ),
            models.UniqueConstraint(
                fields=["project", "month"],
                condition=Q(kind=EntryKind.CORRECTION, state=EntryState.WAITING),
                name="investment_one_correction_waiting",
            ),
            models.CheckConstraint(
                name="investment_corrected_with_reason",
                condition=Q(kind=EntryKind.REPORT) | ~Q(reason=""),
                violation_error_message=_("更正须写明理由。"),
            ),
            models.CheckConstraint(
                name="investment_locked_when_confirmed",
                condition=~Q(state=EntryState.CONFIRMED) | Q(decided_at__isnull=False, recorded_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["month", "state"], name="investment_month")]


class Node(models.Model):
    """One node of a project: planned, and reached on a day with evidence. Taken back, it stays and another is made."""

    project = models.ForeignKey(MajorProject, models.PROTECT, related_name="nodes")
    kind = models.CharField(_("节点"), max_length=12, choices=NodeKind.choices)
    name = models.CharField(_("节点名称"), max_length=80, default="", blank=True)
    planned_on = models.DateField(_("计划日期"))
    done_on = models.DateField(_("完成日期"), null=True)
    evidence = models.CharField(_("凭据"), max_length=200, default="", blank=True)
    recorded_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)
    taken_back_because = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="node_done_with_evidence",
                condition=Q(done_on=None) | ~Q(evidence=""),
                violation_error_message=_("节点完成须有凭据。"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["planned_on"], name="node_waiting", condition=Q(done_on=None, taken_back_at=None))
        ]

    def __str__(self) -> str:
        return self.name or self.get_kind_display()


class NodeFile(models.Model):
    """A file that shows that a node was reached."""

    node = models.ForeignKey(Node, models.PROTECT, related_name="files")
    file = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+")


class Difficulty(models.Model):
    """What a unit cannot solve alone: it stands on the agenda that is proposed until it is solved."""

    project = models.ForeignKey(MajorProject, models.PROTECT, related_name="difficulties")
    chain = models.CharField(pgettext_lazy("chain", "环节"), max_length=12, choices=Chain.choices)
    text = models.TextField(_("难点"))
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    solved_at = models.DateTimeField(null=True)
    solved_how = models.TextField(default="", blank=True)
