"""What is kept of people: regions, units, posts, accounts, parties, and the dated ties between them."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.people import terms


def new_mark() -> str:
    """Make a mark that no other account ever bears."""
    return secrets.token_hex(8)


def dated(name: str) -> models.CheckConstraint:
    """
    Hold that a validity does not end before it begins; `valid_to` is the first day that is no longer valid.

    A row that ended on its first day was never valid, and stays to be seen.
    """
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
        violation_error_message=_("结束日期不能早于开始日期。"),
    )


class Region(models.Model):
    """A region of GB/T 2260: six digits down to the district, nine for a street, twelve for a community."""

    code = models.CharField(_("区划代码"), max_length=12, primary_key=True, validators=[RegexValidator(r"^\d{6,12}$")])
    name = models.CharField(_("名称"), max_length=60)
    level = models.CharField(_("层级"), max_length=10, choices=terms.Level.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def stem(self) -> str:
        """Give the digits with which the codes of everything inside this region begin."""
        return self.code[: terms.DIGITS[terms.Level(self.level)]]


class Unit(models.Model):
    """An office that owes something: a bureau, its section, a street, a utility."""

    code = models.SlugField(_("代号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=20)
    kind = models.CharField(_("类型"), max_length=12, choices=terms.UnitKind.choices)
    relation = models.CharField(_("关系"), max_length=12, choices=terms.Relation.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, editable=False, db_index=True)  # "/1/5/": ids from the top to itself
    region = models.ForeignKey(Region, models.PROTECT, related_name="units")
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)  # issues licences and papers under it
    is_utility = models.BooleanField(_("市政公用"), default=False)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    rank = models.PositiveIntegerField(_("排序"), default=1000)
    source = models.CharField(
        _("来源"), max_length=200, default="", db_default="", blank=True
    )  # the imported list that named it; empty: ours
    valid_from = models.DateField(_("成立日期"))
    valid_to = models.DateField(_("撤销日期"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["rank", "code"]
        constraints: ClassVar = [dated("unit_ends_after_it_begins")]

    def __str__(self) -> str:
        return self.short_name

    @property
    def takes_orders(self) -> bool:
        """Say whether the district may order this unit, or only write to it."""
        return self.relation in terms.TAKES_ORDERS


class Post(models.Model):
    """A post in a unit; steps belong to unit and post, people come and go."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    code = models.SlugField(_("代号"), max_length=40)
    name = models.CharField(_("名称"), max_length=40)

    class Meta:
        ordering: ClassVar = ["unit", "code"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "code"], name="post_once_in_a_unit")]

    def __str__(self) -> str:
        return self.name


class Party(models.Model):
    """A person or an organisation that applies, owns, mandates or receives."""

    kind = models.CharField(_("类别"), max_length=10, choices=terms.PartyKind.choices)
    name = models.CharField(_("名称"), max_length=120, db_index=True)
    id_kind = models.CharField(_("证件类型"), max_length=10, choices=terms.IdKind.choices)
    id_sealed = models.TextField(editable=False, blank=True)  # encrypted; read through `queries.number_of`
    id_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)  # keyed, for look-up only
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, db_index=True)  # open (domain §16)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    legal_representative = models.CharField(_("法定代表人"), max_length=60, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    born_on = models.DateField(null=True, blank=True)
    is_priority = models.BooleanField(_("优先"), default=False)  # disabled, or said so; age comes from `born_on`
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    is_synthetic = models.BooleanField(_("示例"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["uscc"], condition=~Q(uscc=""), name="party_uscc_once"),
            models.CheckConstraint(
                name="party_uscc_is_of_an_enterprise",
                condition=Q(uscc="") | Q(kind=terms.PartyKind.ENTERPRISE),
                violation_error_message=_("统一社会信用代码只属于法人和其他组织。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_person(self) -> bool:
        """Say whether the party is a natural person."""
        return self.kind == terms.PartyKind.PERSON


class EnterpriseFacts(models.Model):
    """What policies, finance, talent and credit all need to know of an enterprise."""

    party = models.OneToOneField(Party, models.CASCADE, primary_key=True, related_name="facts")
    industry = models.CharField(_("行业代码"), max_length=8, blank=True)  # GB/T 4754
    size_class = models.CharField(_("规模"), max_length=8, choices=terms.SizeClass.choices, blank=True)
    established_on = models.DateField(_("成立日期"), null=True, blank=True)
    registered_capital_fen = models.BigIntegerField(_("注册资本"), null=True, blank=True)
    staff_count = models.PositiveIntegerField(_("从业人数"), null=True, blank=True)
    business_scope = models.TextField(_("经营范围"), blank=True)
    tags = models.CharField(_("标签"), max_length=200, blank=True)  # words separated by spaces


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> Account:
        """Make an account; without a password nobody can log in with one."""
        account = self.model(username=self.model.normalize_username(username), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account


class Account(AbstractBaseUser):
    """Somebody who can log in. What the person may do comes from appointments, ties and mandates alone."""

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    phone = models.CharField(_("手机"), max_length=20, blank=True)
    staff_no = models.CharField(_("工号"), max_length=20, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="accounts")
    language = models.CharField(_("界面语言"), max_length=10, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    is_demo = models.BooleanField(_("演示账号"), default=False)
    must_change_password = models.BooleanField(_("首次登录须改密"), default=False)
    valid_until = models.DateField(_("有效至"), null=True, blank=True)  # the last valid day
    source = models.CharField(max_length=30, default="", db_default="", blank=True, editable=False)  # an old system
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    session_mark = models.CharField(max_length=16, blank=True, editable=False)  # of the one log-in that is let in
    failures = models.PositiveSmallIntegerField(default=0, editable=False)
    locked_until = models.DateTimeField(null=True, blank=True, editable=False)  # real clock
    rights_mark = models.CharField(max_length=16, default=new_mark, editable=False)  # changes with the rights

    objects = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["staff_no"], condition=~Q(staff_no=""), name="account_staff_no_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        """Give the name that others see."""
        return str(self)


class PartyAccount(models.Model):
    """An account may act for a party: itself, or a firm of which it is the representative or a member of staff."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="ties")
    party = models.ForeignKey(Party, models.PROTECT, related_name="ties")
    tie = models.CharField(_("关系"), max_length=20, choices=terms.Tie.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            dated("tie_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["account", "party"], condition=Q(valid_to__isnull=True), name="tie_open_once"
            ),
        ]


class Appointment(models.Model):
    """Somebody holds a role in a unit, on a post or without one, for a time."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="appointments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="appointments")
    role = models.CharField(_("角色"), max_length=30)  # of permissions.yaml
    staff_kind = models.CharField(_("用工性质"), max_length=12, choices=terms.StaffKind.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "role"], name="appointment_unit_role")]
        constraints: ClassVar = [
            dated("appointment_ends_after_it_begins"),
            models.CheckConstraint(
                name="appointment_temporary_ends",
                condition=~Q(staff_kind__in=terms.TEMPORARY)
                | (Q(valid_to__isnull=False) & Q(valid_to__lte=F("valid_from") + timedelta(days=terms.TEMPORARY_DAYS))),
                violation_error_message=_("劳务派遣、实习、志愿者、驻场运维人员须写明到期日，且不超过一年。"),
            ),
            models.UniqueConstraint(
                fields=["account", "unit", "role"], condition=Q(valid_to__isnull=True), name="appointment_open_once"
            ),
        ]


class Substitution(models.Model):
    """AB岗: one person covers another from one moment to another."""

    absent = models.ForeignKey(Account, models.CASCADE, related_name="covered_by")
    substitute = models.ForeignKey(Account, models.CASCADE, related_name="covers")
    kind = models.CharField(_("事由"), max_length=10, choices=terms.AbsenceKind.choices)
    reason = models.CharField(_("说明"), max_length=200, blank=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()  # the first moment that is no longer covered

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="substitution_ends_after_it_begins",
                condition=Q(to_at__gt=F("from_at")),
                violation_error_message=_("结束时间须晚于开始时间。"),
            ),
            models.CheckConstraint(
                name="substitution_by_another",
                condition=~Q(absent=F("substitute")),
                violation_error_message=_("不能由本人代替本人。"),
            ),
        ]


class Mandate(models.Model):
    """授权委托书: one party lets another act for it, in some matters and for a time."""

    principal = models.ForeignKey(Party, models.PROTECT, related_name="mandates_given")
    agent = models.ForeignKey(Party, models.PROTECT, related_name="mandates_held")
    kind = models.CharField(_("关系"), max_length=10, choices=terms.MandateKind.choices)
    scope = models.CharField(_("授权范围"), max_length=400, blank=True)  # item codes with spaces; empty: every matter
    file_id = models.BigIntegerField(null=True, blank=True)  # the scanned letter, in `files`
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            dated("mandate_ends_after_it_begins"),
            models.CheckConstraint(
                name="mandate_to_another",
                condition=~Q(principal=F("agent")),
                violation_error_message=_("委托人与受托人不能相同。"),
            ),
        ]

    def covers(self, item_code: str) -> bool:
        """Say whether the mandate reaches a service item."""
        return not self.scope or item_code in self.scope.split()


class ItemRight(models.Model):
    """A unit, or one of its posts, works on a service item: the filter of the work list."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="item_rights")
    post = models.ForeignKey(Post, models.CASCADE, null=True, blank=True, related_name="item_rights")
    item_code = models.CharField(_("事项"), max_length=60, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "post", "item_code"], name="item_right_of_a_post_once"),
            models.UniqueConstraint(
                fields=["unit", "item_code"], condition=Q(post__isnull=True), name="item_right_of_a_unit_once"
            ),
        ]


class HandOver(models.Model):
    """离岗交接: what one person held went to another, by the head, with a reason; both sign."""

    giver = models.ForeignKey(Account, models.PROTECT, related_name="hand_overs_given")
    taker = models.ForeignKey(Account, models.PROTECT, related_name="hand_overs_taken")
    holding = models.CharField(max_length=40)  # a name of `holdings`
    keys = models.TextField()  # what was moved, ids separated by spaces
    reason = models.CharField(_("事由"), max_length=200)
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    giver_signed_at = models.DateTimeField(null=True, blank=True)
    taker_signed_at = models.DateTimeField(null=True, blank=True)


class AccessLog(models.Model):
    """Somebody was shown personal data: noted before they were shown, and never changed."""

    account_id = models.BigIntegerField(null=True, db_index=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_index=True)  # real clock
    subject = models.CharField(max_length=60)  # "people.Party/12"
    fields = models.CharField(max_length=200)
    purpose = models.CharField(max_length=30)
    reason = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=45, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "recorded_at"], name="access_subject")]


class SessionMark(models.Model):
    """One log-in: when it began, from where, and why it ended. Real clock."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="sessions")
    mark = models.CharField(max_length=16, unique=True)  # what the session itself carries
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=12, choices=terms.SessionEnd.choices, blank=True)


class SavedView(models.Model):
    """What one person wants to see of a list again: its filters and order, under a name."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="+")
    place = models.CharField(max_length=200)  # the address of the list
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(max_length=1000)  # what stands behind the question mark

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "place", "name"], name="saved_view_once"),
        ]
