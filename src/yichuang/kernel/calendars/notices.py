"""A year's notice of days off and shifted workdays, and its public JSON form."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yichuang.kernel.errors import DefinitionError

FIRST_YEAR, LAST_YEAR = 1991, 2099
"""The years a notice may be for; its neighbouring days reach into the year before and after."""

_KEYS = ("year", "papers", "days")
_DAY_KEYS = ("name", "date", "isOffDay")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One day that a notice speaks of: a day off, or a weekend day that is worked."""

    name: str  # of the festival, in Chinese
    date: dt.date
    is_off_day: bool

    def as_json(self) -> dict[str, object]:
        """Write the day in its public form."""
        return {"name": self.name, "date": self.date.isoformat(), "isOffDay": self.is_off_day}


@dataclass(frozen=True, slots=True)
class Notice:
    """
    The whole arrangement of one year, later changes to it included.

    It may reach into the December before and the January after its year. Making one checks every day.

    :raises DefinitionError: a day is given twice, lies too far from the year, or is a worked day that is no weekend day
    """

    year: int
    papers: tuple[str, ...]  # document numbers or addresses of the papers, the first one first
    days: tuple[NoticeDay, ...]

    def __post_init__(self) -> None:
        _check(self, f"notice {self.year}")

    def as_json(self) -> dict[str, object]:
        """Write the notice in its public form; `parse_notice` reads it back as the same notice."""
        return {"year": self.year, "papers": list(self.papers), "days": [day.as_json() for day in self.days]}


def parse_notice(form: Mapping[str, Any], place: str = "notice") -> Notice:
    """
    Read a notice from its public form `{"year", "papers", "days": [{"name", "date", "isOffDay"}]}`.

    Keys that begin with `$` are passed over; a date may be a text or, as YAML reads it, a date already.

    >>> day = {"name": "元旦", "date": "2019-01-01", "isOffDay": True}
    >>> parse_notice({"year": 2019, "papers": [], "days": [day]}).days
    (NoticeDay(name='元旦', date=datetime.date(2019, 1, 1), is_off_day=True),)

    :raises DefinitionError: anything is missing, unknown, of another kind or impossible; it names the field
    """
    if not isinstance(form, Mapping):
        raise DefinitionError(place, f"found {_kind(form)}", "an object", _KEYS)
    _check_keys(form, _KEYS, place)
    year, papers, days = form["year"], form["papers"], form["days"]
    if not isinstance(year, int) or isinstance(year, bool):
        raise DefinitionError(f"{place}: year", f"found {year!r}", "a whole number")
    if not isinstance(papers, Sequence) or isinstance(papers, str) or not all(isinstance(p, str) for p in papers):
        raise DefinitionError(f"{place}: papers", f"found {papers!r}", "a list of texts")
    if not isinstance(days, Sequence) or isinstance(days, str):
        raise DefinitionError(f"{place}: days", f"found {_kind(days)}", "a list of days")
    read = tuple(_parse_day(day, f"{place}: days[{n}]") for n, day in enumerate(days))
    try:
        return Notice(year=year, papers=tuple(papers), days=read)
    except DefinitionError as wrong:
        field = wrong.place.removeprefix(f"notice {year}")
        raise DefinitionError(f"{place}{field}", wrong.found, wrong.expected, wrong.choices) from None


def read_notice(text: str, place: str = "notice") -> Notice:
    """
    Read a notice from JSON text.

    :raises DefinitionError: the text is not JSON, gives a key twice, or is no notice
    """
    try:
        form = json.loads(text, object_pairs_hook=lambda pairs: _object(pairs, place))
    except json.JSONDecodeError as wrong:
        raise DefinitionError(f"{place}: line {wrong.lineno} column {wrong.colno}", wrong.msg, "JSON") from None
    return parse_notice(form, place)


def _object(pairs: list[tuple[str, Any]], place: str) -> dict[str, Any]:
    form = dict(pairs)
    if len(form) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DefinitionError(f"{place}: {twice}", "given twice in one object", "each key once")
    return form


def _parse_day(form: object, place: str) -> NoticeDay:
    if not isinstance(form, Mapping):
        raise DefinitionError(place, f"found {_kind(form)}", "an object", _DAY_KEYS)
    _check_keys(form, _DAY_KEYS, place)
    name, is_off_day = form["name"], form["isOffDay"]
    if not isinstance(name, str):
        raise DefinitionError(f"{place}.name", f"found {name!r}", "a text")
    if not isinstance(is_off_day, bool):
        raise DefinitionError(f"{place}.isOffDay", f"found {is_off_day!r}", "true or false")
    return NoticeDay(name=name.strip(), date=_parse_date(form["date"], f"{place}.date"), is_off_day=is_off_day)


def _parse_date(value: object, place: str) -> dt.date:
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and len(value) == len("2019-01-01"):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            pass  # said below, together with all other kinds
    raise DefinitionError(place, f"found {value!r}", "a date like 2019-10-01")


def _check_keys(form: Mapping[str, Any], keys: tuple[str, ...], place: str) -> None:
    for key in keys:
        if key not in form:
            raise DefinitionError(f"{place}: {key}", "missing", choices=keys)
    for key in form:
        if key not in keys and not str(key).startswith("$"):
            raise DefinitionError(f"{place}: {key}", "unknown key", choices=keys)


def _check(notice: Notice, place: str) -> None:
    year = notice.year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DefinitionError(f"{place}: year", f"found {year}", f"a year from {FIRST_YEAR} to {LAST_YEAR}")
    if not notice.days:
        raise DefinitionError(f"{place}: days", "none given", "at least one day")
    first, last = dt.date(year - 1, 12, 1), dt.date(year + 1, 1, 31)
    seen: dict[dt.date, int] = {}
    for n, day in enumerate(notice.days):
        here = f"{place}: days[{n}]"
        if not day.name:
            raise DefinitionError(f"{here}.name", "empty", "the name of the festival")
        if not first <= day.date <= last:
            raise DefinitionError(f"{here}.date", f"found {day.date}", f"a day from {first} to {last}")
        if day.date in seen:
            raise DefinitionError(
                f"{here}.date", f"{day.date} was given by days[{seen[day.date]}] already", "a day once"
            )
        if not day.is_off_day and day.date.weekday() < 5:
            weekday = _WEEKDAYS[day.date.weekday()]
            raise DefinitionError(f"{here}.isOffDay", f"{day.date} is a {weekday} and worked anyway", "a weekend day")
        seen[day.date] = n


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
