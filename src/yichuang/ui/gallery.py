"""The component gallery: every part of the interface with its examples, drawn from one YAML file a component."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django import forms
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from yichuang.ui.forms import CodeField, UiForm

FOLDER = Path(__file__).parent / "components"
TEMPLATES = Path(__file__).parent / "templates" / "ui" / "components"
PARTS = frozenset({"field_notes", "field_attributes"})
"""Templates that only another component includes."""


@dataclass(frozen=True, slots=True)
class Example:
    """One way in which a component is used."""

    name: str
    context: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Component:
    """A part that pages are built of: what it is for, what it is given, and examples."""

    name: str
    about: str
    inputs: str
    examples: tuple[Example, ...]
    inside: str = "{}"
    """Where it stands, with `{}` for itself: a row needs its list."""

    @property
    def template(self) -> str:
        """Name the template that pages include."""
        return f"ui/components/{self.name}.html"


@dataclass(frozen=True, slots=True)
class Shown:
    """An example as the gallery page shows it."""

    name: str
    html: SafeString


class _Loader(yaml.SafeLoader):
    """YAML with one more tag: `!html` marks a value that is drawn as it is."""


def _safe(loader: _Loader, node: yaml.ScalarNode) -> SafeString:
    return mark_safe(str(loader.construct_scalar(node)))


_Loader.add_constructor("!html", _safe)


@cache
def components() -> tuple[Component, ...]:
    """Load every component in alphabetical order."""
    return tuple(_load(path) for path in sorted(FOLDER.glob("*.yaml")))


def draw(component: Component, example: Example, request: HttpRequest | None = None) -> SafeString:
    """Draw one example; a request adds the csrf token to forms."""
    return mark_safe(render_to_string(component.template, dict(example.context), request))


def gallery(request: HttpRequest | None = None) -> dict[str, Any]:
    """Give what `ui/gallery.html` shows: all components drawn, and a form with errors and one without."""
    drawn = [
        (component, [Shown(one.name, _placed(component, one, request)) for one in component.examples])
        for component in components()
    ]
    wrong = SampleForm({"name": "", "area": "很大", "starts_on": "２０１９－１０－３２", "kind": "new"})
    filled = SampleForm(
        initial={"name": "武昌示例房地产有限公司", "area": 12_500, "kind": "new"}, sources={"name": _("电子营业执照")}
    )
    return {"components": drawn, "wrong_form": wrong, "form_errors": wrong.error_links, "filled_form": filled}


class SampleForm(UiForm):
    """One field of every kind, for the gallery."""

    name = forms.CharField(label=_("建设单位名称"), help_text=_("与营业执照一致。"))
    code = CodeField(label=_("统一社会信用代码"), help_text=_("18 位，空格和全角字符会自动处理。"))
    area = forms.IntegerField(label=_("总建筑面积（平方米）"))
    starts_on = forms.DateField(label=_("计划开工日期"), widget=forms.DateInput)
    kind = forms.ChoiceField(
        label=_("建设性质"),
        choices=[("new", _("新建")), ("extension", _("扩建")), ("rebuild", _("改建"))],
        widget=forms.RadioSelect,
    )
    needs = forms.MultipleChoiceField(
        label=_("还需要接入"),
        choices=[("water", _("供水")), ("power", _("供电")), ("gas", _("燃气"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    street = forms.ChoiceField(
        label=_("所在街道"),
        choices=[("", _("请选择")), ("shuiguohu", _("水果湖街道")), ("zhongnanlu", _("中南路街道"))],
    )
    drawing = forms.FileField(label=_("总平面图"), help_text=_("PDF 或 JPG，不超过 20 MB。"), required=False)
    remark = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    promise = forms.BooleanField(label=_("以上内容属实，愿意承担责任"))


def _load(path: Path) -> Component:
    content = yaml.load(path.read_text(encoding="utf-8"), _Loader)
    examples = tuple(Example(one["name"], one.get("with") or {}) for one in content["examples"])
    return Component(path.stem, content["about"], _inputs(path.stem), examples, content.get("inside", "{}"))


def _placed(component: Component, example: Example, request: HttpRequest | None) -> SafeString:
    return format_html(component.inside, draw(component, example, request))


def _inputs(name: str) -> str:
    """Read the first comments of a template: what it is given."""
    text = (TEMPLATES / f"{name}.html").read_text(encoding="utf-8")
    return "\n".join(comment.strip() for comment in re.findall(r"^\{#(.*?)#\}", text, re.MULTILINE))
