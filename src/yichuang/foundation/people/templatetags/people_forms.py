"""Lets plain Django forms, as django-allauth makes them, be drawn by the house's field component."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

register = template.Library()

KINDS = {"password": "password", "checkbox": "checkbox", "email": "email", "number": "number", "select": "select"}


@register.filter
def kind(field: BoundField) -> str:
    """Name the kind of input that the field component draws."""
    return KINDS.get(getattr(field.field.widget, "input_type", "text"), "text")


@register.filter
def attributes(field: BoundField) -> dict[str, Any]:
    """Give the further attributes of an input: no placeholder, because it only repeats the label and then is gone."""
    return {name: value for name, value in field.field.widget.attrs.items() if name != "placeholder"}


@register.filter
def shown(field: BoundField) -> str:
    """Give the value as the input shows it; passwords are never sent back."""
    value = field.value()
    return "" if value is None or field.widget_type in ("password", "checkbox") else str(value)


@register.filter
def problem(field: BoundField) -> str:
    """Give what is wrong with a field, one sentence after the other."""
    return " ".join(_told(field))


@register.filter
def error_links(form: BaseForm | None) -> list[dict[str, str]]:
    """List what is wrong with a form, with the address of each field, for the error summary."""
    if form is None or not form.is_bound:
        return []
    links = [{"text": str(error), "href": ""} for error in form.non_field_errors()]
    for field in form.visible_fields():
        links += [{"text": text, "href": f"#{field.auto_id}"} for text in _told(field)]
    return links


def _told(field: BoundField) -> list[str]:
    """Say what is wrong with a field; that it is empty, by its name: three times "this field" tells nobody which."""
    return [
        _("请填写“%(label)s”。") % {"label": field.label} if error.code == "required" else str(message)
        for error, message in zip(field.errors.as_data(), field.errors, strict=True)
    ]
