"""The blocks below the eight: the trend of a year, the ranking of units, the tiles of streets, the slow steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.figures import groups, queries
from yichuang.foundation.figures.cubes import Ask, Counts
from yichuang.foundation.figures.groups import Group
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import Actor
from yichuang.kernel.indicators import ranking
from yichuang.portals.cockpit import charts, terms
from yichuang.portals.cockpit.asking import Asked
from yichuang.portals.cockpit.blocks import Block
from yichuang.portals.cockpit.numbers import Numbers, short
from yichuang.ui.figures import written
from yichuang.ui.tables import Cell, Column, Lines, Plain, Table

APART = (
    *((id, "unit") for id in (terms.OVERDUE, terms.ON_TIME)),
    *((id, "region") for id in terms.TILES),
    *((id, "step") for id in terms.STEPS),
)
"""What the blocks below tell apart, and by which column."""


def asks(asked: Asked) -> list[tuple[Ask, Times]]:
    """List what the blocks below will ask of the database."""
    known = queries.figures(asked.times.as_of)
    found = [ask for id, by in APART if id in known for ask in groups.asks_of(known[id], by, asked.times)]
    for each in queries.months(asked.times, terms.MONTHS):
        found += queries.asks_of(queries.known_on(terms.TREND, each.as_of), each)
    return found


def apart(id: str, by: str, asked: Asked, actor: Actor, counts: Counts) -> list[Group]:
    """Tell a figure of the cockpit apart."""
    known = queries.figures(asked.times.as_of)
    return groups.groups(known[id], by, asked.times, actor, counts) if id in known else []


def trend(asked: Asked, counts: Counts) -> Block:
    """Show twelve months: received, concluded, share in time."""
    months = queries.monthly(terms.TREND, asked.times, terms.MONTHS, counts)
    found: list[list[Plain]] = []
    drawn = []
    for label, answers in months.items():
        row: list[Plain] = [label]
        values: list[Decimal | None] = []
        for id in terms.TREND:
            answer = answers.get(id)
            value = answer.value if answer else None
            values.append(value if isinstance(value, Decimal) else None)
            if answer is None or value is None:
                row.append(short(answer) if answer else _("没有记录"))
            else:
                row.append(Cell(value, text=short(answer), href=asked.rows(id, answer.times.as_of)))
        found.append(row)
        received, concluded = (None if value is None else int(value) for value in values[:2])
        drawn.append(charts.Month(label, received, concluded, values[2]))
    columns = (
        Column(_("月份")),
        Column(pgettext("count", "收件"), numeric=True),
        Column(_("办结"), numeric=True),
        Column(_("按时办结率（%）"), numeric=True),
    )
    table = Table("trend-table", _("近12个月"), columns, found)
    return Block("trend", _("趋势"), (table,), picture=charts.trend(drawn[::-1]))


def ranked(asked: Asked, actor: Actor, counts: Counts) -> Block:
    """Rank units by what is concluded in time: sample, ties and small samples shown."""
    found = {each.code: each for each in apart(terms.ON_TIME, "unit", asked, actor, counts)}
    entries = [(each.code, each.exact, each.rows or 0) for each in found.values()]
    places, rest = ranking(entries, highest_first=True, least_sample=terms.LEAST_SAMPLE)
    said = [(each.name, _("并列第%(n)d") % {"n": each.place} if each.tied else str(each.place)) for each in places]
    said += [(each.name, _("样本不足")) for each in rest]

    def line(code_and_place: tuple[str, str]) -> list[Plain]:
        code, place = code_and_place
        each, inside = found[code], (("unit", code),)
        over = asked.rows(terms.ON_TIME, inside=inside, part="denominator")
        of = asked.rows(terms.ON_TIME, inside=inside)
        return [
            place,
            each.label or _("（空）"),
            Cell(each.value if each.value is not None else _("没有记录"), text=_shown(each), href=of),
            Cell(each.numerator, text=written(each.numerator), href=of),
            Cell(each.denominator, text=written(each.denominator), href=over),
        ]

    columns = (
        Column(_("名次")),
        Column(_("单位")),
        Column(_("按时办结率（%）"), numeric=True),
        Column(_("按时办结"), numeric=True),
        Column(_("样本（有时限的办结件）"), numeric=True),
    )
    note = _("样本少于%(n)s件的不排名；数值相同的并列。") % {"n": terms.LEAST_SAMPLE}
    ends = {"first": terms.UNITS_SHOWN, "last": terms.UNITS_SHOWN}
    table = Table(
        "units-table", _("本月按时办结率，按单位"), columns, Lines(said, line), _("本月还没有办结的件"), **ends
    )
    links = ((_("全部单位"), asked.groups(terms.ON_TIME, "unit")),) if table.is_cut else ()
    return Block("units", _("单位排名"), (table,), note=note, links=links)


def _shown(each: Group) -> str:
    return written(each.value) if each.value is not None else _("没有记录")


def tiles(asked: Asked, actor: Actor, whole: Numbers, counts: Counts) -> Block:
    """Show streets as tiles by what was received this month, with what is in hand and overdue in the table."""
    told: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for id in terms.TILES:
        for each in apart(id, "region", asked, actor, counts):
            street = next((code for code in asked.streets if each.code.startswith(code)), each.code)
            told[street][id] = told[street].get(id, 0) + int(each.exact or 0)
    places = _places(asked)
    most = max((told[code].get(terms.RECEIVED, 0) for code in places), default=0)

    def number(code: str, id: str) -> Cell:
        """Nothing in a street is zero where the figure has records at all."""
        href = _street(asked, code, id)
        return Cell(told[code].get(id, 0), href=href) if whole[id].is_there else Cell(whole[id].value)

    drawn = [
        charts.Tile(
            *places[code],
            asked.streets[code],
            number(code, terms.RECEIVED).said,
            charts.shade(told[code].get(terms.RECEIVED, 0), most),
            _street(asked, code, terms.RECEIVED),
        )
        for code in places
        if not asked.times.region or code.startswith(asked.times.region)
    ]
    elsewhere = sorted(code for code in told if code not in asked.streets and told[code])
    lines: list[list[Plain]] = []
    for code in (*asked.streets, *elsewhere):
        if asked.times.region and not code.startswith(asked.times.region):
            continue
        label = asked.streets.get(code) or _("没有分到街道（%(code)s）") % {"code": code or _("空")}
        lines.append([label, *(number(code, id) for id in terms.TILES)])
    columns = (
        Column(_("街道")),
        Column(_("本月收件"), numeric=True),
        Column(_("在办"), numeric=True),
        Column(_("超期未办结"), numeric=True),
    )
    table = Table("tiles-table", _("办件按街道"), columns, lines)
    note = _("示意图，不代表实际边界。颜色越深，本月收件越多。")
    return Block("tiles", _("街道"), (table,), note=note, picture=charts.tiles(drawn) if drawn else "")


def _places(asked: Asked) -> dict[str, tuple[int, int]]:
    """Read where each street's tile stands: row and column, from the district's definition."""
    try:
        grid: Sequence[Sequence[str]] = definitions.rule(terms.TILES_RULE, asked.times.as_of).value
    except NotInForce:
        return {}
    at = {tail: (y, x) for y, row in enumerate(grid) for x, tail in enumerate(row) if tail}
    return {code: at[code[-3:]] for code in asked.streets if code[-3:] in at}


def _street(asked: Asked, code: str, id: str) -> str:
    if code in asked.streets:
        return replace(asked, times=replace(asked.times, region=code)).rows(id)
    return asked.rows(id, inside=(("region", code),))


def steps(asked: Asked, actor: Actor, counts: Counts) -> Block:
    """Show where cases stay longest: the steps of this month by the hours of their ninetieth percentile."""
    told: defaultdict[str, dict[str, Group]] = defaultdict(dict)
    for id in terms.STEPS:
        for each in apart(id, "step", asked, actor, counts):
            told[each.code][id] = each
    done, middle, slow = terms.STEPS

    def hours(code: str, id: str) -> Decimal:
        value = told[code][id].value if id in told[code] else None
        return value if isinstance(value, Decimal) else Decimal(0)

    order = sorted(told, key=lambda code: (-hours(code, slow), code))[: terms.STEP_ROWS]
    drawn = [charts.Bar(told[code][done].label, hours(code, middle), hours(code, slow)) for code in order]
    lines: list[list[Plain]] = []
    for code in order:
        cells = (told[code][id] for id in terms.STEPS)
        hrefs = (asked.rows(id, inside=(("step", code),)) for id in terms.STEPS)
        numbers = [
            Cell(each.value, text=written(each.value), href=href) for each, href in zip(cells, hrefs, strict=True)
        ]
        lines.append([told[code][done].label, *numbers])
    columns = (
        Column(_("环节")),
        Column(_("本月办完"), numeric=True),
        Column(_("用时中位数（小时）"), numeric=True),
        Column(_("九成用时（小时）"), numeric=True),
    )
    table = Table("steps-table", _("最慢的环节"), columns, lines, _("本月还没有办完的环节"))
    links = ((_("办件流转图"), reverse("supervision:flow")), (_("办理时效和堵点"), reverse("figures:timeliness")))
    return Block(
        "steps", _("堵点"), (table,), picture=charts.bars(drawn) if drawn else "", links=links if not asked.unit else ()
    )
