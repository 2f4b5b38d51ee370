"""Meetings of any body and what they resolved, beside their dossiers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.projects.models.projects import MajorProject
from yichuang.domains.projects.terms import MeetingKind, Topic


class Meeting(models.Model):
    """One meeting of a body; it gets its number in the body's year when it is held, so there are no gaps."""

    dossier = models.OneToOneField("work.Dossier", models.PROTECT, primary_key=True, related_name="meeting")
    body = models.CharField(_("会议主体"), max_length=40)  # a code of the list of bodies
    kind = models.CharField(_("会议类型"), max_length=12, choices=MeetingKind.choices)
    topic = models.CharField(_("议题范围"), max_length=16, choices=Topic.choices)
    planned_at = models.DateTimeField(_("计划时间"))
    place = models.CharField(_("地点"), max_length=120, default="", blank=True)
    year = models.PositiveSmallIntegerField(null=True)
    no = models.PositiveSmallIntegerField(pgettext_lazy("which one", "次数"), null=True)
    held_on = models.DateField(_("召开日期"), null=True)  # written once
    recorded_at = models.DateTimeField(null=True)  # when we learnt that it was held: real clock of the database
    chair = models.CharField(_("主持人"), max_length=40, default="", blank=True)
    attendees = models.TextField(_("参会单位和人员"), default="", blank=True)
    minutes = models.TextField(_("会议纪要"), default="", blank=True)
    minutes_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["body", "year", "no"], name="meeting_numbered_once"),
            models.CheckConstraint(
                name="meeting_numbered_when_held",
                condition=Q(held_on=None, no=None, year=None, recorded_at=None)
                | Q(held_on__isnull=False, no__isnull=False, year__isnull=False, recorded_at__isnull=False),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["body", "held_on"], name="meeting_body_held")]


class AgendaItem(models.Model):
    """One matter of an agenda; of a project in trouble it says why."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    place = models.PositiveSmallIntegerField()
    project = models.ForeignKey(MajorProject, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(_("议题"), max_length=200)
    because = models.CharField(_("理由"), max_length=300, default="", blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "place"], name="agenda_place_once")]


class Resolution(models.Model):
    """A resolved matter (议定事项) beside its dossier, which holds the owing unit, the state and the clock."""

    dossier = models.OneToOneField("work.Dossier", models.PROTECT, primary_key=True, related_name="resolution")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="resolutions")
    project = models.ForeignKey(MajorProject, models.PROTECT, null=True, related_name="resolutions")
    n = models.PositiveSmallIntegerField()
    text = models.TextField(_("议定事项"))
    due_on = models.DateField(_("办理期限"))
    report = models.TextField(_("办理情况"), default="", blank=True)
    reported_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    finding = models.TextField(_("核查情况"), default="", blank=True)
    verified_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "n"], name="resolution_once"),
            models.CheckConstraint(
                name="resolution_verified_by_another",
                condition=Q(verified_by=None) | Q(reported_by=None) | ~Q(verified_by=models.F("reported_by")),
                violation_error_message=_("核销须由办理人以外的人进行。"),
            ),
        ]


class ResolutionFile(models.Model):
    """A file that shows what was done."""

    resolution = models.ForeignKey(Resolution, models.PROTECT, related_name="files")
    file = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+")
