"""What is typed on the pages of benchmarks, proofs and intermediary items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.catalogue.models import IntermediaryItem, ProofItem
from yichuang.domains.catalogue.terms import (
    DAY_MINUTES,
    Benchmark,
    ChangeKind,
    FeeKind,
    Intermediary,
    ListStatus,
    Payer,
    Proof,
    ProofLevel,
    Saving,
    Substitute,
)
from yichuang.ui.forms import Filters, UiForm

ANY = ("", _("全部"))


class LedgerForm(Filters):
    """The filters of the ledger of reductions."""

    kind = forms.ChoiceField(label=_("种类"), required=False, choices=[ANY, *Saving.choices])
    unit = forms.ChoiceField(label=_("实施机关"), required=False)
    since = forms.DateField(label=_("从"), required=False, help_text=_("生效日期，例如 2019-01-01"))
    on = forms.DateField(label=_("截至"), required=False)

    def __init__(self, *args: Any, units: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [ANY, *units]  # type: ignore[attr-defined]


class DistanceForm(Filters):
    """The filters of the list of distances."""

    region = forms.ChoiceField(label=_("对标地区"), required=False)
    unit = forms.ChoiceField(label=_("实施机关"), required=False)

    def __init__(
        self, *args: Any, regions: Iterable[tuple[str, str]], units: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["region"].choices = list(regions)  # type: ignore[attr-defined]
        self.fields["unit"].choices = [ANY, *units]  # type: ignore[attr-defined]


class BenchmarkForm(UiForm):
    """What another region asks for an item; what is not known stays empty."""

    region = forms.CharField(label=_("对标地区"), help_text=_("例如 杭州市"), max_length=60)
    steps = forms.IntegerField(label=pgettext_lazy("count", "环节"), required=False, min_value=0, max_value=1000)
    days = forms.DecimalField(
        label=_("办结时限（工作日）"),
        help_text=_("当场办结填0，半天填0.5"),
        required=False,
        min_value=0,
        max_value=1000,
        decimal_places=3,
    )
    materials = forms.IntegerField(label=_("申请材料（份）"), required=False, min_value=0, max_value=1000)
    visits = forms.IntegerField(label=_("到现场次数"), required=False, min_value=0, max_value=100)
    cost = forms.DecimalField(
        label=_("收费（元）"), required=False, min_value=0, max_value=Decimal(10**9), decimal_places=2
    )
    source = forms.CharField(label=_("来源"), help_text=_("网站或文件名称"), max_length=300)
    source_on = forms.DateField(label=_("来源日期"), help_text=_("例如 2019-10-30"))

    def benchmark(self, item: str) -> Benchmark:
        """Give what was typed for an item."""
        told = self.cleaned_data
        return Benchmark(
            item=item,
            region=told["region"].strip(),
            source=told["source"].strip(),
            source_on=told["source_on"],
            steps=told["steps"],
            minutes=None if told["days"] is None else int(told["days"] * DAY_MINUTES),
            materials=told["materials"],
            visits=told["visits"],
            cost_fen=None if told["cost"] is None else int(told["cost"] * 100),
        )


class ImportForm(UiForm):
    """A workbook or text table."""

    table = forms.FileField(label=_("文件"), help_text=_("Excel（.xlsx）或 CSV，列名见模板"))


class ListForm(Filters):
    """The filters of a list, as they stand in the address."""

    level = forms.ChoiceField(label=_("层级"), required=False, choices=[ANY, *ProofLevel.choices])
    status = forms.ChoiceField(label=_("处理"), required=False, choices=[ANY, *ListStatus.choices])
    q = forms.CharField(label=_("名称或编号"), required=False, max_length=100)


class CodesField(forms.CharField):
    """Codes of items, one a line or with commas between."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """Split what was typed."""
        text = super().to_python(value) or ""
        return tuple(dict.fromkeys(text.replace("，", " ").replace(",", " ").replace("、", " ").split()))

    def prepare_value(self, value: Any) -> Any:
        """Write codes one a line."""
        return "\n".join(value) if isinstance(value, list | tuple) else value


class ProofForm(UiForm):
    """One proof of the list."""

    code = forms.CharField(label=_("编号"), help_text=_("例如 ZM-Q-001"), max_length=40)
    level = forms.ChoiceField(label=_("层级"), choices=ProofLevel.choices)
    name = forms.CharField(label=_("证明名称"), max_length=200)
    status = forms.ChoiceField(label=_("处理"), choices=ListStatus.choices)
    basis = forms.CharField(label=_("设定依据"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    demanded_by = forms.CharField(label=_("索要单位"), required=False, max_length=200)
    issued_by = forms.CharField(label=_("开具单位"), required=False, max_length=200)
    guide = forms.CharField(label=_("办理指南"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    items = CodesField(label=_("涉及事项"), help_text=_("事项代号，一行一个"), required=False)
    substitute = forms.ChoiceField(label=_("替代方式"), required=False, choices=[("", _("无")), *Substitute.choices])
    valid_from = forms.DateField(label=_("生效日期"), help_text=_("例如 2019-10-30"))

    @classmethod
    def said_of(cls, row: ProofItem) -> Mapping[str, Any]:
        """Give what the form begins with for a proof that stands."""
        names = ("code", "level", "name", "status", "basis", "demanded_by", "issued_by", "guide", "substitute")
        return {name: getattr(row, name) for name in names} | {"items": row.item_codes}

    @property
    def proof(self) -> Proof:
        """Give what was typed."""
        told = self.cleaned_data
        return Proof(
            code=told["code"].strip(),
            level=ProofLevel(told["level"]),
            name=told["name"].strip(),
            basis=told["basis"].strip(),
            demanded_by=told["demanded_by"].strip(),
            issued_by=told["issued_by"].strip(),
            guide=told["guide"].strip(),
            items=told["items"],
            status=ListStatus(told["status"]),
            substitute=told["substitute"],
        )


class ChangeForm(UiForm):
    """A request to add, change or cancel an intermediary item."""

    kind = forms.ChoiceField(label=_("申请种类"), choices=ChangeKind.choices)
    code = forms.CharField(label=_("编号"), help_text=_("例如 ZJ-001"), max_length=40)
    name = forms.CharField(label=_("中介服务事项名称"), required=False, max_length=200)
    approvals = CodesField(label=_("涉及审批事项"), help_text=_("事项代号，一行一个"), required=False)
    fee_kind = forms.ChoiceField(label=_("定价方式"), choices=FeeKind.choices)
    fee_standard = forms.CharField(label=_("收费标准"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    basis = forms.CharField(label=_("设立依据"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    handles = forms.CharField(label=_("办理事项"), required=False, max_length=300)
    payer = forms.ChoiceField(label=_("付费主体"), choices=Payer.choices)
    time_limit = forms.CharField(label=_("服务时限"), required=False, max_length=100)
    output = forms.CharField(label=_("服务成果"), required=False, max_length=200)
    qualification = forms.CharField(label=_("资质要求"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(label=_("申请理由"), widget=forms.Textarea(attrs={"rows": 3}))
    valid_from = forms.DateField(label=_("拟生效日期"), help_text=_("例如 2019-11-01"))

    @classmethod
    def said_of(cls, row: IntermediaryItem) -> Mapping[str, Any]:
        """Give what the form begins with for an item that stands."""
        names = (
            "code", "name", "fee_kind", "fee_standard", "basis", "handles", "payer", "time_limit", "output",
            "qualification",
        )  # fmt: skip
        return {name: getattr(row, name) for name in names} | {"approvals": row.item_codes, "kind": ChangeKind.CHANGE}

    @property
    def proposed(self) -> Intermediary:
        """Give what was typed."""
        told = self.cleaned_data
        return Intermediary(
            code=told["code"].strip(),
            name=told["name"].strip(),
            approvals=told["approvals"],
            fee_kind=FeeKind(told["fee_kind"]),
            fee_standard=told["fee_standard"].strip(),
            basis=told["basis"].strip(),
            handles=told["handles"].strip(),
            payer=Payer(told["payer"]),
            time_limit=told["time_limit"].strip(),
            output=told["output"].strip(),
            qualification=told["qualification"].strip(),
        )


class OpinionForm(UiForm):
    """What was found, or how it is decided."""

    opinion = forms.CharField(label=_("意见"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


def needs_words() -> str:
    """Say that an opinion is wanted."""
    return _t("请写明审查意见或不采纳的理由。")
