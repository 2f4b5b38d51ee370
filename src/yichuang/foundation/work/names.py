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
