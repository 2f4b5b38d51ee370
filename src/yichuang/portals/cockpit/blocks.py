"""The blocks of the cockpit in the order of practice screen ④: tables of figures, each number with its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries as catalogue
from yichuang.domains.projects import queries as projects
from yichuang.domains.supervision import queries as supervision
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.figures import groups, queries, rows, sight
from yichuang.foundation.figures.cubes import Ask, Counts
from yichuang.foundation.figures.rows import Behind
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.registers.writing import unit_of
from yichuang.portals.cockpit import terms
from yichuang.portals.cockpit.asking import Asked
from yichuang.portals.cockpit.numbers import Number, Numbers, asks, numbers
from yichuang.ui.figures import written
from yichuang.ui.tables import Cell, Column, Lines, Plain, Table
from yichuang.ui.words import listed

WAN = 1_000_000
"""Fen of 万元."""


@dataclass(frozen=True, slots=True)
class Block:
    """One part of the page: a note, a picture where there is one, tables; `is_off` where its domain is not there."""

    id: str
    title: str
    tables: tuple[Table, ...] = ()
    note: str = ""
    picture: SafeString | str = ""
    is_off: bool = False
    links: tuple[tuple[str, str], ...] = ()


def in_wan(fen: int) -> Decimal:
    """Give fen as 万元, without ending zeros."""
    return Decimal(f"{(Decimal(fen) / WAN).normalize():f}")


def difference(one: Number, other: Number) -> Decimal | None:
    """Give by how much one figure is over another; None where one of the two is no number."""
    left, right = one.now.value, other.now.value
    return left - right if isinstance(left, Decimal) and isinstance(right, Decimal) else None


def value_cell(number: Number, href: str) -> Cell:
    """Write a value that opens its rows, or why there is none."""
    value = number.now.value
    return Cell(value, text=written(value), href=href) if value is not None else Cell(number.value)


def figure_rows(ids: Sequence[str], told: Numbers, asked: Asked) -> list[list[Plain]]:
    """Make a row a figure: value, unit, days counted, value before, change, mode."""
    found: list[list[Plain]] = []
    for id in ids:
        if id not in told:
            continue
        number = told[id]
        then = number.before
        found.append(
            [
                Cell(number.figure.label, href=asked.rows(id).removesuffix("#rows") + "#facts-heading"),
                value_cell(number, rows_of(id, asked)),
                number.figure.unit_label,
                number.span,
                Cell(then.value, text=written(then.value), href=asked.rows(id, number.before_on))
                if then.value is not None
                else _("没有记录"),
                number.change,
                str(number.figure.mode.label),
            ]
        )
    return found


def behind(id: str, actor: Actor, asked: Asked) -> list[Behind]:
    """Give the rows behind a figure; none where the district did not define it yet on that day."""
    if id not in queries.figures(asked.times.as_of):
        return []
    return rows.behind(sight.find(id, actor, asked.times.as_of), asked.times, actor)


def rows_of(id: str, asked: Asked) -> str:
    """Give where the rows of a figure are shown: those of the plan's share by project, with who entered each month."""
    return f"{reverse('cockpit:projects')}?{asked.query}" if id == terms.PLAN_DONE else asked.rows(id)


def figure_table(id: str, caption: str, ids: Sequence[str], told: Numbers, asked: Asked) -> Table:
    """Make the table of some figures."""
    columns = (
        Column(_("指标")),
        Column(_("数值"), numeric=True),
        Column(_("计量单位")),
        Column(_("统计期")),
        Column(_("上期"), numeric=True),
        Column(_("变化"), numeric=True),
        Column(_("类型")),
    )
    return Table(id, caption, columns, figure_rows(ids, told, asked), _("没有记录"))


def city(told: Numbers, asked: Asked) -> Block:
    """① Place in the city's monthly assessment."""
    return Block(
        "city",
        _("市考核排名与失分项"),
        (figure_table("city-table", _("市考核排名"), terms.CITY, told, asked),),
        note=_("失分项：未启用。市里的通报没有分项得分的记录。"),
    )


def speed(request: ActingRequest, asked: Asked, counts: Counts) -> Block:
    """② The indicators to be sped up: the city's target, the district's, and what they come to."""
    actuals = _actuals(request, asked, counts)
    found: list[list[Plain]] = []
    for part in behind(terms.SPEED, request.actor, asked):
        for line in part.lines():
            told = line.values
            number, href = actuals.get(told["indicator"], (None, ""))
            actual: Plain = value_cell(number, href) if number else _("未启用")
            value = number.now.value if number else None
            target = told.get("district")
            apart = value - target if isinstance(value, Decimal) and isinstance(target, Decimal) else None
            found.append(
                [
                    Cell(told["indicator"], href=line.link),
                    unit_of(str(told.get("unit_of_measure") or "")),
                    Cell(told.get("city"), text=_short(told.get("city")), href=line.link),
                    Cell(target, text=_short(target), href=line.link),
                    actual,
                    "" if apart is None else written(apart),
                    Cell(told.get("faster"), text=_short(told.get("faster")), href=line.link),
                ]
            )
    columns = (
        Column(_("指标")),
        Column(_("计量单位")),
        Column(_("市级目标"), numeric=True),
        Column(_("区级目标"), numeric=True),
        Column(_("实际"), numeric=True),
        Column(_("实际减目标"), numeric=True),
        Column(_("再提速（%）"), numeric=True),
    )
    table = Table("speed-table", _("提速指标"), columns, found, _("没有记录"))
    return Block("speed", _("提速指标的目标和实际"), (table,))


def _short(value: Decimal | str | None) -> str:
    """Write a target without zeros at its end: 1.8, as it was set."""
    return f"{value.normalize():,f}" if isinstance(value, Decimal) else written(value)


def _actuals(request: ActingRequest, asked: Asked, counts: Counts) -> dict[str, tuple[Number, str]]:
    """Ask the figures that say what the indicators come to, each with where its rows are."""
    asked_for = {
        (id, times): numbers([id], request.actor, times, counts)[id] for id, times in set(_sped_up(asked).values())
    }
    return {
        indicator: (asked_for[id, times], asked.rows(id, inside=times.inside))
        for indicator, (id, times) in _sped_up(asked).items()
    }


def speed_asks(asked: Asked) -> list[tuple[Ask, Times]]:
    """List what the actual values of the indicators will ask of the database."""
    return [ask for id, times in set(_sped_up(asked).values()) for ask in asks([id], times)]


def _sped_up(asked: Asked) -> dict[str, tuple[str, Times]]:
    """Say by which figure, of which item, the actual value of each indicator is counted."""
    try:
        said = definitions.rule(terms.SPEED_RULE, asked.times.as_of).value
    except NotInForce:
        return {}
    return {
        indicator: (told["figure"], replace(asked.times, inside=(("item", told["item"]),)))
        for indicator, told in said.items()
    }


def late(request: ActingRequest, asked: Asked, by_unit: Sequence[groups.Group]) -> Block:
    """③ What is overdue, by unit and case by case, and what supervision has in hand."""
    units = Table(
        "late-units",
        _("超期未办结，按单位"),
        (Column(_("单位")), Column(_("超期未办结"), numeric=True)),
        Lines(
            by_unit,
            lambda each: [
                each.label or _("（空）"),
                Cell(each.value, text=written(each.value), href=_inside(asked, each.code)),
            ],
        ),
        _("没有超期未办结的件"),
        first=terms.UNITS_SHOWN,
    )
    columns = (Column(_("办件号")), Column(_("事项")), Column(_("单位")), Column(_("收件日期")), Column(_("承诺到期")))
    parts = behind(terms.OVERDUE, request.actor, asked)
    lines = parts[0].lines(0, terms.LATE_ROWS) if parts else []
    cases = Table(
        "late-cases",
        _("超期清单（收件最早的%(n)s件）") % {"n": terms.LATE_ROWS},
        columns,
        [
            [Cell(line.values["number"], href=line.link), *(line.values.get(name) for name in LATE_COLUMNS)]
            for line in lines
        ],
        _("没有可以打开的行"),
    )
    links = [(_("全部超期件"), asked.rows(terms.OVERDUE))]
    if units.is_cut:
        links.append((_("全部单位"), asked.groups(terms.OVERDUE, "unit")))
    return Block("late", _("超期与督办"), (units, cases, *_supervised(request, asked)), links=tuple(links))


LATE_COLUMNS = ("item", "unit", "opened_on", "due_on")


def _inside(asked: Asked, code: str, id: str = terms.OVERDUE, name: str = "unit", part: str = "") -> str:
    return asked.rows(id, inside=((name, code),), part=part)


def _supervised(request: ActingRequest, asked: Asked) -> list[Table]:
    """Tell the counts of the board, which has no past and its own reach: today alone, and not for a chosen part."""
    if not asked.is_today or asked.street or (asked.unit and request.actor.units(terms.VIEW) is None):
        return []
    told = supervision.counts(request.actor, request.at, evasion=0)
    labels = {"over_promise": _("已超承诺"), "over_legal": _("已超法定"), "cards": _("待核实牌")}
    labels |= {"drafts": _("待签发督办单"), "demands": _("未答复诉求")}
    board = reverse("supervision:board")
    found: list[list[Plain]] = []
    for name, label in labels.items():
        count = told[name]
        found.append([label, _("未启用") if count is None else Cell(count, href=f"{board}?show={name}#cases")])
    columns = (Column(_("督办")), Column(_("现在"), numeric=True))
    return [Table("supervised", _("预警督办，您的管辖范围，此刻"), columns, found)]


def investment(request: ActingRequest, told: Numbers, asked: Asked) -> Block:
    """④ The year's plan against the time that has passed, and the projects in trouble."""
    on = asked.times.as_of
    passed = projects.time_progress(on)
    table = figure_table("projects-table", _("重大项目"), terms.PROJECTS, told, asked.of_unit)
    note = _("时间进度 %(passed)s%%（每月25日起算过了这个月）。") % {"passed": passed}
    links = ((_("按项目看月度投资和填报人"), rows_of(terms.PLAN_DONE, asked)),)
    if not asked.is_today or asked.street:
        return Block("projects", _("重大项目投资"), (table,), note=note, links=links)
    trouble = [
        row
        for row in projects.in_trouble(request.actor, on.year, on)
        if not asked.unit or row.project.dossier.unit.code == asked.unit
    ]
    columns = (
        Column(_("编号")),
        Column(_("项目名称")),
        Column(_("责任单位")),
        Column(_("年度计划（万元）"), numeric=True),
        Column(_("完成投资（万元）"), numeric=True),
        Column(_("完成率（%）"), numeric=True),
        Column(_("预警")),
    )
    lines: list[list[Plain]] = []
    for row in trouble[: terms.PROJECT_ROWS]:
        href = reverse("projects:project", args=[row.project.number])
        plan, done = in_wan(row.plan_fen), in_wan(row.done_fen)
        lines.append(
            [
                Cell(row.project.number, href=href),
                row.project.dossier.title,
                row.project.dossier.unit.short_name,
                Cell(plan, text=written(plan), href=href),
                Cell(done, text=written(done), href=href),
                Cell(row.share, href=href) if row.share is not None else _("没有计划"),
                listed(str(each.label) for each in row.troubles),
            ]
        )
    first = Table(
        "projects-trouble", _("有困难或落后的项目（差得最多的在前）"), columns, lines, _("没有有困难或落后的项目")
    )
    return Block("projects", _("重大项目投资"), (table, first), note=note, links=links)


def ways(told: Numbers, asked: Asked) -> Block:
    """⑤ The shares of the four ways beside those that the city published."""
    shares = {str(way): value for way, value in catalogue.city_shares(asked.times.as_of).items()}
    page = f"{reverse('catalogue:ways')}?on={asked.times.as_of}"
    found: list[list[Plain]] = []
    for way, row in zip(terms.WAYS, figure_rows(list(terms.WAYS.values()), told, asked), strict=False):
        own, other = told[terms.WAYS[way]].now.value, shares.get(way)
        apart = own - other if isinstance(own, Decimal) and other is not None else None
        published: Plain = _("没有记录") if other is None else Cell(other, href=page)
        found.append([*row[:2], published, "" if apart is None else written(apart), *row[4:6]])
    columns = (
        Column(_("四办")),
        Column(_("本区（%）"), numeric=True),
        Column(_("全市（%）"), numeric=True),
        Column(_("高于全市"), numeric=True),
        Column(_("上期（%）"), numeric=True),
        Column(_("变化"), numeric=True),
    )
    return Block("ways", _("四办占比与全市"), (Table("ways-table", _("四办占比"), columns, found, _("没有记录")),))


def not_there() -> list[Block]:
    """⑥ ⑦ What no domain counts yet."""
    return [Block("demands", _("企业诉求"), is_off=True), Block("policies", _("政策兑现"), is_off=True)]


def ratings(told: Numbers, asked: Asked) -> Block:
    """⑧ How people rate what was done for them."""
    table = figure_table("ratings-table", _("好差评"), terms.RATINGS, told, asked)
    return Block("ratings", _("满意度与差评"), (table,))
