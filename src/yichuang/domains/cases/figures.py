"""What figures may count of applications: cases, correction notices, pauses, and the steps that were done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.db.models import BooleanField, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yichuang.domains.cases.models import Notice, ProofUse, Rating
from yichuang.domains.cases.terms import KIND, Channel
from yichuang.domains.catalogue import queries as catalogue
from yichuang.domains.catalogue.terms import Substitute
from yichuang.foundation.figures.measures import (
    Column,
    Dating,
    Measure,
    Row,
    TenthsOfHours,
    duration,
    flag,
    moment,
    number,
    register_measure,
    text,
)
from yichuang.foundation.figures.terms import Times, day_begins
from yichuang.foundation.people.models import Account, Region, Unit
from yichuang.foundation.work import tallies
from yichuang.foundation.work.models import Dossier, Pause, Step, Tally
from yichuang.foundation.work.terms import ClockKind, StepKind


def _units(codes: Iterable[str]) -> Mapping[str, str]:
    return dict(Unit.objects.filter(code__in=set(codes)).values_list("code", "short_name"))


def _regions(codes: Iterable[str]) -> Mapping[str, str]:
    return dict(Region.objects.filter(code__in=set(codes)).values_list("code", "name"))


def _channels(codes: Iterable[str]) -> Mapping[str, str]:
    return {code: str(Channel(code).label) for code in codes if code in Channel.values}


def _modes(codes: Iterable[str]) -> Mapping[str, str]:
    return {code: str(Substitute(code).label) for code in codes if code in Substitute.values}


def _people(codes: Iterable[str]) -> Mapping[str, str]:
    return {str(row.pk): row.name for row in Account.objects.filter(pk__in=set(codes))}


TOLD = {
    "number": "dossier__number",
    "item": "item_code",
    "unit": "unit__code",
    "region": "region",
    "channel": "channel",
    "outcome": "outcome",
}
"""What a tally says of its dossier, by the columns of figures."""


def _about(prefix: str) -> dict[str, Column]:
    """Declare the columns by which cases are told apart; `prefix` is what stands before each name."""
    return {
        "number": text(f"{prefix}number", _("办件号")),
        "item": text(f"{prefix}item", _("事项"), names=catalogue.item_names),
        "unit": text(f"{prefix}unit", _("单位"), names=_units),
        "region": text(f"{prefix}region", _("区划"), names=_regions),
        "channel": text(f"{prefix}channel", _("渠道"), names=_channels),
        "outcome": text(f"{prefix}outcome", _("结果"), apart=True),
    }


def _told_of(dossier: str) -> Any:
    """Add what the tally of a row's dossier said at the two times: units of today are not those of then."""

    def add(rows: QuerySet[Any, Any], names: Collection[str], times: Times) -> QuerySet[Any, Any]:
        standing = Tally.objects.filter(tallies.standing(times.end, times.known_at), dossier=OuterRef(dossier))
        wanted = {f"told_{name}": Subquery(standing.values(TOLD[name])[:1]) for name in names if name in TOLD}
        added: QuerySet[Any, Any] = rows.annotate(**wanted)
        return added

    return add


def _standing(rows: QuerySet[Any, Any], names: Collection[str], times: Times) -> QuerySet[Any, Any]:
    """Add whether a case was in hand at the end of the day, and whether its promise had ended on a day before."""
    in_hand = Q(concluded_at=None, ended_at=None)
    told = {"in_hand": in_hand, "overdue": in_hand & Q(due_at__isnull=False, due_at__lt=day_begins(times.as_of))}
    wanted: dict[str, Any] = {
        f"told_{name}": ExpressionWrapper(holds, BooleanField()) for name, holds in told.items() if name in names
    }
    added: QuerySet[Any, Any] = rows.annotate(**wanted)
    return added


def _case_page(number: str, _row: Row) -> str:
    return f"/dept/cases/{number}"


def _page_of_row(_key: str, row: Row) -> str:
    return f"/dept/cases/{row['number']}" if row.get("number") else ""


register_measure(
    Measure(
        id="cases.cases",
        name=_("办件"),
        columns={
            **{name: replace(column, path=TOLD[name]) for name, column in _about("").items()},
            "opened_on": moment("opened_at", _("收件日期")),
            "accepted_on": moment("accepted_at", _("受理日期")),
            "concluded_on": moment("concluded_at", _("办结日期")),
            "due_on": moment("due_at", _("承诺到期")),
            "used": number("used", _("用时"), "个工作日", repeats=True),
            "promised": number("promise_limit", _("承诺时限"), "个工作日"),
            "promise_unit": text("promise_unit", _("时限单位")),
            "late": flag("is_late", _("超承诺")),
            "late_legally": flag("is_late_legally", _("超法定")),
            "in_hand": flag("told_in_hand", _("在办")),
            "overdue": flag("told_overdue", _("已超期未办结")),
            "from_elsewhere": text("source", _("来源系统")),
        },
        rows=lambda: Tally.objects.filter(kind=KIND),
        dating=Dating(
            asking=lambda times: tallies.standing(times.end, times.known_at),
            asking_apart=lambda times: tallies.standing_apart(times.end, times.known_at),
            written=("recorded_at", "valid_from"),
        ),
        day="opened_on",
        region="region",
        unit="unit",
        key="dossier__number",
        opens=Dossier,
        opened_by="dossier_id",
        owned_by="unit_id",
        adding=_standing,
        link=_case_page,
        shows=("number", "item", "unit", "channel", "opened_on", "concluded_on", "due_on", "used", "late"),
    ),
    Measure(
        id="cases.corrections",
        name=_("补正告知"),
        columns={
            **_about("told_"),
            "told_on": moment("told_at", _("告知日期")),
            "place": number("n", _("第几次")),
            "precheck": flag("is_precheck", _("预审退回")),
        },
        rows=Notice.objects.all,
        dating=Dating("told_at", recorded="", dossier="case_id"),
        day="told_on",
        region="region",
        unit="unit",
        opens=Dossier,
        opened_by="case_id",
        adding=_told_of("case_id"),
        link=_page_of_row,
        shows=("number", "item", "unit", "channel", "told_on", "place", "precheck"),
    ),
    Measure(
        id="cases.spared_proofs",
        name=_("免提交的证明"),
        columns={
            **_about("told_"),
            "proof": text("name", _("证明"), apart=True),
            "kept_proof": text("proof_item", _("保留证明事项")),
            "mode": text("mode", _("替代方式"), names=_modes),
            "spared_on": moment("at", _("受理日期")),
        },
        rows=ProofUse.objects.all,
        dating=Dating("at", recorded="", dossier="case_id"),
        day="spared_on",
        region="region",
        unit="unit",
        opens=Dossier,
        opened_by="case_id",
        adding=_told_of("case_id"),
        link=_page_of_row,
        shows=("number", "item", "proof", "mode", "spared_on"),
    ),
    Measure(
        id="cases.ratings",
        name=_("评价"),
        columns={
            **_about("told_"),
            "rated_on": moment("at", _("评价日期")),
            "stars": number("stars", _("星级")),
        },
        rows=Rating.objects.all,
        dating=Dating("at", recorded="", dossier="case_id"),
        day="rated_on",
        region="region",
        unit="unit",
        opens=Dossier,
        opened_by="case_id",
        adding=_told_of("case_id"),
        link=_page_of_row,
        shows=("number", "item", "unit", "rated_on", "stars"),
    ),
    Measure(
        id="cases.pauses",
        name=_("停表"),
        columns={
            **_about("told_"),
            "paused_on": moment("from_at", _("停表日期")),
            "kind": text("kind", _("原因")),
        },
        rows=lambda: Pause.objects.filter(clock__step=None, clock__kind=ClockKind.PROMISE),
        dating=Dating("from_at", "cancelled_at", recorded="", dossier="clock__dossier_id"),
        day="paused_on",
        region="region",
        unit="unit",
        opens=Dossier,
        opened_by="clock__dossier_id",
        adding=_told_of("clock__dossier_id"),
        link=_page_of_row,
        shows=("number", "item", "unit", "channel", "paused_on", "kind"),
    ),
    Measure(
        id="cases.steps",
        name=_("环节"),
        columns={
            "number": text("dossier__number", _("办件号")),
            "step": text("name", _("环节"), apart=True),
            "item": text("item_code", _("事项"), names=catalogue.item_names),
            "unit": text("unit__code", _("单位"), names=_units),
            "region": text("dossier__region", _("区划"), names=_regions),
            "channel": text("dossier__channel", _("渠道"), names=_channels),
            "attempt": number("attempt", _("第几次办理")),
            "opened_on": moment("opened_at", _("到手日期")),
            "done_on": moment("done_at", _("办结日期")),
            "outcome": text("outcome", _("结果")),
            "who": text("done_by_id", pgettext_lazy("officer", "经办人"), names=_people, personal=True),
            "hours": duration("took", _("历时（自然小时）")),
        },
        rows=lambda: Step.objects.filter(kind=StepKind.WORK, opened_at__isnull=False, done_at__isnull=False).annotate(
            took=TenthsOfHours(ExpressionWrapper(F("done_at") - F("opened_at"), output_field=DurationField()))
        ),
        dating=Dating("done_at", recorded="", dossier="dossier_id"),
        day="done_on",
        region="region",
        unit="unit",
        opens=Dossier,
        opened_by="dossier_id",
        owned_by="dossier__unit_id",
        link=_page_of_row,
        shows=("number", "step", "unit", "who", "opened_on", "done_on", "hours", "outcome"),
    ),
)
