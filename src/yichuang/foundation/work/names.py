"""The names that the shipped lifecycles and grounds give, so that a page says them in its reader's language."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

NAMES = (
    # a permit and a stage
    gettext_noop("草稿"),
    gettext_noop("已接件"),
    gettext_noop("已撤件"),
    gettext_noop("已受理"),
    gettext_noop("不受理"),
    gettext_noop("不予受理"),
    gettext_noop("补正（开始）"),
    gettext_noop("补正（结束）"),
    gettext_noop("已汇总预审意见"),
    gettext_noop("部门办理中"),
    gettext_noop("并联审批中"),
    gettext_noop("特别程序（开始）"),
    gettext_noop("特别程序（结束）"),
    gettext_noop("特别程序中"),
    gettext_noop("办结（通过）"),
    gettext_noop("办结（容缺通过）"),
    gettext_noop("办结（不通过）"),
    gettext_noop("已办结"),
    gettext_noop("已撤回"),
    gettext_noop("已撤销"),
    gettext_noop("已制证"),
    gettext_noop("已送达"),
    gettext_noop("已归档"),
    gettext_noop("已转报上级"),
    gettext_noop("在办"),
    # an order
    gettext_noop("待签收"),
    gettext_noop("办理中"),
    gettext_noop("已反馈"),
    gettext_noop("已核查"),
    gettext_noop("已销号"),
    # what these are called, and what is done to them
    gettext_noop("行政许可办件"),
    gettext_noop("阶段申报"),
    gettext_noop("工程建设项目"),
    gettext_noop("督办件"),
    gettext_noop("收件"),
    gettext_noop("受理"),
    gettext_noop("视为受理"),
    gettext_noop("容缺受理"),
    gettext_noop("撤回受理操作"),
    gettext_noop("一次性告知补正"),
    gettext_noop("收取补正材料"),
    gettext_noop("撤件"),
    gettext_noop("逾期未补正"),
    gettext_noop("开始办理"),
    gettext_noop("启动特别程序"),
    gettext_noop("结束特别程序"),
    gettext_noop("继续办理"),
    gettext_noop("挂起"),
    gettext_noop("恢复"),
    gettext_noop("延期"),
    gettext_noop("转报上级"),
    gettext_noop("上级退回办理"),
    gettext_noop("收取容缺材料"),
    gettext_noop("准予"),
    gettext_noop("容缺准予"),
    gettext_noop("不予许可"),
    gettext_noop("撤回申请"),
    gettext_noop("制证"),
    gettext_noop("交邮"),
    gettext_noop("送达"),
    gettext_noop("归档"),
    gettext_noop("撤销许可"),
    gettext_noop("汇总预审意见"),
    gettext_noop("逾期未复视为同意"),
    gettext_noop("事项移入后续阶段"),
    gettext_noop("阶段办结"),
    gettext_noop("启动审批流程"),
    gettext_noop("项目办结"),
    gettext_noop("恢复办理"),
    gettext_noop("签发督办单"),
    gettext_noop("发出商请函"),
    gettext_noop("弃用草稿"),
    gettext_noop("签收"),
    gettext_noop("反馈"),
    gettext_noop("退回重新反馈"),
    gettext_noop("核查"),
    gettext_noop("销号"),
    gettext_noop("重新督办"),
    gettext_noop("撤销"),
    # why a clock stands still
    gettext_noop("听证"),
    gettext_noop("招标"),
    gettext_noop("拍卖"),
    gettext_noop("检验"),
    gettext_noop("检测"),
    gettext_noop("检疫"),
    gettext_noop("鉴定"),
    gettext_noop("专家评审"),
    gettext_noop("申请人同意的补正"),
    gettext_noop("法院或有权机关决定"),
    gettext_noop("不可抗力"),
    gettext_noop("外部系统故障"),
)
"""Names of national definitions; a district that publishes others has them shown as they are."""


def said(name: str) -> str:
    """
    Say a name of a definition in the reader's language; one that is not known here stays as it is.

    >>> said("")
    ''
    """
    return gettext(name) if name else ""
