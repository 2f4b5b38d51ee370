"""What the register room keeps: entries, every version of them, cells for lists and figures, evidence, requests."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.records.dated import Dated
from yichuang.foundation.registers.terms import STANDING, WORKING, ChangeKind, EntryState, RequestState


class Register(models.Model):
    """What is remembered of a register beside its definition. Whoever writes entries of it locks this row."""

    code = models.CharField(max_length=64, primary_key=True)
    last_number = models.PositiveIntegerField(default=0)
    marks = models.TextField(default="")  # the fields that have cells, as they were when all cells were last made
    promoted_at = models.DateTimeField(null=True)
    promoted_to = models.CharField(max_length=80, default="")


class Batch(models.Model):
    """One import: what file, how many rows came in."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="batches")
    file_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()


class Entry(models.Model):
    """One line of a register. What it says stands in its versions; the columns here are what lists are made of."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="entries")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    title_key = models.CharField(max_length=400, default="")  # pinyin: one order on both databases
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+")  # whose line it is
    region = models.CharField(max_length=12, default="")
    state = models.CharField(max_length=10, choices=EntryState.choices)
    stage = models.CharField(max_length=32, default="")  # state of the dossier where the register names a lifecycle
    current = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+")  # the newest that was written
    standing = models.ForeignKey("Version", models.PROTECT, null=True, related_name="+")  # the last of the timeline
    dossier = models.OneToOneField("work.Dossier", models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, null=True, related_name="entries")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    is_synthetic = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["register", "number"], name="register_entry_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["register", "state", "id"], name="register_entry_state"),
            models.Index(fields=["register", "unit", "id"], name="register_entry_unit"),
        ]

    def __str__(self) -> str:
        return self.title


class Version(Dated):
    """
    What an entry said from one day to another, as it was known from one moment to another.

    Never edited: `superseded_at` alone is written later, once. Published and withdrawn rows are the timeline that is
    read by day; a draft stands beside it until it is published, so `commands.spans` is the one writer here.
    """

    KEY: ClassVar = ("entry_id",)

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    register = models.CharField(max_length=64)
    n = models.PositiveIntegerField()  # the same in the pieces of one version that a later one cut
    state = models.CharField(max_length=10, choices=EntryState.choices)
    values = models.TextField()  # canonical JSON
    definition_version = models.PositiveIntegerField()
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+")
    by = models.CharField(max_length=120)  # the text of `records.terms.By`
    at = models.DateTimeField()
    reason = models.CharField(max_length=300, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="register_version_ends_after_it_begins",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=WORKING, superseded_at__isnull=True),
                name="register_version_one_working",
            ),
            models.UniqueConstraint(
                fields=["entry", "valid_from"],
                condition=Q(state__in=STANDING, superseded_at__isnull=True),
                name="register_version_one_standing",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["register", "state", "valid_from"], name="register_version_standing"),
            models.Index(fields=["entry", "n"], name="register_version_history"),
        ]

    def read(self) -> dict[str, Any]:
        """Read the values as they are kept; `values.facts` turns them into numbers and days."""
        kept: dict[str, Any] = json.loads(self.values)
        return kept


class Cell(models.Model):
    """One value of a field that is marked filter, sort, unique or figure: how lists and figures find it."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="cells")
    register = models.CharField(max_length=64)
    field = models.CharField(max_length=40)
    text = models.CharField(max_length=200, null=True)  # code, name or words
    number = models.BigIntegerField(null=True)  # value × 10^scale of the field; fen for money; 0 or 1
    day = models.DateField(null=True)
    ref = models.BigIntegerField(null=True)  # id of the party, unit or entry

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["version", "field"], name="register_cell_version"),
            models.Index(
                fields=["register", "field", "text"], condition=Q(text__isnull=False), name="register_cell_text"
            ),
            models.Index(
                fields=["register", "field", "number"], condition=Q(number__isnull=False), name="register_cell_number"
            ),
            models.Index(fields=["register", "field", "day"], condition=Q(day__isnull=False), name="register_cell_day"),
            models.Index(fields=["register", "field", "ref"], condition=Q(ref__isnull=False), name="register_cell_ref"),
        ]


class Key(models.Model):
    """What may stand only once in a register, and the entry that has it; a withdrawn entry gives it up."""

    register = models.CharField(max_length=64)
    rule = models.CharField(max_length=200)  # the fields, joined by +
    value = models.CharField(max_length=64)  # digest of their values
    entry = models.ForeignKey(Entry, models.CASCADE, related_name="keys")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["register", "rule", "value"],
                name="register_key_once",
                violation_error_message=_("同样的内容已经登记过。"),
            ),
        ]


class Evidence(models.Model):
    """A file that shows why an entry says what it says."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="evidence")
    field = models.CharField(max_length=40, default="")  # of type file; empty: of the entry as a whole
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    note = models.CharField(max_length=200, default="")
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)


class ChangeRequest(models.Model):
    """Somebody who may not edit proposes a change; the owner takes or refuses it."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="requests")
    entry = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="requests")
    kind = models.CharField(max_length=8, choices=ChangeKind.choices)
    values = models.TextField(default="{}")  # canonical JSON of the fields that would change
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=RequestState.choices, default=RequestState.OPEN)
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["register", "asked_at"], condition=Q(state="open"), name="register_request_open"),
        ]

    def read(self) -> dict[str, Any]:
        """Read the proposed values as they are kept."""
        kept: dict[str, Any] = json.loads(self.values)
        return kept
