"""Questions about messages: a person's own, the outbox, and who is to be told about a step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from yichuang.foundation.connections import queries as connections
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.notices.models import Notice, Sending
from yichuang.foundation.notices.rules import span
from yichuang.foundation.notices.terms import Channel, SendingState, Template
from yichuang.foundation.notices.wording import NOTICE, words
from yichuang.foundation.people.actors import Actor, local_day, valid_on
from yichuang.foundation.people.models import Account, Appointment, PartyAccount, Substitution, Unit
from yichuang.foundation.people.permissions import Scope, table
from yichuang.foundation.people.visibility import register_scope, visible

SMS_SYSTEM = "sms"
"""The outside system that sends SMS."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as its reader sees it."""

    id: int
    title: str
    text: str
    at: datetime
    link: str
    is_read: bool
    channels: tuple[str, ...]


def register_scopes() -> None:
    """Tell the one filter: messages are their reader's own; the outbox is for those who look after the machine."""
    register_scope(Notice, permission="notices.view", own=lambda reach: Q(account=reach.actor.account_id))
    register_scope(Sending, permission="connections.view")


def own(actor: Actor) -> QuerySet[Notice]:
    """List somebody's own messages, newest first."""
    return visible(actor, Notice).filter(account=actor.account_id or 0).prefetch_related("sendings").order_by("-pk")


def unread(actor: Actor) -> int:
    """Count somebody's messages that were not read."""
    return visible(actor, Notice).filter(account=actor.account_id or 0, read_at=None).count()


def shown(notice: Notice, language: str) -> Shown:
    """Word a message for its reader."""
    said = words(template_of(notice), notice.read(), language)
    return Shown(
        id=notice.pk,
        title=said.title,
        text=said.text,
        at=notice.at,
        link=notice.link,
        is_read=notice.read_at is not None,
        channels=tuple(str(Channel(each.channel).label) for each in notice.sendings.all()),
    )


def template_of(notice: Notice) -> Template:
    """Give the wording by which somebody was told, in its version of then."""
    found: Template = definitions.get(NOTICE, notice.template, notice.version)
    return found


def of_dossier(dossier_id: int) -> QuerySet[Notice]:
    """List what was told about a dossier, oldest first."""
    return Notice.objects.filter(dossier=dossier_id).prefetch_related("sendings").order_by("pk")


def outbox(actor: Actor, *, state: str = "", channel: str = "") -> QuerySet[Sending]:
    """List the sendings that an actor may see, newest first; addresses are masked, what they say is not in them."""
    rows = visible(actor, Sending).select_related("notice__dossier").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    return rows.filter(channel=channel) if channel else rows


def outbox_counts() -> dict[str, int]:
    """Count the sendings of each state."""
    rows = Sending.objects.order_by().values_list("state").annotate(n=Count("pk"))
    return dict.fromkeys(SendingState.values, 0) | dict(rows)


def to_tell_on_paper(dossier_id: int) -> bool:
    """Say whether somebody concerned by a dossier can be reached on paper alone."""
    return Sending.objects.filter(notice__dossier=dossier_id, state=SendingState.ON_PAPER).exists()


def accounts_of(party_id: int, at: datetime) -> list[Account]:
    """List the accounts that act for a party on the day: its own first, then those tied to it."""
    tied = PartyAccount.objects.filter(valid_on(local_day(at)), party=party_id).values("account")
    rows = Account.objects.filter(Q(party=party_id) | Q(pk__in=tied), is_active=True).order_by("pk")
    return sorted(rows, key=lambda account: account.party_id != party_id)


def people_with(permission: str, unit_id: int, at: datetime) -> list[int]:
    """
    List who holds a permission for a unit by an appointment there, or above it with everything below.

    Who is away is replaced by who covers him.
    """
    day = local_day(at)
    above = [int(each) for each in Unit.objects.values_list("path", flat=True).get(pk=unit_id).split("/") if each]
    here, wide = [], []
    for role in table().roles.values():
        allowance = role.may.get(permission)
        if allowance and Scope.UNIT in allowance.scopes:
            here.append(role.id)
        if allowance and Scope.SUBTREE in allowance.scopes:
            wide.append(role.id)
    rows = Appointment.objects.filter(valid_on(day), account__is_active=True).filter(
        Q(role__in=here, unit=unit_id) | Q(role__in=wide, unit__in=above)
    )
    return present(rows.order_by("account").values_list("account", flat=True), at)


def heads_of(unit_id: int, at: datetime) -> list[int]:
    """List who assigns the work of a unit."""
    return people_with("work.assign", unit_id, at)


def present(account_ids: Iterable[int], at: datetime) -> list[int]:
    """Put in the place of those who are away the ones who cover them."""
    found = list(dict.fromkeys(account_ids))
    covers = Substitution.objects.filter(absent__in=found, from_at__lte=at, to_at__gt=at)
    for absent, substitute in covers.order_by("pk").values_list("absent", "substitute"):
        found = [substitute if each == absent else each for each in found]
    return list(dict.fromkeys(found))


def sends_email() -> bool:
    """Say whether this house has a mail server."""
    return not settings.EMAIL_BACKEND.endswith(".dummy.EmailBackend")


def sends_sms() -> bool:
    """Say whether this house has a system that sends SMS."""
    return connections.system(SMS_SYSTEM) is not None


def quiet_hours(at: datetime) -> tuple[time, time]:
    """Give the hours in which nobody is disturbed."""
    return span(definitions.rule("notice_quiet_hours", local_day(at)).value)


def digest_hour(at: datetime) -> time:
    """Give the hour of a working day at which digests go out."""
    return time.fromisoformat(definitions.rule("digest_hour", local_day(at)).value)


def pressing_sms_a_day(at: datetime) -> int:
    """Tell how many SMS a day may press somebody who is late."""
    return int(definitions.rule("late_sms_a_day", local_day(at)).value)
