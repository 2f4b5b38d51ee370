"""What a figure does with rows: the forms of a formula, read from a definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yichuang.foundation.figures.terms import Aggregate
from yichuang.kernel.conditions import Condition
from yichuang.kernel.conditions import parse as parse_condition
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.indicators import PeriodKind, Span, span_of
from yichuang.kernel.reading import Reader

NEEDS_COLUMN = frozenset(Aggregate) - {Aggregate.COUNT}


@dataclass(frozen=True, slots=True)
class Period:
    """
    Which days count: a kind, or since a fixed day (both until the day as of which it is asked).

    `day` is the column by which rows are in it, where it is another than the measure's own.
    """

    kind: PeriodKind = PeriodKind.STANDING
    since: date | None = None
    day: str = ""

    def span(self, as_of: date) -> Span | None:
        """Give the days; None where everything counts that holds on the day."""
        return Span(self.since, as_of) if self.since else span_of(self.kind, as_of)


@dataclass(frozen=True, slots=True)
class Counted:
    """
    One aggregate over the rows of a measure for which a condition is decided yes.

    `percent` is of a percentile. `until` is a column with the last day on which a row counts; empty counts for good.
    """

    of: str
    aggregate: Aggregate
    column: str = ""
    when: Condition | None = None
    percent: int = 0
    until: str = ""
    period: Period = field(default_factory=Period)


@dataclass(frozen=True, slots=True)
class Place:
    """
    The place of one among others, by an aggregate of a column; equal values share a place.

    `each` (a column) ranks anew for each of its values, and counts those in which the one has place `counted`.
    """

    of: str
    among: str
    own: str
    column: str
    aggregate: Aggregate
    highest_first: bool
    when: Condition | None = None
    each: str = ""
    counted: int = 0
    period: Period = field(default_factory=Period)


@dataclass(frozen=True, slots=True)
class PerPeriod:
    """
    How many of the weeks or months from the first row on have a row, as a number per period (1: every one has).

    Those with fewer working days than `working` do not count: 1 leaves out whole holidays, 2 also weeks of which a
    single working day is left.
    """

    of: str
    every: PeriodKind
    working: int = 0
    when: Condition | None = None
    period: Period = field(default_factory=Period)


@dataclass(frozen=True, slots=True)
class Reference:
    """The value of another figure."""

    figure: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure over another."""

    of: Formula
    over: Formula


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day as of which it is asked."""


@dataclass(frozen=True, slots=True)
class Configured:
    """What a dated rule says on the day; `at` leads into a value that is a mapping."""

    rule: str
    at: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A fixed text: the name of a programme."""

    text: str


Leaf = Counted | Place | PerPeriod
"""What is asked of a measure."""
Formula = Leaf | Reference | Ratio | AsOf | Configured | Label

FORMS = (*(each.value for each in Aggregate), "ratio", "place", "per_period", "as_of", "rule", "label")


def read_formula(data: object, place: str, period: Period) -> Formula:
    """
    Read a formula: the id of another figure, or one form with what it needs.

    :raises DefinitionError: it is no formula
    """
    if isinstance(data, str):
        return Reference(data)
    if not isinstance(data, Mapping) or len(data) != 1:
        raise DefinitionError(place, f"{data!r}", "一个算法，或另一个指标的编号", FORMS)
    ((form, body),) = data.items()
    here = f"{place}.{form}"
    match form:
        case "ratio":
            given = Reader(body, here, {"of", "over"})
            for key in ("of", "over"):
                if key not in given:
                    raise given.wrong(key, "分子 of 和分母 over")
            of, over = (read_formula(body[key], f"{here}.{key}", period) for key in ("of", "over"))
            return Ratio(of, over)
        case "place":
            return _place(body, here, period)
        case "per_period":
            given = Reader(body, here, {"of", "every", "working", "when"})
            every = given.text("every")
            if every not in (PeriodKind.WEEK, PeriodKind.MONTH):
                raise given.wrong("every", "week 或 month", ("week", "month"))
            return PerPeriod(given.text("of"), PeriodKind(every), _working(given, body), _when(given), period)
        case "as_of":
            return AsOf()
        case "rule":
            given = Reader(body, here, {"key", "at"})
            return Configured(given.text("key"), given.text("at", ""))
        case "label":
            return Label(Reader(body, here, {"text"}).text("text"))
    if form not in tuple(Aggregate):
        raise DefinitionError(place, f"没有算法 {form}", "其中之一", FORMS)
    return _counted(Aggregate(form), body, here, period)


def _counted(aggregate: Aggregate, body: object, place: str, period: Period) -> Counted:
    given = Reader(body, place, {"of", "column", "when", "percent", "until"})
    column = given.text("column", "")
    if (aggregate in NEEDS_COLUMN) != bool(column):
        raise given.wrong("column", "一个数据列" if not column else f"{aggregate} 不用 column")
    percent = given.number_or_none("percent", least=1) or 0
    if (aggregate is Aggregate.PERCENTILE) != bool(percent) or percent > 99:
        raise given.wrong("percent", "percentile 写 1 到 99，其他算法不写")
    return Counted(given.text("of"), aggregate, column, _when(given), percent, given.text("until", ""), period)


def _place(body: object, place: str, period: Period) -> Place:
    keys = {"of", "among", "own", "column", "aggregate", "best", "when", "each", "counted"}
    given = Reader(body, place, keys)
    aggregate = given.text("aggregate", "mean")
    allowed = ("mean", "sum", "min", "max", "count")
    if aggregate not in allowed:
        raise given.wrong("aggregate", "其中之一", allowed)
    best = given.text("best", "highest")
    if best not in ("highest", "lowest"):
        raise given.wrong("best", "highest 或 lowest", ("highest", "lowest"))
    each, counted = given.text("each", ""), given.number_or_none("counted", least=1) or 0
    if bool(each) != bool(counted):
        raise given.wrong("counted", "each（逐期的列）和 counted（数第几名）要一起写")
    return Place(
        given.text("of"),
        given.text("among"),
        given.text("own"),
        given.text("column"),
        Aggregate(aggregate),
        best == "highest",
        _when(given),
        each,
        counted,
        period,
    )


def _working(given: Reader, body: Mapping[str, Any]) -> int:
    """Read how many working days a week must have to count: a number, `true` for one, nothing for none."""
    said = body.get("working", False)
    if isinstance(said, int) and 0 <= said <= 7:
        return int(said)
    raise given.wrong("working", "true，或每周至少几个工作日（1–7）")


def _when(given: Reader) -> Condition | None:
    text = given.text_or_none("when")
    return parse_condition(text, None, f"{given.place}.when") if text else None


def leaves(formula: Formula) -> Iterator[Leaf]:
    """Go through what a formula asks of measures; other figures are not followed."""
    match formula:
        case Counted() | Place() | PerPeriod():
            yield formula
        case Ratio(of, over):
            yield from leaves(of)
            yield from leaves(over)


def references(formula: Formula) -> Iterator[str]:
    """Name the figures that a formula asks for."""
    match formula:
        case Reference(figure):
            yield figure
        case Ratio(of, over):
            yield from references(of)
            yield from references(over)


def columns_of(leaf: Leaf) -> dict[str, str]:
    """Name the columns that a leaf asks for, by the key of its form."""
    match leaf:
        case Counted():
            return {key: name for key, name in (("column", leaf.column), ("until", leaf.until)) if name}
        case Place():
            return {"among": leaf.among, "column": leaf.column} | ({"each": leaf.each} if leaf.each else {})
    return {}


def as_text(formula: Formula) -> Any:
    """Write a formula in one line, for people who read how a figure is counted."""
    match formula:
        case Counted():
            inside = [formula.of, formula.column, f"{formula.percent}%" if formula.percent else ""]
            head = f"{formula.aggregate}({', '.join(filter(None, inside))})"
            return f"{head} when {formula.when}" if formula.when else head
        case Place():
            head = (
                f"place of {formula.own} by {formula.aggregate}({formula.of}, {formula.column}) among {formula.among}"
            )
            return f"{head}, each {formula.each}, counting place {formula.counted}" if formula.each else head
        case PerPeriod():
            head = f"{formula.every}s with {formula.of} / {formula.every}s"
            return f"{head} when {formula.when}" if formula.when else head
        case Reference(figure):
            return figure
        case Ratio(of, over):
            return f"({as_text(of)}) / ({as_text(over)})"
        case AsOf():
            return "as_of"
        case Configured(rule, at):
            return f"rule {rule}{f'.{at}' if at else ''}"
        case Label(text):
            return f"“{text}”"
