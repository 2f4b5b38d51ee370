"""Numbers of cases and projects."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from yichuang.kernel.identifiers.typed import (
    DIGITS,
    NotAnIdentifier,
    need_characters,
    need_day,
    need_length,
    need_numbers,
    tidy,
)

CASE: Final = "办件编号"
PROJECT: Final = "项目代码"


@dataclass(frozen=True, slots=True)
class CaseNumber:
    """Region, day and a serial within both: twenty digits. Gaps may be, doubles never."""

    region: str
    on: dt.date
    serial: int

    def __str__(self) -> str:
        return f"{self.region}{self.on:%Y%m%d}{self.serial:06}"


@dataclass(frozen=True, slots=True)
class ProjectCode:
    """The code of the national investment platform: year, region, industry, kind, serial."""

    year: int
    region: str
    industry: str
    kind: str
    serial: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.region}-{self.industry}-{self.kind}-{self.serial:06}"


def parse_case_number(text: str) -> CaseNumber:
    """
    Read a case number.

    >>> parse_case_number("420106 20190927 000042")
    CaseNumber(region='420106', on=datetime.date(2019, 9, 27), serial=42)

    :raises NotAnIdentifier: length, characters or day are wrong, or the serial is 0
    """
    plain = tidy(text)
    need_length(plain, 20, name=CASE)
    need_characters(plain, DIGITS, name=CASE, saying="数字")
    on, serial = need_day(plain[6:14], name=CASE), int(plain[14:])
    if not serial:
        raise NotAnIdentifier(CASE, "末六位从 000001 开始")
    return CaseNumber(plain[:6], on, serial)


def make_case_number(*, region: str, on: dt.date, serial: int) -> str:
    """
    Make the number of the n-th case of a region and day.

    :raises NotAnIdentifier: the region is not six digits, or the serial is 0
    :raises ValueError: the serial has more than six digits
    """
    need_numbers(CASE, serial=(serial, 6))
    return str(parse_case_number(f"{region}{on:%Y%m%d}{serial:06}"))


def parse_project_code(text: str) -> ProjectCode:
    """
    Read a project code, with its hyphens or without.

    >>> str(parse_project_code("2019420106４７03012345"))
    '2019-420106-47-03-012345'

    :raises NotAnIdentifier: length or characters are wrong
    """
    plain = tidy(text)
    if len(plain) != 20:
        raise NotAnIdentifier(PROJECT, f"应为 24 位（20 个数字和 4 个连字符），现有 {len(plain)} 个数字")
    need_characters(plain, DIGITS, name=PROJECT, saying="数字")
    return ProjectCode(int(plain[:4]), plain[4:10], plain[10:12], plain[12:14], int(plain[14:]))


def make_project_code(*, year: int, region: str, industry: str, kind: str, serial: int) -> str:
    """
    Make a project code.

    :raises NotAnIdentifier: a part has another length or is not of digits
    :raises ValueError: year or serial do not fit
    """
    need_numbers(PROJECT, year=(year, 4), serial=(serial, 6))
    if (len(region), len(industry), len(kind)) != (6, 2, 2):
        raise NotAnIdentifier(PROJECT, "行政区划应为 6 位，行业和类型各 2 位")
    return str(parse_project_code(f"{year:04}{region}{industry}{kind}{serial:06}"))
