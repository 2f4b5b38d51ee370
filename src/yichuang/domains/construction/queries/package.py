"""
The national exchange tables of construction approvals, built from what is kept.

Fields bear the names of 工程建设项目审批管理系统数据共享交换标准. Choices are numbered in the order of our element
dictionary where the appendix of the standard is not known to us. Status events 1–15 come from the state spans.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yichuang.domains.cases import queries as cases
from yichuang.domains.catalogue.terms import Item
from yichuang.domains.construction.models import PlanLayer, Project
from yichuang.domains.construction.queries.timetable import applicable, budget, stage_item, stage_of, stages_of
from yichuang.domains.construction.rules import geometry
from yichuang.domains.construction.terms import FlowClass, Stage
from yichuang.domains.licences import queries as licences
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.people.terms import DIGITS, Level
from yichuang.foundation.records import queries as records
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work.models import Clock, Dossier, Pause, Share, Span
from yichuang.foundation.work.terms import ClockKind
from yichuang.kernel import plans

_ENDS = ("SJYXBS", "SJWXYY", "SJSCZT", "SBYY")
_BEGINS = ("LSH", "DFSJZJ", "XZQHDM")

TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "SPGL_DFXMSPLCXXB": (
        "地方项目审批流程信息表",
        ("SPLCBM", "SPLCMC", "SPLCBBH", "SPLCSXSJ", "SPLCLX", "SPLCSM", "FJMC", "FJLX", "FJID"),
    ),
    "SPGL_DFXMSPLCJDXXB": (
        "地方项目审批流程阶段信息表",
        ("SPLCBM", "SPLCBBH", "SPJDBM", "SPJDMC", "SPJDXH", "DYBZSPJDXH", "SPJDSX", "LCBSXLX"),
    ),
    "SPGL_DFXMSPLCJDSXXXB": (
        "地方项目审批流程阶段事项信息表",
        (
            *("SPLCBM", "SPLCBBH", "SPJDXH", "SPSXBM", "SPSXBBH", "SPSXMC", "DYBZSPSXBM", "SFSXGZCNZ", "BJLX"),
            *("SQDX", "BLJGSDFS", "SPSXBLSX", "SPBMBM", "SPBMMC", "QZSPSXBM", "SFLCBSX"),
        ),
    ),
    "SPGL_XMJBXXB": (
        "项目基本信息表",
        (
            *("XMDM", "XMMC", "GCDM", "GCFW", "QJDGCDM", "XMTZLY", "TDHQFS", "TDSFDSJFA", "SFWCQYPG", "SPLCLX"),
            *("LXLX", "GCFL", "JSXZ", "XMZJSX", "GBHYDMFBND", "GBHYDM", "NKGSJ", "NJCSJ", "XMSFWQBJ", "XMWQBJSJ"),
            *("ZTZE", "JSDDXZQH", "JSDD", "XMJSDDX", "XMJSDDY", "JSGMJNR", "YDMJ", "JZMJ", "SBSJ", "SPLCBM", "SPLCBBH"),
        ),
    ),
    "SPGL_XMDWXXB": ("项目单位信息表", ("XMDM", "GCDM", "DWTYSHXYDM", "DWMC", "DWLX")),
    "SPGL_XMSPSXBLXXB": (
        "项目审批事项办理信息表",
        (
            *("XMDM", "GCDM", "SPSXBM", "SPSXBBH", "SPLCBM", "SPLCBBH", "SPSXSLBM", "SPBMBM", "SPBMMC", "SLFS"),
            *("GKFS", "BLSPSLBM", "SXBLSX"),
        ),
    ),
    "SPGL_XMSPSXBLXXXXB": (
        "项目审批事项办理详细信息表",
        ("XMDM", "GCDM", "SPSXSLBM", "BLCS", "BLR", "BLZT", "BLYJ", "BLSJ"),
    ),
    "SPGL_XMSPSXBLTBCXXXB": (
        "项目审批事项办理特别程序信息表",
        ("XMDM", "GCDM", "SPSXSLBM", "TBCX", "TBCXMC", "TBCXKSSJ", "TBCXJSSJ", "TBCXSXLX", "TBCXSX"),
    ),
    "SPGL_XMSPSXPFWJXXB": (
        "项目审批事项批复文件信息表",
        ("XMDM", "GCDM", "SPSXSLBM", "PFRQ", "PFWH", "PFWJBT", "PFWJYXQX", "FJMC", "FJLX", "FJID"),
    ),
    "SPGL_XMQTFJXXB": ("项目其他附件信息表", ("XMDM", "GCDM", "SPSXSLBM", "FJMC", "FJLX", "FJID")),
    "SPGL_ZJFWSXBLXXB": (
        "中介服务事项办理信息表",
        ("XMDM", "ZJFWSXMC", "ZJFWSXBM", "ZJFWSXSLBM", "SPSXSLBM", "BLSX", "SXLX", "ZJJGDM", "ZJJGMC", "WTR", "WTRDM"),
    ),
    "SPGL_XMYDHXJZXXB": ("项目用地红线界址信息表", ("XMDM", "JZWJXH", "JZWJMC", "JZWJSM", "JZWJFJ")),
    "SPGL_XMQQYJXXB": ("项目前期意见信息表", ("XMDM", "QQYJSLBM", "BLDWDM", "BLDWMC", "FKSJ", "BLR", "QQYJ")),
    "SPGL_DFGHKZXXXB": ("地方规划控制线信息表", ("KZXWJXH", "KZXWJMC", "KZXSYKSSJ", "KZXWJSM", "KZXWJFJ")),
}
"""Each table's name and its own fields; those that all tables have stand around them."""

EXCHANGED = range(1, 16)
"""The codes that the standard knows; ours above them say nothing new to others and stay at home."""

SPECIAL = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审")
PARTY_KINDS = {"construction_unit": 1, "contractor": 2, "survey_unit": 3, "design_unit": 4, "supervisor": 5}


@dataclass
class Tables:
    """The tables while they are filled, and the files that go with them."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in TABLES})
    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, table: str, key: str, region: str, **values: Any) -> None:
        """Add a row; `key` is its local primary key."""
        number = len(self.rows[table]) + 1
        own = TABLES[table][1]
        assert not values.keys() - set(own), f"{table} has no {values.keys() - set(own)}"
        begins = {"LSH": number, "DFSJZJ": key, "XZQHDM": region[: DIGITS[Level.DISTRICT]]}
        ends = {"SJYXBS": 1, "SJWXYY": "", "SJSCZT": 0, "SBYY": ""}
        self.rows[table].append(begins | {name: _plain(values.get(name)) for name in own} | ends)

    def write(self, table: str) -> bytes:
        """Write a table as CSV: UTF-8 with the mark that spreadsheets want, the standard's field names as head."""
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, [*_BEGINS, *TABLES[table][1], *_ENDS])
        writer.writeheader()
        writer.writerows(self.rows[table])
        return out.getvalue().encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Event:
    """One status event of an item, as it is exchanged."""

    code: int
    at: datetime
    who: str
    says: str


def tables_of(projects: Sequence[Project], at: datetime) -> Tables:
    """Build every table for these projects as they stand at a moment."""
    tables = Tables()
    on = local_day(at)
    _flows(tables, on)
    for layer in PlanLayer.objects.filter(valid_from__lte=on).order_by("pk"):
        _layer(tables, layer)
    for project in projects:
        _project(tables, project, on)
        for stage in stages_of(project.dossier):
            for child in Dossier.objects.filter(parent=stage).select_related("unit").order_by("pk"):
                _item(tables, project, stage, child)
    return tables


def expected(projects: Sequence[Project], at: datetime) -> dict[str, int]:
    """Count, by statements of their own, the rows that tables with one row a thing must have."""
    keys = [project.pk for project in projects]
    items = Dossier.objects.filter(root_id__in=keys, parent__kind="stage")
    return {
        "SPGL_DFXMSPLCXXB": len(FlowClass),
        "SPGL_DFXMSPLCJDXXB": len(FlowClass) * len(Stage),
        "SPGL_XMJBXXB": len(keys),
        "SPGL_XMSPSXBLXXB": items.count(),
        "SPGL_XMSPSXBLTBCXXXB": Pause.objects.filter(
            clock__dossier__in=items,
            clock__kind=ClockKind.PROMISE,
            clock__step=None,
            kind__in=SPECIAL,
            cancelled_at=None,
        ).count(),
        "SPGL_XMQQYJXXB": Share.objects.filter(dossier_id__in=keys, step=None, state__in=["given", "silent"]).count(),
        "SPGL_XMYDHXJZXXB": sum(bool(project.red_line) for project in projects),
        "SPGL_DFGHKZXXXB": PlanLayer.objects.filter(valid_from__lte=local_day(at)).count(),
    }


def events_of(child: Dossier) -> list[Event]:
    """
    List the status events of an item in order: the application of its stage up to the acceptance, then its own.

    States that the standard does not know are left out, and one that says the same again.
    """
    spans = [*_exchanged(child.parent, before_acceptance=True), *_exchanged(child, before_acceptance=False)]
    found: list[Event] = []
    for event in spans:
        if not found or found[-1].code != event.code:
            found.append(event)
    return found


def _exchanged(dossier: Dossier | None, *, before_acceptance: bool) -> Iterator[Event]:
    if dossier is None:
        return
    lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
    who = _who_moved(dossier)
    for span in Span.objects.filter(dossier=dossier).order_by("from_at", "pk"):
        code = lifecycle.states[span.state].code
        if code not in EXCHANGED or before_acceptance != (code in (1, 6, 7)):
            continue
        name = who.get((span.from_at, span.state)) or who.get((span.from_at, "")) or "系统"
        yield Event(code, span.from_at, name, lifecycle.states[span.state].label)


def _who_moved(dossier: Dossier) -> dict[tuple[datetime, str], str]:
    """Name who brought a dossier into a state at a moment; with an empty state, who acted at that moment at all."""
    told = records.told(dossier.stream)
    names = Account.objects.in_bulk({each.by.account_id for each in told if each.by.account_id})
    found: dict[tuple[datetime, str], str] = {}
    for each in told:
        moment = datetime.fromisoformat(each.payload["effective_at"]) if "effective_at" in each.payload else each.at
        if each.by.account_id:
            moved = each.payload.get("state") or ["", ""]
            found.setdefault((moment, moved[1]), str(names[each.by.account_id]))
            found.setdefault((moment, ""), str(names[each.by.account_id]))
    return found


def _flows(tables: Tables, on: date) -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    for flow_class in FlowClass:
        code, version = _flow_code(flow_class), 1
        tables.add(
            "SPGL_DFXMSPLCXXB",
            code,
            _region(),
            SPLCBM=code,
            SPLCMC=flow_class.label,
            SPLCBBH=version,
            SPLCSXSJ=stage_item(Stage.LAND, on).valid_from,
            SPLCLX=flow_class.value,
        )
        for stage in Stage:
            item = stage_item(stage, on)
            tables.add(
                "SPGL_DFXMSPLCJDXXB",
                f"{code}/{stage.value}",
                _region(),
                SPLCBM=code,
                SPLCBBH=version,
                SPJDBM=item.id,
                SPJDMC=stage.label,
                SPJDXH=stage.value,
                DYBZSPJDXH=stage.value,
                SPJDSX=budget(flow_class, stage, on),
            )
            _flow_items(tables, code, version, flow_class, stage, item, units, on)


def _flow_items(
    tables: Tables,
    code: str,
    version: int,
    flow_class: FlowClass,
    stage: Stage,
    item: Item,
    units: dict[str, Unit],
    on: date,
) -> None:
    facts = {"flow_class": flow_class.value}
    found = list(applicable(item, facts, on))
    items = {step.id: child for step, child in found}
    plan: plans.Plan = definitions.in_force("plan", item.for_facts(facts).plan, on=on)
    for step, child in found:
        promise = child.for_facts(facts).promise
        unit = units.get(step.unit or child.unit)
        tables.add(
            "SPGL_DFXMSPLCJDSXXXB",
            f"{code}/{stage.value}/{child.id}",
            _region(),
            SPLCBM=code,
            SPLCBBH=version,
            SPJDXH=stage.value,
            SPSXBM=child.code,
            SPSXBBH=child.version,
            SPSXMC=child.name,
            SFSXGZCNZ=int(bool(child.commitment)),
            BJLX=1 if child.is_instant else 2,
            SQDX="、".join(child.serves),
            SPSXBLSX=promise.limit if promise else 1,
            SPBMBM=unit.uscc if unit else "",
            SPBMMC=unit.name if unit else "",
            QZSPSXBM=",".join(items[before].code for before in step.after if before in items),
            SFLCBSX=int(not step.optional and not plan.successors[step.id]),
        )


def _project(tables: Tables, project: Project, on: date) -> None:
    dossier, more = project.dossier, project.read_fields()
    elements = definitions.elements(on).elements
    code = dossier.number

    def number(element: str, value: Any) -> Any:
        """Number a choice in the order of the dictionary, from 1."""
        choices = list(elements[element].choices) if element in elements else []
        return choices.index(value) + 1 if value in choices else ""

    site = more.get("site") or {}
    tables.add(
        "SPGL_XMJBXXB",
        str(project.pk),
        dossier.region,
        XMDM=code,
        XMMC=dossier.title,
        GCDM=project.works_code or code,
        GCFW=more.get("works_scope"),
        QJDGCDM=more.get("earlier_works_code"),
        XMTZLY=number("investment_source", project.investment_source),
        TDHQFS=number("land_obtained_by", more.get("land_obtained_by")),
        TDSFDSJFA=int(more.get("land_with_scheme") == "with"),
        SFWCQYPG=int(more.get("area_assessed") == "done"),
        SPLCLX=project.flow_class,
        LXLX=number("approval_kind", more.get("approval_kind")),
        GCFL=number("works_class", project.works_class),
        JSXZ=number("construction_nature", more.get("construction_nature")),
        XMZJSX=number("funds_nature", more.get("funds_nature")),
        GBHYDMFBND=2017,
        GBHYDM=more.get("industry_code"),
        NKGSJ=project.planned_start_on,
        NJCSJ=project.planned_completion_on,
        XMSFWQBJ=int(dossier.ended_at is not None),
        XMWQBJSJ=dossier.ended_at,
        ZTZE=_wan(project.total_investment_fen),
        JSDDXZQH=dossier.region,
        JSDD=site.get("detail") if isinstance(site, dict) else site,
        XMJSDDX=more.get("site_x"),
        XMJSDDY=more.get("site_y"),
        JSGMJNR=more.get("scale_and_content"),
        YDMJ=project.land_area_m2,
        JZMJ=project.building_area_m2,
        SBSJ=project.applied_at,
        SPLCBM=_flow_code(project.flow_class),
        SPLCBBH=1,
    )
    _parties(tables, project)
    _red_line(tables, project)
    for share in Share.objects.filter(dossier=dossier, step=None, state__in=["given", "silent"]).order_by("pk"):
        tables.add(
            "SPGL_XMQQYJXXB",
            str(share.pk),
            dossier.region,
            XMDM=code,
            QQYJSLBM=f"{code}/{share.round}/{share.unit.code}",
            BLDWDM=share.unit.uscc,
            BLDWMC=share.unit.name,
            FKSJ=share.given_at,
            BLR=str(share.by or "（逾期未复，视为同意）"),
            QQYJ=share.opinion or "同意",
        )


def _parties(tables: Tables, project: Project) -> None:
    code, owner = project.dossier.number, project.owner
    told = {(1, owner.uscc): owner.name}
    for stage in stages_of(project.dossier):
        answers = stage.case.read("answers")
        for element, kind in PARTY_KINDS.items():
            firm = answers.get(element)
            if isinstance(firm, dict) and firm.get("uscc"):
                told.setdefault((kind, firm["uscc"]), firm.get("name", ""))
    for (kind, uscc), name in told.items():
        key = f"{project.pk}/{kind}/{uscc}"
        values = {"XMDM": code, "GCDM": project.works_code or code, "DWTYSHXYDM": uscc, "DWMC": name, "DWLX": kind}
        tables.add("SPGL_XMDWXXB", key, project.dossier.region, **values)


def _red_line(tables: Tables, project: Project) -> None:
    if not project.red_line:
        return
    code = project.dossier.number
    path = f"SPGL_XMYDHXJZXXB/{code}.csv"
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["JZQH", "JZDH", "JD", "WD"])
    writer.writerows(geometry.vertices(geometry.read_polygon(project.red_line)))
    tables.files[path] = out.getvalue().encode("utf-8-sig")
    tables.add(
        "SPGL_XMYDHXJZXXB",
        f"{project.pk}/1",
        project.dossier.region,
        XMDM=code,
        JZWJXH=1,
        JZWJMC=f"{code}.csv",
        JZWJSM="CGCS2000 经纬度（EPSG:4490）：界址圈号、界址点号、经度、纬度",
        JZWJFJ=path,
    )


def _layer(tables: Tables, layer: PlanLayer) -> None:
    path = f"SPGL_DFGHKZXXXB/{layer.pk}.geojson"
    tables.files[path] = layer.geometry.encode()
    values = {"KZXWJXH": layer.pk, "KZXWJMC": layer.name, "KZXSYKSSJ": layer.valid_from, "KZXWJSM": layer.source}
    tables.add("SPGL_DFGHKZXXXB", str(layer.pk), _region(), **values, KZXWJFJ=path)


def _item(tables: Tables, project: Project, stage: Dossier, child: Dossier) -> None:
    item = child.case.item
    named = {"XMDM": project.dossier.number, "GCDM": project.works_code or project.dossier.number}
    instance = named | {"SPSXSLBM": child.number}
    promise = Clock.objects.filter(dossier=child, kind=ClockKind.PROMISE, step=None).first()
    assert stage_of(stage) is not None, "items stand under one of the four stages"
    tables.add(
        "SPGL_XMSPSXBLXXB",
        str(child.pk),
        child.region,
        **instance,
        SPSXBM=item.code,
        SPSXBBH=item.version,
        SPLCBM=_flow_code(project.flow_class),
        SPLCBBH=1,
        SPBMBM=child.unit.uscc,
        SPBMMC=child.unit.name,
        SLFS=1 if stage.case.channel == "ONLINE" else 2,
        GKFS=1,
        BLSPSLBM=stage.number,
        SXBLSX=promise.limit if promise else 1,
    )
    for number, event in enumerate(events_of(child), 1):
        tables.add(
            "SPGL_XMSPSXBLXXXXB",
            f"{child.pk}/{number}",
            child.region,
            **instance,
            BLCS=child.unit.short_name,
            BLR=event.who,
            BLZT=event.code,
            BLYJ=event.says,
            BLSJ=event.at,
        )
    _specials(tables, child, instance)
    _documents(tables, child, instance)


def _specials(tables: Tables, child: Dossier, instance: dict[str, str]) -> None:
    rows = Pause.objects.filter(
        clock__dossier=child, clock__kind=ClockKind.PROMISE, clock__step=None, cancelled_at=None
    )
    holds = {hold.decided_at: hold.expected_days for hold in child.case.holds.all()}
    for pause in rows.filter(kind__in=SPECIAL).order_by("from_at"):
        tables.add(
            "SPGL_XMSPSXBLTBCXXXB",
            str(pause.pk),
            child.region,
            **instance,
            TBCX=SPECIAL.index(pause.kind) + 1,
            TBCXMC=pause.kind,
            TBCXKSSJ=pause.from_at,
            TBCXJSSJ=pause.to_at,
            TBCXSXLX=1,
            TBCXSX=holds.get(pause.from_at, ""),
        )


def _documents(tables: Tables, child: Dossier, instance: dict[str, str]) -> None:
    decision = cases.decision(child.pk)
    if decision is not None and decision.paper_number:
        tables.add(
            "SPGL_XMSPSXPFWJXXB",
            f"{child.pk}/decision",
            child.region,
            **instance,
            PFRQ=local_day(decision.at),
            PFWH=decision.paper_number,
            PFWJBT=f"{child.title}{decision.get_kind_display()}决定书",
            PFWJYXQX="9999-01-01",
        )
    for licence in licences.of_dossier(child.pk):
        tables.add(
            "SPGL_XMSPSXPFWJXXB",
            f"{child.pk}/licence/{licence.pk}",
            child.region,
            **instance,
            PFRQ=local_day(licence.issued_at),
            PFWH=licence.number,
            PFWJBT=licence.name,
            PFWJYXQX=licence.valid_until or "9999-01-01",
            FJID=licence.identifier,
        )
    for material in cases.materials(child.pk).prefetch_related("files__file"):
        for row in material.files.all():
            tables.add(
                "SPGL_XMQTFJXXB",
                str(row.pk),
                child.region,
                **instance,
                FJMC=row.file.name,
                FJLX=row.file.kind,
                FJID=row.file.sha256,
            )


def counts(tables: Tables) -> Iterable[tuple[str, str, int]]:
    """List each table with its Chinese name and how many rows it has."""
    return ((name, TABLES[name][0], len(rows)) for name, rows in tables.rows.items())


def _flow_code(flow_class: str) -> str:
    return f"{_region()}-{flow_class}"


def _region() -> str:
    found = Unit.objects.filter(code="zjj").values_list("region_id", flat=True).first()
    return (found or "420106")[:6]


def _wan(fen: int) -> str:
    """Write fen in 万元, with the four decimals that lose nothing above a yuan."""
    return f"{fen // 1_000_000}.{fen % 1_000_000 // 100:04d}"


def _plain(value: Any) -> Any:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
    return value
