"""The forms of construction pages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yichuang.domains.construction import commands
from yichuang.domains.construction.models import Project
from yichuang.domains.construction.rules.registration import FURTHER
from yichuang.domains.construction.terms import EarlyVerdict, FlowClass, LayerKind, Stage, Verdict
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.models import Unit
from yichuang.kernel.bundles import ElementKind
from yichuang.ui.forms import CodeField, UiForm

FEN_OF_WAN = 1_000_000


class ProjectForm(UiForm):
    """What a developer says of a project: the fields of SPGL_XMJBXXB, under the names of the element dictionary."""

    code = CodeField(
        label=_("项目代码"), max_length=40, help_text=_("投资项目在线审批监管平台赋码，例如 2019-420106-47-03-000001")
    )
    name = forms.CharField(label=_("项目名称"), max_length=200)
    owner = forms.ChoiceField(label=_("建设单位"), widget=forms.RadioSelect)
    flow_class = forms.ChoiceField(
        label=_("审批流程类型"), choices=FlowClass.choices, widget=forms.RadioSelect, help_text=_("决定四个阶段的期限")
    )
    investment_source = forms.ChoiceField(label=_("项目投资来源"), widget=forms.RadioSelect)
    works_class = forms.ChoiceField(label=_("工程分类"), widget=forms.RadioSelect)
    total_investment = forms.DecimalField(label=_("总投资（万元）"), min_value=0, max_digits=16, decimal_places=4)
    land_area_m2 = forms.IntegerField(label=_("用地面积（平方米）"), min_value=0)
    building_area_m2 = forms.IntegerField(label=_("建筑面积（平方米）"), min_value=0)
    planned_start_on = forms.DateField(label=_("拟开工时间"), required=False, help_text=_("例如 2019-12-01"))
    planned_completion_on = forms.DateField(label=_("拟建成时间"), required=False, help_text=_("例如 2021-12-31"))
    works_code = forms.CharField(label=_("工程代码"), required=False, max_length=40)

    def __init__(self, *args: Any, owners: list[tuple[str, str]], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = definitions.elements(on).elements
        self._choose("owner", owners)
        for name in ("investment_source", "works_class"):
            self._choose(name, list(known[name].choices.items()))
        for name in FURTHER:
            element = known[name]
            if element.kind == ElementKind.CHOICE:
                choices = [("", "—"), *element.choices.items()]
                field: forms.Field = forms.ChoiceField(label=element.name, choices=choices, required=False)
            elif name in ("site_x", "site_y"):
                field = forms.DecimalField(label=element.name, required=False, max_digits=12, decimal_places=8)
            else:
                widget = forms.Textarea if name in ("scale_and_content", "works_scope") else forms.TextInput
                field = forms.CharField(label=element.name, required=False, max_length=1000, widget=widget)
            self.fields[name] = field

    def clean(self) -> dict[str, Any]:
        """Check that the project is finished after it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("planned_start_on"), cleaned.get("planned_completion_on")
        if start and end and end < start:
            self.add_error("planned_completion_on", _("拟建成时间不能早于拟开工时间。"))
        return cleaned

    def registration(self, *, is_synthetic: bool) -> commands.Registration:
        """Give what was filled in, once the form is valid."""
        said = self.cleaned_data
        return commands.Registration(
            code=said["code"],
            name=said["name"],
            owner_id=int(said["owner"]),
            flow_class=said["flow_class"],
            investment_source=said["investment_source"],
            works_class=said["works_class"],
            total_investment_fen=int(said["total_investment"] * FEN_OF_WAN),
            land_area_m2=said["land_area_m2"],
            building_area_m2=said["building_area_m2"],
            planned_start_on=said["planned_start_on"],
            planned_completion_on=said["planned_completion_on"],
            works_code=said["works_code"],
            fields={name: said[name] for name in FURTHER},
            is_synthetic=is_synthetic,
        )

    @staticmethod
    def of(project: Project) -> dict[str, Any]:
        """Give what stands, to be changed."""
        return project.read_fields() | {
            "code": project.code,
            "name": project.dossier.title,
            "owner": str(project.owner_id),
            "flow_class": project.flow_class,
            "investment_source": project.investment_source,
            "works_class": project.works_class,
            "total_investment": Decimal(project.total_investment_fen) / FEN_OF_WAN,
            "land_area_m2": project.land_area_m2,
            "building_area_m2": project.building_area_m2,
            "planned_start_on": project.planned_start_on,
            "planned_completion_on": project.planned_completion_on,
            "works_code": project.works_code,
        }

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class MoveForm(UiForm):
    """To which stage an item moves, and why."""

    to_stage = forms.TypedChoiceField(label=_("移入"), coerce=int)
    reason = forms.CharField(label=_("理由"), max_length=200)

    def __init__(self, *args: Any, after: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to_stage"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(str(stage.value), stage.label) for stage in Stage if stage > after]


class OutsideForm(UiForm):
    """A permit that was found outside."""

    name = forms.CharField(label=_("证照或批文名称"), max_length=120)
    number = forms.CharField(label=_("编号"), max_length=80)
    unit = forms.ModelChoiceField(label=_("发证单位"), queryset=Unit.objects.none(), required=False)
    issued_on = forms.DateField(label=_("发证日期"), required=False, help_text=_("例如 2019-10-30"))
    found_how = forms.CharField(label=_("怎么发现的"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Unit.objects.filter(source="").exclude(kind__in=["COMMUNITY", "HALL"]).order_by("rank", "code")


class VerdictForm(UiForm):
    """One unit's verdict in a joint review or acceptance."""

    verdict = forms.ChoiceField(label=_("结论"), widget=forms.RadioSelect, choices=Verdict.choices)
    opinion = forms.CharField(
        label=_("意见"), required=False, widget=forms.Textarea, help_text=_("不合格或需要修改的，每行写一条")
    )

    def __init__(self, *args: Any, acceptance: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if acceptance:
            field = self.fields["verdict"]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [(Verdict.PASSED.value, Verdict.PASSED.label), (Verdict.REVISE.value, _("需要整改"))]


class MergeForm(UiForm):
    """By when the applicant puts right what the units found."""

    rework_by = forms.DateField(label=_("修改或整改期限"), required=False, help_text=_("例如 2019-11-08"))


class VisitForm(UiForm):
    """A date for the one visit."""

    on = forms.DateField(label=_("验收日期"), help_text=_("今后的一个工作日，例如 2019-11-08"))


class NoteForm(UiForm):
    """A sentence that goes with a deed."""

    note = forms.CharField(label=_("说明"), widget=forms.Textarea)


class RedLineForm(UiForm):
    """The red line as GeoJSON, typed in or as a file."""

    geojson = forms.CharField(
        label=_("用地红线（GeoJSON）"),
        required=False,
        widget=forms.Textarea,
        help_text=_("CGCS2000 经纬度（EPSG:4490）的多边形"),
    )
    upload = forms.FileField(label=_("或者上传 .geojson 文件"), required=False)

    def text(self) -> str:
        """Give the GeoJSON that was typed, or that of the file."""
        upload = self.cleaned_data.get("upload")
        return upload.read().decode("utf-8-sig", errors="replace") if upload else str(self.cleaned_data["geojson"])


class AskForm(UiForm):
    """Which further units are asked for an early opinion."""

    units = forms.ModelMultipleChoiceField(
        label=_("还征求哪些单位的意见"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, codes: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["units"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = Unit.objects.filter(code__in=codes).order_by("rank", "code")


class EarlyForm(UiForm):
    """A unit's early opinion."""

    verdict = forms.ChoiceField(label=_("意见"), choices=EarlyVerdict.choices, widget=forms.RadioSelect)
    opinion = forms.CharField(label=_("说明"), required=False, widget=forms.Textarea)


class LayerForm(UiForm):
    """A planning layer."""

    kind = forms.ChoiceField(label=_("图层类别"), choices=LayerKind.choices)
    name = forms.CharField(label=_("图层名称"), max_length=120)
    unit = forms.ModelChoiceField(label=_("主管单位"), queryset=Unit.objects.none())
    source = forms.CharField(label=_("来源"), max_length=200)
    valid_from = forms.DateField(label=_("启用日期"), help_text=_("例如 2019-01-01"))
    geojson = forms.CharField(
        label=_("范围（GeoJSON）"), widget=forms.Textarea, help_text=_("CGCS2000 经纬度（EPSG:4490）的多边形")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Unit.objects.filter(source="").exclude(kind__in=["COMMUNITY", "HALL"]).order_by("rank", "code")
