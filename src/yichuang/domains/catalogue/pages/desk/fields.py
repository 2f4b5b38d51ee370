"""The fields of the editor: each takes what an element holds, shows it as people write it, and reads it back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.catalogue.terms.elements import Element
from yichuang.kernel.conditions import parse
from yichuang.kernel.errors import DefinitionError
from yichuang.ui.forms import half_width

Schema = Mapping[str, Any]
LONG = frozenset(
    {"conditions", "text", "answer", "note", "flow", "standard", "fill_note", "visits_reason", "legal_absent"}
)
"""Elements that are written in sentences."""
NOT_SAID = ("", _("未填写"))
LIMIT_UNITS = (
    ("working_day", _("工作日")),
    ("half_day", _("半天")),
    ("working_hour", _("工作小时")),
    ("calendar_day", _("自然日")),
    ("month", pgettext_lazy("unit", "月")),
)
HINTS: Mapping[str, Any] = {
    "special_days": _("一行一个，例如 专家评审：20"),
    "source": _("文件名称或填报单位，一行一个"),
    "code": _("12至33位大写字母和数字"),
    "plan": _("办件按它流转；在其他系统办理的不填"),
}
ROW_HINTS: Mapping[str, Any] = {
    "code": _("小写字母、数字和下划线；留空则自动编号"),
    "id": _("小写字母、数字和下划线；留空则自动编号"),
    "when": _("留空表示不分情形。写法例如 new_shop == '是'，可用的事实见“情形”页"),
    "facts": _("选了这一项就成立的事实，一行一个，例如 new_shop：是"),
    "accept_types": _("一行一个，例如 application/pdf"),
    "not_eligible": _("选了这一项就不能办理的，写明理由"),
}


class LinesField(forms.CharField):
    """Several texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        """Give the lines, none where there is nothing."""
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]

    def shown(self, value: Any) -> str:
        """Write the texts one a line."""
        return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


class PairsField(forms.CharField):
    """Names with values, one pair a line: 专家评审：20."""

    widget = forms.Textarea(attrs={"rows": 3})
    TRUTHS = {"是": True, "否": False, "true": True, "false": False}

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind

    def to_python(self, value: Any) -> Any:
        """Give the pairs; a line without a colon, or whose value is none that the element takes, is told."""
        found: dict[str, Any] = {}
        for line in (super().to_python(value) or "").splitlines():
            if not line.strip():
                continue
            name, colon, said = line.replace("：", ":", 1).partition(":")
            if not colon or not name.strip() or not said.strip():
                raise ValidationError(_t("“%(line)s”请写成 名称：值，一行一个。") % {"line": line.strip()})
            found[name.strip()] = self._read(said.strip(), line.strip())
        return found

    def _read(self, said: str, line: str) -> Any:
        if self.kind == "string":
            return said
        if self.kind == "any" and said.lower() in self.TRUTHS:
            return self.TRUTHS[said.lower()]
        digits = half_width(said)
        if digits.isdecimal():
            return int(digits)
        if self.kind == "integer":
            raise ValidationError(_t("“%(line)s”的值请填整数。") % {"line": line})
        return said

    def shown(self, value: Any) -> str:
        """Write the pairs one a line."""
        truths = {True: "是", False: "否"}
        return "\n".join(
            f"{name}：{truths[said] if isinstance(said, bool) else said}" for name, said in dict(value).items()
        )


class YuanField(forms.DecimalField):
    """Money in yuan, kept in fen."""

    def clean(self, value: Any) -> Any:
        """Give fen."""
        yuan = super().clean(value)
        return None if yuan is None else int(yuan * 100)

    def shown(self, value: Any) -> str:
        """Write fen as yuan."""
        return f"{Decimal(int(value)) / 100:.2f}"


class ConditionField(forms.CharField):
    """When something applies, in the small language of conditions."""

    def clean(self, value: Any) -> Any:
        """Give the text; what is no condition is told with its place."""
        text = super().clean(value).strip()
        if text:
            try:
                parse(text)
            except DefinitionError as wrong:
                said = _t("这不是一个条件：%(why)s。写法例如 new_shop == '是'。")
                raise ValidationError(said % {"why": wrong}) from wrong
        return text


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not said: what is not said is not the same as no."""

    def __init__(self, **kwargs: Any) -> None:
        yes, no = pgettext_lazy("a box that is ticked", "是"), pgettext_lazy("a box that is not ticked", "否")
        choices = [NOT_SAID, ("yes", yes), ("no", no)]
        super().__init__(choices=choices, coerce=lambda said: said == "yes", empty_value=None, **kwargs)

    def shown(self, value: Any) -> str:
        """Name the choice."""
        return "yes" if value else "no"


class DayField(forms.DateField):
    """A day, kept as text."""

    def clean(self, value: Any) -> Any:
        """Give the day as 2019-10-30."""
        day = super().clean(value)
        return day.isoformat() if day else None


def made(key: str, element: Element, schema: Schema, *, required: bool, in_row: bool) -> forms.Field:
    """Make the field of one element after its words and its schema."""
    hint = (ROW_HINTS if in_row else HINTS).get(key, "")
    said: dict[str, Any] = {"label": element.label, "required": required, "help_text": hint}
    if key == "amount_fen":
        said |= {"label": _("金额（元）"), "help_text": _("按标准计算、没有定额的留空")}
        return YuanField(min_value=0, max_value=10**9, decimal_places=2, **said)
    if key == "when":
        return ConditionField(max_length=500, **said)
    if key == "unit" and "enum" in schema:
        return forms.ChoiceField(choices=[("", _("未填写，按工作日")), *LIMIT_UNITS], **said)
    if key in ("from", "to"):
        return DayField(widget=forms.DateInput, **said)
    return _by_type(key, element, schema, said)


def raw_of(field: forms.Field, value: Any) -> list[str]:
    """Write what an element holds as the browser would send it; nothing where it says nothing."""
    if value is None or value == "" or value == [] or value == {}:
        return []
    if isinstance(field, forms.MultipleChoiceField):
        return [str(each) for each in value]
    shown = getattr(field, "shown", None)
    return [shown(value) if shown else str(value)]


def _by_type(key: str, element: Element, schema: Schema, said: dict[str, Any]) -> forms.Field:
    match schema.get("type"):
        case "boolean":
            return YesNoField(**said)
        case "integer":
            least = schema.get("minimum", 0)
            return forms.IntegerField(min_value=least, max_value=100_000, **said)
        case "object":
            return PairsField(kind=schema.get("additionalProperties", {}).get("type", "any"), **said)
        case "array" if allowed := schema["items"].get("enum"):
            names = dict(element.words.choices) if element.words else {each: each for each in allowed}
            chosen = [(each, names.get(each, each)) for each in allowed]
            return forms.MultipleChoiceField(choices=chosen, widget=forms.CheckboxSelectMultiple, **said)
        case "array":
            return LinesField(**said)
    if element.words is not None:
        known = [(value, label) for value, label in element.words.choices if value in schema.get("enum", [value])]
        return forms.ChoiceField(choices=_with_blank(known), **said)
    if "oneOf" in schema or key == "source":
        return LinesField(**said)
    longest = schema.get("maxLength", 4000)
    widget = forms.Textarea(attrs={"rows": 3}) if key in LONG else forms.TextInput()
    return forms.CharField(max_length=longest, widget=widget, **said)


def _with_blank(choices: Iterable[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    return [NOT_SAID, *((value, label) for value, label in choices if value != "")]
