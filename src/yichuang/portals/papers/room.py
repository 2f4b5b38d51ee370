"""The paper room: ledger of seals, reprints, stock of pre-printed certificates, and how each workstation prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.documents import commands, printing, queries
from yichuang.foundation.documents.models import BlankCertificate, PrintedCopy, PrintProfile
from yichuang.foundation.documents.papers import PAPER, PaperDefinition
from yichuang.foundation.documents.terms import BlankState, PrintFormat
from yichuang.foundation.people import queries as people
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui import paging
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once

T = TypeVar("T", bound=Model)
KEEPS = "documents.manage_seals"


class SeriesForm(UiForm):
    """A series of printed numbers of one kind."""

    kind = forms.CharField(label=gettext_lazy("证照种类"), max_length=64, help_text=gettext_lazy("例如 食品经营许可证"))
    first = forms.CharField(label=gettext_lazy("首号"), max_length=40, help_text=gettext_lazy("印制号，例如 JY0001"))
    last = forms.CharField(label=gettext_lazy("末号"), max_length=40, help_text=gettext_lazy("只有一张时与首号相同"))


class ReceiveForm(SeriesForm):
    """What came from the printing house, and for which unit."""

    unit = forms.ModelChoiceField(label=gettext_lazy("单位"), queryset=Unit.objects.none())


class DrawForm(SeriesForm):
    """Who takes the series out of stock."""

    holder = forms.ModelChoiceField(label=gettext_lazy("领用人"), queryset=Account.objects.none())


class SpoilForm(UiForm):
    """One blank that is void, and why."""

    kind = forms.CharField(label=gettext_lazy("证照种类"), max_length=64)
    serial = forms.CharField(label=gettext_lazy("印制号"), max_length=40)
    reason = forms.CharField(label=gettext_lazy("作废原因"), max_length=200)


class ProfileForm(UiForm):
    """How one workstation prints one kind of paper."""

    workstation = forms.CharField(label=gettext_lazy("工作站"), max_length=60, help_text=gettext_lazy("窗口填窗口号"))
    kind = forms.ChoiceField(label=gettext_lazy("文书"), required=False)
    form = forms.ChoiceField(label=gettext_lazy("格式"), choices=PrintFormat.choices)
    printer = forms.CharField(label=gettext_lazy("打印机"), max_length=120, required=False)
    copies = forms.IntegerField(label=gettext_lazy("份数"), min_value=1, max_value=9, initial=1)
    x_mm = forms.DecimalField(
        label=gettext_lazy("横向偏移（毫米）"), min_value=-30, max_value=30, decimal_places=1, initial=0
    )
    y_mm = forms.DecimalField(
        label=gettext_lazy("纵向偏移（毫米）"), min_value=-30, max_value=30, decimal_places=1, initial=0
    )

    def __init__(self, *args: Any, papers: Iterable[PaperDefinition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [("", _("其他各种文书")), *((each.id, each.name) for each in papers)]


@page(permission=KEEPS)
def seals(request: ActingRequest) -> HttpResponse:
    """Show the ledger of seals (用印台账): every use, newest first; nothing in it is ever changed."""
    rows = _of_units(queries.seal_uses().select_related("paper__dossier"), "used_by", request)
    found = Paginator(rows, 50).get_page(request.GET.get("page"))
    return render(request, "papers/seals.html", {"rows": found.object_list, "paging": paging.links(found, request)})


@page(permission=KEEPS)
def reprints(request: ActingRequest) -> HttpResponse:
    """Show what was printed again, by whom and why."""
    rows = PrintedCopy.objects.filter(n__gt=0).select_related("paper__dossier", "by").order_by("-at", "-pk")
    found = Paginator(_of_units(rows, "by", request), 50).get_page(request.GET.get("page"))
    return render(request, "papers/reprints.html", {"rows": found.object_list, "paging": paging.links(found, request)})


@page(permission=KEEPS)
def blanks(request: ActingRequest) -> HttpResponse:
    """Keep the stock of pre-printed certificates: received, drawn, given back, spoiled, and what is left."""
    units, by, at = _units(request), request.actor, request.at
    kept = {
        "receive": ReceiveForm(auto_id="receive_%s"),
        "draw": DrawForm(auto_id="draw_%s"),
        "return": SeriesForm(auto_id="return_%s"),
        "spoil": SpoilForm(auto_id="spoil_%s"),
    }
    do = request.POST.get("do", "")
    if do in kept:
        kept[do] = type(kept[do])(request.POST, auto_id=f"{do}_%s")
    _offer(kept["receive"], "unit", units)
    _offer(kept["draw"], "holder", Account.objects.filter(appointments__unit__in=units, is_active=True).distinct())
    deeds: dict[str, Callable[..., object]] = {
        "receive": lambda unit, **said: commands.receive_blanks(**said, unit_id=unit.pk, by=by, at=at),
        "draw": lambda holder, **said: commands.draw_blanks(**said, holder_id=holder.pk, by=by, at=at),
        "return": lambda **said: commands.return_blanks(**said, by=by, at=at),
        "spoil": lambda **said: commands.spoil_blank(**said, by=by, at=at),
    }
    form = kept.get(do)
    if form is not None and form.is_valid():
        try:
            return once(request, lambda: _noted(request, lambda: deeds[do](**form.cleaned_data)))
        except NotPossible as no:
            form.add_error(None, no.message)
    context = {
        "stocks": _stocks(request, units),
        "forms": [(name, LABELS[name], kept[name]) for name in LABELS],
        "bound": form,
        "bound_name": do,
    }
    return render(request, "papers/blanks.html", context, status=422 if form is not None else 200)


LABELS = {
    "receive": pgettext_lazy("blanks", "入库"),
    "draw": gettext_lazy("领用"),
    "return": pgettext_lazy("deed", "退回"),
    "spoil": gettext_lazy("作废"),
}


@page(permission="documents.print")
def profiles(request: ActingRequest) -> HttpResponse:
    """Say how each workstation prints each kind of paper; a test page finds the offsets of pre-printed certificates."""
    papers = _papers(request)
    form = ProfileForm(request.POST or None, papers=papers)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data | {"form": PrintFormat(form.cleaned_data["form"])}
        if request.POST.get("do") == "test":
            return _test_page(request, said, papers)
        try:
            return once(request, lambda: _saved(request, said))
        except NotPossible as no:
            form.add_error(None, no.message)
    names = {each.id: each.name for each in papers}
    rows = [(row, names.get(row.kind, "")) for row in PrintProfile.objects.order_by("workstation", "kind")]
    context = {"rows": rows, "form": form}
    return render(request, "papers/profiles.html", context, status=422 if form.is_bound else 200)


def _of_units(rows: QuerySet[T], who: str, request: ActingRequest) -> QuerySet[T]:
    """Keep the lines of papers of the units that the actor keeps, and of their people."""
    units = request.actor.units(KEEPS)
    if units is None:
        return rows
    staff = Account.objects.filter(appointments__unit__in=units)
    return rows.filter(Q(paper__unit__in=units) | Q(**{f"{who}__in": staff}))


def _papers(request: ActingRequest) -> list[PaperDefinition]:
    found = definitions.all_in_force(PAPER, on=local_day(request.at)).values()
    return sorted(found, key=lambda paper: paper.name)


def _test_page(request: ActingRequest, said: dict[str, Any], papers: list[PaperDefinition]) -> HttpResponse:
    """Give the page with which the offsets of a printer are found."""
    wanted = [each for each in papers if each.id == said["kind"]]
    overprint = [each for each in papers if each.overprint is not None]
    paper = (wanted or (overprint if said["form"] is PrintFormat.OVERPRINT else papers))[0]
    if said["form"] is PrintFormat.OVERPRINT and paper.overprint is None:
        paper = overprint[0]
    content = printing.test_page(paper, PrintProfile(**said), at=request.at)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="test.pdf"'
    return answer


def _saved(request: ActingRequest, said: dict[str, Any]) -> str:
    commands.save_profile(**said, by=request.actor, at=request.at)
    messages.success(request, _("打印设置已保存。"))
    return reverse("files:profiles")


def _noted(request: ActingRequest, deed: Callable[[], object]) -> str:
    deed()
    messages.success(request, _("已登记。"))
    return reverse("files:blanks")


def _units(request: ActingRequest) -> QuerySet[Unit]:
    rows = people.units_in_force(request.at).order_by("code")
    units = request.actor.units(KEEPS)
    return rows if units is None else rows.filter(pk__in=units)


def _stocks(request: ActingRequest, units: QuerySet[Unit]) -> list[dict[str, Any]]:
    """Count the stock of each kind in each unit today, and name who holds what."""
    there = BlankCertificate.objects.filter(unit__in=units)
    pairs = there.order_by("unit__code", "kind").values_list("unit", "kind").distinct()
    names = {unit.pk: unit.short_name or unit.name for unit in units}
    return [
        {
            "unit": names[unit],
            "kind": kind,
            "stock": queries.stock(kind, unit, on=local_day(request.at)),
            "held": there.filter(unit=unit, kind=kind, state=BlankState.DRAWN).select_related("holder"),
        }
        for unit, kind in dict.fromkeys(pairs)
    ]


def _offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = rows
