"""Django forms that draw themselves with our field component, and read what people really type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (  # the first that fits wins
    (forms.HiddenInput, "hidden"),
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
    (forms.DateInput, "date"),
    (forms.NumberInput, "number"),
    (forms.Textarea, "textarea"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.SelectMultiple, "checkboxes"),
    (forms.Select, "select"),
    (forms.CheckboxInput, "checkbox"),
    (forms.EmailInput, "email"),
    (forms.TextInput, "text"),
)
_NUMERIC = (forms.IntegerField, forms.DecimalField, forms.FloatField, forms.DateField, forms.DateTimeField)

UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of a text: they come along when something is pasted, break
tables and papers, and make a name read as another."""

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
"""The days that a form takes: nobody who is alive was born before, and no calendar of working days goes further."""


def half_width(text: str) -> str:
    """
    Write full-width digits, letters and spaces in half width and drop those at the ends.

    >>> half_width(" ２０１９－１０－３０ ")
    '2019-10-30'
    """
    return unicodedata.normalize("NFKC", text).strip()


def posted_key(request: HttpRequest) -> str:
    """Read the idempotency key that `{% deed_form %}` put into the form; empty when there is none."""
    return request.POST.get("key", "")


class CodeField(forms.CharField):
    """A number on a card or paper: full width, inner spaces and small letters are accepted and put right."""

    def to_python(self, value: Any) -> str:
        """Return the code in half width, without spaces, in capitals."""
        return "".join(half_width(super().to_python(value) or "").split()).upper()


class UiRenderer(DjangoTemplates):
    """Draws forms with the templates of this room."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"


class UiBoundField(BoundField):
    """A field with its value, as the field component takes it."""

    @cached_property
    def kind(self) -> str:
        """Name the kind of input that the component draws; `widget` draws the widget itself."""
        return next((kind for widget, kind in _KINDS if isinstance(self.field.widget, widget)), "widget")

    @property
    def data(self) -> Any:
        """Read what was sent, without signs that nobody sees; numbers and dates in half width."""
        sent = super().data
        if isinstance(sent, str):
            sent = UNSEEN.sub("", sent)
        return half_width(sent) if isinstance(sent, str) and isinstance(self.field, _NUMERIC) else sent

    @property
    def shown(self) -> str:
        """Write the value as the input shows it; dates as 2019-10-30."""
        value = self.value()
        if value is None or self.kind in ("file", "password"):
            return ""
        return str(value.isoformat() if hasattr(value, "isoformat") else value)

    @property
    def options(self) -> list[dict[str, Any]]:
        """List the choices with what is chosen; a group of choices is written out flat."""
        chosen = self.value()
        values = {str(one) for one in chosen} if isinstance(chosen, list | tuple | set) else {str(chosen or "")}
        rows = []
        for value, label in getattr(self.field, "choices", ()):
            pairs = label if isinstance(label, list | tuple) else [(value, label)]
            rows += [{"value": str(one), "label": text, "checked": str(one or "") in values} for one, text in pairs]
        return rows

    @property
    def checked(self) -> bool:
        """Tell whether a single box is ticked."""
        return self.kind == "checkbox" and bool(self.value())

    @property
    def error(self) -> str:
        """Give what is wrong, one sentence after the other."""
        return " ".join(str(error) for error in self.errors)

    @property
    def optional(self) -> bool:
        """Tell whether the label says （选填）."""
        narrows = isinstance(self.form, Filters)
        return not self.field.required and not narrows and self.kind not in ("checkbox", "hidden")

    @property
    def source(self) -> str | Promise:
        """Say where the value was taken from, if the form was told."""
        return self.form.sources.get(self.name, "") if isinstance(self.form, UiForm) else ""

    @property
    def attrs(self) -> dict[str, Any]:
        """Give the further attributes of the input: those the page set on the widget."""
        return {name: value for name, value in self.field.widget.attrs.items() if name not in ("class", "rows", "cols")}

    @property
    def rows(self) -> int:
        """Say how many lines a long text gets."""
        return int(self.field.widget.attrs.get("rows") or 5)


class UiForm(forms.Form):
    """
    The form that pages subclass: `{{ form }}` draws accessible fields whose errors are linked.

    `sources` names for each prefilled field where its value comes from: `{"name": "电子证照"}`.
    """

    default_renderer = UiRenderer
    bound_field_class = UiBoundField
    use_required_attribute = False

    def __init__(self, *args: Any, sources: Mapping[str, str | Promise] | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.sources = dict(sources or {})
        for name, field in self.fields.items():
            _speak_plainly(field, str(self[name].label))
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.validators = [*field.validators, _is_near]

    @property
    def error_links(self) -> list[dict[str, str]]:
        """List every error with the address of its field, for the summary; errors of the whole form have none."""
        general = [{"text": str(error), "href": ""} for error in self.non_field_errors()]
        return general + [
            {"text": str(error), "href": f"#{field.auto_id}"}
            for field in self.visible_fields()
            for error in field.errors
        ]


class Filters(UiForm):
    """A form that narrows a list: nothing in it has to be filled in, so no label says that it may be left empty."""


def _speak_plainly(field: forms.Field, label: str) -> None:
    """Replace Django's general messages by ones that say what to do; a field's own messages stay."""
    for code, message in _plain_messages(field).items():
        if field.error_messages.get(code) == _default_messages(field).get(code):
            field.error_messages[code] = message % {"label": label}


def _plain_messages(field: forms.Field) -> dict[str, str]:
    if isinstance(field, forms.FileField):
        return {
            "required": _("请上传“%(label)s”。"),
            "empty": _("“%(label)s”是空文件，请重新导出或另存后再上传。"),
        }
    if isinstance(field, forms.BooleanField):
        return {"required": _("请勾选“%(label)s”。")}
    if isinstance(field, forms.ChoiceField):
        return {"required": _("请选择“%(label)s”。"), "invalid_choice": _("请从“%(label)s”给出的选项中选择。")}
    asked = {"required": _("请填写“%(label)s”。")}
    if isinstance(field, forms.IntegerField):
        return asked | _limits() | {"invalid": _("“%(label)s”请填写数字，例如 12。")}
    if isinstance(field, forms.TimeField):
        return asked | {"invalid": _("“%(label)s”请填写时间，例如 09:30。")}
    if isinstance(field, forms.DateField | forms.DateTimeField):
        return asked | {
            "invalid": _("“%(label)s”请填写日期，例如 2019-10-30。"),
            "far": _("“%(label)s”请填写 1900 年至 2100 年之间的日期。"),
        }
    return asked | _limits()


def _limits() -> dict[str, str]:
    return {
        "max_length": _("“%(label)s”不超过 %%(limit_value)d 个字，现有 %%(show_value)d 个，请删减。"),
        "min_length": _("“%(label)s”至少 %%(limit_value)d 个字，现有 %%(show_value)d 个，请补充。"),
        "min_value": _("“%(label)s”不小于 %%(limit_value)s。"),
        "max_value": _("“%(label)s”不大于 %%(limit_value)s。"),
        "max_digits": _("“%(label)s”最多 %%(max)s 位数字。"),
        "max_whole_digits": _("“%(label)s”小数点前最多 %%(max)s 位数字。"),
        "max_decimal_places": _("“%(label)s”最多 %%(max)s 位小数。"),
    }


def _is_near(day: date | datetime) -> None:
    """Turn away days that no calendar and no database reaches; `code` is what the field's own words stand under."""
    if not EARLIEST <= (day.date() if isinstance(day, datetime) else day) <= LATEST:
        raise ValidationError("", code="far")


def _default_messages(field: forms.Field) -> dict[str, str]:
    messages: dict[str, str] = {}
    for kind in reversed(type(field).__mro__):
        messages |= getattr(kind, "default_error_messages", {})
    return messages
