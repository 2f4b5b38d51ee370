"""The fields of an item as columns: where each stands in the definition, what it is called and what may stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache

from django.db.models import TextChoices
from django.utils import translation

from yichuang.domains.catalogue.terms import words

SPECIAL = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审")


class Form(Enum):
    """What may stand in a cell."""

    TEXT = "text"
    WHOLE = "whole"
    YES_NO = "yes or no"
    MONEY = "yuan"
    DAY = "day"
    CHOICE = "one of some words"
    CHOICES = "several of some words"
    TEXTS = "several texts, one a line"
    PAIRS = "name=value, one a line"
    JSON = "JSON"
    LIMIT = "20(工作日)"  # in lists of others; ours has a column for each part
    MATERIALS = "names of materials"
    PLACES = "names of places"
    BASES = "texts of law"


@dataclass(frozen=True, slots=True)
class ItemField:
    """One column: `path` is its place in the definition, or in one member of a list of it."""

    path: tuple[str, ...]
    title: str
    form: Form = Form.TEXT
    choices: type[TextChoices] | tuple[str, ...] = ()
    hint: str = ""
    is_required: bool = False
    width: int = 18

    @property
    def key(self) -> str:
        """Write the path as mappings do: result.name."""
        return ".".join(self.path)

    @property
    def words(self) -> Mapping[str, str]:
        """Give what may stand in the cell, by the word that people see."""
        return choice_words(self.choices)


@cache
def choice_words(choices: type[TextChoices] | tuple[str, ...]) -> Mapping[str, str]:
    """List the Chinese words of some choices with their codes: tables are Chinese whatever the reader's language."""
    if isinstance(choices, tuple):
        return {each: each for each in choices}
    with translation.override("zh-hans"):
        return {str(label): str(value) for value, label in choices.choices if value}


class LimitUnit(TextChoices):
    """In what a limit is counted."""

    WORKING_DAY = "working_day", "工作日"
    CALENDAR_DAY = "calendar_day", "自然日"
    WORKING_HOUR = "working_hour", "工作小时"
    HALF_DAY = "half_day", "半天"
    MONTH = "month", "月"


def _limit(path: str, title: str) -> tuple[ItemField, ...]:
    return (
        ItemField((path, "limit"), title, Form.WHOLE, hint="数字；没有时限就留空", width=10),
        ItemField((path, "unit"), f"{title}单位", Form.CHOICE, LimitUnit, "留空即工作日", width=10),
        ItemField((path, "basis"), f"{title}依据"),
        ItemField((path, "note"), f"{title}说明"),
    )


T, N, B, C, M, L = Form.TEXT, Form.WHOLE, Form.YES_NO, Form.CHOICE, Form.CHOICES, Form.TEXTS
ONE_A_LINE = "一行一个"

ITEM_FIELDS: tuple[ItemField, ...] = (
    ItemField(("item",), "代号", hint="本系统里的编号；新事项留空，由实施编码生成"),
    ItemField(("code",), "实施编码", hint="31位；业务办理项33位", is_required=True, width=36),
    ItemField(("name",), "事项名称", is_required=True, width=40),
    ItemField(("unit",), "实施机关", hint="单位名称、简称或代号", is_required=True, width=28),
    ItemField(("task_type",), "事项类型", C, words.TaskType, is_required=True),
    ItemField(("handling",), "办件类型", C, words.HandlingType, is_required=True),
    ItemField(("level",), "行使层级", C, words.UseLevel),
    ItemField(("handling_system",), "办理系统", C, words.HandlingSystem, "留空即本系统"),
    ItemField(("servers",), "服务对象", M, words.Server, "可多选，一行一个"),
    ItemField(("serves",), "服务入口", M, words.Serves, "个人、企业；留空按服务对象"),
    *_limit("legal", "法定时限"),
    ItemField(("legal_absent",), "无法定时限的说明"),
    *_limit("promise", "承诺时限"),
    ItemField(("consult",), "咨询方式"),
    ItemField(("complain",), "监督投诉方式", hint="不能与咨询方式相同"),
    ItemField(("conditions",), "受理条件", width=40),
    ItemField(("result", "name"), "结果名称"),
    ItemField(("result", "type"), "结果类型", C, words.ResultType),
    ItemField(("result", "paper"), "结果文书"),
    ItemField(("result", "licence_type"), "结果证照类型"),
    ItemField(("result", "sample"), "结果样本"),
    ItemField(("online",), "网上办理", B),
    ItemField(("online_depth",), "网办深度", C, words.OnlineDepth),
    ItemField(("online_stage",), "网办环节", C, words.OnlineStage),
    ItemField(("online_address",), "网办地址"),
    ItemField(("mobile_address",), "移动端地址"),
    ItemField(("platform",), "承办平台"),
    ItemField(("visits",), "到现场次数", N, width=10),
    ItemField(("visits_reason",), "必须到现场原因"),
    ItemField(("handle_types",), "办理形式", M, words.HandleType, "可多选，一行一个"),
    ItemField(("handle_area",), "通办范围", C, words.HandleArea),
    ItemField(("province_mode",), "全省通办方式", C, words.ProvinceMode),
    ItemField(("hours",), "办理时间"),
    ItemField(("at_centre",), "进驻大厅", B, width=10),
    ItemField(("bookable",), "可预约", B, width=10),
    ItemField(("express",), "可快递", B, width=10),
    ItemField(("pays_online",), "网上支付", B, width=10),
    ItemField(("kiosk",), "自助终端", B, width=10),
    ItemField(("charges",), "是否收费", B, width=10),
    ItemField(("fee_basis",), "收费依据"),
    ItemField(("quantity_limit",), "数量限制"),
    ItemField(("aliases",), "别名", L, hint=f"群众的叫法，{ONE_A_LINE}"),
    ItemField(("themes",), "主题", L, hint=ONE_A_LINE),
    ItemField(("person_topics",), "个人主题", L, hint=ONE_A_LINE),
    ItemField(("firm_topics",), "法人主题", L, hint=ONE_A_LINE),
    ItemField(("special",), "特别程序", M, SPECIAL, ONE_A_LINE),
    ItemField(("special_days",), "特别程序天数", Form.PAIRS, hint="如 听证=20，一行一个"),
    ItemField(("intermediaries",), "中介服务", L, hint=ONE_A_LINE),
    ItemField(("tolerant_days",), "容缺补正天数", N, width=10),
    ItemField(("commitment", "text"), "告知承诺书", width=40),
    ItemField(("commitment", "check_days"), "承诺核查天数", N, width=10),
    ItemField(("commitment", "material"), "承诺书材料", hint="材料表里的材料代号"),
    ItemField(("decides_alone",), "一人办结", B, width=10),
    ItemField(("lifecycle",), "状态表", hint="本系统办理的事项必填"),
    ItemField(("plan",), "流程", hint="本系统办理的事项必填"),
    ItemField(("form",), "表单"),
    ItemField(("link_mode",), "对接方式", C, words.LinkMode),
    ItemField(("outputs",), "产出材料", L, hint=ONE_A_LINE),
    ItemField(("flow",), "办理流程", width=40),
    ItemField(("catalog_code",), "基本编码"),
    ItemField(("catalog_name",), "基本目录名称"),
    ItemField(("main_code",), "主项编码"),
    ItemField(("main_name",), "主项名称"),
    ItemField(("task_name",), "实施清单事项名称"),
    ItemField(("local_code",), "地方实施编码"),
    ItemField(("local_catalog_code",), "地方目录编码"),
    ItemField(("power_source",), "权力来源", C, words.PowerSource),
    ItemField(("body_code",), "实施主体代码"),
    ItemField(("body_name",), "实施主体名称"),
    ItemField(("body_type",), "实施主体性质", C, words.BodyType),
    ItemField(("entrusted",), "委托部门"),
    ItemField(("joint_bodies",), "联办机构", L, hint=ONE_A_LINE),
    ItemField(("town",), "街道代码"),
    ItemField(("village",), "社区代码"),
    ItemField(("in_force", "from"), "生效日期", Form.DAY, hint="新版本从哪天起生效；留空即今天"),
    ItemField(("in_force", "to"), "失效日期", Form.DAY, hint="最后有效日；留空即长期"),
    ItemField(("source",), "来源", L, hint="清单或文件的名称"),
    ItemField(("basis",), "发布依据", L),
    ItemField(("note",), "备注"),
    ItemField(("source_fields",), "来源字段", Form.PAIRS, hint="导入清单里没有自己字段的列"),
    ItemField((), "其他内容", Form.JSON, hint="由导出写入，请勿改动"),
)
"""The columns of an item itself, in the order of the workbook."""


@dataclass(frozen=True, slots=True)
class PartSheet:
    """A list inside an item as a sheet of its own: a row is one member."""

    key: str
    title: str
    fields: tuple[ItemField, ...]


PART_SHEETS: tuple[PartSheet, ...] = (
    PartSheet(
        "materials",
        "材料",
        (
            ItemField(("code",), "材料代号", hint="小写字母、数字；新材料可留空"),
            ItemField(("name",), "材料名称", is_required=True, width=36),
            ItemField(("form",), "材料类型", C, words.MaterialForm),
            ItemField(("medium",), "材料形式", C, words.Medium),
            ItemField(("need",), "必要性", C, words.Need),
            ItemField(("source",), "来源渠道", C, words.Source),
            ItemField(("source_note",), "来源说明"),
            ItemField(("copies",), "份数", N, width=8),
            ItemField(("pages",), "页数", N, width=8),
            ItemField(("page_format",), "纸张规格"),
            ItemField(("standard",), "受理标准"),
            ItemField(("fill_note",), "填报须知"),
            ItemField(("blank",), "空白表格"),
            ItemField(("sample",), "示例样表"),
            ItemField(("basis",), "要求依据"),
            ItemField(("licence_type",), "证照类型", hint="证照库能提供的证照，免提交"),
            ItemField(("exempt",), "免提交方式", C, words.ExemptMode),
            ItemField(("proof",), "证明事项", B, width=8),
            ItemField(("proof_item",), "保留证明"),
            ItemField(("accept_types",), "可收文件类型", L, hint=ONE_A_LINE),
            ItemField(("when",), "适用条件"),
            ItemField(("filled_by_form",), "由表单生成", B, width=8),
        ),
    ),
    PartSheet(
        "situations",
        "情形",
        (
            ItemField(("id",), "情形代号", hint="同一问题的各个选项写同一个代号"),
            ItemField(("question",), "问题", is_required=True, width=36),
            ItemField(("hint",), "提示"),
            ItemField(("when",), "适用条件"),
            ItemField(("choices", "id"), "选项代号"),
            ItemField(("choices", "label"), "选项", is_required=True, width=30),
            ItemField(("choices", "facts"), "选项事实", Form.PAIRS, hint="如 kitchen=true，一行一个"),
            ItemField(("choices", "not_eligible"), "不能办理的原因"),
            ItemField(("choices", "basis"), "原因依据"),
        ),
    ),
    PartSheet(
        "fees",
        "收费",
        (
            ItemField(("name",), "收费项目", is_required=True, width=30),
            ItemField(("amount_fen",), "金额（元）", Form.MONEY),
            ItemField(("standard",), "收费标准", hint="金额不固定时怎样计算"),
            ItemField(("basis",), "收费项目依据", is_required=True),
            ItemField(("reduction",), "减免"),
        ),
    ),
    PartSheet(
        "faq",
        "常见问题",
        (
            ItemField(("question",), "问题", is_required=True, width=40),
            ItemField(("answer",), "回答", is_required=True, width=60),
        ),
    ),
    PartSheet(
        "legal_basis",
        "依据",
        (
            ItemField(("law",), "法律法规名称", is_required=True, width=40),
            ItemField(("article",), "条款"),
            ItemField(("text",), "原文", width=60),
            ItemField(("from",), "施行日期", Form.DAY),
            ItemField(("to",), "有效期至", Form.DAY, hint="最后有效日；现行的留空"),
        ),
    ),
    PartSheet(
        "steps",
        "环节",
        (
            ItemField(("name",), "环节名称", is_required=True, width=30),
            ItemField(("role",), "办理岗位"),
            ItemField(("days",), "工作日", N, width=8),
            ItemField(("note",), "环节说明"),
        ),
    ),
    PartSheet(
        "points",
        "地点",
        (
            ItemField(("name",), "地点名称", is_required=True, width=40),
            ItemField(("kind",), "地点类型", C, words.PlaceKind),
            ItemField(("address",), "地址", width=40),
            ItemField(("hours",), "开放时间"),
            ItemField(("phone",), "电话"),
            ItemField(("site",), "大厅代号"),
        ),
    ),
    PartSheet(
        "variants",
        "流程类型",
        (
            ItemField(("id",), "类型代号", is_required=True),
            ItemField(("when",), "适用条件", is_required=True),
            *_limit("promise", "承诺时限"),
            ItemField(("plan",), "流程"),
        ),
    ),
)
"""The lists inside an item, a sheet each."""

UNIT_FIELDS = frozenset({"unit.name", "unit.code", "unit.uscc", "unit.region", "unit.region_name"})

MAPPED: Mapping[str, ItemField] = {
    field.key: field for field in ITEM_FIELDS if field.path and field.form not in (Form.PAIRS, Form.JSON)
} | {
    field.key: field
    for field in (
        ItemField(("legal",), "法定时限", Form.LIMIT),
        ItemField(("promise",), "承诺时限", Form.LIMIT),
        ItemField(("materials",), "材料", Form.MATERIALS),
        ItemField(("points",), "地点", Form.PLACES),
        ItemField(("legal_basis",), "依据", Form.BASES),
    )
}
"""The fields that a column of another system's list may fill."""

LISTED = frozenset(
    key
    for key, field in MAPPED.items()
    if field.form in (Form.TEXTS, Form.CHOICES, Form.MATERIALS, Form.PLACES, Form.BASES)
)
"""Those that hold several values."""


def is_field(name: str) -> bool:
    """Say whether a column of a list may fill a field of this name."""
    return name in MAPPED or name in UNIT_FIELDS
