"""Codes of service items: 基本编码 (12), 实施编码 (31), 业务办理项编码 (33); GB/T 39554.1-2020.

The structure of the 12 places follows published samples: level or province, kind, department, main item, sub-item.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from yichuang.kernel.identifiers.organisations import parse_uscc
from yichuang.kernel.identifiers.typed import (
    CHARACTERS,
    DIGITS,
    NotAnIdentifier,
    need_characters,
    need_length,
    tidy,
)

NAME: Final = "事项编码"
LEVELS: Final = {"1": "国家级", "2": "省级", "3": "市级", "4": "县（区）级", "5": "街道（乡镇）", "6": "社区（村）"}


@dataclass(frozen=True, slots=True)
class ItemCode:
    """A code of any of the three lengths; what a shorter one has not got is empty."""

    province: str  # 00 is national
    kind: str
    department: str
    main: str
    sub: str
    body: str = ""  # USCC of the implementing body
    level: str = ""
    handling: str = ""

    def __str__(self) -> str:
        return f"{self.body}{self.level}{self.catalogue}{self.handling}"

    @property
    def catalogue(self) -> str:
        """The 12 places of the catalogue."""
        return f"{self.province}{self.kind}{self.department}{self.main}{self.sub}"

    @property
    def task(self) -> str:
        """The 31 places of the implementing list, empty in a code of the catalogue."""
        return f"{self.body}{self.level}{self.catalogue}" if self.body else ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is unusual and yet no reason to refuse: published lists contain it."""
        if not self.body:
            return ()
        found = []
        try:
            found += [f"实施主体代码{warning}" for warning in parse_uscc(self.body).warnings]
        except NotAnIdentifier as wrong:
            found.append(f"实施主体的统一社会信用代码有误：{wrong.why}")
        if self.level not in LEVELS:
            found.append(f"行使层级 {self.level} 不在 1 至 6 之内")
        return tuple(found)


def parse_item_code(text: str) -> ItemCode:
    """
    Read an item code of 12, 31 or 33 places.

    >>> code = parse_item_code("11440000006939756B2440101007000")
    >>> code.level, code.catalogue, code.main, code.warnings
    ('2', '440101007000', '007', ())

    :raises NotAnIdentifier: length or characters are wrong; a wrong body code only warns
    """
    plain = tidy(text)
    need_length(plain, 12, 31, 33, name=NAME)
    need_characters(plain, CHARACTERS, name=NAME, saying="数字或大写字母")
    front, back = ("", plain) if len(plain) == 12 else (plain[:19], plain[19:])
    need_characters(front[18:], DIGITS, name=NAME, first=19, saying="数字（行使层级）")
    need_characters(back[:4], DIGITS, name=NAME, first=len(front) + 1, saying="数字（省码和事项类型）")
    return ItemCode(
        province=back[:2],
        kind=back[2:4],
        department=back[4:6],
        main=back[6:9],
        sub=back[9:12],
        body=front[:18],
        level=front[18:],
        handling=back[12:],
    )


def make_item_code(catalogue: str, *, body: str = "", level: str = "", handling: str = "") -> str:
    """
    Make a code of its parts: the catalogue's 12 places alone, with body and level, or with the 2 of the handling too.

    :raises NotAnIdentifier: the parts do not make one
    """
    if bool(body) != bool(level) or (handling and not body):
        raise NotAnIdentifier(NAME, "实施主体、行使层级和业务办理项要按顺序给全")
    return str(parse_item_code(f"{body}{level}{catalogue}{handling}"))
