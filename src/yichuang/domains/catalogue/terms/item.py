"""The parsed form of an item that every upper domain reads: one version, immutable, with the national fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.translation import ngettext

from yichuang.domains.catalogue.terms.words import (
    BodyType,
    ExemptMode,
    HandleArea,
    HandleType,
    HandlingSystem,
    HandlingType,
    LinkMode,
    MaterialForm,
    Medium,
    Need,
    OnlineDepth,
    OnlineStage,
    PlaceKind,
    PowerSource,
    ProvinceMode,
    ResultType,
    Server,
    Source,
    TaskType,
    Way,
)
from yichuang.kernel.conditions import Condition, Truth


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of working days (or what `unit` says, a name of `kernel.clocks.Unit`) and where it comes from."""

    limit: int
    unit: str
    basis: str
    note: str = ""  # 时限说明

    @property
    def text(self) -> str:
        """Write the limit as people read it: 10 个工作日."""
        match self.unit:
            case "working_hour":
                said = ngettext("%(n)s 个工作小时", "%(n)s 个工作小时", self.limit)
            case "half_day":
                said = ngettext("%(n)s 个半天", "%(n)s 个半天", self.limit)
            case "calendar_day":
                said = ngettext("%(n)s 个自然日", "%(n)s 个自然日", self.limit)
            case "month":
                said = ngettext("%(n)s 个月", "%(n)s 个月", self.limit)
            case _:
                said = ngettext("%(n)s 个工作日", "%(n)s 个工作日", self.limit)
        return said % {"n": self.limit}


@dataclass(frozen=True, slots=True)
class Material:
    """
    One material of an item.

    `licence_type` names the licence that the library supplies instead, so that it is not asked for. `when` asks for
    the material only in some situations; unknown asks for it.
    """

    code: str
    name: str
    form: MaterialForm
    need: Need
    source: Source
    copies: int = 1
    licence_type: str = ""
    accept_types: tuple[str, ...] = ()
    standard: str = ""  # 受理标准
    basis: str = ""
    when: Condition | None = None
    filled_by_form: bool = False  # the form itself, printed: 申请表
    medium: Medium = Medium.BOTH
    source_note: str = ""  # 来源渠道说明: who issues it
    pages: int = 0  # 页数, 0: as many as there are
    page_format: str = ""  # 规格: A4
    blank: str = ""  # 空白表格: address or file
    sample: str = ""  # 示例样表
    fill_note: str = ""  # 填报须知
    exempt: ExemptMode | None = None  # what spares it
    is_proof: bool = False  # 证明事项: asked for only where its keeping was decided
    proof_item: str = ""  # which kept proof


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a situation question; `facts` are what it makes true."""

    id: str
    label: str
    facts: Mapping[str, Any]
    not_eligible: str = ""  # why one who answers so cannot apply, empty if he can
    basis: str = ""  # the law that says so, empty: that of the item


@dataclass(frozen=True, slots=True)
class Situation:
    """One question (情形) that decides which materials and steps apply."""

    id: str
    question: str
    choices: tuple[Choice, ...]
    hint: str = ""
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Fee:
    """收费: nothing is charged without one. An amount of None is reckoned after the standard."""

    name: str
    amount_fen: int | None
    basis: str
    standard: str = ""  # 收费标准
    reduction: str = ""  # 减免情形, empty: none

    @property
    def yuan(self) -> str:
        """Write the amount in yuan: 12.50; empty where it is reckoned."""
        return "" if self.amount_fen is None else f"{self.amount_fen // 100}.{self.amount_fen % 100:02d}"


@dataclass(frozen=True, slots=True)
class Basis:
    """设定依据: one article of one law, with the days on which it holds."""

    law: str
    article: str = ""
    text: str = ""  # what the article says
    valid_from: date | None = None
    valid_to: date | None = None  # the last valid day

    def holds(self, on: date) -> bool:
        """Tell whether the basis is in force on a day; an end or beginning that is not known holds."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    def __str__(self) -> str:
        return f"{self.law} {self.article}".strip()


@dataclass(frozen=True, slots=True)
class Place:
    """办理地点: one place where an item is handled over the counter."""

    name: str
    kind: PlaceKind = PlaceKind.HALL
    address: str = ""
    hours: str = ""
    phone: str = ""
    site: str = ""  # code of the site whose queues and hours are kept here

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One step (环节) as the national fields tell it, where no plan of ours does."""

    name: str
    role: str = ""
    days: int | None = None  # working days
    note: str = ""


@dataclass(frozen=True, slots=True)
class Faq:
    """常见问题."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Variant:
    """What an item promises otherwise, and by which plan it is handled, where the facts say so (审批流程类型)."""

    id: str
    when: Condition
    promise: Limit | None
    plan: str


TASK_CODE_LENGTH = 31


@dataclass(frozen=True)
class Item:
    """One version of a service item as it is in force: immutable, cached by (code, version)."""

    id: str  # the definition's id, as other definitions name it: construction_permit
    version: int
    name: str
    code: str  # 实施编码, 31 characters where known
    catalog_code: str  # 基本编码
    unit: str  # code of the unit that decides
    task_type: TaskType
    handling: HandlingType
    level: str  # 行使层级
    valid_from: date
    valid_to: date | None
    legal: Limit | None  # None where the law gives none; what is handled here has one
    promise: Limit | None  # None for what is decided on the spot
    lifecycle: str  # lifecycle and plan are "" where the item is handled elsewhere: a guide only
    plan: str
    form: str
    result_paper: str  # the paper of a positive decision besides 准予决定书, or ""
    result_name: str
    licence_type: str  # issued on approval, or ""
    materials: tuple[Material, ...]
    situations: tuple[Situation, ...]
    special: tuple[str, ...]  # which of the eight special procedures may occur
    commitment: str  # id of the commitment text, "" when the item is not open to 告知承诺
    check_days: int  # after-check of a commitment, working days
    tolerant_days: int  # 容缺 supplement limit, working days; 0: not tolerant
    handling_system: HandlingSystem
    link_mode: LinkMode
    is_online: bool
    visits: int  # 到现场次数
    serves: tuple[str, ...]  # person, firm
    aliases: tuple[str, ...]
    themes: tuple[str, ...]
    conditions: str  # 受理条件
    fees: tuple[Fee, ...]
    bases: tuple[Basis, ...]
    faq: tuple[Faq, ...]
    places: tuple[Place, ...]
    hours: str
    consult: str  # 咨询方式
    complain: str  # 投诉方式
    decides_alone: bool  # 即办件: the same person may handle and sign
    commitment_text: str = ""  # what the applicant signs
    commitment_material: str = ""  # the material that is the signed commitment, where one is handed in
    outputs: tuple[str, ...] = ()  # material codes that a later item gets from the library instead of the applicant
    variants: tuple[Variant, ...] = ()
    # coding
    task_name: str = ""  # 实施清单事项名称, where the item is one 业务办理项 of it
    catalog_name: str = ""  # 基本目录名称
    main_code: str = ""  # 主项编码: the larger one of the basic catalogue to which it belongs
    main_name: str = ""
    local_code: str = ""
    local_catalog_code: str = ""
    # who
    power_source: PowerSource = PowerSource.OWN
    body_code: str = ""  # 实施主体统一社会信用代码
    body_name: str = ""  # as the source names it, where the body is no unit here
    body_type: BodyType = BodyType.ORGAN
    entrusted: str = ""  # 委托部门
    joint_bodies: tuple[str, ...] = ()  # 联办机构
    servers: tuple[Server, ...] = ()
    person_topics: tuple[str, ...] = ()  # 自然人主题
    firm_topics: tuple[str, ...] = ()  # 法人主题
    town: str = ""  # code of the street, of the community: for levels 5 and 6
    village: str = ""
    # where and how
    handle_area: HandleArea = HandleArea.DISTRICT
    province_mode: ProvinceMode | None = None
    handle_types: tuple[HandleType, ...] = ()
    online_depth: OnlineDepth | None = None
    online_stage: OnlineStage | None = None
    online_address: str = ""
    mobile_address: str = ""
    platform: str = ""  # 承办平台, as the source names it
    visits_reason: str = ""
    at_centre: bool = True  # 进驻大厅
    is_bookable: bool = False  # 网上预约
    has_express: bool = False  # 快递送达
    pays_online: bool | None = None  # 网上支付, None: not said
    at_kiosk: bool = False  # 自助终端
    # what
    charges: bool = False
    fee_basis: str = ""
    result_type: ResultType = ResultType.OTHER
    result_sample: str = ""
    legal_absent: str = ""  # why the law gives no limit
    quantity_limit: str = ""  # 数量限制
    special_days: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    intermediaries: tuple[str, ...] = ()  # 中介服务: ids of intermediary items
    flow: tuple[FlowStep, ...] = ()
    flow_text: str = ""
    source_fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Columns of an imported list that have no place of their own; nothing of a source is lost."""

    @property
    def basis(self) -> tuple[str, ...]:
        """Write what the item stands on, law and article."""
        return tuple(str(each) for each in self.bases)

    @property
    def points(self) -> tuple[str, ...]:
        """Name the places where it is handled."""
        return tuple(each.name for each in self.places)

    @property
    def task_code(self) -> str:
        """Give the 实施编码 of 31 characters, without the two digits of a 业务办理项."""
        return self.code[:TASK_CODE_LENGTH]

    @property
    def is_subitem(self) -> bool:
        """Say whether the item is one 业务办理项 of a larger one: its code has two digits more."""
        return len(self.code) == TASK_CODE_LENGTH + 2

    @property
    def is_guide_only(self) -> bool:
        """Say whether there is only a guide here, as it is handled in another system."""
        return not self.lifecycle

    @property
    def is_instant(self) -> bool:
        """Say whether the item is decided on the spot."""
        return self.handling == HandlingType.INSTANT

    @property
    def ways(self) -> tuple[Way, ...]:
        """List how it can be asked for: online here, and at its places."""
        online = (Way.ONLINE,) if self.is_online and self.handling_system == HandlingSystem.HERE else ()
        return (*online, Way.WINDOW) if self.points else online

    def facts_of(self, answers: Mapping[str, str]) -> dict[str, Any]:
        """Give what the answers (situation → choice) make true; an answer that does not exist says nothing."""
        return {name: fact for choice in self.chosen(answers) for name, fact in choice.facts.items()}

    def chosen(self, answers: Mapping[str, str]) -> tuple[Choice, ...]:
        """Give the choices that the answers name, in the order of the questions."""
        return tuple(choice for each in self.situations for choice in each.choices if choice.id == answers.get(each.id))

    def questions(self, answers: Mapping[str, str]) -> tuple[Situation, ...]:
        """List the questions that apply after these answers; one whose condition is not known applies."""
        facts = self.facts_of(answers)
        return tuple(each for each in self.situations if not _is_out(each.when, facts))

    def materials_for(self, facts: Mapping[str, Any]) -> tuple[Material, ...]:
        """List the materials that these facts ask for; what is not known is asked for."""
        return tuple(each for each in self.materials if not _is_out(each.when, facts))

    def variant_for(self, facts: Mapping[str, Any]) -> Variant | None:
        """Give the first variant whose condition holds for sure; None: the item stands as it is written."""
        return next((each for each in self.variants if each.when.decide(facts).truth is Truth.YES), None)

    def for_facts(self, facts: Mapping[str, Any]) -> Item:
        """Give the item with promise and plan as they are for these facts."""
        variant = self.variant_for(facts)
        return replace(self, promise=variant.promise, plan=variant.plan) if variant else self


def _is_out(when: Condition | None, facts: Mapping[str, Any]) -> bool:
    return when is not None and when.decide(facts).truth is Truth.NO
