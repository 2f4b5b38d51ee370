"""The words of an application's life."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

KIND = "case"
STAGE = "stage"
"""What the engine calls our dossiers: a case of one item, or the application for a whole stage, under its lifecycle."""


FIELD_LENGTH = 64
"""As long as the name of a field may be that somebody asks to be corrected."""


class Channel(models.TextChoices):
    """Through which door an application came."""

    WINDOW = "WINDOW", _("窗口")
    ONLINE = "ONLINE", _("网上")
    STREET = "STREET", _("街道")
    PARK = "PARK", _("园区")
    KIOSK = "KIOSK", _("自助")
    BANK = "BANK", _("银行")
    POST = "POST", _("邮寄")
    STAGE = "STAGE", _("阶段并联")


class IdentityCheck(models.TextChoices):
    """证件核验方式."""

    READER = "READER", _("读卡")
    MANUAL = "MANUAL", _("人工")
    LICENCE = "LICENCE", _("电子证照")
    ACCOUNT = "ACCOUNT", _("账户实名")


class MaterialState(models.TextChoices):
    """How a material stands on the case."""

    MISSING = "MISSING", _("缺")
    HANDED = "HANDED", _("齐")
    DEFERRED = "DEFERRED", _("容缺")
    EXEMPT = "EXEMPT", _("免提交")
    PROMISED = "PROMISED", _("承诺")
    NOT_ASKED = "NOT_ASKED", _("不涉及")


class NoticeChannel(models.TextChoices):
    """How a correction notice reached the applicant."""

    WINDOW = "WINDOW", _("当场告知")
    ONLINE = "ONLINE", _("网上预审退回")
    POST = "POST", _("邮寄")


class DecisionKind(models.TextChoices):
    """What was decided."""

    APPROVED = "APPROVED", _("准予")
    APPROVED_PENDING = "APPROVED_PENDING", _("容缺准予")
    DENIED = "DENIED", _("不予")
    REFUSED = "REFUSED", _("不予受理")
    NOT_NEEDED = "NOT_NEEDED", _("不受理")
    REVOKED = "REVOKED", _("撤销")


class HoldKind(models.TextChoices):
    """What asks a head's approval because it stops or lengthens a limit."""

    SPECIAL = "SPECIAL", _("特别程序")
    SUSPENSION = "SUSPENSION", _("挂起")
    EXTENSION = "EXTENSION", _("延期")


class HoldState(models.TextChoices):
    """Where such a request stands."""

    ASKED = "ASKED", _("待批准")
    RUNNING = "RUNNING", _("进行中")
    ENDED = "ENDED", _("已结束")
    REJECTED = "REJECTED", _("未批准")


class CheckResult(models.TextChoices):
    """What the after-check of a commitment found."""

    KEPT = "KEPT", _("属实")
    BREACHED = "BREACHED", _("不实")


class Place(models.TextChoices):
    """Where the paper of a case is; each way from one to the next is signed by both."""

    WINDOW = "WINDOW", _("窗口")
    DEPARTMENT = "DEPARTMENT", _("后台审批")
    DELIVERY = "DELIVERY", _("统一出件")
    ARCHIVE = "ARCHIVE", _("档案")


class DeliveryKind(models.TextChoices):
    """送达方式."""

    WINDOW = "WINDOW", _("窗口领取")
    POST = "POST", _("邮寄")
    LOCKER = "LOCKER", _("自助柜")
    ELECTRONIC = "ELECTRONIC", _("电子送达")
    SUBSTITUTE = "SUBSTITUTE", _("留置或公告")


class DeliveryState(models.TextChoices):
    """Where a result is on its way; 送达 is 签收, the legal limit ends when handed to the post."""

    READY = "READY", _("待领取")
    POSTED = "POSTED", _("已交邮")
    RETURNED = "RETURNED", _("退回")
    RECEIVED = "RECEIVED", _("已签收")


class Relation(models.TextChoices):
    """How an agent stands to the applicant."""

    FAMILY = "FAMILY", _("亲友")
    EMPLOYEE = "EMPLOYEE", _("本单位人员")
    AGENCY = "AGENCY", _("代办机构")
    HELPER = "HELPER", _("帮办员")


class Stars(models.IntegerChoices):
    """好差评: five levels, the last two are 差评; there is no default."""

    VERY_GOOD = 5, _("非常满意")
    GOOD = 4, _("满意")
    FAIR = 3, _("基本满意")
    BAD = 2, _("不满意")
    VERY_BAD = 1, _("非常不满意")

    @property
    def is_bad(self) -> bool:
        """Tell whether this level is a 差评."""
        return self <= Stars.BAD


class RatingReason(models.TextChoices):
    """What went wrong, where a rating is bad; our own list, of what the rules of this house promise (assumption)."""

    LATE = "LATE", _("比承诺的日子晚")
    NOT_TOLD_AT_ONCE = "NOT_TOLD_AT_ONCE", _("要补的材料没有一次说清")
    ASKED_AGAIN = "ASKED_AGAIN", _("要了不该要或已经交过的材料")
    TRIPS = "TRIPS", _("跑了多次")
    WAITING = "WAITING", _("排队等候太久")
    MANNER = "MANNER", _("态度不好或说法不一")
    HARD_TO_USE = "HARD_TO_USE", _("网页或设备不好用")
    OTHER = "OTHER", _("其他（请在下面写明）")
