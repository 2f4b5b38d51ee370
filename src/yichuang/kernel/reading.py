"""Take typed values out of the YAML form of a definition; what does not fit is named with its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from yichuang.kernel.errors import DefinitionError

InForce = tuple[date, date | None]


class Reader:
    """
    One mapping of a definition, its place, and the keys it may have.

    >>> Reader({"days": 3}, "plan.yaml", {"days"}).number("days")
    3
    >>> Reader({"day": 3}, "plan.yaml", {"days"})
    Traceback (most recent call last):
    yichuang.kernel.errors.DefinitionError: plan.yaml: unknown key 'day'; there are days
    """

    def __init__(self, data: object, place: str, keys: Collection[str]) -> None:
        """
        Check that `data` is a mapping with no key outside `keys`.

        :raises DefinitionError: it is not
        """
        if not isinstance(data, Mapping):
            raise DefinitionError(place, f"{data!r}", "a mapping")
        for key in data:
            if key not in keys:
                raise DefinitionError(place, f"unknown key {key!r}", choices=sorted(keys))
        self._data: Mapping[str, Any] = data
        self.place = place

    def __contains__(self, key: str) -> bool:
        return self._data.get(key) is not None

    def wrong(self, key: str, expected: str, choices: Collection[str] = ()) -> DefinitionError:
        """Make the complaint about the value of a key."""
        found = f"{key}: {self._data[key]!r}" if key in self else f"{key} is missing"
        return DefinitionError(self.place, found, expected, tuple(choices))

    def text(self, key: str, default: str | None = None) -> str:
        """Give a text; without a default it must be there and not empty."""
        value = self._data.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(key, "a text")
        return value

    def text_or_none(self, key: str) -> str | None:
        """Give a text, or None when the key is absent or null."""
        return self.text(key) if key in self else None

    def number(self, key: str, *, least: int = 0) -> int:
        """Give a whole number not below `least`."""
        value = self._data.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.wrong(key, f"a whole number from {least}")
        return value

    def number_or_none(self, key: str, *, least: int = 0) -> int | None:
        """Give a whole number not below `least`, or None when the key is absent or null."""
        return self.number(key, least=least) if key in self else None

    def flag(self, key: str) -> bool:
        """Give true or false; absent is false."""
        value = self._data.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Give a list of texts; one text alone is a list of one, an absent key an empty one; no text twice."""
        value = self._data.get(key)
        if value is None:
            return ()
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list | tuple) or not all(isinstance(item, str) and item for item in items):
            raise self.wrong(key, "a list of texts")
        if len(set(items)) < len(items):
            raise self.wrong(key, "each text once")
        return tuple(items)

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Give a mapping with texts as keys; an absent key gives an empty one."""
        value = self._data.get(key)
        if value is None:
            return {}
        if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
            raise self.wrong(key, "a mapping of names")
        return value

    def rows(self, key: str) -> tuple[Any, ...]:
        """Give a list of anything; an absent key gives an empty one."""
        value = self._data.get(key)
        if value is None:
            return ()
        if not isinstance(value, list | tuple):
            raise self.wrong(key, "a list")
        return tuple(value)

    def in_force(self, key: str = "in_force") -> InForce | None:
        """Give the first and the last valid day ({from, to}; to absent: for ever), or None when the key is absent."""
        if key not in self:
            return None
        span = Reader(self._data[key], f"{self.place}, {key}", {"from", "to"})
        first, last = span._day("from"), span._day("to") if "to" in span else None
        if last is not None and last < first:
            raise self.wrong(key, "a last day not before the first")
        return first, last

    def _day(self, key: str) -> date:
        value = self._data.get(key)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError as reason:
                raise self.wrong(key, "a day such as 2019-07-01") from reason
        if type(value) is not date:
            raise self.wrong(key, "a day such as 2019-07-01")
        return value
