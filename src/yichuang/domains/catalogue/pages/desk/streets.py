"""What is handled in the whole province, by mode; and what streets handle, with origin and mode, kept from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ServiceItem, StreetItem
from yichuang.domains.catalogue.pages.asking import paged, wants_workbook
from yichuang.domains.catalogue.pages.desk.asking import counted, desk
from yichuang.domains.catalogue.pages.desk.matters import ReasonForm
from yichuang.domains.catalogue.terms import HandleArea, ProvinceMode, StreetMode, StreetOrigin, StreetState
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page, refuse
from yichuang.kernel.errors import NotPossible
from yichuang.ui import words
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.tables import Cell, Column, Plain, Table

SEE, KEEP = "catalogue.registries", "catalogue.keep_registries"


class StreetForm(UiForm):
    """How an item goes down to the streets."""

    item = forms.CharField(label=gettext_lazy("事项代号"), max_length=120)
    origin = forms.ChoiceField(label=gettext_lazy("来源"), choices=StreetOrigin.choices, widget=forms.RadioSelect)
    mode = forms.ChoiceField(label=gettext_lazy("办理模式"), choices=StreetMode.choices, widget=forms.RadioSelect)
    state = forms.ChoiceField(label=gettext_lazy("状态"), choices=StreetState.choices)
    streets = forms.MultipleChoiceField(
        label=gettext_lazy("承接街道"), required=False, widget=forms.CheckboxSelectMultiple
    )
    delegation = forms.CharField(
        label=gettext_lazy("委托文书"), required=False, max_length=200, help_text=gettext_lazy("下放的事项移交时必填")
    )
    flow = forms.CharField(
        label=gettext_lazy("流程"), required=False, max_length=120, help_text=gettext_lazy("留空表示用事项自己的流程")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["streets"].choices = queries.streets()  # type: ignore[attr-defined]

    @property
    def sunk(self) -> commands.Sunk:
        """Give what was typed."""
        said = self.cleaned_data
        return commands.Sunk(
            item=said["item"].strip(),
            origin=StreetOrigin(said["origin"]),
            mode=StreetMode(said["mode"]),
            state=StreetState(said["state"]),
            streets=tuple(said["streets"]),
            flow=said["flow"].strip(),
            delegation=said["delegation"].strip(),
        )


@page(permission=SEE)
def province(request: ActingRequest) -> HttpResponse:
    """List what is handled in the whole province or wider, by mode, with the places where it is accepted."""
    labels = {"": _("全部"), **dict(ProvinceMode.choices)}
    state = request.GET.get("state", "")
    mode = state if state in labels else ""
    counts: dict[str, int] = {"": queries.province_wide(request.actor).count()}
    counts |= {each.value: number for each, number in queries.province_counts(request.actor).items()}
    rows = queries.province_wide(request.actor, mode)
    day = local_day(request.at)
    if wants_workbook(request):
        return _province(list(rows)).download(f"{_('全省通办事项')} {day}")
    on_page, links = paged(request, rows)
    context = {"day": day, "paging": links, "counts": counted(request, counts, labels)}
    return desk(request, "catalogue/desk/province.html", context, table=_province(on_page))


@page(permission=SEE)
def listed(request: ActingRequest) -> HttpResponse:
    """List what streets handle, by mode, by origin and by street; the parts add up to the whole."""
    day = local_day(request.at)
    modes, origins = queries.street_modes(day), queries.street_origins(day)
    labels = {"": _("全部"), **dict(StreetMode.choices)}
    state, origin, street = (request.GET.get(name, "") for name in ("state", "origin", "street"))
    rows = queries.street_items(
        day,
        mode=state if state in labels else "",
        origin=origin if origin in StreetOrigin.values else "",
        street=street,
    )
    if wants_workbook(request):
        return _streets(list(rows)).download(f"{_('下沉街道事项')} {day}")
    on_page, links = paged(request, rows)
    whole = sum(modes.values())
    counts = {"": whole} | {each.value: number for each, number in modes.items()}
    here = reverse("catalogue:streets")
    names = queries.unit_names(queries.by_street(day))
    context = {
        "day": day,
        "paging": links,
        "counts": counted(request, counts, labels),
        "may_keep": request.actor.may(KEEP),
        "narrowed": bool(state or origin or street),
    }
    by_origin: list[list[Plain]] = [
        [Cell(str(each.label), href=f"{here}?origin={each.value}"), number] for each, number in origins.items()
    ]
    tables = {
        "table": _streets(on_page),
        "origins": Table(
            "origins",
            _("按来源"),
            (Column(_("来源")), Column(pgettext("list", "事项"), numeric=True)),
            [*by_origin, [_("合计"), sum(origins.values())]],
        ),
        "by_street": Table(
            "by_street",
            _("按街道"),
            (Column(_("街道")), Column(pgettext("list", "事项"), numeric=True)),
            [
                [Cell(names[code], href=f"{here}?street={code}"), number]
                for code, number in sorted(queries.by_street(day).items())
            ],
            _("还没有登记。"),
        ),
    }
    return desk(request, "catalogue/desk/streets.html", context, **tables)


@page(permission=SEE)
def one(request: ActingRequest, code: str) -> HttpResponse:
    """Show one item as streets handle it; who keeps registries changes it from today on."""
    row = queries.street_item(code, local_day(request.at))
    if row is None:
        raise Http404
    initial = {name: getattr(row, name) for name in ("origin", "mode", "state", "flow", "delegation")}
    initial |= {"item": row.item_id, "streets": list(row.street_codes)}
    form = StreetForm(request.POST or None, initial=initial)
    form.fields["item"].disabled = True
    return _kept(request, form) or _one(request, form, row)


@page(permission=KEEP)
def new(request: ActingRequest) -> HttpResponse:
    """Let an item go down to the streets."""
    form = StreetForm(request.POST or None, initial={"state": StreetState.AGREED})
    return _kept(request, form) or _one(request, form, None)


@page(permission=KEEP)
@require_POST
def end(request: ActingRequest, code: str) -> HttpResponse:
    """Take an item back from the streets, from today on."""
    row = queries.street_item(code, local_day(request.at))
    if row is None:
        raise Http404
    reason = ReasonForm(request.POST)
    if not reason.is_valid():
        initial = {"item": row.item_id}
        return _one(request, StreetForm(initial=initial), row, reason)

    def done() -> str:
        commands.end_street_item(item=code, reason=reason.cleaned_data["reason"], by=request.actor, at=request.at)
        messages.success(request, _("已从今天起收回。"))
        return reverse("catalogue:streets")

    return once(request, done)


def _kept(request: ActingRequest, form: StreetForm) -> HttpResponse | None:
    if request.method != "POST":
        return None
    if not request.actor.may(KEEP):
        return refuse(request, KEEP)
    if not form.is_valid():
        return None

    def done() -> str:
        commands.keep_street_items(items=[form.sunk], by=request.actor, at=request.at)
        messages.success(request, _("已登记。"))
        return reverse("catalogue:street_item", args=[form.sunk.item])

    try:
        return once(request, done)
    except commands.NoSuchItem as reason:
        form.add_error("item", reason.message)
    except NotPossible as reason:
        form.add_error(None, reason.message)
    return None


def _one(
    request: ActingRequest, form: StreetForm, row: StreetItem | None, reason: ReasonForm | None = None
) -> HttpResponse:
    context = {
        "row": row,
        "form": form,
        "failed": reason if reason is not None else form,
        "reason_form": reason or ReasonForm(),
        "may_keep": request.actor.may(KEEP),
    }
    return desk(request, "catalogue/desk/street.html", context)


def _province(rows: Sequence[ServiceItem]) -> Table:
    columns = (
        Column(_("事项")),
        Column(_("实施机关")),
        Column(_("通办范围")),
        Column(_("通办方式")),
        Column(_("受理地点")),
        Column(_("决定机关")),
    )
    units, places = queries.unit_names(row.unit_code for row in rows), queries.places_of(row.pk for row in rows)
    told: list[list[Plain]] = [
        [
            Cell(row.name, href=reverse("catalogue:guide", args=[row.pk])),
            units[row.unit_code],
            str(HandleArea(row.handle_area).label),
            row.get_province_mode_display() if row.province_mode else _("未填写"),
            _("网上") if row.province_mode == ProvinceMode.ONLINE else words.in_parts(places.get(row.pk, ())),
            units[row.unit_code],
        ]
        for row in rows
    ]
    return Table("province", _("全省通办事项"), columns, told, _("没有全省通办的事项。"))


def _streets(rows: Sequence[StreetItem]) -> Table:
    columns = (
        Column(_("事项")),
        Column(_("来源")),
        Column(_("办理模式")),
        Column(_("状态")),
        Column(_("承接街道")),
        Column(_("委托文书")),
        Column(_("起")),
    )
    names = queries.unit_names(code for row in rows for code in row.street_codes)
    told: list[list[Plain]] = [
        [
            Cell(row.item.name, href=reverse("catalogue:street_item", args=[row.item_id])),
            row.get_origin_display(),
            row.get_mode_display(),
            row.get_state_display(),
            words.listed(names[code] for code in row.street_codes),
            row.delegation,
            row.valid_from,
        ]
        for row in rows
    ]
    return Table("streets", _("下沉街道事项"), columns, told, _("没有符合条件的事项。"))
