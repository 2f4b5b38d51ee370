"""The words of construction approvals."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PROJECT = "project"
STAGE = "stage"
PERMIT = "permit"
"""What the engine calls the dossiers of projects and stages; and the lifecycle of the items inside a stage."""

CONSENTED = "申请人同意的补正"
"""The ground (rule pause_grounds) of a suspension after acceptance: the applicant consents, asked through the lead."""


class Stage(models.IntegerChoices):
    """The four stages (国办发〔2019〕11号)."""

    LAND = 1, _("立项用地规划许可")
    WORKS = 2, _("工程建设许可")
    BUILDING = 3, _("施工许可")
    COMPLETION = 4, _("竣工验收")

    @property
    def item(self) -> str:
        """Name the item whose application opens this stage."""
        return f"construction_stage_{self.value}"


class FlowClass(models.TextChoices):
    """审批流程类型: which budget of days a project has."""

    GOVERNMENT_BUILDING = "1", _("政府投资房屋建筑类")
    GOVERNMENT_LINEAR = "2", _("政府投资线性工程类")
    PRIVATE = "3", _("社会投资类（土地不带设计方案）")
    PRIVATE_SMALL = "4", _("社会投资小型工程类")
    PRIVATE_WITH_SCHEME = "5", _("社会投资类（土地带设计方案）")


class CloseKind(models.TextChoices):
    """Why a project is closed; the kinds of the lifecycle."""

    FINISHED = "全部阶段办结", _("全部阶段办结")
    GIVEN_UP = "项目终止", _("项目终止")


class PrecheckOutcome(models.TextChoices):
    """What a unit says of a stage application before it is accepted."""

    AGREED = "agreed", _("材料齐全")
    ROWS = "rows", _("需要补正")


class Verdict(models.TextChoices):
    """What a unit says in a joint review or a joint acceptance; later is worse."""

    PASSED = "passed", _("合格")
    REVISE = "revise", pgettext_lazy("verdict", "修改")
    FAILED = "failed", _("不合格")


class CheckState(models.TextChoices):
    """How far a multi-plan check is."""

    CHECKED = "CHECKED", _("已比对")
    OPINIONS = "OPINIONS", _("征求意见中")
    AGREED = "AGREED", _("协同一致")
    CONFLICTED = "CONFLICTED", _("存在冲突")


class LayerKind(models.TextChoices):
    """What a planning layer protects or reserves."""

    LAND = "LAND", _("国土空间规划")
    FARMLAND = "FARMLAND", _("永久基本农田")
    ECOLOGY = "ECOLOGY", _("生态保护红线")
    WATER = "WATER", _("蓝线（水域）")
    GREEN = "GREEN", _("绿线")
    HERITAGE = "HERITAGE", _("紫线（文物）")
    ROAD = "ROAD", _("道路红线")
    METRO = "METRO", _("轨道交通保护区")
    AIRPORT = "AIRPORT", _("机场净空")
    UTILITY = "UTILITY", _("黄线（市政）")


class EarlyVerdict(models.TextChoices):
    """What a unit says early, before the first stage."""

    AGREE = "agreed", _("同意")
    CONDITIONS = "conditions", _("附条件同意")
    OBJECT = "objected", _("不同意")


class Side(models.TextChoices):
    """Who proposed the date of a visit."""

    APPLICANT = "APPLICANT", _("建设单位")
    LEAD = "LEAD", _("牵头单位")


class ConsentState(models.TextChoices):
    """What the applicant answered to a unit's question after acceptance."""

    ASKED = "ASKED", _("待申请人答复")
    GIVEN = "GIVEN", _("已同意")
    REFUSED = "REFUSED", _("不同意")


class AlarmState(models.TextChoices):
    """What became of a permit found outside."""

    OPEN = "OPEN", _("待核实")
    EXPLAINED = "EXPLAINED", _("已说明")
    CONFIRMED = "CONFIRMED", _("认定体外循环")
