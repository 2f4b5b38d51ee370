"""What is typed on the screen of a case."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, pgettext_lazy

from yichuang.domains.cases import queries
from yichuang.domains.cases.terms import FIELD_LENGTH, CheckResult, HoldKind
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.work.names import said
from yichuang.ui.forms import UiForm


class OpinionForm(UiForm):
    """What the department says on its step."""

    outcome = forms.CharField(widget=forms.HiddenInput)
    opinion = forms.CharField(label=gettext_lazy("意见"), required=False, widget=forms.Textarea(attrs={"rows": 3}))


class DecisionForm(UiForm):
    """A decision against the applicant has a reason and a basis."""

    reason = forms.CharField(label=gettext_lazy("理由"), widget=forms.Textarea(attrs={"rows": 3}))
    basis = forms.CharField(label=gettext_lazy("法律依据"), max_length=200)


class ApprovalForm(UiForm):
    """A decision for the applicant says what is permitted."""

    content = forms.CharField(label=gettext_lazy("许可内容"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    opinion = forms.CharField(label=gettext_lazy("意见"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class HoldForm(UiForm):
    """A special procedure, suspension or extension: ground, reason, days."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=HoldKind.choices, widget=forms.RadioSelect)
    ground = forms.ChoiceField(
        label=pgettext_lazy("of a pause", "事由"), help_text=gettext_lazy("延期不选事由"), required=False
    )
    reason = forms.CharField(label=gettext_lazy("理由"), widget=forms.Textarea(attrs={"rows": 3}))
    days = forms.IntegerField(label=gettext_lazy("预计工作日"), min_value=1, max_value=365)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["ground"]
        assert isinstance(field, forms.ChoiceField)
        there = [(each.name, said(each.name)) for each in definitions.pause_grounds(on)]
        field.choices = [("", gettext_lazy("请选择")), *there]


class CorrectionForm(UiForm):
    """What else is to be corrected, besides the materials that are ticked."""

    field = forms.CharField(label=gettext_lazy("填写内容"), required=False, max_length=FIELD_LENGTH)
    field_reason = forms.CharField(label=gettext_lazy("填写内容需要补正的原因"), required=False)


class DeliveryForm(UiForm):
    """Who took the result, or under which number it went to the post."""

    receiver = forms.CharField(label=gettext_lazy("领取人"), required=False, max_length=80)
    waybill = forms.CharField(label=gettext_lazy("邮寄单号（邮寄时填写）"), required=False, max_length=40)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two: a result is in somebody's hands or in the post."""
        said: dict[str, Any] = super().clean() or {}
        if not self.errors and not said.get("receiver") and not said.get("waybill"):
            self.add_error("receiver", gettext_lazy("请填写领取人；邮寄的，请填写邮寄单号。"))
        return said


class ReturnForm(UiForm):
    """Why the post brought something back."""

    because = forms.CharField(label=gettext_lazy("退回原因"), required=False, max_length=80)


class CheckForm(UiForm):
    """What the after-check of a commitment found; which of the two, the button says."""

    finding = forms.CharField(label=gettext_lazy("核查情况"), required=False)
    result = forms.ChoiceField(choices=CheckResult.choices, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask what was found where the grant is to be revoked: the decision says it."""
        said: dict[str, Any] = super().clean() or {}
        if "result" not in said:
            self.add_error(None, gettext_lazy("请选择承诺属实或者不实。"))
        elif said["result"] == CheckResult.BREACHED and not said.get("finding"):
            self.add_error("finding", gettext_lazy("承诺不实的，请写明核查发现了什么；撤销决定书会写明。"))
        return said


class CallForm(UiForm):
    """A telephone call about a correction."""

    number = forms.CharField(label=gettext_lazy("拨打的号码"), max_length=32)
    reached = forms.BooleanField(label=gettext_lazy("已接通"), required=False)
    answered_by = forms.CharField(label=gettext_lazy("接听人"), max_length=80, required=False)
    said = forms.CharField(label=gettext_lazy("告知内容"), widget=forms.Textarea(attrs={"rows": 2}))


class OutsideForm(UiForm):
    """The number under which a system outside knows the case."""

    system = forms.CharField(label=gettext_lazy("外部系统"), max_length=40)
    number = forms.CharField(label=gettext_lazy("外部办件号"), max_length=80)
    state = forms.CharField(label=gettext_lazy("外部状态"), max_length=40, required=False)


class CountersignForm(UiForm):
    """Which units are asked to sign too, what, and whether their silence is agreement."""

    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("会签单位"), queryset=Unit.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    asked = forms.CharField(
        label=gettext_lazy("请会签单位确认的内容"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    days = forms.IntegerField(
        label=gettext_lazy("几个工作日内未答复视为同意"),
        help_text=gettext_lazy("不填则一直等到答复"),
        required=False,
    )


class TransferForm(UiForm):
    """To whom, and why."""

    to = forms.ModelChoiceField(label=gettext_lazy("转给"), queryset=Account.objects.none())
    reason = forms.CharField(label=gettext_lazy("理由"), widget=forms.Textarea(attrs={"rows": 2}))


def countersign_form(seen: queries.CaseForDesk, request: ActingRequest, data: Any) -> CountersignForm | None:
    """Give the form by which whoever has the step asks other units; None where nobody may ask."""
    if seen.step is None:
        return None
    form = CountersignForm(data, auto_id="countersign_%s")
    field = form.fields["units"]
    assert isinstance(field, forms.ModelMultipleChoiceField)
    field.queryset = queries.units_to_ask(seen.dossier, request.at)
    return form


def transfer_form(request: HttpRequest, data: Any) -> TransferForm:
    """Give the form by which a step goes to a colleague of the reader's units."""
    assert isinstance(request, HttpRequest)
    form = TransferForm(data, auto_id="transfer_%s")
    field = form.fields["to"]
    assert isinstance(field, forms.ModelChoiceField)
    units = request.actor.unit_ids  # type: ignore[attr-defined]
    field.queryset = Account.objects.filter(appointments__unit__in=units, is_active=True).distinct()
    return form
