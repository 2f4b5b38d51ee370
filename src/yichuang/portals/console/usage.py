"""How the house is used (S90): pages by unit, role and day, pages nobody opens, items, channels and drafts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Paginator
from django.db.models import TextChoices
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from yichuang.domains.cases import queries as cases
from yichuang.domains.cases.terms import Channel
from yichuang.domains.catalogue import queries as catalogue
from yichuang.domains.catalogue.terms import ItemState
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.people.permissions import table as rights
from yichuang.foundation.records import realtime
from yichuang.foundation.service_levels import using
from yichuang.foundation.service_levels.terms import LEAST_SHOWN, Apart, Audience
from yichuang.foundation.service_levels.using import Asked, Use
from yichuang.portals.console.used_pages import UsedPage, pages
from yichuang.ui import paging
from yichuang.ui.forms import Filters
from yichuang.ui.tables import Cell, Column, Plain, Table

DAYS = 7
MOST_DAYS = 400
PER_PAGE = 100
GROUPS = "usage.groups"


class Show(TextChoices):
    """What the page shows."""

    USE = "use", gettext_lazy("使用")
    UNUSED = "unused", gettext_lazy("没有人用的页面")
    ITEMS = "items", gettext_lazy("事项办件")
    CHANNELS = "channels", gettext_lazy("网办比例")
    DRAFTS = "drafts", pgettext_lazy("list", "草稿")


class UsageForm(Filters):
    """Which days, and for use also whose and told apart by what."""

    since = forms.DateField(label=gettext_lazy("从"))
    until = forms.DateField(label=gettext_lazy("到"))
    who = forms.ChoiceField(label=gettext_lazy("谁在用"), choices=Audience.choices)
    by = forms.ChoiceField(label=gettext_lazy("按什么分"), choices=Apart.choices)
    unit = forms.ChoiceField(label=gettext_lazy("单位"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the units there are."""
        super().__init__(*args, **kwargs)
        rows = Unit.objects.order_by("code").values_list("code", "short_name")
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField), "declared above"
        unit.choices = [("", _("全部单位")), *rows]
        unit.error_messages["invalid_choice"] = _("没有代码为“%(value)s”的单位，请从列表中选择。")

    def clean_unit(self) -> int | None:
        """Find the unit of a code."""
        return Unit.objects.filter(code=self.cleaned_data["unit"]).values_list("pk", flat=True).first()

    def clean(self) -> dict[str, Any]:
        """Hold the days in order, and not too many."""
        asked: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = asked.get("since"), asked.get("until")
        if since and until and since > until:
            self.add_error("until", _("“到”不能早于“从”。"))
        elif since and until and (until - since).days >= MOST_DAYS:
            self.add_error("since", _("一次最多看%(n)s天，请缩短时间段。") % {"n": MOST_DAYS})
        return asked


@page(permission="usage.view")
def usage(request: ActingRequest) -> HttpResponse:
    """Show how the house was used within some days; `format=xlsx` or `csv` gives the same table as a file."""
    show = Show(request.GET["show"]) if request.GET.get("show") in Show.values else Show.USE
    today = local_day(realtime.now() if show in (Show.USE, Show.UNUSED) else request.at)
    given = {"since": today - timedelta(days=DAYS - 1), "until": today, "who": Audience.STAFF, "by": Apart.PAGE}
    form = UsageForm({**given, **{name: value for name, value in request.GET.items() if value}})
    shown = TABLES[show](request, form.cleaned_data) if form.is_valid() else None
    if shown and request.GET.get("format") in ("xlsx", "csv"):
        name = f"{shown.caption} {form.cleaned_data['since']} {form.cleaned_data['until']}"
        return shown.download(name) if request.GET["format"] == "xlsx" else shown.as_csv(name)
    context: dict[str, Any] = {
        "form": form,
        "show": show,
        "at": request.GET.get("at", ""),
        "tabs": [(each.value, each.label, each == show) for each in Show],
        "all_groups": request.actor.may(GROUPS),
        "least": LEAST_SHOWN,
    }
    if shown:
        on = Paginator(shown.rows, PER_PAGE).get_page(request.GET.get("page"))
        part = Table(shown.id, shown.caption, shown.columns, list(on.object_list), shown.empty)
        context |= {"table": part.context(), "paging": paging.links(on, request)}
    return render(request, "console/usage.html", context, status=200 if shown else 422)


def _use(request: ActingRequest, asked: dict[str, Any]) -> Table:
    """Tell use apart; a page opens its units and roles, a unit its pages, a day itself."""
    apart, audience = Apart(asked["by"]), Audience(asked["who"])
    wanted = Asked(asked["since"], asked["until"], apart, audience, asked["unit"], page=request.GET.get("at", ""))
    found = using.uses(wanted, all_groups=request.actor.may(GROUPS))
    units = dict(Unit.objects.in_bulk([key for use in found for key in use.key if isinstance(key, int)]))
    numbers = [Column(each, numeric=True) for each in (_("打开次数"), _("提交次数"), _("未通过"), _("失败"), _("超时"))]
    people = [Column(_("最多一天人数"), numeric=True), Column(_("人天"), numeric=True)]
    heads = {Apart.PAGE: [_("用途"), _("地址")], Apart.POST: [_("单位"), _("角色")]}.get(apart, [apart.label])
    is_staff = audience == Audience.STAFF
    columns = [*(Column(each) for each in heads), *numbers, *(people if is_staff else [])]
    rows = [[*_names(request, use, apart, units), *_numbers(use, is_staff)] for use in found]
    caption = _("系统使用：%(who)s，按%(by)s") % {"who": audience.label, "by": apart.label}
    if wanted.page and apart != Apart.PAGE:
        caption += _("，页面%(page)s") % {"page": _page(wanted.page).address}
    return Table("usage", caption, columns, rows, _("这段时间没有记下使用；开着的服务每半分钟记一次。"))


def _names(request: ActingRequest, use: Use, apart: Apart, units: dict[Any, Unit]) -> list[Plain]:
    match apart:
        case Apart.PAGE:
            at = _page(use.key[0])
            return [at.label, Cell(at.address, href=_further(request, by=Apart.POST, at=at.name))]
        case Apart.UNIT:
            unit = units.get(use.key[0])
            if unit is None:
                return [_("（不在本单位）")]
            return [Cell(unit.short_name, href=_further(request, by=Apart.PAGE, unit=unit.code, at=""))]
        case Apart.ROLE:
            return [_role(use.key[0])]
        case Apart.POST:
            unit = units.get(use.key[0])
            return [unit.short_name if unit else _("（不在本单位）"), _role(use.key[1])]
    day = use.key[0].isoformat()
    return [Cell(day, href=_further(request, by=Apart.PAGE, since=day, until=day))]


def _numbers(use: Use, is_staff: bool) -> list[Plain]:
    if use.hidden:
        return _few(7 if is_staff else 5)
    told: list[Plain] = [use.answers, use.deeds, use.refused, use.failures, use.late]
    return [*told, use.most_people, use.person_days] if is_staff else told


def _unused(request: ActingRequest, asked: dict[str, Any]) -> Table:
    """List the pages that nobody opened within the days, and when each was opened last."""
    used = using.pages_used(asked["since"], asked["until"])
    left = [each for each in pages().values() if each.permission and each.name not in used]
    last = using.last_used((each.name for each in left), asked["since"])
    rows: list[list[Plain]] = [
        [each.label, each.address, last[each.name].isoformat() if each.name in last else _("没有记录")]
        for each in sorted(left, key=lambda each: (each.permission, each.address))
    ]
    columns = [Column(_("用途")), Column(_("地址")), Column(_("上次有人用"))]
    return Table("usage", _("没有人用的页面"), columns, rows, _("这段时间每个页面都有人用。"))


def _items(request: ActingRequest, asked: dict[str, Any]) -> Table:
    """List the items in force with their cases and the share that came over the net, those without any first."""
    counted = cases.received_by_item(asked["since"], asked["until"])
    rows = catalogue.all_items().filter(state=ItemState.IN_FORCE).values_list("code", "name", "unit_code", "is_online")
    units = catalogue.unit_names({unit for _code, _name, unit, _online in rows})
    sizes = {code: sum(by.values()) for code, by in counted.items()}
    secret = _secret(request, sizes)
    told = [
        [
            Cell(name, href=reverse("catalogue:guide", args=[code])),
            units.get(unit, unit),
            _("可网办") if is_online else _("不可网办"),
            *_share(sizes.get(code, 0), cases.online_of(counted.get(code, {})), code in secret),
        ]
        for code, name, unit, is_online in sorted(rows, key=lambda row: (sizes.get(row[0], 0), row[0]))
    ]
    numbers = (_("收件数"), _("网上收件"), _("网办比例（%）"))
    columns = [Column(_("事项")), Column(_("单位")), Column(_("网办能力")), *(Column(each, True) for each in numbers)]
    return Table("usage", _("事项办件和网办"), columns, told, _("还没有在用的事项。"))


def _channels(request: ActingRequest, asked: dict[str, Any]) -> Table:
    """Tell how many cases came through each channel, and what share of all that is."""
    found = cases.received_by_channel(asked["since"], asked["until"])
    whole = sum(number for _code, number, _items in found)
    secret = _secret(request, {code: number for code, number, _items in found})
    at = f"?{urlencode({'by': 'channel', 'as_of': asked['until'].isoformat()})}"
    href = reverse("figures:one", args=["cases.received"]) + at
    rows: list[list[Plain]] = []
    for code, number, items in found:
        few = code in secret
        share = f"{number * 100 / whole:.2f}" if whole else ""
        label = Cell(str(Channel(code).label), href=href)
        rows.append([label, *(_few(3) if few else [number, items, share])])
    columns = [
        Column(_("渠道")),
        Column(_("收件数"), numeric=True),
        Column(_("涉及事项"), numeric=True),
        Column(_("占比（%）"), numeric=True),
    ]
    return Table("usage", _("各渠道收件"), columns, rows)


def _drafts(request: ActingRequest, asked: dict[str, Any]) -> Table:
    """Tell what became of the drafts that were begun."""
    found = cases.drafts_by_item(asked["since"], asked["until"], request.at)
    names = catalogue.item_names(use.item for use in found)
    secret = _secret(request, {use.item: use.begun for use in found})
    rows: list[list[Plain]] = [
        [names[use.item], *(_few(4) if use.item in secret else [use.begun, use.handed_in, use.given_up, use.open])]
        for use in found
    ]
    labels = (_("开始填写"), _("已提交"), _("七天未动"), _("正在填写"))
    columns = [Column(_("事项")), *(Column(each, numeric=True) for each in labels)]
    return Table("usage", _("网上申请草稿"), columns, rows, _("这段时间没有人开始填写。"))


TABLES: dict[Show, Callable[[ActingRequest, dict[str, Any]], Table]] = {
    Show.USE: _use,
    Show.UNUSED: _unused,
    Show.ITEMS: _items,
    Show.CHANNELS: _channels,
    Show.DRAFTS: _drafts,
}


def _share(whole: int, part: int, few: bool) -> list[Plain]:
    if few:
        return _few(3)
    return [whole, part, f"{part * 100 / whole:.2f}" if whole else ""]


def _secret(request: ActingRequest, sizes: dict[str, int]) -> set[Any]:
    return set() if request.actor.may(GROUPS) else using.secrets(sizes)


def _few(cells: int) -> list[Plain]:
    """Say once in a row why it has no numbers."""
    return [_("少于%(n)s或合并隐去") % {"n": LEAST_SHOWN}, *([None] * (cells - 1))]


def _page(name: str) -> UsedPage:
    return pages().get(name) or UsedPage(name, "", name)


def _role(code: str) -> str:
    return rights().role_name(code) if code in rights().roles else code


def _further(request: ActingRequest, **more: Any) -> str:
    """Give the address of this page with some of its questions changed, from its first row on."""
    query = request.GET.copy()
    for name in ("page", "format"):
        query.pop(name, None)
    for name, value in more.items():
        query[name] = str(value)
    return f"?{query.urlencode()}"
