"""A figure's answer: what came of its formula, rounded and worded, or why there is no value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.reckoning import Made
from yichuang.foundation.figures.terms import FEN, PERCENT, Missing, Mode, Times
from yichuang.kernel.indicators import Span, half_up

Shown = Decimal | str | None
"""A value in the figure's unit and digits; text for months, dates and labels."""


@dataclass(frozen=True, slots=True)
class Result:
    """
    What came of a formula, not rounded; `missing` where nothing came of it.

    `unit` and `digits` are how it is written when it stands alone. A ratio keeps what it was made `of` and `over`.
    """

    made: Made = None
    missing: Missing | None = None
    unit: str = ""
    digits: int = 0
    of: Result | None = None
    over: Result | None = None

    @property
    def alone(self) -> Shown:
        """Write it as it stands alone."""
        return shown(self.made, self.unit, self.digits)


@dataclass(frozen=True, slots=True)
class Outside:
    """What an outside bulletin says, and how far our own rows are from it."""

    value: Shown
    own: Shown
    difference: Decimal | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One figure for two times. `id` is the name by which it was asked for."""

    id: str
    figure: Figure
    value: Shown
    wording: str
    numerator: Shown
    denominator: Shown
    times: Times
    known_at: datetime
    span: Span | None
    missing: Missing | None = None
    outside: Outside | None = None

    @property
    def reason(self) -> str:
        """Say why there is no value, empty where there is one."""
        if self.missing is None:
            return ""
        said = str(self.missing.label)
        if self.missing is not Missing.DOMAIN:
            return said
        return _("%(said)s：%(because)s") % {"said": said, "because": self.figure.lacking}

    def named(self, id: str) -> Answer:
        """Give the same answer under the name that was asked for."""
        return replace(self, id=id)


def ratio(of: Result, over: Result) -> Result:
    """Put one result over another."""
    for part in (of, over):
        if part.missing not in (None, Missing.NO_ROWS):
            return Result(missing=part.missing, of=of, over=over)
    if isinstance(of.made, str | date) or isinstance(over.made, str | date):
        return Result(missing=Missing.DIFFERS, of=of, over=over)
    if not over.made:
        missing = Missing.NO_ROWS if over.made is None else Missing.NO_DENOMINATOR
        return Result(missing=missing, of=of, over=over)
    return Result(Fraction(of.made or 0) / Fraction(over.made), of=of, over=over)


def shown(made: Made, unit: str, digits: int) -> Shown:
    """Write what came of a formula in a unit: money from fen; months and days as text."""
    if isinstance(made, date):
        return f"{made:%Y-%m}" if unit == "月" else made.isoformat()
    if made is None or isinstance(made, str):
        return made
    return half_up(Fraction(made) / FEN.get(unit, 1), digits)


def answer(
    id: str,
    figure: Figure,
    result: Result,
    times: Times,
    known_at: datetime,
    outside: Result | None = None,
) -> Answer:
    """Make the answer of what came of a formula."""
    value = written(figure, result)
    said = None
    if figure.mode is Mode.OUTSIDE and outside is not None:
        own, value = value, shown(outside.made, figure.unit, figure.digits)
        apart = own - value if isinstance(own, Decimal) and isinstance(value, Decimal) else None
        said = Outside(value, own, apart)
    missing = (outside or result).missing or Missing.NO_ROWS
    return Answer(
        id=id,
        figure=figure,
        value=value,
        wording=figure.wording.of(value, figure.mode) if figure.wording and value is not None else "",
        numerator=result.of.alone if result.of else None,
        denominator=result.over.alone if result.over else None,
        times=times,
        known_at=known_at,
        span=figure.period.span(times.as_of),
        missing=missing if value is None else None,
        outside=said,
    )


def written(figure: Figure, result: Result) -> Shown:
    """Write a result in the figure's unit and digits."""
    return shown(_scaled(figure, result), figure.unit, figure.digits)


def _scaled(figure: Figure, result: Result) -> Made:
    """Tell a share in percent where the figure does."""
    made = result.made
    if figure.unit != PERCENT or result.over is None or made is None or isinstance(made, str | date):
        return made
    return Fraction(made) * 100
