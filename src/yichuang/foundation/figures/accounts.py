"""Persons with an account as rows: how many registered with their real names."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.figures.measures import Dating, Measure, moment, register_measure, text
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account
from yichuang.foundation.people.terms import PartyKind

KEEPS = "people.manage"
"""The permission with which a reader sees the accounts themselves; all others are told how many there are."""


def register() -> None:
    """Let figures count the accounts of persons whose number is known."""
    register_measure(
        Measure(
            id="people.accounts",
            name=_("实名注册账号"),
            columns={
                "party": text("party_id", _("自然人"), personal=True),
                "opened_on": moment("opened_at", _("注册日期")),
            },
            rows=lambda: Account.objects.filter(party__kind=PartyKind.PERSON, party__id_hash__isnull=False),
            dating=Dating("opened_at", recorded="opened_at", superseded=""),
            day="opened_on",
            opening=_open_to,
            shows=("opened_on",),
        )
    )


def _open_to(actor: Actor, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return rows if actor.is_system or actor.may(KEEPS) else rows.none()
