"""One figure as its definition says it, and what is checked when definitions are loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.utils.translation import get_language

from yichuang.foundation.definitions.folders import DefinitionFile, Folder
from yichuang.foundation.definitions.kinds import Body
from yichuang.foundation.definitions.problems import Problem
from yichuang.foundation.figures.formulas import (
    Configured,
    Counted,
    Formula,
    Leaf,
    Period,
    PerPeriod,
    Place,
    Ratio,
    columns_of,
    leaves,
    read_formula,
    references,
)
from yichuang.foundation.figures.measures import Column, Source, measure_named, measure_names
from yichuang.foundation.figures.terms import FIGURE, MONEY, Aggregate, Mode
from yichuang.kernel.conditions import FactKind
from yichuang.kernel.conditions import parse as parse_condition
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.indicators import PeriodKind, down_to, half_up

NUMERIC = (Aggregate.SUM, Aggregate.MEAN, Aggregate.MEDIAN, Aggregate.PERCENTILE)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a report words a number: from `step` to `step`, in units of `by`: 163412 → 16万余."""

    text: str
    step: int = 1
    by: int = 1

    def of(self, value: Any, mode: Mode) -> str:
        """Write a value; one of less than a step is not rounded away, and has no wording."""
        if isinstance(value, str | date):
            return self.text.replace("{n}", str(value))
        nearest = half_up(Decimal(value) / self.step, 0) * self.step
        number = Decimal(nearest if mode is Mode.ABOUT else down_to(value, self.step)) / self.by
        return self.text.replace("{n}", f"{number.normalize():f}") if number or not value else ""


@dataclass(frozen=True)
class Figure:
    """One version of a figure: immutable."""

    id: str
    version: int
    name: str
    name_en: str
    means: str
    means_en: str
    unit: str
    unit_en: str
    digits: int
    mode: Mode
    formula: Formula | None
    period: Period = field(default_factory=Period)
    report: str = ""
    better: str = ""
    is_public: bool = False
    drill: str = ""
    wording: Wording | None = None
    outside: Counted | None = None
    needs: str = ""
    because: str = ""
    because_en: str = ""
    source: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Give the name in the reader's language."""
        return self.name_en if _english() else self.name

    @property
    def meaning(self) -> str:
        """Give the meaning in the reader's language."""
        return self.means_en if _english() else self.means

    @property
    def lacking(self) -> str:
        """Give what records are lacking, in the reader's language where it says so: figures of before do not."""
        return self.because_en if _english() and self.because_en else self.because

    @property
    def unit_label(self) -> str:
        """Give the unit in the reader's language."""
        return self.unit_en if _english() and self.unit_en else self.unit


def _english() -> bool:
    return (get_language() or "").startswith("en")


def parse_figure(body: Body, place: str) -> Figure:
    """
    Read a figure.

    :raises DefinitionError: a formula is missing or wrong, or keys do not go together
    """
    period = _period(body.get("period", PeriodKind.STANDING))
    formula = read_formula(body["formula"], f"{place}: formula", period) if "formula" in body else None
    mode = Mode(body["mode"])
    if bool(formula) == ("needs" in body) and mode is not Mode.OUTSIDE:
        raise DefinitionError(f"{place}: formula", "formula 与 needs 两者写一个", "有记录的写 formula，没有的写 needs")
    if "needs" in body and "because" not in body:
        raise DefinitionError(f"{place}: because", "没有说明缺什么", "缺哪类记录，一句话")
    if (mode is Mode.OUTSIDE) != ("outside" in body) and "needs" not in body:
        raise DefinitionError(f"{place}: outside", "外部指标（X）与 outside 一起写", "外部通报的台账和列")
    if mode in (Mode.LOWER, Mode.ABOUT) and "wording" not in body and "needs" not in body:
        example = "例如 {text: '{n}万余', step: 10000, by: 10000}"
        raise DefinitionError(f"{place}: wording", "下限和约数要写明措辞", example)
    source: Any = body.get("source", body.get("basis", ""))
    return Figure(
        id=body[FIGURE],
        version=body["version"],
        name=body["name"],
        name_en=body["name_en"],
        means=body["means"],
        means_en=body["means_en"],
        unit=body["unit"],
        unit_en=body.get("unit_en", ""),
        digits=body.get("digits", 0),
        mode=mode,
        formula=formula,
        period=period,
        report=body.get("report", ""),
        better=body.get("better", ""),
        is_public=body.get("public", False),
        drill=body.get("drill", ""),
        wording=Wording(**body["wording"]) if "wording" in body else None,
        outside=_outside(body["outside"], f"{place}: outside") if "outside" in body else None,
        needs=body.get("needs", ""),
        because=body.get("because", ""),
        because_en=body.get("because_en", ""),
        source=(source,) if isinstance(source, str) else tuple(source),
    )


def _period(given: Any) -> Period:
    if not isinstance(given, Mapping):
        return Period(PeriodKind(given))
    since = date.fromisoformat(given["since"]) if "since" in given else None
    return Period(PeriodKind(given.get("kind", PeriodKind.STANDING)), since, given.get("day", ""))


def _outside(body: Mapping[str, Any], place: str) -> Counted:
    """Read where the value of an outside bulletin stands: the newest of a register's column."""
    found = read_formula({"newest": dict(body)}, place, Period())
    assert isinstance(found, Counted)
    return found


def check_figures(folder: Folder) -> Iterator[Problem]:
    """Check all figures together: measures, columns, conditions, units, aliases, circles, examples."""
    files = {file.code: file for file in folder.of(FIGURE)}
    figures = {code: found for code in files if isinstance(found := folder.get(FIGURE, code), Figure)}
    yield from _aliases(files, figures)
    for code, figure in figures.items():
        file = files[code]
        for id in _referred(figure):
            if id not in figures:
                yield file.problem(("formula",), f"没有指标「{id}」", _near(id, figures))
        if circle := _circle(code, figures):
            yield file.problem(("formula",), f"指标互相引用成环：{' → '.join(circle)}", "不成环的引用")
        for leaf in _asked(figure):
            yield from _leaf_problems(file, figure, leaf, folder)
        if isinstance(figure.formula, Configured) and folder.get("rule", figure.formula.rule) is None:
            yield from folder.unknown(file, ("formula", "rule", "key"), "rule", figure.formula.rule)
        if figure.because and not figure.because_en:
            yield file.problem(("because_en",), "没有英文", "缺哪类记录的英文，一句话")
        if _wants_examples(figure) and not file.body.get("examples"):
            yield file.problem((), "没有示例", "examples：几行数据和应得的值")


def _near(id: str, there: Iterable[str]) -> str:
    """Name what comes near a wrong name, or what stands in the same room, or everything."""
    known = sorted(there)
    near = get_close_matches(id, known, 5) or [each for each in known if each.partition(".")[0] == id.partition(".")[0]]
    return f"相近的：{'、'.join(near)}" if near else f"已有的：{'、'.join(known)}"


def _referred(figure: Figure) -> list[str]:
    return list(references(figure.formula)) if figure.formula else []


def _asked(figure: Figure) -> Iterator[Leaf]:
    if figure.formula:
        yield from leaves(figure.formula)
    if figure.outside:
        yield figure.outside


def _wants_examples(figure: Figure) -> bool:
    return isinstance(figure.formula, Counted | Place | PerPeriod | Ratio)


def _aliases(files: Mapping[str, DefinitionFile], figures: Mapping[str, Figure]) -> Iterator[Problem]:
    by: defaultdict[str, list[str]] = defaultdict(list)
    for code, figure in figures.items():
        if figure.report:
            by[figure.report].append(code)
    for alias, codes in by.items():
        for again in codes[1:]:
            yield files[again].problem(("report",), f"{alias} 也是 {codes[0]} 的编号", "每个报告编号一个指标")


def _circle(code: str, figures: Mapping[str, Figure], way: tuple[str, ...] = ()) -> tuple[str, ...]:
    if code in way:
        return (*way, code)
    for id in _referred(figures[code]) if code in figures else ():
        if found := _circle(id, figures, (*way, code)):
            return found
    return ()


def _leaf_problems(file: DefinitionFile, figure: Figure, leaf: Leaf, folder: Folder) -> Iterator[Problem]:
    source = measure_named(leaf.of, date.max, folder)
    if source is None:
        yield file.problem(("formula",), f"没有可数的行「{leaf.of}」", _near(leaf.of, measure_names(folder)))
        return
    asked = columns_of(leaf)
    if figure.drill:
        asked["drill"] = figure.drill
    for key, name in asked.items():
        if name not in source.columns:
            yield file.problem((), f"{key}：{leaf.of} 没有列「{name}」", f"{'、'.join(source.columns)} 之一")
    day = leaf.period.day or source.day
    if leaf.period != Period() and not day:
        yield file.problem(("period",), f"{leaf.of} 的行没有日期，不能按期统计", "standing，或写明 day：按哪一列")
    if leaf.period.day and _kind(source, leaf.period.day) is not FactKind.DATE:
        days = [name for name, column in source.columns.items() if column.kind is FactKind.DATE]
        yield file.problem(("period",), f"{leaf.of} 没有日期列「{leaf.period.day}」", f"{'、'.join(days)} 之一")
    if isinstance(leaf, Counted) and leaf.until and _kind(source, leaf.until) not in (None, FactKind.DATE):
        yield file.problem(("formula",), f"until：{leaf.of} 的列「{leaf.until}」不是日期", "日期列")
    if isinstance(leaf, PerPeriod) and not day:
        yield file.problem(("formula",), f"{leaf.of} 的行没有日期，不能数周或月", "有日期的来源")
    if leaf.when is not None:
        yield from _condition_problems(file, leaf, source)
    if isinstance(leaf, Counted) and leaf.column in source.columns:
        yield from _unit_problems(file, figure, leaf, source.columns[leaf.column])


def _kind(source: Source, name: str) -> FactKind | None:
    return source.columns[name].kind if name in source.columns else None


def _condition_problems(file: DefinitionFile, leaf: Leaf, source: Source) -> Iterator[Problem]:
    facts = source.facts
    try:
        parse_condition(str(leaf.when), facts, "when")
    except DefinitionError as reason:
        choices = f"{reason.expected}；{'、'.join(reason.choices)}" if reason.choices else reason.expected
        yield file.problem(("formula",), f"条件 {leaf.when}：{reason.found}", choices)


def _unit_problems(file: DefinitionFile, figure: Figure, leaf: Counted, column: Column) -> Iterator[Problem]:
    if leaf.aggregate in NUMERIC and column.kind is not FactKind.NUMBER:
        yield file.problem(("formula",), f"{leaf.aggregate} 的列「{leaf.column}」不是数字", "数字列")
    if isinstance(figure.formula, Counted) and leaf is figure.formula and leaf.aggregate is not Aggregate.DISTINCT:
        if figure.unit in MONEY and not column.is_money:
            yield file.problem(("unit",), f"单位是{figure.unit}，列「{leaf.column}」不是金额", "金额列")
        if column.is_money and figure.unit not in MONEY:
            yield file.problem(("unit",), f"列「{leaf.column}」是金额，单位是{figure.unit}", "、".join(MONEY))
