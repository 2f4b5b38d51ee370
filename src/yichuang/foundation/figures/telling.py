"""A figure as programs are told it: the same from the command, the API and the report's `figures.json`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from yichuang.foundation.figures import groups, rows
from yichuang.foundation.figures.answering import Answer, Shown
from yichuang.foundation.figures.figure import Figure
from yichuang.foundation.figures.formulas import as_text
from yichuang.foundation.people.actors import Actor
from yichuang.kernel.indicators import Span, plain


def told(answer: Answer) -> dict[str, Any]:
    """Tell an answer as JSON; `value` is a number in the figure's unit and digits, or text, or null with a reason."""
    figure = answer.figure
    found: dict[str, Any] = {
        "id": answer.id,
        "name": figure.name,
        "value": value(answer.value),
        "unit": figure.unit,
        "mode": figure.mode.value,
        "numerator": value(answer.numerator),
        "denominator": value(answer.denominator),
        "as_of": answer.times.as_of.isoformat(),
        "known_at": answer.known_at.isoformat(),
        "region": answer.times.region,
        "period": _span(answer.span),
        "definition": definition(figure),
        "wording": answer.wording,
        "reason": answer.reason,
        "missing": answer.missing.value if answer.missing else "",
        "rows": None,
    }
    if answer.outside is not None:
        outside = answer.outside
        found["outside"] = {
            "value": value(outside.value),
            "own": value(outside.own),
            "difference": value(outside.difference),
        }
    return found


def with_rows(answer: Answer, actor: Actor, start: int = 0, stop: int | None = None) -> dict[str, Any]:
    """Tell an answer with the rows behind it that a reader may open, and how many he may not, by reason."""
    parts = rows.behind(answer.figure, answer.times, actor)
    return told(answer) | {
        "rows": [line(each) for part in parts for each in part.lines(start, stop)],
        "counted": {part.part.value: part.total for part in parts},
        "hidden": [
            {"part": part.part.value, "reason": reason.value, "why": str(reason.label), "count": count}
            for part in parts
            for reason, count in part.hidden.items()
        ],
    }


def line(row: rows.Line) -> dict[str, Any]:
    """Tell one row."""
    values = {name: _plain(each) for name, each in row.values.items()}
    return {"part": row.part.value, "key": row.key, "amount": _plain(row.amount), "link": row.link, "values": values}


def group(each: groups.Group) -> dict[str, Any]:
    """Tell one group."""
    return {
        "code": each.code,
        "name": each.label,
        "value": value(each.value),
        "numerator": value(each.numerator),
        "denominator": value(each.denominator),
        "rows": each.rows,
        "reason": str(each.missing.label) if each.missing else "",
    }


def _plain(given: Any) -> Any:
    if isinstance(given, Decimal):
        return plain(given)
    return given.isoformat() if isinstance(given, date) else given


def definition(figure: Figure) -> dict[str, Any]:
    """Tell how a figure is counted."""
    return {
        "figure": figure.id,
        "report": figure.report,
        "version": figure.version,
        "means": figure.means,
        "digits": figure.digits,
        "formula": as_text(figure.formula) if figure.formula else "",
        "period": f"since {figure.period.since}" if figure.period.since else figure.period.kind.value,
        "needs": figure.needs,
        "source": list(figure.source),
    }


def value(shown: Shown) -> int | float | str | None:
    """Write a value as JSON does."""
    return plain(shown) if isinstance(shown, Decimal) else shown


def _span(span: Span | None) -> dict[str, str] | None:
    return {"from": span.first.isoformat(), "to": span.last.isoformat()} if span else None
