"""Forms about projects: amounts are typed in 万元."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.projects.commands import ProjectSaid
from yichuang.domains.projects.models import MajorProject
from yichuang.domains.projects.rules.amounts import FEN_OF_WAN, fen_of_wan
from yichuang.domains.projects.terms import Chain, NodeKind, PlanKind, Sector, Stage, Trouble
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.identifiers import parse_project_code
from yichuang.ui.forms import Filters, UiForm

MOST_WAN = Decimal("100000000")
ANY = ("", _("全部"))


class WanField(forms.DecimalField):
    """An amount typed in 万元 and given in fen; at most two digits beside the point, as whole fen ask for six."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_value=Decimal(0), max_value=MOST_WAN, decimal_places=4, max_digits=14, **more)
        self.error_messages |= {
            "invalid": _("请填写以万元为单位的数字，例如 1200.5。"),
            "min_value": _("金额不能是负数。"),
            "max_value": _("金额超过一万亿元，请核对单位是否为万元。"),
            "max_decimal_places": _("最多四位小数。"),
        }

    def clean(self, value: Any) -> Any:
        """Give whole fen; None where nothing was typed."""
        typed = super().clean(str(value).replace(",", "").replace("，", "") if value else value)
        return None if typed is None else fen_of_wan(typed)


class FilterForm(Filters):
    """The filters of the list."""

    q = forms.CharField(label=_("名称、编号或建设单位"), required=False, max_length=60)
    year = forms.IntegerField(label=_("年度"), required=False, min_value=2000, max_value=2100)
    stage = forms.ChoiceField(label=_("阶段"), required=False, choices=[ANY, *Stage.choices])
    kind = forms.ChoiceField(label=_("类别"), required=False, choices=[ANY, *PlanKind.choices])
    sector = forms.ChoiceField(label=_("领域"), required=False, choices=[ANY, *Sector.choices])
    unit = forms.ChoiceField(label=_("责任单位"), required=False)
    trouble = forms.ChoiceField(label=_("预警"), required=False, choices=[ANY, *Trouble.choices])
    sort = forms.ChoiceField(
        label=_("排序"),
        required=False,
        choices=[
            ("", _("编号")),
            ("unit", _("责任单位")),
            ("plan", _("年度计划")),
            ("done", _("完成投资")),
            ("share", _("完成率，低的在前")),
        ],
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *units]


class ProjectForm(UiForm):
    """What is said of a project."""

    name = forms.CharField(label=_("项目名称"), max_length=120)
    unit = forms.ChoiceField(label=_("责任单位"))
    developer = forms.CharField(label=_("建设单位"), max_length=120)
    sector = forms.ChoiceField(label=_("领域"), choices=Sector.choices)
    total = WanField(label=_("总投资（万元）"))
    place = forms.CharField(label=_("建设地点"), required=False, max_length=200)
    content = forms.CharField(label=_("建设内容"), required=False, max_length=4000, widget=forms.Textarea)
    planned_start_on = forms.DateField(label=_("计划开工"), required=False, widget=forms.DateInput)
    planned_completion_on = forms.DateField(label=_("计划建成"), required=False, widget=forms.DateInput)
    construction_code = forms.CharField(
        label=_("项目代码"),
        required=False,
        max_length=40,
        help_text=_("全国投资项目在线审批监管平台的代码；填写后自动关联工程审批和施工许可"),
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(units)

    def clean_construction_code(self) -> str:
        """Check the form of a project code."""
        typed = str(self.cleaned_data["construction_code"]).strip()
        if not typed:
            return ""
        try:
            return str(parse_project_code(typed))
        except NotPossible as reason:
            raise forms.ValidationError(reason.message) from reason

    def clean(self) -> dict[str, Any]:
        """Check that the end is not before the beginning."""
        given = super().clean() or {}
        start, end = given.get("planned_start_on"), given.get("planned_completion_on")
        if start and end and end < start:
            self.add_error("planned_completion_on", _("计划建成时间不能早于计划开工时间。"))
        return given

    @property
    def said(self) -> ProjectSaid:
        """Give what was said."""
        given = dict(self.cleaned_data)
        given.pop("unit")
        return ProjectSaid(total_investment_fen=given.pop("total"), **given)

    @staticmethod
    def of(project: MajorProject) -> dict[str, Any]:
        """Give what is said of a project now, as the form shows it."""
        names = "developer", "sector", "place", "content", "planned_start_on", "planned_completion_on"
        shown = {name: getattr(project, name) for name in (*names, "construction_code")}
        total = Decimal(project.total_investment_fen) / FEN_OF_WAN
        return shown | {"name": project.dossier.title, "unit": project.dossier.unit.code, "total": f"{total:f}"}


class PlanForm(UiForm):
    """A year's plan."""

    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label=_("类别"), choices=PlanKind.choices)
    plan = WanField(label=_("年度计划投资（万元）"))
    reason = forms.CharField(label=_("调整理由"), required=False, max_length=200)


class MonthForm(UiForm):
    """A month's investment, or its correction."""

    month = forms.RegexField(
        r"^\d{4}-(0[1-9]|1[0-2])$",
        label=_("月份"),
        help_text=_("例如 2019-10"),
        error_messages={"invalid": _("月份请写成 2019-10。")},
    )
    amount = WanField(label=_("当月完成投资（万元）"))
    note = forms.CharField(label=_("形象进度"), required=False, max_length=200)
    reason = forms.CharField(
        label=_("更正理由"), required=False, max_length=200, help_text=_("只在更正已锁定的月份时填写")
    )

    def clean_month(self) -> date:
        """Give the first day of the month."""
        return date.fromisoformat(f"{self.cleaned_data['month']}-01")


class StageForm(UiForm):
    """The next stage."""

    to = forms.ChoiceField(label=_("转入阶段"))
    reason = forms.CharField(label=_("说明"), required=False, max_length=200)

    def __init__(self, *args: Any, stages: Sequence[Stage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(each.value, each.label) for each in stages]


class NodeForm(UiForm):
    """A node to come."""

    kind = forms.ChoiceField(label=_("节点"), choices=NodeKind.choices)
    name = forms.CharField(label=_("节点名称"), required=False, max_length=80)
    planned_on = forms.DateField(label=_("计划日期"), widget=forms.DateInput)


class ReachForm(UiForm):
    """A node that was reached."""

    done_on = forms.DateField(label=_("完成日期"), widget=forms.DateInput)
    evidence = forms.CharField(label=_("凭据名称和文号"), required=False, max_length=200)
    file = forms.FileField(label=_("凭据文件"), required=False)


class DifficultyForm(UiForm):
    """What cannot be solved alone."""

    chain = forms.ChoiceField(label=pgettext_lazy("chain", "环节"), choices=Chain.choices)
    text = forms.CharField(label=_("难点"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class SaidForm(UiForm):
    """One text: a reason, a report."""

    said = forms.CharField(label=_("说明"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
