"""One question of a form: simple, in parts (person, firm, address), a table, or files; read, cleaned, shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Protocol

from django.utils.translation import gettext as _

from yichuang.foundation.forms.asking import Ask, Wrong, blank
from yichuang.foundation.forms.terms import Cover, Format, Kind, Source, uncovered
from yichuang.kernel.conditions import Condition, FactKind, FactType


class Posted(Protocol):
    """What a page sends: Django's `QueryDict`."""

    def get(self, name: str, /) -> Any: ...

    def getlist(self, name: str, /) -> list[Any]: ...

    def __contains__(self, name: object, /) -> bool: ...


PARTS: Mapping[Kind, tuple[tuple[str, str, Format], ...]] = MappingProxyType(
    {
        Kind.PERSON: (
            ("name", "姓名", Format.PLAIN),
            ("id_number", "身份证号码", Format.RESIDENT_ID),
            ("phone", "联系电话", Format.PHONE),
        ),
        Kind.FIRM: (("name", "单位名称", Format.PLAIN), ("uscc", "统一社会信用代码", Format.USCC)),
        Kind.ADDRESS: (("street", "街道", Format.PLAIN), ("detail", "详细地址", Format.PLAIN)),
    }
)
"""What a question in parts asks, in this order: part, Chinese label, format."""

FREE_PARTS = frozenset({"phone"})
"""Parts that nobody has to give: no telephone is needed anywhere."""

FACT_KINDS = {
    Kind.NUMBER: FactKind.NUMBER,
    Kind.DATE: FactKind.DATE,
    Kind.CHOICES: FactKind.LIST,
    Kind.FILE: FactKind.NUMBER,
}


@dataclass(frozen=True, slots=True)
class Field:
    """
    One question, known by its element code, which is its name in the whole journey.

    `fact` is the path under which conditions know the answer. `asks` has one input, the parts, or the columns of a
    table, whose rows number from `rows_least` to `rows_most`. `forms` names the forms that want it (merged forms).
    """

    code: str
    label: str
    kind: Kind
    asks: tuple[Ask, ...]
    fact: str
    required: bool = True
    hint: str = ""
    when: Condition | None = None
    when_text: str = ""
    prefill: tuple[Source, ...] = ()
    not_before: str = ""
    rows_least: int = 1
    rows_most: int = 50
    forms: tuple[str, ...] = ()
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        names = (self.code,) if self.is_single else tuple(f"{self.code}__{ask.id}" for ask in self.asks)
        object.__setattr__(self, "names", names)

    @property
    def is_single(self) -> bool:
        """Tell whether one input holds the whole answer."""
        return self.kind not in PARTS and self.kind is not Kind.TABLE

    @property
    def fact_paths(self) -> frozenset[str]:
        """Name every path under which conditions may know the answer."""
        return frozenset(self.fact_types())

    def cell(self, row: int, ask: Ask) -> str:
        """Name the input of one cell of a table."""
        return f"{self.code}-{row}-{ask.id}"

    def is_in(self, posted: Posted) -> bool:
        """Tell whether the page sent an input of this question."""
        names = (f"{self.code}-rows",) if self.kind is Kind.TABLE else self.names
        return any(name in posted for name in names)

    def read(self, posted: Posted) -> Any:
        """Take what was typed, as it was typed."""
        if self.kind is Kind.TABLE:
            count = min(int(tidy_count(posted.get(f"{self.code}-rows"))), self.rows_most)
            return [{ask.id: posted.get(self.cell(row, ask)) or "" for ask in self.asks} for row in range(count)]
        if self.kind in PARTS:
            return {ask.id: posted.get(name) or "" for name, ask in zip(self.names, self.asks, strict=True)}
        if self.kind in (Kind.CHOICES, Kind.FILE):
            return list(posted.getlist(self.code))
        return posted.get(self.code)

    def clean(self, raw: Any) -> tuple[Any, dict[str, str]]:
        """Turn what was typed or kept into an answer (None when blank), and name what is wrong by input."""
        if self.kind is Kind.TABLE:
            return self._clean_table(raw)
        if self.kind in PARTS:
            return self._clean_parts(raw)
        try:
            return replace(self.asks[0], required=self.required).clean(raw), {}
        except Wrong as wrong:
            return None, {self.code: str(wrong)}

    def inputs(self, answer: Any) -> dict[str, Any]:
        """Spread an answer over the inputs of the question."""
        if self.kind is Kind.TABLE:
            rows = answer or [{}] * self.rows_least
            cells = {self.cell(n, ask): row.get(ask.id, "") for n, row in enumerate(rows) for ask in self.asks}
            return {f"{self.code}-rows": len(rows)} | cells
        if self.kind in PARTS:
            given = answer or {}
            return {name: given.get(ask.id, "") for name, ask in zip(self.names, self.asks, strict=True)}
        return {self.code: answer}

    def told(self, raw: Any, cover: Cover = uncovered) -> tuple[str, ...]:
        """Write what was typed or kept as `shown` does; what is wrong stands as it was typed."""
        value, wrong = self.clean(raw)
        return self.shown(raw if wrong else value, cover)

    def shown(self, answer: Any, cover: Cover = uncovered) -> tuple[str, ...]:
        """Write an answer for the check page, a line each, covered where it is personal; nothing when it is blank."""
        if blank(answer):
            return ()
        if self.kind is Kind.TABLE:
            return tuple("；".join(self._told(row, cover)) for row in answer)
        if self.kind in PARTS:
            return tuple(self._told(answer, cover))
        return (self.asks[0].shown(answer, cover),)

    def facts(self, answer: Any) -> dict[str, Any]:
        """Give an answer as conditions take it; what is blank or does not fit is left out."""
        if self.kind is Kind.TABLE:
            return {} if answer is None else {f"{self.fact}.count": Decimal(len(answer))}
        if self.kind in PARTS:
            found = {f"{self.fact}.{ask.id}": ask.fact((answer or {}).get(ask.id)) for ask in self.asks}
        else:
            found = {self.fact: self.asks[0].fact(answer)}
        return {path: value for path, value in found.items() if value is not None}

    def fact_types(self) -> dict[str, FactType]:
        """Declare the facts that the answer gives."""
        if self.kind is Kind.TABLE:
            return {f"{self.fact}.count": FactType(FactKind.NUMBER, name=self.label, source="form")}
        if self.kind in PARTS:
            return {
                f"{self.fact}.{ask.id}": FactType(FactKind.TEXT, name=self.label + ask.label, source="form")
                for ask in self.asks
            }
        ask = self.asks[0]
        kind = FACT_KINDS.get(self.kind, FactKind.TEXT)
        choices = tuple(ask.choices) if self.kind in (Kind.CHOICE, Kind.CHOICES) else ()
        unit = ask.unit if self.kind is Kind.NUMBER else ""
        return {self.fact: FactType(kind, unit=unit, name=self.label, source="form", choices=choices)}

    def _told(self, answer: Mapping[str, Any], cover: Cover) -> Iterator[str]:
        for ask in self.asks:
            if not blank(answer.get(ask.id)):
                yield f"{ask.label}：{ask.shown(answer[ask.id], cover)}"

    def _clean_parts(self, raw: Any) -> tuple[Any, dict[str, str]]:
        given = raw if isinstance(raw, Mapping) else {}
        if blank(given) and not self.required:
            return None, {}
        answer, errors = {}, {}
        for name, ask in zip(self.names, self.asks, strict=True):
            try:
                value = replace(ask, label=self.label + ask.label).clean(given.get(ask.id))
            except Wrong as wrong:
                errors[name] = str(wrong)
            else:
                if value is not None:
                    answer[ask.id] = value
        return answer or None, errors

    def _clean_table(self, raw: Any) -> tuple[Any, dict[str, str]]:
        given = [row for row in raw or [] if isinstance(row, Mapping)] if isinstance(raw, list | tuple) else []
        answer, errors = [], {}
        for number, row in enumerate(given):
            if blank(row):
                continue
            cells = {}
            for ask in self.asks:
                try:
                    cells[ask.id] = ask.clean(row.get(ask.id))
                except Wrong as wrong:
                    errors[self.cell(number, ask)] = _("第 %(row)s 行：%(what)s") % {"row": number + 1, "what": wrong}
            answer.append({part: value for part, value in cells.items() if value is not None})
        least = max(self.rows_least, 1) if self.required else 0
        if len(answer) < least and not errors:
            told = {"label": self.label, "least": least}
            errors[f"{self.code}-rows"] = _("“%(label)s”请至少填写 %(least)s 行。") % told
        return answer or None, errors


def tidy_count(text: Any) -> str:
    """Read a hidden row count; what is no number counts as none."""
    written = str(text or "0").strip()
    return written if written.isascii() and written.isdigit() else "0"
