"""Words of the registries in which items are listed, of the tasks to claim them, and of what went down to streets."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Registry(models.TextChoices):
    """事项库: four lists that the report counts, and the provincial V3.0; their counts are never added."""

    SIBAN = "SIBAN", _("区级四办事项")
    HB_ONE_NET = "HB_ONE_NET", _("全省“一张网”区、街道、社区事项")
    NATIONAL_STD = "NATIONAL_STD", _("国家标准职权系统认领事项")
    STREET_DOWN = "STREET_DOWN", _("下沉街道事项")
    HB_V3 = "HB_V3", _("省一张网V3.0事项")

    @property
    def edition(self) -> str:
        """Tell the version of the provincial system, where the registry is one of its versions."""
        return "3.0" if self == Registry.HB_V3 else ""


class EntryState(models.TextChoices):
    """Where one entry of a registry stands."""

    ENTERED = "ENTERED", _("已录入")
    FAULTY = "FAULTY", _("检查未通过")
    CHECKED = "CHECKED", _("检查通过")
    PUBLISHED = "PUBLISHED", _("已发布")
    WITHDRAWN = "WITHDRAWN", _("已撤回")


class RunState(models.TextChoices):
    """How far the publication of a registry is."""

    WAITING = "WAITING", _("等待检查")
    CHECKING = "CHECKING", _("检查中")
    WRITING = "WRITING", _("写入中")
    DONE = "DONE", _("已完成")


class ClaimState(models.TextChoices):
    """Where a task to claim an item of the national standard stands (S31)."""

    TO_CLAIM = "TO_CLAIM", _("待认领")
    CLAIMED = "CLAIMED", _("已认领")
    FILLED = "FILLED", _("已填报")
    CHECKED = "CHECKED", _("已审定")
    PUBLISHED = "PUBLISHED", _("已发布")
    REJECTED = "REJECTED", _("审核驳回")
    DECLINED = "DECLINED", _("不予认领")


class StreetOrigin(models.TextChoices):
    """Where a street's item comes from (S41)."""

    RAISED = "RAISED", _("上收社区")
    HANDED_DOWN = "HANDED_DOWN", _("下放区职能部门")
    MOVED = "MOVED", _("平移街道内设机构")


class StreetMode(models.TextChoices):
    """How a street's item is handled: exactly one of three (S41)."""

    FOR_YOU = "FOR_YOU", _("主动帮你办")
    ONLINE = "ONLINE", _("全程网上办")
    AT_ONCE = "AT_ONCE", _("现场一次办")


class StreetState(models.TextChoices):
    """How far a street's item is, in this order."""

    AGREED = "AGREED", _("已商定")
    HANDED_OVER = "HANDED_OVER", _("已移交")
    TRAINED = "TRAINED", _("已培训")
    RUNNING = "RUNNING", _("运行中")


PROVINCE = "province"
"""The outside system in which the province keeps its lists of items."""


class FilingKind(models.TextChoices):
    """What the province is told of a listing."""

    PUBLISH = "PUBLISH", _("发布")
    WITHDRAW = "WITHDRAW", _("撤回")
