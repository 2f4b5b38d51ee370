"""The elements of an item by their keys: what people call each, on which page of the editor it stands, its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.catalogue.terms import words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Topic(models.TextChoices):
    """The pages on which an item is edited, in their order."""

    BASIC = "basic", _("基本信息")
    BODY = "body", _("实施主体")
    AUDIENCE = "audience", _("服务对象")
    BASIS = "basis", _("设定依据")
    CONDITIONS = "conditions", _("受理条件")
    MATERIALS = "materials", _("申请材料")
    SITUATIONS = "situations", _("情形")
    LIMITS = "limits", _("办结时限")
    STEPS = "steps", _("办理流程")
    WAYS = "ways", _("办理方式")
    PLACES = "places", _("办理地点")
    FEES = "fees", _("收费")
    RESULT = "result", _("办理结果")
    COMMITMENT = "commitment", _("告知承诺和容缺")
    QUESTIONS = "questions", _("常见问题")
    CONTACT = "contact", _("咨询和投诉")
    VALIDITY = "validity", _("有效期和说明")


@dataclass(frozen=True, slots=True)
class Element:
    """
    One element of an item.

    `words` names its values. `parts` are the elements of each row (or of the one object, where `is_rows` is False), and
    `named_by` those of them by which people tell one row from another.
    """

    label: StrOrPromise
    topic: Topic
    words: type[models.TextChoices] | None = None
    parts: Mapping[str, Element] = field(default_factory=dict)
    named_by: tuple[str, ...] = ()
    is_rows: bool = False


def _rows(
    label: StrOrPromise,
    topic: Topic,
    named_by: tuple[str, ...],
    **parts: StrOrPromise | tuple[StrOrPromise, type] | Element,
) -> Element:
    return Element(label, topic, parts=_parts(topic, parts), named_by=named_by, is_rows=True)


def _one(label: StrOrPromise, topic: Topic, **parts: StrOrPromise | tuple[StrOrPromise, type]) -> Element:
    return Element(label, topic, parts=_parts(topic, parts))


def _parts(topic: Topic, parts: Mapping[str, StrOrPromise | tuple[StrOrPromise, type] | Element]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for key, each in parts.items():
        if isinstance(each, tuple):
            made = Element(each[0], topic, each[1])
        else:
            made = each if isinstance(each, Element) else Element(each, topic)
        found[key.rstrip("_")] = made
    return found


ELEMENTS: Mapping[str, Element] = {
    "name": Element(_("事项名称"), Topic.BASIC),
    "code": Element(_("实施编码"), Topic.BASIC),
    "catalog_code": Element(_("基本编码"), Topic.BASIC),
    "catalog_name": Element(_("基本目录名称"), Topic.BASIC),
    "main_code": Element(_("主项编码"), Topic.BASIC),
    "main_name": Element(_("主项名称"), Topic.BASIC),
    "task_name": Element(_("实施清单事项名称"), Topic.BASIC),
    "local_code": Element(_("地方实施编码"), Topic.BASIC),
    "local_catalog_code": Element(_("地方基本编码"), Topic.BASIC),
    "task_type": Element(_("事项类型"), Topic.BASIC, words.TaskType),
    "handling": Element(_("办件类型"), Topic.BASIC, words.HandlingType),
    "level": Element(_("行使层级"), Topic.BASIC, words.UseLevel),
    "town": Element(_("街道"), Topic.BASIC),
    "village": Element(_("社区"), Topic.BASIC),
    "handling_system": Element(_("办理系统"), Topic.BASIC, words.HandlingSystem),
    "link_mode": Element(_("对接方式"), Topic.BASIC, words.LinkMode),
    "platform": Element(_("承办平台"), Topic.BASIC),
    "unit": Element(_("实施机关"), Topic.BODY),
    "power_source": Element(_("权力来源"), Topic.BODY, words.PowerSource),
    "body_code": Element(_("实施主体统一社会信用代码"), Topic.BODY),
    "body_name": Element(_("实施主体名称"), Topic.BODY),
    "body_type": Element(_("实施主体性质"), Topic.BODY, words.BodyType),
    "entrusted": Element(_("委托部门"), Topic.BODY),
    "joint_bodies": Element(_("联办机构"), Topic.BODY),
    "serves": Element(_("面向"), Topic.AUDIENCE, words.Serves),
    "servers": Element(_("服务对象"), Topic.AUDIENCE, words.Server),
    "person_topics": Element(_("自然人主题"), Topic.AUDIENCE),
    "firm_topics": Element(_("法人主题"), Topic.AUDIENCE),
    "themes": Element(_("主题"), Topic.AUDIENCE),
    "aliases": Element(_("别名"), Topic.AUDIENCE),
    "legal_basis": _rows(
        _("设定依据"),
        Topic.BASIS,
        ("law", "article"),
        law=_("法律法规"),
        article=_("条款"),
        text=_("条文"),
        from_=_("施行日期"),
        to=_("失效日期"),
    ),
    "conditions": Element(_("受理条件"), Topic.CONDITIONS),
    "quantity_limit": Element(_("数量限制"), Topic.CONDITIONS),
    "intermediaries": Element(_("中介服务"), Topic.CONDITIONS),
    "materials": _rows(
        _("申请材料"),
        Topic.MATERIALS,
        ("code",),
        code=_("材料代号"),
        name=_("材料名称"),
        form=(_("材料类型"), words.MaterialForm),
        medium=(_("材料形式"), words.Medium),
        need=(_("必要性"), words.Need),
        source=(_("来源渠道"), words.Source),
        source_note=_("来源渠道说明"),
        copies=_("份数"),
        pages=_("页数"),
        page_format=_("规格"),
        blank=_("空白表格"),
        sample=_("示例样表"),
        fill_note=_("填报须知"),
        standard=_("受理标准"),
        basis=_("依据"),
        exempt=(_("免提交方式"), words.ExemptMode),
        licence_type=_("由证照库提供"),
        accept_types=_("可接收的文件类型"),
        filled_by_form=_("由申请表生成"),
        proof=_("属于证明事项"),
        proof_item=_("保留证明事项"),
        when=_("什么情况下要"),
    ),
    "situations": _rows(
        _("情形"),
        Topic.SITUATIONS,
        ("id",),
        id=_("代号"),
        question=_("问题"),
        hint=_("提示"),
        when=_("什么情况下问"),
        choices=_rows(
            _("选项"),
            Topic.SITUATIONS,
            ("id",),
            id=_("代号"),
            label_=_("选项文字"),
            facts=_("成立的事实"),
            not_eligible=_("不能办理的理由"),
            basis=_("依据"),
        ),
    ),
    "legal": _one(
        _("法定办结时限"),
        Topic.LIMITS,
        limit=_("法定办结时限"),
        unit=_("法定办结时限的单位"),
        basis=_("法定办结时限的依据"),
        note=_("法定办结时限的说明"),
    ),
    "legal_absent": Element(_("无法定时限的说明"), Topic.LIMITS),
    "promise": _one(
        _("承诺办结时限"),
        Topic.LIMITS,
        limit=_("承诺办结时限"),
        unit=_("承诺办结时限的单位"),
        basis=_("承诺办结时限的依据"),
        note=_("承诺办结时限的说明"),
    ),
    "variants": _rows(
        _("按情形的承诺"),
        Topic.LIMITS,
        ("id",),
        id=_("代号"),
        when=_("什么情况下"),
        promise=_one(
            _("承诺办结时限"),
            Topic.LIMITS,
            limit=_("按情形的承诺时限"),
            unit=_("按情形的承诺时限的单位"),
            basis=_("按情形的承诺时限的依据"),
            note=_("按情形的承诺时限的说明"),
        ),
        plan=_("流程"),
    ),
    "special": Element(_("特别程序"), Topic.LIMITS),
    "special_days": Element(_("特别程序天数"), Topic.LIMITS),
    "steps": _rows(
        pgettext_lazy("list", "环节"),
        Topic.STEPS,
        ("name",),
        name=_("环节名称"),
        role=_("办理人"),
        days=_("天数"),
        note=_("说明"),
    ),
    "flow": Element(_("办理流程说明"), Topic.STEPS),
    "lifecycle": Element(_("状态表"), Topic.STEPS),
    "plan": Element(_("流程"), Topic.STEPS),
    "form": Element(_("申请表"), Topic.STEPS),
    "decides_alone": Element(_("一人办结"), Topic.STEPS),
    "outputs": Element(_("供其他事项使用的结果"), Topic.STEPS),
    "handle_types": Element(_("办理形式"), Topic.WAYS, words.HandleType),
    "online": Element(_("网上办理"), Topic.WAYS),
    "online_depth": Element(_("网办深度"), Topic.WAYS, words.OnlineDepth),
    "online_stage": Element(_("网办环节"), Topic.WAYS, words.OnlineStage),
    "online_address": Element(_("网上办理地址"), Topic.WAYS),
    "mobile_address": Element(_("移动端办理地址"), Topic.WAYS),
    "visits": Element(_("到现场次数"), Topic.WAYS),
    "visits_reason": Element(_("必须到现场的原因"), Topic.WAYS),
    "handle_area": Element(_("通办范围"), Topic.WAYS, words.HandleArea),
    "province_mode": Element(_("全省通办方式"), Topic.WAYS, words.ProvinceMode),
    "at_centre": Element(_("进驻大厅"), Topic.WAYS),
    "bookable": Element(_("网上预约"), Topic.WAYS),
    "express": Element(_("快递送达"), Topic.WAYS),
    "kiosk": Element(_("自助终端办理"), Topic.WAYS),
    "points": _rows(
        _("办理地点"),
        Topic.PLACES,
        ("name",),
        name=_("名称"),
        kind=(_("类型"), words.PlaceKind),
        address=_("地址"),
        hours=_("办理时间"),
        phone=_("电话"),
        site=_("场所编号"),
    ),
    "hours": Element(_("办理时间"), Topic.PLACES),
    "charges": Element(_("是否收费"), Topic.FEES),
    "fee_basis": Element(_("收费依据"), Topic.FEES),
    "pays_online": Element(_("网上支付"), Topic.FEES),
    "fees": _rows(
        _("收费项目"),
        Topic.FEES,
        ("name",),
        name=_("收费项目名称"),
        amount_fen=_("金额"),
        standard=_("收费标准"),
        basis=_("收费依据"),
        reduction=_("减免情形"),
    ),
    "result": _one(
        _("办理结果"),
        Topic.RESULT,
        name=_("结果名称"),
        type=(_("结果类型"), words.ResultType),
        sample=_("结果样本"),
        licence_type=_("颁发的证照"),
        paper=_("决定文书"),
    ),
    "commitment": _one(
        _("告知承诺"),
        Topic.COMMITMENT,
        text=_("承诺书内容"),
        check_days=_("核查期限"),
        material=_("承诺书所对应的材料"),
    ),
    "tolerant_days": Element(_("容缺补交期限"), Topic.COMMITMENT),
    "faq": _rows(_("常见问题"), Topic.QUESTIONS, ("question",), question=_("问题"), answer=_("回答")),
    "consult": Element(_("咨询方式"), Topic.CONTACT),
    "complain": Element(_("监督投诉方式"), Topic.CONTACT),
    "in_force": _one(_("有效期"), Topic.VALIDITY, from_=_("生效日期"), to=_("取消日期")),
    "source": Element(_("来源"), Topic.VALIDITY),
    "note": Element(_("备注"), Topic.VALIDITY),
    "source_fields": Element(_("导入时保留的其他栏目"), Topic.VALIDITY),
}
"""Key of the definition → element, in the order in which people read an item."""


def element_of(path: str) -> Element | None:
    """
    Find the element of a dotted path; a number or code between its parts names a row.

    >>> str(element_of("materials.photo.source").label), element_of("nothing")
    ('来源渠道', None)
    """
    first, *rest = path.split(".")
    found = ELEMENTS.get(first)
    if found is None or not rest or not found.parts:
        return found
    return found.parts.get(rest[-1], found)
