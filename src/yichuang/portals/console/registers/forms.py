"""The form of an entry, made from the register's file: what is typed is read and judged as a workbook's row is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.foundation.files.terms import ACCEPT
from yichuang.foundation.people.actors import Actor, local_day, valid_on
from yichuang.foundation.people.models import Region, Unit
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.registers import queries, rights
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.labels import Labels
from yichuang.foundation.registers.lookup import Lookup
from yichuang.foundation.registers.problems import EntryFaulty
from yichuang.foundation.registers.reading import Read, read
from yichuang.foundation.registers.rules import Complaint
from yichuang.foundation.registers.terms import FieldType
from yichuang.foundation.registers.writing import in_cell, unit_of
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.words import with_note

HINTS = {
    FieldType.MONEY: gettext_lazy("可写“2.34亿元”“12万元”；不写单位时按本栏单位。"),
    FieldType.MONTH: gettext_lazy("例如 2019-10。"),
    FieldType.PARTY: gettext_lazy("统一社会信用代码，或已登记的全称；没有登记过的写“名称 信用代码”。"),
    FieldType.ITEM: gettext_lazy("事项编号或全称。"),
    FieldType.PROJECT: gettext_lazy("项目编号或全称。"),
    FieldType.ENTRY: gettext_lazy("被引用条目的编号或全称。"),
}


class Typed(forms.CharField):
    """A text that the register's own reader judges; it says （选填） by itself and refuses nothing."""

    def validate(self, value: Any) -> None:
        """Leave it to the register."""


class Chosen(forms.ChoiceField):
    """One of some choices; the register's own reader judges."""

    def validate(self, value: Any) -> None:
        """Leave it to the register."""


class Several(forms.MultipleChoiceField):
    """Some of some choices; the register's own reader judges."""

    def validate(self, value: Any) -> None:
        """Leave it to the register."""


class EntryForm(UiForm):
    """The fields of a register that this person fills in; `read` has the values as facts when the form is valid."""

    read: Read

    def __init__(
        self,
        *args: Any,
        register: Register,
        request: ActingRequest,
        before: Mapping[str, Any] | None = None,
        is_change: bool = False,
        only: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        self.register, self.acting, self.before = register, request, before
        self.mine = [
            each for each in register.typed if rights.sees(request.actor, each) and (not only or each.id in only)
        ]
        super().__init__(*args, initial=_initial(self.mine, register, request, before), **kwargs)
        day = local_day(request.at)
        for field in self.mine:
            self.fields[field.id] = _made(field, day)
            if field.type is FieldType.FILE:
                _keep(self, field, before)
        if is_change:
            self.fields["since"] = forms.DateField(
                label=_("自哪天起"),
                required=False,
                help_text=_("不填：今天起变更。改正原来的错误，填原来的起始日期。"),
                widget=forms.DateInput,
            )
        self.fields["why"] = Typed(label=_("说明"), required=False, help_text=_("为什么这样填写或修改，记入历史。"))
        self.fields["evidence"] = forms.FileField(
            label=_("佐证材料"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT})
        )
        for field_id, made in self.fields.items():
            made.label = str(made.label or field_id)

    def clean(self) -> dict[str, Any]:
        """Read everything as facts; what is wrong stands at its field."""
        cleaned = super().clean() or {}
        written = {field.id: cleaned.get(field.id) for field in self.mine if field.type is not FieldType.FILE}
        for field in self.mine:
            if field.type is FieldType.FILE:
                written[field.id] = [*cleaned.get(f"{field.id}_keep", ()), *([0] if cleaned.get(field.id) else [])]
        self.read = read(
            self.register, written, Lookup(self.acting.at, self.acting.actor), fields=self.mine, before=self.before
        )
        self.complain(self.read.complaints)
        return cleaned

    def complain(self, complaints: Sequence[Complaint]) -> None:
        """Put what is wrong beside the field it is about."""
        for each in complaints:
            self.add_error(each.field if each.field in self.fields else None, each.message)

    def tell(self, reason: NotPossible) -> None:
        """Put a no of a deed where it belongs."""
        if isinstance(reason, EntryFaulty):
            self.complain(reason.complaints)
        else:
            self.add_error(None, reason.message)

    def uploads(self) -> dict[str, Any]:
        """Give the new files by field; `evidence` is the one beside the entry."""
        names = [each.id for each in self.mine if each.type is FieldType.FILE] + ["evidence"]
        return {name: found for name in names if (found := self.cleaned_data.get(name))}

    def values(self, stored: Mapping[str, int]) -> dict[str, Any]:
        """Give the facts of this person's fields, new files by the ids under which they were stored."""
        found = {each.id: self.read.facts.get(each.id) for each in self.mine}
        for field in self.mine:
            if field.type is FieldType.FILE:
                kept = [int(each) for each in self.cleaned_data.get(f"{field.id}_keep", ())]
                found[field.id] = tuple(kept + ([stored[field.id]] if field.id in stored else [])) or None
        return found


def _initial(
    fields: Sequence[Field], register: Register, request: ActingRequest, before: Mapping[str, Any] | None
) -> dict[str, Any]:
    day = local_day(request.at)
    if before is None:
        return {field.id: field.default for field in fields if field.default is not None} | _own_unit(
            fields, request.actor
        )
    labels = Labels().more(fields, [before])
    return {field.id: _shown(field, before.get(field.id), labels, day) for field in fields}


def _own_unit(fields: Sequence[Field], actor: Actor) -> dict[str, Any]:
    """Begin with the person's own unit in the field that asks for one and must have it."""
    own = Unit.objects.filter(pk__in=actor.unit_ids).order_by("pk").values_list("code", flat=True).first()
    return {field.id: own for field in fields if field.type is FieldType.UNIT and field.required and own}


def _shown(field: Field, value: Any, labels: Labels, on: date) -> Any:
    match field.type:
        case FieldType.DATE | FieldType.CODE | FieldType.UNIT | FieldType.REGION:
            return value
        case FieldType.CODES:
            return list(value or ())
        case FieldType.BOOL:
            return "" if value is None else "是" if value else "否"
        case FieldType.FILE:
            return None
    cell = in_cell(field, value, labels, on)
    return "" if cell is None else str(cell)


def _made(field: Field, on: date) -> forms.Field:
    label = with_note(field.name, unit_of(field.unit))
    said: dict[str, Any] = {"label": label, "required": field.required, "help_text": _hint(field)}
    match field.type:
        case FieldType.LONG:
            return Typed(widget=forms.Textarea(attrs={"rows": 4}), **said)
        case FieldType.NUMBER | FieldType.INTEGER:
            return Typed(widget=forms.NumberInput, **said)
        case FieldType.DATE:
            return Typed(widget=forms.DateInput, **said)
        case FieldType.CODE:
            return Chosen(choices=[("", "—"), *queries.choices(field, on).items()], **said)
        case FieldType.CODES:
            return Several(
                choices=list(queries.choices(field, on).items()), widget=forms.CheckboxSelectMultiple, **said
            )
        case FieldType.BOOL:
            return Chosen(choices=[("", "—"), ("是", _("是")), ("否", _("否"))], **said)
        case FieldType.UNIT:
            units = Unit.objects.filter(valid_on(on)).values_list("code", "short_name")
            return Chosen(choices=[("", "—"), *units], **said)
        case FieldType.REGION:
            places = Region.objects.filter(level__in=("DISTRICT", "STREET")).values_list("code", "name")
            return Chosen(choices=[("", "—"), *places], **said)
        case FieldType.FILE:
            said["required"] = False
            return forms.FileField(widget=forms.FileInput(attrs={"accept": ACCEPT}), **said)
    return Typed(max_length=400, **said)


def _hint(field: Field) -> str:
    return " ".join(part for part in (str(field.help), str(HINTS.get(field.type, ""))) if part)


def _keep(form: EntryForm, field: Field, before: Mapping[str, Any] | None) -> None:
    """Let files that are there be kept or taken away."""
    there = (before or {}).get(field.id) or ()
    if not there:
        return
    labels = Labels().more([field], [before or {}])
    form.fields[f"{field.id}_keep"] = Several(
        label=_("保留的%(label)s") % {"label": field.name},
        required=False,
        choices=[(str(each), labels.name(field, each)) for each in there],
        initial=[str(each) for each in there],
        widget=forms.CheckboxSelectMultiple,
    )


class ReasonForm(UiForm):
    """Why something is done."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=300)


class WithdrawForm(ReasonForm):
    """From which day an entry holds no more, and why."""

    since = forms.DateField(
        label=gettext_lazy("自哪天起"), required=False, help_text=gettext_lazy("不填：今天。"), widget=forms.DateInput
    )


class DecideForm(UiForm):
    """What is answered to a change request."""

    answer = forms.CharField(label=gettext_lazy("答复"), required=False, max_length=300)


class FileForm(UiForm):
    """The workbook or text to take in."""

    file = forms.FileField(
        label=gettext_lazy("填好的表格"),
        help_text=gettext_lazy("Excel（.xlsx）或 CSV；先试读，有一处不对就什么也不导入。"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
