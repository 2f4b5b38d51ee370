"""The words of this room: levels, relations, kinds of staff, of papers that identify and of ties between parties."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The five levels of a region, and how many digits of a GB/T 2260 code say which region it is."""

    PROVINCE = "PROVINCE", _("省")
    CITY = "CITY", _("市")
    DISTRICT = "DISTRICT", _("区")
    STREET = "STREET", _("街道")
    COMMUNITY = "COMMUNITY", _("社区")


DIGITS = {Level.PROVINCE: 2, Level.CITY: 4, Level.DISTRICT: 6, Level.STREET: 9, Level.COMMUNITY: 12}


class Relation(models.TextChoices):
    """How a unit stands to the district; only the first two take orders, the others get letters."""

    DISTRICT = "DISTRICT", _("区直")
    STREET = "STREET", _("街道")
    CITY_BRANCH = "CITY_BRANCH", _("市直派出")
    VERTICAL = "VERTICAL", _("垂直管理")
    ENTERPRISE = "ENTERPRISE", _("企业")


TAKES_ORDERS = frozenset({Relation.DISTRICT, Relation.STREET})


class UnitKind(models.TextChoices):
    """What a unit is."""

    BUREAU = "BUREAU", _("委办局")
    OFFICE = "OFFICE", _("科室")
    STREET = "STREET", _("街道办事处")
    COMMUNITY = "COMMUNITY", _("社区居委会")
    HALL = "HALL", _("政务服务大厅")
    INSTITUTION = "INSTITUTION", _("事业单位")
    COMPANY = "COMPANY", _("企业")


class StaffKind(models.TextChoices):
    """How somebody is employed; the last four are temporary (practice 13)."""

    ESTABLISHED = "ESTABLISHED", _("在编")
    CONTRACT = "CONTRACT", _("聘用")
    DISPATCHED = "DISPATCHED", _("劳务派遣")
    INTERN = "INTERN", _("实习")
    VOLUNTEER = "VOLUNTEER", _("志愿者")
    ONSITE_OPS = "ONSITE_OPS", _("驻场运维")


TEMPORARY = (StaffKind.DISPATCHED, StaffKind.INTERN, StaffKind.VOLUNTEER, StaffKind.ONSITE_OPS)
TEMPORARY_DAYS = 366


class PartyKind(models.TextChoices):
    """Who may stand before the window."""

    PERSON = "PERSON", _("自然人")
    ENTERPRISE = "ENTERPRISE", _("法人和其他组织")


class IdKind(models.TextChoices):
    """The paper whose number identifies a party."""

    RESIDENT = "RESIDENT", _("居民身份证")
    PASSPORT = "PASSPORT", _("护照")
    HK_MACAO = "HK_MACAO", _("港澳居民来往内地通行证")
    TAIWAN = "TAIWAN", _("台湾居民来往大陆通行证")
    USCC = "USCC", _("统一社会信用代码")
    OTHER = "OTHER", _("其他证件")


class SizeClass(models.TextChoices):
    """The size of an enterprise by the statistical division of 2017."""

    LARGE = "LARGE", _("大型")
    MEDIUM = "MEDIUM", _("中型")
    SMALL = "SMALL", _("小型")
    MICRO = "MICRO", _("微型")


class Tie(models.TextChoices):
    """Why an account may act for a party."""

    SELF = "SELF", _("本人")
    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE", _("法定代表人")
    STAFF = "STAFF", _("单位经办人")


class MandateKind(models.TextChoices):
    """The relation between the one who mandates and the one who acts."""

    STAFF = "STAFF", _("单位员工")
    FAMILY = "FAMILY", _("亲属")
    FRIEND = "FRIEND", _("亲友")
    AGENCY = "AGENCY", _("代办机构")
    LAWYER = "LAWYER", _("律师")
    PARK = "PARK", _("园区代办员")
    BANK = "BANK", _("银行代办员")
    COMMUNITY = "COMMUNITY", _("社区帮办员")


class AbsenceKind(models.TextChoices):
    """Why somebody is covered by a substitute."""

    LEAVE = "LEAVE", _("休假")
    TRAINING = "TRAINING", _("培训")
    BUSINESS = "BUSINESS", _("出差")
    LUNCH = "LUNCH", _("午间轮值")
    OTHER = "OTHER", _("其他")


class SessionEnd(models.TextChoices):
    """Why a session ended."""

    LOGGED_OUT = "LOGGED_OUT", _("主动退出")
    IDLE = "IDLE", _("长时间未操作")
    ELSEWHERE = "ELSEWHERE", _("在别处登录")
    CLOSED = "CLOSED", _("账号停用")
