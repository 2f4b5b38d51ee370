"""What is kept of the hall: places, who sits where, tickets leg by leg, receptions, and paper bags on their way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.counter.terms import (
    IN_HAND,
    How,
    Outcome,
    Priority,
    SiteKind,
    TicketState,
    WindowKind,
)


class Site(models.Model):
    """A place where people are received."""

    code = models.SlugField(_("代号"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类型"), max_length=8, choices=SiteKind.choices)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")  # whose hall it is
    hours = models.CharField(max_length=120, default="", blank=True)  # id of its service hours; empty: no ticket hours
    address = models.CharField(_("地址"), max_length=200, default="", blank=True)
    most_open = models.PositiveSmallIntegerField(_("每人最多持号"), default=2)  # open tickets of one identity

    class Meta:
        ordering: ClassVar = ["code"]

    def __str__(self) -> str:
        return self.name


class Queue(models.Model):
    """One line of waiting people; its prefix begins the numbers."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="queues")
    code = models.SlugField(_("代号"), max_length=40)
    name = models.CharField(_("名称"), max_length=60)
    prefix = models.CharField(_("字头"), max_length=2)
    items = models.TextField(
        pgettext_lazy("list", "事项"), default="", blank=True
    )  # ids with spaces; empty: every item

    class Meta:
        ordering: ClassVar = ["site", "prefix"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "code"], name="queue_once_in_a_site"),
            models.UniqueConstraint(
                fields=["site", "prefix"],
                name="queue_prefix_once_in_a_site",
                violation_error_message=_("同一大厅的字头不能重复。"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Window(models.Model):
    """A counter in a hall, with the queues it calls from."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="windows")
    number = models.CharField(_("窗口号"), max_length=8)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类型"), max_length=16, choices=WindowKind.choices)
    queues = models.ManyToManyField(Queue, related_name="windows")
    items = models.TextField(
        pgettext_lazy("list", "事项"), default="", blank=True
    )  # ids with spaces; empty: every item

    class Meta:
        ordering: ClassVar = ["site", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "number"], name="window_once_in_a_site")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def takes(self, item_id: str) -> bool:
        """Say whether the window takes applications for an item."""
        return not self.items or item_id in self.items.split()


class Sitting(models.Model):
    """A clerk at a window, from one moment to another."""

    window = models.ForeignKey(Window, models.PROTECT, related_name="sittings")
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["window"],
                condition=Q(to_at__isnull=True),
                name="one_clerk_at_a_window",
                violation_error_message=_("该窗口已有人在岗。"),
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(to_at__isnull=True),
                name="one_window_for_a_clerk",
                violation_error_message=_("您已在另一窗口在岗。"),
            ),
            models.CheckConstraint(
                name="sitting_ends_after", condition=Q(to_at__isnull=True) | Q(to_at__gte=F("from_at"))
            ),
        ]


class Break(models.Model):
    """A window is paused, from one moment to another."""

    sitting = models.ForeignKey(Sitting, models.PROTECT, related_name="breaks")
    reason = models.CharField(_("原因"), max_length=80, default="", blank=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sitting"], condition=Q(to_at__isnull=True), name="one_break_at_a_time"),
        ]


class Ticket(models.Model):
    """
    One leg of a number: from issue to its end at one queue. A transfer ends this leg and begins the next.

    Whose it is stands as a party where one is known, else as a keyed digest of the number with what may be shown of it.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="tickets")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="tickets")
    day = models.DateField()  # China's day of issue
    number = models.CharField(_("票号"), max_length=8)
    leg = models.PositiveSmallIntegerField(default=1)
    came_from = models.OneToOneField("self", models.PROTECT, null=True, related_name="onward")
    to_window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="+")  # only this one calls it

    party = models.ForeignKey("people.Party", models.PROTECT, null=True, related_name="+")
    token = models.CharField(max_length=64, default="", blank=True)  # keyed digest of the identity number
    shown = models.CharField(max_length=80, default="", blank=True)  # masked, for the clerk
    item_id = models.CharField(max_length=120, default="", blank=True)
    priority = models.CharField(max_length=8, choices=Priority.choices, default="", blank=True)

    state = models.CharField(max_length=12, choices=TicketState.choices, default=TicketState.ISSUED)
    issued_at = models.DateTimeField()
    called_at = models.DateTimeField(null=True)
    recalls = models.PositiveSmallIntegerField(default=0)
    serving_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default="", blank=True)
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="tickets")
    account = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "day", "number", "leg"], name="ticket_leg_once"),
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=IN_HAND),
                name="one_ticket_in_hand",
                violation_error_message=_("手上还有一个号没有办完。"),
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["site", "day", "queue"], name="ticket_waiting", condition=Q(state="ISSUED")),
            models.Index(fields=["account", "ended_at"], name="ticket_of_a_clerk"),
            models.Index(fields=["party", "ended_at"], name="ticket_of_a_party"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def wait(self) -> timedelta | None:
        """Tell how long its holder waited on this leg."""
        return self.called_at - self.issued_at if self.called_at else None

    @property
    def service(self) -> timedelta | None:
        """Tell how long its matter took."""
        return self.ended_at - self.serving_at if self.ended_at and self.serving_at else None

    def waited(self, at: datetime) -> timedelta:
        """Tell how long its holder has been waiting by now."""
        return (self.called_at or at) - self.issued_at


class Reception(models.Model):
    """An application taken in at a window: at which ticket, by whom, and how it was answered on the spot."""

    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="reception")
    item_id = models.CharField(max_length=120)
    window = models.ForeignKey(Window, models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, models.PROTECT, null=True, related_name="receptions")
    by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    at = models.DateTimeField()  # 录入时间
    how = models.CharField(max_length=12, choices=How.choices)
    late_because = models.CharField(max_length=200, default="", blank=True)  # why it is entered after it came

    class Meta:
        indexes: ClassVar = [models.Index(fields=["by", "at"], name="reception_of_a_clerk")]


class PaperBag(models.Model):
    """The paper of one case in a bag with a code; where it is, and who answers for it."""

    code = models.CharField(_("袋号"), max_length=40, unique=True)
    case = models.OneToOneField("cases.Case", models.PROTECT, related_name="bag")
    place = models.CharField(max_length=12)  # of cases.terms.Place
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    keeper = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "place"], name="bag_of_a_unit")]

    def __str__(self) -> str:
        return self.code


class CustodyList(models.Model):
    """移交清单: bags that leave together, signed by who gives and by who takes."""

    number = models.CharField(_("清单号"), max_length=40, unique=True)
    from_unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    from_place = models.CharField(max_length=12)
    to_unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    to_place = models.CharField(max_length=12)
    given_by = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    taken_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)  # when the last of them was signed for

    def __str__(self) -> str:
        return self.number


class CustodyRow(models.Model):
    """One bag of a list; without `taken_at` it has not come."""

    list = models.ForeignKey(CustodyList, models.PROTECT, related_name="rows")
    bag = models.ForeignKey(PaperBag, models.PROTECT, related_name="rows")
    taken_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["list", "bag"], name="bag_once_in_a_list"),
            models.UniqueConstraint(
                fields=["bag"], condition=Q(taken_at__isnull=True), name="bag_on_one_way_at_a_time"
            ),
        ]
