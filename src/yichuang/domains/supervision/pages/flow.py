"""How work flowed: throughput, lateness, who held it, and the paths it took, ours or an old system's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.domains.cases.terms import Channel
from yichuang.domains.supervision import queries
from yichuang.domains.supervision.pages.following import MOST_EDGES, drawn_edges, picture
from yichuang.domains.supervision.queries import FlowChoices
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work import flow
from yichuang.kernel.indicators import PeriodKind, span_of
from yichuang.ui.forms import Filters

MOST_ROWS = 30
"""Rows of a table of steps; the page says how many more there are."""
PERIODS = {
    "": gettext_lazy("全部时间"),
    "month": gettext_lazy("本月"),
    "quarter": gettext_lazy("本季度"),
    "year_to_date": gettext_lazy("今年以来"),
    "year": gettext_lazy("去年"),
}
MOST_STEPS = 9
"""Steps of a path that are written out."""
OLD_CHANNELS = {"EMAIL": gettext_lazy("电子邮件"), "INTERNAL": gettext_lazy("内部")}
NOTHING = "—"


class FlowFilter(Filters):
    """What the address asks for; what cannot be read asks nothing."""

    source = forms.ChoiceField(label=gettext_lazy("来源"), required=False)
    item = forms.ChoiceField(label=gettext_lazy("事项"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("单位"), required=False)
    period = forms.ChoiceField(label=gettext_lazy("收件时间"), required=False, choices=list(PERIODS.items()))
    since = forms.DateField(label=gettext_lazy("收件自"), required=False)
    until = forms.DateField(label=gettext_lazy("收件早于"), required=False)
    least = forms.IntegerField(label=gettext_lazy("图中至少出现的次数"), required=False, min_value=1)

    def __init__(self, *args: Any, choices: FlowChoices, **kwargs: Any) -> None:
        """Offer what there is."""
        super().__init__(*args, **kwargs)
        for name, found in (("source", choices.sources), ("item", choices.items), ("unit", choices.units)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = found
        for name in ("since", "until", "least"):
            self.fields[name].widget.attrs["class"] = "govuk-input govuk-input--width-10"

    def asked(self, today: date) -> flow.Asked:
        """Say which dossiers are asked for; days that are typed go before the period that is chosen."""
        self.is_valid()
        said = self.cleaned_data
        span = span_of(PeriodKind(said["period"]), today) if said.get("period") else None
        since, until = said.get("since"), said.get("until")
        if span is not None and not (since or until):
            since, until = span.first, span.last + timedelta(days=1)
        return flow.Asked(
            source=said.get("source") or "",
            item=said.get("item") or "",
            unit_id=int(said["unit"]) if said.get("unit") else None,
            since=_begins(since),
            until=_begins(until),
        )


@page(permission="supervision.view")
def flowed(request: ActingRequest) -> HttpResponse:
    """Tell how the dossiers flowed that the address asks for and that the reader may see."""
    form = FlowFilter(request.GET, choices=queries.flow_choices(request.actor))
    rows = flow.population(request.actor, form.asked(local_day(request.at)))
    late, held, hand = flow.lateness(rows, "unit_id"), flow.step_times(rows, by="step"), flow.in_hand(rows)
    units = flow.unit_names(
        [*(_number(row.key) for row in late), *(row.unit_id for row in held), *(row.unit_id for row in hand)]
    )
    told, paths = flow.throughput(rows), flow.paths(rows)
    graph = flow.follows(rows, at_least=form.cleaned_data.get("least") or 1)
    context = {
        "form": form,
        "told": told,
        "spread": _table(
            "spread",
            _("用时（天）"),
            [_("口径"), *_numbers(_("件数"), _("中位"), _("平均"), _("九成以内"), _("最长"))],
            [
                [name, f"{spread.count}", *_days(spread)]
                for name, spread in ((_("收件到办结"), told.whole), (_("第一步到最后一步"), told.worked))
            ],
        ),
        "late": _late("late", _("各单位超期情况"), _("单位"), late, lambda key: _unit(units, _number(key))),
        "channels": _late("channels", _("各渠道超期情况"), _("渠道"), flow.lateness(rows, "channel"), _channel),
        "events": sum(node.count for node in graph.nodes),
        "kinds": len(graph.nodes),
        "hand": _table(
            "hand",
            _("超期的办件到期时在谁手里"),
            [_("单位"), _("环节"), *_numbers(_("件数"))],
            [[_unit(units, row.unit_id), row.name or _("不在任何环节"), f"{row.late}"] for row in hand[:MOST_ROWS]],
            _("没有超期"),
        ),
        "held": _table(
            "held",
            _("谁持有最久"),
            [
                _("单位"),
                _("环节"),
                *_numbers(_("次数"), _("共（天）"), _("中位（天）"), _("九成以内（天）"), _("超环节期限")),
            ],
            [
                [
                    _unit(units, row.unit_id),
                    row.name,
                    f"{row.held.count}",
                    f"{row.total:.1f}",
                    _day(row.held.median),
                    _day(row.held.p90),
                    f"{row.late}",
                ]
                for row in held[:MOST_ROWS]
            ],
            _("没有办完的环节"),
        ),
        "paths": paths,
        "ways": _table(
            "ways",
            _("最常见的路径"),
            [_("路径"), *_numbers(_("件数"), _("中位（天）"))],
            [
                [_way([paths.names[key] for key in path.keys]), f"{path.count}", _day(path.median)]
                for path in paths.found
            ],
            _("没有办件"),
        ),
        "drawing": picture(graph),
        "drawn": len(drawn_edges(graph)),
        "most_drawn": MOST_EDGES,
        "pairs": _pairs(graph),
    }
    return render(request, "supervision/flow.html", context)


def _pairs(graph: flow.Follows) -> dict[str, Any]:
    """Make the table that says what the picture shows, and what it leaves out."""
    names = {node.key: node.name for node in graph.nodes}
    return _table(
        "pairs",
        _("哪个环节之后是哪个环节"),
        [_("之前"), _("之后"), *_numbers(_("次数"), _("平均间隔（天）"))],
        [
            [names[edge.before], names[edge.after], f"{edge.count}", _day(edge.days)]
            for edge in sorted(graph.edges, key=lambda edge: -edge.count)[: 2 * MOST_EDGES]
        ],
        _("没有先后环节"),
    )


def _late(id: str, caption: str, by: str, found: Sequence[flow.Late], name: Callable[[str], str]) -> dict[str, Any]:
    """Make a table of what was late by unit or channel, the sum of all of them first."""
    parts = ("count", "dated", "late", "dated_legally", "late_legally")
    whole = flow.Late("", *(sum(getattr(row, part) for row in found) for part in parts))
    named = [(_("合计"), whole), *((name(row.key), row) for row in found[:MOST_ROWS])] if found else []
    return _table(
        id,
        caption,
        [by, *_numbers(_("件数"), _("有期限并办结"), _("超期"), _("超期率（%）"), _("有法定期限"), _("超法定"))],
        [
            [
                said,
                *(f"{n}" for n in (row.count, row.dated, row.late)),
                _percent(row.share),
                *(f"{n}" for n in (row.dated_legally, row.late_legally)),
            ]
            for said, row in named
        ],
    )


def _way(names: list[str]) -> str:
    """Write a path; the middle of a long one is left out, and how many steps it has is said."""
    if len(names) <= MOST_STEPS:
        return " → ".join(names)
    some = [*names[: MOST_STEPS - 3], "…", *names[-2:]]
    return " → ".join(some) + _("（共%(n)s步）") % {"n": len(names)}


def _channel(code: str) -> str:
    """Name a channel, ours or one that only old systems have."""
    return str(Channel(code).label) if code in Channel.values else str(OLD_CHANNELS.get(code, code)) or NOTHING


def _table(
    id: str, caption: str, columns: Sequence[str | dict[str, Any]], rows: Sequence[Sequence[str]], empty: str = ""
) -> dict[str, Any]:
    """Give what the table component is included with."""
    heads = [{"label": each} if isinstance(each, str) else each for each in columns]
    return {"id": id, "caption": caption, "columns": heads, "rows": rows, "empty": empty or _("没有办件")}


def _numbers(*labels: str) -> list[dict[str, Any]]:
    return [{"label": label, "numeric": True} for label in labels]


def _days(spread: flow.Spread) -> list[str]:
    return [_day(each) for each in (spread.median, spread.mean, spread.p90, spread.longest)]


def _day(days: float | None) -> str:
    """Write days: to the minute below a tenth of a day, else with two digits, one from ten days on."""
    if days is None:
        return NOTHING
    return f"{days:.3f}" if days < 0.1 else f"{days:.2f}" if days < 10 else f"{days:.1f}"


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{100 * share:.1f}"


def _unit(units: dict[int, str], key: int | None) -> str:
    return units.get(key or 0) or NOTHING


def _number(key: str) -> int | None:
    return int(key) if key.isdigit() else None


def _begins(on: date | None) -> datetime | None:
    return None if on is None else datetime.combine(on, time(), CHINA)
