"""The table of answers counted by hour, door and time taken."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.service_levels.terms import Door


class ServiceSample(models.Model):
    """Answers of one hour (real clock) by one door that took at most `edge_ms` and longer than the edge before."""

    hour = models.DateTimeField(_("小时"), help_text="real clock; the beginning of the hour")
    door = models.CharField(_("入口"), max_length=4, choices=Door.choices)
    edge_ms = models.PositiveIntegerField(_("不超过（毫秒）"))
    answers = models.PositiveBigIntegerField(_("次数"), default=0)
    failures = models.PositiveBigIntegerField(_("其中失败"), default=0, help_text="answered with 500 or more")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["hour", "door", "edge_ms"], name="service_sample_once")
        ]

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.door} ≤{self.edge_ms}"


class UseOfDay(models.Model):
    """
    How one page was used on one day (real clock, China's day) by one role of one unit: sums, and nobody's name.

    `page` is the name of the address, or `ANY_PAGE` for all of them together; `unit_id` is 0 outside of the staff.
    """

    day = models.DateField(_("日期"))
    page = models.CharField(_("页面"), max_length=100, blank=True)
    unit_id = models.BigIntegerField(_("单位"), help_text="0 outside of the staff; no key: this room knows no units")
    role = models.CharField(_("角色"), max_length=40)
    answers = models.PositiveBigIntegerField(_("次数"), help_text="answers of the page, whatever they were")
    deeds = models.PositiveBigIntegerField(_("办理"), help_text="of these: forms sent in and taken")
    refused = models.PositiveBigIntegerField(_("未通过"), help_text="of these: answered with 400 to 499")
    failures = models.PositiveBigIntegerField(_("失败"), help_text="of these: answered with 500 or more")
    late = models.PositiveBigIntegerField(_("超时"), help_text="of these: slower than the target of the door")
    people = models.PositiveBigIntegerField(_("人数"), help_text="different people of the staff; 0 of all others")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "page", "unit_id", "role"], name="use_of_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.page or '*'} {self.unit_id} {self.role}"


class UseMark(models.Model):
    """
    That somebody was counted at a page on a day; erased after the next day.

    The mark is made with the key of the house from day, page and account together: it cannot be read back, and the
    marks of one person at two pages or on two days have nothing in common.
    """

    day = models.DateField()
    mark = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "mark"], name="use_mark_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.mark[:8]}"
