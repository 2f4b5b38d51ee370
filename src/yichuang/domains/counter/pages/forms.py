"""The small forms of the desk; the item's own form is drawn by `foundation/forms`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from yichuang.domains.cases.terms import DeliveryKind, IdentityCheck, Relation
from yichuang.domains.counter.terms import How
from yichuang.foundation.people.terms import IdKind
from yichuang.ui.forms import CodeField, UiForm


class DeskForm(UiForm):
    """One of several forms on the desk; each has its own prefix."""

    prefix: str

    @classmethod
    def typed(cls, data: QueryDict) -> dict[str, Any]:
        """Read what was typed, unchecked."""
        return {name: data.get(f"{cls.prefix}-{name}", "") for name in cls.base_fields}


class PersonForm(DeskForm):
    """Who stands before the window: found by number, or registered on the spot."""

    prefix = "p"
    id_kind = forms.ChoiceField(label=_("证件类型"), choices=IdKind.choices, initial=IdKind.RESIDENT)
    number = CodeField(
        label=_("证件号码"), widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    )
    name = forms.CharField(label=_("姓名或名称"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("手机"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    is_priority = forms.BooleanField(label=_("残疾人或其他优先"), required=False)


class AboutForm(DeskForm):
    """How the identity was checked, and whether the clerk writes for the person."""

    prefix = "b"
    identity_check = forms.ChoiceField(
        label=_("证件核验"),
        choices=[(each.value, each.label) for each in IdentityCheck if each != IdentityCheck.ACCOUNT],
        initial=IdentityCheck.MANUAL,
    )
    by_dictation = forms.BooleanField(label=_("口述代填"), required=False)


class AgentForm(DeskForm):
    """Who comes for the applicant: 经办人、受托人."""

    prefix = "a"
    id_kind = forms.ChoiceField(label=_("证件类型"), choices=IdKind.choices, initial=IdKind.RESIDENT)
    number = CodeField(label=_("证件号码"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(label=_("姓名"), max_length=120, required=False)
    phone = forms.CharField(label=_("手机"), max_length=20, required=False)
    relation = forms.ChoiceField(label=_("与申请人关系"), choices=Relation.choices, initial=Relation.FAMILY)
    has_mandate = forms.BooleanField(label=_("已核对授权委托书"), required=False)
    mandate_until = forms.DateField(label=_("委托有效至"), required=False)


class ReceiptForm(DeskForm):
    """When the paper came, and how the result is to go out."""

    prefix = "r"
    received_at = forms.DateTimeField(
        label=_("收件时间"),
        required=False,
        input_formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"],
        help_text=_("不填即为现在；早于现在的须写原因，例如 2019-10-30 09:10"),
        error_messages={"invalid": _("请按 2019-10-30 09:10 的格式填写收件时间。")},
    )
    late_because = forms.CharField(label=_("补录原因"), max_length=200, required=False)
    delivery_kind = forms.ChoiceField(
        label=_("出证方式"),
        required=False,
        choices=[
            (each.value, each.label)
            for each in (DeliveryKind.WINDOW, DeliveryKind.POST, DeliveryKind.LOCKER, DeliveryKind.ELECTRONIC)
        ],
        initial=DeliveryKind.WINDOW,
    )
    recipient_name = forms.CharField(label=_("收件人"), max_length=80, required=False)
    recipient_phone = forms.CharField(label=_("收件人电话"), max_length=32, required=False)
    recipient_address = forms.CharField(label=_("收件地址"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for a name and an address where something is to be sent to."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("delivery_kind") == DeliveryKind.POST:
            for name, message in (
                ("recipient_name", _("邮寄请填写收件人。")),
                ("recipient_address", _("邮寄请填写收件地址，写明街道和门牌号。")),
            ):
                if not cleaned.get(name):
                    self.add_error(name, message)
        return cleaned


class RefusalForm(DeskForm):
    """不予受理 has a reason, a basis and, where another body is competent, its name."""

    prefix = "x"
    how = forms.ChoiceField(
        label=_("决定"),
        choices=[(How.REFUSE.value, How.REFUSE.label), (How.NOT_NEEDED.value, _("不受理（依法不需要许可）"))],
        initial=How.REFUSE,
    )
    reason = forms.CharField(label=_("理由"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    basis = forms.CharField(label=_("法律依据"), max_length=200, required=False)
    authority = forms.CharField(label=_("应向哪个机关申请"), max_length=80, required=False)
