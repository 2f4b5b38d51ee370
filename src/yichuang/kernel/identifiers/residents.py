"""公民身份号码 (GB 11643-1999)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from stdnum.cn import ric as _ric

from yichuang.kernel.identifiers.typed import (
    DIGITS,
    NotAnIdentifier,
    SyntheticIdentifier,
    need_characters,
    need_day,
    need_length,
    need_numbers,
    tidy,
)

NAME: Final = "公民身份号码"

SYNTHETIC_REGION: Final = "999999"
"""No place has this code; persons made for demonstrations live there."""

_PROVINCES: Final = frozenset(
    f"{area}{place}"
    for area, places in {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345"}.items()
    for place in places
) | {"71", "81", "82", "83"}
"""GB/T 2260, the first two digits; 83 is given to residents from Taiwan."""


@dataclass(frozen=True, slots=True)
class ResidentId:
    """Where, when and as which the number was given."""

    region: str
    born: dt.date
    order: str  # three digits: odd for men, even for women
    check: str

    def __str__(self) -> str:
        return f"{self.region}{self.born:%Y%m%d}{self.order}{self.check}"

    @property
    def sex(self) -> Literal["male", "female"]:
        """What the order says."""
        return "male" if int(self.order) % 2 else "female"

    @property
    def masked(self) -> str:
        """The number as it is shown: the first six and the last four."""
        return f"{self.region}********{self.order}{self.check}"

    @property
    def is_synthetic(self) -> bool:
        """Whether the number was made for demonstrations."""
        return self.region == SYNTHETIC_REGION


def parse_resident_id(text: str) -> ResidentId:
    """
    Read a resident's number of 18 places as people type it.

    The province must exist; the county may be one that is no longer on today's list.

    >>> parse_resident_id("110105 19491231 002x").born
    datetime.date(1949, 12, 31)

    :raises NotAnIdentifier: length, characters, region, day or check character are wrong
    """
    plain = tidy(text)
    need_length(plain, 18, name=NAME)
    need_characters(plain[:17], DIGITS, name=NAME, saying="数字")
    need_characters(plain[17], DIGITS + "X", name=NAME, first=18, saying="数字或 X")
    if plain[:2] not in _PROVINCES and plain[:6] != SYNTHETIC_REGION:
        raise NotAnIdentifier(NAME, "前两位不是省级行政区划代码")
    born = need_day(plain[6:14], name=NAME)
    if plain[17] != _ric.calc_check_digit(plain):
        raise NotAnIdentifier(NAME, "校验位不符，可能有一位抄错")
    return ResidentId(plain[:6], born, plain[14:17], plain[17])


def check_resident_id(text: str, *, on: dt.date | None = None, allow_synthetic: bool = False) -> str:
    """
    Give the number in its plain form.

    :raises NotAnIdentifier: it cannot be one, or (if a day is given) the person is not born yet on that day
    :raises SyntheticIdentifier: it was made for demonstrations and these are not allowed here
    """
    found = parse_resident_id(text)
    if on is not None and found.born > on:
        raise NotAnIdentifier(NAME, f"出生日期在 {on} 之后")
    if found.is_synthetic and not allow_synthetic:
        raise SyntheticIdentifier(NAME)
    return str(found)


def make_resident_id(*, region: str, born: dt.date, order: int) -> str:
    """
    Make the number with its check character.

    :raises NotAnIdentifier: the region is wrong
    :raises ValueError: the order does not fit into three digits
    """
    need_numbers(NAME, order=(order, 3))
    body = f"{region}{born:%Y%m%d}{order:03}"
    need_length(body, 17, name=NAME)
    need_characters(body, DIGITS, name=NAME, saying="数字")
    return str(parse_resident_id(body + _ric.calc_check_digit(body + "0")))


def make_synthetic_resident_id(*, born: dt.date, order: int) -> str:
    """
    Make the number of a person for demonstrations.

    >>> parse_resident_id(make_synthetic_resident_id(born=dt.date(1980, 5, 1), order=12)).masked
    '999999********0123'
    """
    return make_resident_id(region=SYNTHETIC_REGION, born=born, order=order)
