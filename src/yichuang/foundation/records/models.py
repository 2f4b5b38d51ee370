"""What the record room keeps: streams, records, deliveries to reactions, anchors, and what the folder is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Folder(models.Model):
    """The data folder itself, one row: whether it is a demo, which district, and how its business clock runs."""

    is_demo = models.BooleanField(default=False)
    district = models.CharField(max_length=32)
    opened_at = models.DateTimeField()
    offset_us = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="folder_is_one_row", condition=Q(id=1)),
            models.CheckConstraint(name="folder_offset_only_in_demo", condition=Q(is_demo=True) | Q(offset_us=0)),
        ]


class Stream(models.Model):
    """One chain of records: a dossier, `unit/<id>/<day>`, `system/<day>` or `import/<batch>`."""

    id = models.CharField(primary_key=True, max_length=80)
    count = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64)
    anchored = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text="its count at the last anchor that saw it grow"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["id"], name="stream_grown", condition=~Q(count=F("anchored"))),
        ]


class Record(models.Model):
    """One deed, told once and never changed. `payload` is TEXT in RFC 8785 form; the digest covers its very bytes."""

    stream = models.CharField(max_length=80)
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=64)
    by = models.CharField(max_length=120, help_text="the whole text of `terms.By`: account, post, on behalf of whom")
    at = models.DateTimeField(help_text="when it was true: business clock")
    recorded_at = models.DateTimeField(help_text="when we learnt it: real clock of the database")
    payload = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stream", "seq"], name="record_once_in_stream")]
        indexes: ClassVar = [
            models.Index(fields=["kind", "at"], name="record_kind_at"),
            models.Index(fields=["by", "at"], name="record_by_at"),
        ]


class Delivery(models.Model):
    """One record on its way to one reaction; gone through in the order of records within a stream."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="deliveries")
    reaction = models.CharField(max_length=120)
    stream = models.CharField(max_length=80)
    tries = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["record", "reaction"], name="delivery_once")]
        indexes: ClassVar = [
            models.Index(fields=["id"], name="delivery_waiting", condition=Q(done_at=None, parked_at=None)),
        ]


class Anchor(models.Model):
    """The signed statement of a moment over all streams, with the anchor before it inside (`kernel/ledger`)."""

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField()
    streams = models.PositiveBigIntegerField()
    records = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    changes = models.CharField(max_length=64)
    previous = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)


class Mark(models.Model):
    """What an anchor saw of one stream that had grown since the anchor before it."""

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="marks")
    stream = models.CharField(max_length=80)
    count = models.PositiveBigIntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stream", "anchor"], name="mark_once_in_anchor")]
