"""What an applicant or agent finds on the own page: what to act on, what runs, what is past; however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yichuang.domains.cases.models import Case, CaseMaterial
from yichuang.domains.cases.queries.finding import own_cases
from yichuang.domains.cases.terms import MaterialState
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.work.names import said

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class MineRow:
    """One case as its applicant finds it again: `to_do` says what the person is asked for, or nothing."""

    number: str
    item_name: str
    state_label: str
    due_at: datetime | None
    to_do: StrOrPromise


def mine(actor: Actor) -> dict[str, QuerySet[Case]]:
    """Give the three lists of the own page, newest first: `to_act`, `running`, `past`."""
    rows = own_cases(actor).annotate(awaits_supplement=Exists(_deferred()))
    over = Q(dossier__ended_at__isnull=False) | Q(dossier__concluded_at__isnull=False)
    unrated = Q(dossier__concluded_at__isnull=False, rating__isnull=True)
    asked = Q(dossier__state="correcting") | Q(awaits_supplement=True) | unrated
    return {"to_act": rows.filter(asked), "running": rows.exclude(over), "past": rows.filter(over)}


def mine_rows(rows: Iterable[Case]) -> list[MineRow]:
    """Write a page of such a list; no query of its own."""
    return [_row(row) for row in rows]


def _deferred() -> QuerySet[CaseMaterial]:
    return CaseMaterial.objects.filter(case=OuterRef("pk"), state=MaterialState.DEFERRED)


def _row(case: Case) -> MineRow:
    dossier = case.dossier
    lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
    return MineRow(
        number=dossier.number,
        item_name=dossier.title,
        state_label=said(lifecycle.states[dossier.state].label),
        due_at=dossier.due_at,
        to_do=_to_do(case),
    )


def _to_do(case: Case) -> StrOrPromise:
    if case.dossier.state == "correcting":
        return _("请补正")
    if getattr(case, "awaits_supplement", False):
        return _("请补交容缺材料")
    return _("已办结，请评价")
