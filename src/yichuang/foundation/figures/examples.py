"""Runs the examples in a figure's own file: a few rows, and the value that they must give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from yichuang.foundation.definitions.folders import Folder
from yichuang.foundation.figures.answering import Result, answer, ratio
from yichuang.foundation.figures.counting import of_listed
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.formulas import Counted, Formula, Leaf, PerPeriod, Place, Ratio, Reference
from yichuang.foundation.figures.measures import Row, Source, measure_named
from yichuang.foundation.figures.terms import FIGURE, Missing, Times
from yichuang.kernel.calendars import Calendar, Notice
from yichuang.kernel.conditions import FactKind
from yichuang.kernel.conditions import parse as parse_condition
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.indicators import plain

DAY = date(2019, 10, 30)
NO_VALUE = "no_value"
KINDS: dict[FactKind, tuple[type, ...]] = {
    FactKind.NUMBER: (int, Decimal),
    FactKind.TEXT: (str,),
    FactKind.DATE: (date,),
    FactKind.BOOL: (bool,),
    FactKind.LIST: (list,),
}


def try_example(figure: Figure, example: Mapping[str, Any], folder: Folder) -> Iterator[str]:
    """
    Run `{rows, as_of?, gives, wording?}`.

    `rows` is a list of rows of the one measure that the figure asks, or a list for each measure by its id; a row names
    the columns it needs. `gives: no_value` where nothing comes of it.
    """
    if figure.formula is None:
        yield "没有 formula 的指标没有示例可算"
        return
    given = example["rows"]
    as_of = date.fromisoformat(example["as_of"]) if "as_of" in example else DAY
    trial = _Trial(given, as_of, folder)
    result = trial.of(figure.formula)
    found = answer(figure.id, figure, result, Times(as_of), _moment(as_of))
    value = plain(found.value) if isinstance(found.value, Decimal) else found.value
    wanted = example["gives"]
    if (NO_VALUE if value is None else value) != (plain(wanted) if isinstance(wanted, Decimal) else wanted):
        yield f"得 {NO_VALUE if value is None else value}，不是 {wanted}"
    if "wording" in example and found.wording != example["wording"]:
        yield f"措辞是“{found.wording}”，不是“{example['wording']}”"


def _moment(day: date) -> Any:
    return Times(day).end


class _Trial:
    """The rows of one example."""

    def __init__(self, given: Any, as_of: date, folder: Folder) -> None:
        self.given, self.as_of, self.folder = given, as_of, folder
        self.open: set[str] = set()  # figures that are being gone through: a circle is named elsewhere
        notices = [file.parsed for file in folder.of("calendar") if isinstance(file.parsed, Notice)]
        self.works = Calendar.of(notices).is_working if notices else lambda day: day.weekday() < 5

    def of(self, formula: Formula) -> Result:
        match formula:
            case Counted() | Place() | PerPeriod():
                return self.leaf(formula)
            case Reference(id):
                figure = self.folder.get(FIGURE, id)
                if not isinstance(figure, Figure) or figure.formula is None or id in self.open:
                    return Result(missing=Missing.NO_SOURCE)
                self.open.add(id)
                found = self.of(figure.formula)
                self.open.discard(id)
                return Result(found.made, found.missing, figure.unit, figure.digits)
            case Ratio(of, over):
                return ratio(self.of(of), self.of(over))
        return Result(missing=Missing.NO_SOURCE)

    def leaf(self, leaf: Leaf) -> Result:
        source = measure_named(leaf.of, self.as_of, self.folder)
        if source is None:
            return Result(missing=Missing.NO_SOURCE)
        if leaf.when is not None:
            parse_condition(str(leaf.when), source.facts, "when")
        rows = self.given if isinstance(self.given, list) else self.given.get(leaf.of, [])
        return of_listed(source, leaf, [_row(source, row) for row in rows], Times(self.as_of), self.works)


def _row(source: Source, row: Mapping[str, Any]) -> Row:
    """Read the values of an example's row as the columns have them."""
    return {name: _value(source, name, value) for name, value in row.items()}


def _value(source: Source, name: str, value: Any) -> Any:
    """
    Read one value as its column has it.

    :raises DefinitionError: there is no such column, or the value is of another kind
    """
    if name not in source.columns:
        raise DefinitionError("rows", f"{source.id} 没有列 {name}", "其中之一", tuple(source.columns))
    kind = source.columns[name].kind
    if kind is FactKind.DATE and isinstance(value, str):
        value = date.fromisoformat(value)
    if value is not None and (not isinstance(value, KINDS[kind]) or (kind is FactKind.NUMBER and value is True)):
        raise DefinitionError("rows", f"{name} 是 {value!r}", f"{kind} 类型")
    return value
