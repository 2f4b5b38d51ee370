"""One input: reads what people really type, says how to mend it, and shows it again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from yichuang.foundation.forms import formats
from yichuang.foundation.forms.terms import Cover, Format, Kind, uncovered

FULL_WIDTH = str.maketrans({code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code - 0xFEE0).isalnum()})
NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,10})?", re.ASCII)
DATE_PARTS = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$")
CODE_FORMATS = frozenset({Format.RESIDENT_ID, Format.USCC, Format.PHONE, Format.POSTCODE, Format.PROJECT_CODE})


class Wrong(Exception):
    """An answer cannot be taken; the message tells the fix."""


def tidy(text: str) -> str:
    """
    Write letters and digits in half width, and drop spaces at both ends and doubled ones inside.

    Chinese punctuation stays as it is.

    >>> tidy("　武昌区　中华路１２号（Ａ座） ")
    '武昌区 中华路12号（A座）'
    """
    lines = [" ".join(line.split()) for line in text.translate(FULL_WIDTH).splitlines()]
    return "\n".join(lines).strip()


def compact(text: str) -> str:
    """
    Write a number of a card or paper in half width and capitals, without any spaces.

    >>> compact("４２０１０６ 1949 1001 123x")
    '42010619491001123X'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


@dataclass(frozen=True, slots=True)
class Ask:
    """
    One input: a field of a simple kind, one part of a person, firm or address, or one column of a table.

    `least` and `most` bound a number, `digits` its decimal places, `longest` a text; `unit` stands behind the input.
    `mask` names the personal field of the permission table as which the answer is covered; without one it is open.
    """

    id: str
    label: str
    kind: Kind
    format: Format = Format.PLAIN
    required: bool = True
    hint: str = ""
    unit: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    least: Decimal | None = None
    most: Decimal | None = None
    digits: int = 2
    longest: int = 500
    mask: str = ""

    def clean(self, raw: Any) -> Any:
        """
        Turn what was typed (or kept) into an answer: a text, or a list for several choices and files; blank is None.

        :raises Wrong: it cannot be taken, or is blank and required
        """
        if self.kind in (Kind.CHOICES, Kind.FILE):
            return self._several(raw)
        text = "" if raw is None else tidy(str(raw))
        if not text:
            if self.required:
                raise Wrong(self._ask())
            return None
        match self.kind:
            case Kind.NUMBER:
                return self._number(text)
            case Kind.DATE:
                return self._date(text)
            case Kind.CHOICE:
                return self._choice(text)
        return self._text(text)

    def shown(self, answer: Any, cover: Cover = uncovered) -> str:
        """Write an answer for people, covered where it is personal."""
        if self.mask:
            return cover(self.mask, str(answer))
        match self.kind:
            case Kind.CHOICES:
                return "、".join(self.choices.get(each, each) for each in answer)
            case Kind.CHOICE:
                return self.choices.get(str(answer), str(answer))
            case Kind.NUMBER:
                return f"{answer} {self.unit}".strip()
            case Kind.FILE:
                return _("%(count)s 个文件") % {"count": len(answer)}
        return str(answer)

    def fact(self, answer: Any) -> Any:
        """Give an answer as conditions take it; None where there is none, or a draft's value that does not fit."""
        try:
            value = self.clean(answer)
        except Wrong:
            return None
        if value is None:
            return None
        match self.kind:
            case Kind.NUMBER:
                return Decimal(value)
            case Kind.DATE:
                return date.fromisoformat(value)
            case Kind.FILE:
                return Decimal(len(value))
        return value

    def _ask(self) -> str:
        verb = _("请填写“%(label)s”。")
        if self.kind in (Kind.CHOICE, Kind.CHOICES):
            verb = _("请选择“%(label)s”。")
        elif self.kind is Kind.FILE:
            verb = _("请上传“%(label)s”。")
        return verb % {"label": self.label}

    def _several(self, raw: Any) -> list[str] | None:
        given = [raw] if isinstance(raw, str) else list(raw or [])
        chosen = [str(each) for each in given if str(each).strip()]
        if not chosen:
            if self.required:
                raise Wrong(self._ask())
            return None
        if self.kind is Kind.CHOICES:
            return [self._choice(each) for each in dict.fromkeys(chosen)]
        return list(dict.fromkeys(chosen))

    def _choice(self, text: str) -> str:
        if text not in self.choices:
            raise Wrong(_("“%(label)s”请从给出的选项中选择。") % {"label": self.label})
        return text

    def _number(self, text: str) -> str:
        written = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "")
        written = written.removesuffix(unicodedata.normalize("NFKC", self.unit)) if self.unit else written
        if not NUMBER.fullmatch(written):
            told = {"label": self.label, "example": "12" if self.digits == 0 else "1200.5"}
            raise Wrong(_("“%(label)s”请填写数字，例如 %(example)s。") % told)
        number = Decimal(written)
        if number != round(number, self.digits):
            if self.digits == 0:
                raise Wrong(_("“%(label)s”请填写整数，例如 12。") % {"label": self.label})
            raise Wrong(_("“%(label)s”最多保留 %(digits)s 位小数。") % {"label": self.label, "digits": self.digits})
        if self.least is not None and number < self.least:
            raise Wrong(self._bound(_("“%(label)s”应不小于 %(bound)s%(unit)s。"), self.least))
        if self.most is not None and number > self.most:
            raise Wrong(self._bound(_("“%(label)s”应不大于 %(bound)s%(unit)s。"), self.most))
        return f"{number.normalize():f}" if number else "0"

    def _bound(self, message: str, bound: Decimal) -> str:
        return message % {"label": self.label, "bound": bound, "unit": f" {self.unit}" if self.unit else ""}

    def _date(self, text: str) -> str:
        written = compact(text)
        parts = DATE_PARTS.match(written)
        if parts and (not written.isdigit() or len(written) == 8):
            with suppress(ValueError):
                return date(*map(int, parts.groups())).isoformat()
        raise Wrong(_("“%(label)s”请填写日期，例如 2019-10-30。") % {"label": self.label})

    def _text(self, text: str) -> str:
        if self.format in CODE_FORMATS:
            text = compact(text)
        if len(text) > self.longest:
            counts = {"label": self.label, "most": self.longest, "now": len(text)}
            raise Wrong(_("“%(label)s”不超过 %(most)s 个字，现有 %(now)s 个，请删减。") % counts)
        try:
            return formats.plain(self.format, text)
        except formats.Misshapen as wrong:
            raise Wrong(str(wrong)) from wrong


def blank(raw: Any) -> bool:
    """Tell whether nothing at all was given."""
    if isinstance(raw, Mapping):
        return all(blank(each) for each in raw.values())
    if isinstance(raw, Sequence) and not isinstance(raw, str):
        return all(blank(each) for each in raw)
    return raw is None or not str(raw).strip()
