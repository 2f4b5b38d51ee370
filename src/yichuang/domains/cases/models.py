"""What is kept of an application beside its dossier."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.domains.cases.terms import (
    FIELD_LENGTH,
    Channel,
    CheckResult,
    DecisionKind,
    DeliveryKind,
    DeliveryState,
    HoldKind,
    HoldState,
    IdentityCheck,
    MaterialState,
    NoticeChannel,
    Place,
    Relation,
    Stars,
)
from yichuang.domains.catalogue.terms import Substitute
from yichuang.foundation.definitions import queries as definitions

if TYPE_CHECKING:
    from yichuang.domains.catalogue.terms import Item


class Case(models.Model):
    """One application for one service item. State, steps and dates stand on the dossier."""

    dossier = models.OneToOneField("work.Dossier", models.PROTECT, primary_key=True, related_name="case")
    item_id = models.CharField(max_length=120)  # the definition's id; the version is pinned at acceptance
    item_version = models.PositiveIntegerField()
    applicant = models.ForeignKey("people.Party", models.PROTECT, related_name="+", verbose_name=_("申请人"))
    representative = models.ForeignKey("people.Party", models.PROTECT, null=True, related_name="+")  # 法定代表人
    agent = models.ForeignKey("people.Party", models.PROTECT, null=True, related_name="+")  # 经办人（受托人）
    agent_relation = models.CharField(max_length=12, choices=Relation.choices, default="", blank=True)
    mandate = models.ForeignKey("people.Mandate", models.PROTECT, null=True, related_name="+")
    recipient_name = models.CharField(max_length=80, default="")  # 收件人
    recipient_phone = models.CharField(max_length=32, default="")
    recipient_address = models.CharField(max_length=200, default="")
    delivery_kind = models.CharField(max_length=12, choices=DeliveryKind.choices, default=DeliveryKind.WINDOW)
    channel = models.CharField(max_length=8, choices=Channel.choices)
    site = models.CharField(max_length=40, default="")  # the hall or street where it was taken in
    window = models.CharField(max_length=20, default="")
    received_at = models.DateTimeField()  # 收件时间: when the paper came
    entered_at = models.DateTimeField()  # 录入时间: when the system learnt it
    identity_check = models.CharField(max_length=8, choices=IdentityCheck.choices)
    by_dictation = models.BooleanField(default=False)  # 口述代填
    answers = models.TextField(default="{}")
    answers_before = models.TextField(default="{}")  # as they were before the last correction, empty before the first
    situation = models.TextField(default="{}")  # answers to the situation questions, by question
    query_code = models.CharField(max_length=8)  # with the number it opens the tracking page
    on_commitment = models.BooleanField(default=False)
    is_tolerant = models.BooleanField(default=False)
    deemed = models.BooleanField(default=False)  # 视为受理
    project_code = models.CharField(max_length=32, default="", db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="case_agency_has_mandate",
                condition=~Q(agent_relation="AGENCY") | Q(mandate__isnull=False),
                violation_error_message=_("代办机构办理须有授权委托书。"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["item_id", "received_at"], name="case_item_received"),
            models.Index(fields=["received_at", "dossier"], name="case_received"),
            models.Index(
                fields=["entered_at"], name="case_entered_later", condition=Q(entered_at__gt=F("received_at"))
            ),
        ]

    @property
    def item(self) -> Item:
        """Give the version of the item that the case is held to."""
        found: Item = definitions.get("item", self.item_id, self.item_version)
        return found

    def read(self, column: str) -> dict[str, Any]:
        """Read `answers` or `situation`."""
        value: dict[str, Any] = json.loads(getattr(self, column))
        return value

    def write(self, column: str, value: Mapping[str, Any]) -> None:
        """Put a mapping into `answers` or `situation`; the deed saves the row."""
        setattr(self, column, json.dumps(value, ensure_ascii=False, sort_keys=True, default=str))


class Draft(models.Model):
    """An application not yet handed in: kept at every step, follows the newest rules, erased after 90 days."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    applicant = models.ForeignKey("people.Party", models.PROTECT, null=True, related_name="+")
    item_id = models.CharField(max_length=120)
    item_version = models.PositiveIntegerField()
    form_version = models.PositiveIntegerField(null=True)
    situation = models.TextField(default="{}")
    answers = models.TextField(default="{}")
    prefilled = models.TextField(default="{}")  # field → where its value came from
    extra = models.TextField(default="{}")  # agent, recipient, delivery
    project_code = models.CharField(max_length=32, default="")
    is_counter = models.BooleanField(default=False)  # 暂存 at a window
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="draft")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "saved_at"], name="draft_account")]

    def read(self, column: str) -> dict[str, Any]:
        """Read one of the TEXT columns."""
        value: dict[str, Any] = json.loads(getattr(self, column))
        return value


class DraftFile(models.Model):
    """A file put to a material before the application is handed in."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="files")
    material = models.CharField(max_length=64)
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)


class CaseMaterial(models.Model):
    """One material of the case: handed in, missing, deferred, or not asked because the library has it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="materials")
    code = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    need = models.CharField(max_length=12)
    form = models.CharField(max_length=12, default="")
    copies = models.PositiveSmallIntegerField(default=1)
    place = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=MaterialState.choices)
    pages = models.PositiveSmallIntegerField(default=0)
    licence_id = models.BigIntegerField(null=True)  # the library's licence that stands in its place
    proof = models.TextField(default="")  # why it is not asked: number, issuer, when it was fetched
    handed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # of what was deferred

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "code"], name="material_once_in_case")]


class ProofUse(models.Model):
    """One proof that a case was spared, and what stood in for it (减证便民, S11); written once, at acceptance."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="spared_proofs")
    material = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    proof_item = models.CharField(max_length=40, default="", blank=True)  # code of the kept proof, where it names one
    mode = models.CharField(max_length=10, choices=Substitute.choices)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "material"], name="proof_spared_once_in_case")]


class MaterialFile(models.Model):
    """One file of a material; a later round leaves the earlier files in place."""

    material = models.ForeignKey(CaseMaterial, models.PROTECT, related_name="files")
    file = models.ForeignKey("files.StoredFile", models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveSmallIntegerField(default=1)
    added_at = models.DateTimeField()


class Notice(models.Model):
    """One correction notice (一次性告知): all that is wanted, at once."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notices")
    n = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=8, choices=NoticeChannel.choices)
    told_at = models.DateTimeField()
    told_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    is_precheck = models.BooleanField(default=False)  # 预审退回
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "n"], name="notice_once")]
        indexes: ClassVar = [models.Index(fields=["told_at"], name="notice_told")]


class NoticeRow(models.Model):
    """
    One thing to correct: of one material or field, with the notice that first raised it.

    A repeated row that is still unsolved is allowed; a row that is new in a later notice about what was in hand at the
    first one is a suspected breach of 一次性告知 (practice 5).
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="rows")
    material = models.CharField(max_length=64, default="")
    field = models.CharField(max_length=FIELD_LENGTH, default="")
    name = models.CharField(max_length=200)
    reason = models.TextField()
    how = models.TextField(default="")
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+")
    first_notice = models.ForeignKey(Notice, models.PROTECT, related_name="+")
    suspected = models.BooleanField(default=False)
    solved_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="row_is_about_one_thing", condition=Q(material="") ^ Q(field="")),
        ]


class PhoneCall(models.Model):
    """电话补正告知: accompanies the written notice, does not replace or repeat it; failed calls stay."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="calls")
    number = models.CharField(max_length=32)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    reached = models.BooleanField()
    answered_by = models.CharField(max_length=80, default="")
    said = models.TextField(default="")


class Hold(models.Model):
    """A special procedure, suspension or extension: asked, approved by somebody else, ended."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="holds")
    kind = models.CharField(max_length=12, choices=HoldKind.choices)
    ground = models.CharField(max_length=24)  # which of the legal grounds
    reason = models.TextField()
    basis = models.CharField(max_length=120)
    expected_days = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=HoldState.choices)
    asked_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    result = models.TextField(default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case"], name="one_hold_at_a_time", condition=Q(state__in=["ASKED", "RUNNING"])
            ),
            models.CheckConstraint(
                name="hold_approved_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                violation_error_message=_("停表、延期须由申请人以外的负责人批准。"),
            ),
        ]


class Decision(models.Model):
    """What was decided; a later one (revocation) supersedes, nothing is edited."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=16, choices=DecisionKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(default="")
    basis = models.TextField(default="")
    remedy = models.TextField(default="")
    content = models.TextField(default="")  # what is permitted, conditions
    paper_number = models.CharField(max_length=60, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="refusal_has_reason_and_basis",
                condition=~Q(kind__in=["DENIED", "REFUSED", "REVOKED"]) | (~Q(reason="") & ~Q(basis="")),
                violation_error_message=_("不予受理、不予许可和撤销须写明理由和依据。"),
            ),
        ]


class Commitment(models.Model):
    """告知承诺: what the applicant signed, and the check afterwards."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="commitment")
    text_id = models.CharField(max_length=120)
    text = models.TextField()
    signed_at = models.DateTimeField()
    signed_by = models.CharField(max_length=80)
    sign_hash = models.CharField(max_length=64)
    check_due_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    result = models.CharField(max_length=12, choices=CheckResult.choices, default="", blank=True)
    finding = models.TextField(default="")


class Handover(models.Model):
    """The paper of a case on its way from one place to the next, signed by both; the receiver within half a day."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="handovers")
    n = models.PositiveSmallIntegerField()
    from_place = models.CharField(max_length=12, choices=Place.choices)
    to_place = models.CharField(max_length=12, choices=Place.choices)
    to_unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    bag = models.CharField(max_length=40, default="")
    given_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    due_at = models.DateTimeField()
    taken_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=64, default="")  # over both signatures and the one before

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "n"], name="handover_once")]


class Delivery(models.Model):
    """The way of a result to its holder."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=12, choices=DeliveryKind.choices)
    state = models.CharField(max_length=8, choices=DeliveryState.choices)
    made_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)
    waybill = models.CharField(max_length=40, default="")
    returned_at = models.DateTimeField(null=True)
    returned_because = models.CharField(max_length=80, default="")
    received_at = models.DateTimeField(null=True)
    receiver = models.CharField(max_length=80, default="")
    receiver_id_seen = models.CharField(max_length=8, choices=IdentityCheck.choices, default="", blank=True)
    by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")


class Phrase(models.Model):
    """A phrase that somebody writes often into opinions: Alt+1 to Alt+9 put it there."""

    account = models.ForeignKey("people.Account", models.CASCADE, related_name="+")
    n = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)

    class Meta:
        ordering: ClassVar = ["n"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "n"], name="phrase_once_on_a_key"),
            models.CheckConstraint(name="phrase_has_a_key", condition=Q(n__gte=1, n__lte=9)),
        ]


class Rating(models.Model):
    """好差评: once a case, never a default."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="rating")
    stars = models.PositiveSmallIntegerField(choices=Stars.choices)
    reasons = models.CharField(max_length=200, default="")
    text = models.TextField(default="")
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()
    added_text = models.TextField(default="")  # 追评, once
    added_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="rating_at")]


class OutsideNumber(models.Model):
    """The number under which a case is known in a system outside; unique there."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="outside_numbers")
    system = models.CharField(max_length=40)
    number = models.CharField(max_length=80)
    state = models.CharField(max_length=40, default="")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["system", "number"], name="outside_number_once")]
