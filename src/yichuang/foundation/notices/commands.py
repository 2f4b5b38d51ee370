"""The deeds on messages: tell parties and staff, gather digests, send, try again, mark as read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from yichuang.foundation.connections import commands as connections
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.jobs.runner import TRIES
from yichuang.foundation.notices import queries, rules
from yichuang.foundation.notices.events import PeopleTold, SendingParked, SendingRetried
from yichuang.foundation.notices.models import DigestLine, Notice, Sending
from yichuang.foundation.notices.problems import NothingToRetry
from yichuang.foundation.notices.terms import Channel, SendingState, Template
from yichuang.foundation.notices.wording import NOTICE, plain, words
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.masking import mask
from yichuang.foundation.people.models import Account, Party
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import CHINA, SYSTEM, day_stream
from yichuang.kernel.errors import Unavailable

SEND, DIGEST = "notices.send", "notices.digest"
SMS_KIND = "sms"
MOST_LINES = 20
"""Lines that a digest writes out; of the others it tells the number."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """One who is told: an account, or a party that has none; `phone` is where SMS go."""

    account: Account | None
    party: Party | None
    phone: str

    @property
    def key(self) -> str:
        return f"account/{self.account.pk}" if self.account else f"party/{self.party.pk if self.party else 0}"


def tell_party(
    *,
    template: str,
    party_id: int,
    facts: Mapping[str, Any],
    key: str,
    at: datetime,
    dossier_id: int | None = None,
    link: str = "",
) -> list[Notice]:
    """
    Tell a party something: each of its accounts in the house and by e-mail, its telephone by SMS.

    A party with neither account nor telephone is told on paper alone, and the outbox says so. `key` names what is
    told; the same key again tells nobody twice and gives the notices that there are.

    :raises NotInForce: there is no such wording
    """
    party = Party.objects.get(pk=party_id)
    accounts = queries.accounts_of(party_id, at)
    phone = party.phone or (accounts[0].phone if accounts else "")
    readers = [_Reader(account, party, "" if number else phone) for number, account in enumerate(accounts)]
    return _tell(template, readers or [_Reader(None, party, phone)], facts, key, at, dossier_id, link)


def tell_accounts(
    *,
    template: str,
    account_ids: Iterable[int],
    facts: Mapping[str, Any],
    key: str,
    at: datetime,
    dossier_id: int | None = None,
    link: str = "",
) -> list[Notice]:
    """
    Tell members of staff something, in the house, by e-mail and by SMS as far as they have an address.

    :raises NotInForce: there is no such wording
    """
    accounts = Account.objects.filter(pk__in=list(account_ids), is_active=True).order_by("pk")
    readers = [_Reader(account, None, account.phone) for account in accounts]
    return _tell(template, readers, facts, key, at, dossier_id, link)


def put_in_digest(*, account_ids: Iterable[int], text: str, key: str, dossier_id: int, at: datetime) -> int:
    """Put a line into the next digest of each of these people; tells how many are new. Names nobody."""
    due = rules.next_digest(at, queries.digest_hour(at), definitions.calendar())
    new = 0
    for account_id in dict.fromkeys(account_ids):
        with transaction.atomic():
            _row, made = DigestLine.objects.get_or_create(
                key=f"{key}/{account_id}",
                defaults={"account_id": account_id, "dossier_id": dossier_id, "text": text[:200], "at": at},
            )
            if made:
                jobs.enqueue(DIGEST, f"{account_id}/{due:%Y-%m-%d}", due)
                new += 1
    return new


def send_digest(*, account_id: int, at: datetime) -> list[Notice]:
    """Send one message with all that gathered for somebody; what has ended by now is left out. Done by the job."""
    lines = DigestLine.objects.filter(account=account_id, notice=None, at__lte=at)
    standing = list(lines.filter(dossier__ended_at=None).order_by("dossier", "-at", "-pk"))
    latest = list({line.dossier_id: line for line in reversed(standing)}.values())
    if not latest:
        lines.delete()
        return []
    with transaction.atomic():
        told = tell_accounts(
            template="heads_digest",
            account_ids=[account_id],
            facts={"count": len(latest), "list": "；".join(line.text for line in latest[:MOST_LINES])},
            key=f"digest/{local_day(at).isoformat()}",
            at=at,
        )
        lines.update(notice=told[0] if told else None)
    return told


def send(*, sending_id: int, at: datetime) -> Sending:
    """
    Send one message by one channel. Done by the job; one that does not wait is left alone.

    :raises Unavailable: the mail server does not answer; the runner tries again, after the eighth time it is parked
    """
    row = Sending.objects.select_related("notice__account", "notice__party").get(pk=sending_id)
    if row.state != SendingState.WAITING:
        return row
    if row.channel == Channel.EMAIL:
        _send_email(row, at)
    else:
        _hand_to_sms(row, at)
    return row


def sms_ended(*, key: str, state: SendingState, at: datetime) -> None:
    """Note how an SMS ended at the system that sends them; `key` is the message's."""
    Sending.objects.filter(pk=key.removeprefix("notice/"), channel=Channel.SMS).exclude(state=SendingState.SENT).update(
        state=state, sent_at=at if state == SendingState.SENT else None
    )


def retry(*, sending_id: int, by: Actor, at: datetime) -> None:
    """
    Send a parked or failed e-mail again. A failed SMS is sent again where it lies, among the outside messages.

    :raises NotAllowed: the actor may not
    :raises NothingToRetry: it is on its way, or done
    """
    who = by.by_for("connections.retry")
    with deed("retry_sending", stream=day_stream("system", at), by=who, at=at) as pen:
        row = Sending.objects.select_for_update().get(pk=sending_id)
        if row.channel != Channel.EMAIL or row.state not in (SendingState.PARKED, SendingState.FAILED):
            raise NothingToRetry(row.get_state_display())
        row.state, row.tries = SendingState.WAITING, 0
        row.save(update_fields=["state", "tries"])
        jobs.enqueue(SEND, str(row.pk), at, again=True)
        pen.record(SendingRetried(row.pk, row.channel))


def mark_read(*, by: Actor, at: datetime, notice_ids: Iterable[int] | None = None) -> int:
    """Mark somebody's own messages as read, all or some; tells how many were not. A reader's own, and no deed."""
    rows = queries.own(by).filter(read_at=None)
    if notice_ids is not None:
        rows = rows.filter(pk__in=list(notice_ids))
    return Notice.objects.filter(pk__in=rows.order_by().values("pk")).update(read_at=at)


def _tell(
    template: str,
    readers: list[_Reader],
    facts: Mapping[str, Any],
    key: str,
    at: datetime,
    dossier_id: int | None,
    link: str,
) -> list[Notice]:
    keys = {f"{template}/{key}/{reader.key}": reader for reader in readers}
    known = {row.key: row for row in Notice.objects.filter(key__in=keys)}
    if len(known) == len(keys):
        return list(known.values())
    found: Template = definitions.in_force(NOTICE, template, local_day(at))
    kept = plain(found, facts)
    with deed("tell", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
        made, on_paper = [], 0
        for name, reader in keys.items():
            if name in known:
                continue
            row = Notice.objects.create(
                key=name,
                template=found.id,
                version=found.version,
                facts=json.dumps(kept, ensure_ascii=False, sort_keys=True),
                account=reader.account,
                party=reader.party,
                dossier_id=dossier_id,
                link=link,
                at=at,
            )
            on_paper += _address(row, found, reader, at)
            made.append(row)
        pen.record(PeopleTold(tuple(row.pk for row in made), found.id, found.version, dossier_id, on_paper))
    return [*known.values(), *made]


def _address(row: Notice, template: Template, reader: _Reader, at: datetime) -> bool:
    """Write by which channels a notice goes, and order the sending; tells whether it goes on paper alone."""
    account, ways = reader.account, []
    if account and Channel.IN_APP in template.channels:
        ways.append(Sending(channel=Channel.IN_APP, state=SendingState.SENT, due_at=at, sent_at=at))
    if account and account.email and Channel.EMAIL in template.channels and queries.sends_email():
        ways.append(Sending(channel=Channel.EMAIL, address=mask(account.email, "email"), due_at=at))
    if reader.phone and Channel.SMS in template.channels and queries.sends_sms():
        due = rules.after_quiet(at, *queries.quiet_hours(at))
        if not (template.presses and account and _pressed_enough(account, due)):
            ways.append(Sending(channel=Channel.SMS, address=mask(reader.phone, "phone"), due_at=due))
    if not ways:
        ways = [Sending(channel=Channel.PAPER, state=SendingState.ON_PAPER, due_at=at)]
    for way in ways:
        way.notice = row
    for way in Sending.objects.bulk_create(ways):
        if way.state == SendingState.WAITING:
            jobs.enqueue(SEND, str(way.pk), way.due_at)
    return ways[0].channel == Channel.PAPER


def _pressed_enough(account: Account, due: datetime) -> bool:
    """Say whether somebody gets as many SMS on this day as may press him."""
    begins = datetime.combine(local_day(due), time(), CHINA)
    rows = Sending.objects.filter(
        channel=Channel.SMS,
        notice__account=account,
        due_at__gte=begins,
        due_at__lt=begins + timedelta(days=1),
    ).select_related("notice")
    pressing = [row for row in rows if queries.template_of(row.notice).presses]
    return len(pressing) >= queries.pressing_sms_a_day(due)


def _send_email(row: Sending, at: datetime) -> None:
    account = row.notice.account
    assert account is not None, "e-mail goes to accounts"
    said = words(queries.template_of(row.notice), row.notice.read(), account.language)
    link = f"\n\n{settings.SITE_URL.rstrip('/')}{row.notice.link}" if row.notice.link else ""
    message = EmailMessage(
        said.title, said.text + link, to=[account.email], headers={"Message-ID": f"<notice-{row.pk}@yichuang>"}
    )
    try:
        message.send()
    except SMTPRecipientsRefused as no:
        _fail(row, SendingState.FAILED, type(no).__name__, at)
    except (SMTPException, OSError) as silent:
        row.tries, row.error = row.tries + 1, f"{type(silent).__name__}: {silent}"[:400]
        if row.tries < TRIES:
            row.save(update_fields=["tries", "error"])
        else:
            _fail(row, SendingState.PARKED, row.error, at)
        raise Unavailable("email", row.error) from silent
    else:
        row.state, row.sent_at, row.tries, row.error = SendingState.SENT, at, row.tries + 1, ""
        row.save(update_fields=["state", "sent_at", "tries", "error"])


def _hand_to_sms(row: Sending, at: datetime) -> None:
    notice = row.notice
    account = notice.account
    phone = (notice.party.phone if notice.party else "") or (account.phone if account else "")
    said = words(queries.template_of(notice), notice.read(), account.language if account else "")
    with transaction.atomic():
        row.state = SendingState.HANDED
        row.save(update_fields=["state"])
        connections.post(
            system=queries.SMS_SYSTEM,
            kind=SMS_KIND,
            key=f"notice/{row.pk}",
            body={"to": phone, "text": said.sms},
            at=at,
        )


def _fail(row: Sending, state: SendingState, error: str, at: datetime) -> None:
    with deed("park_sending", stream=day_stream("system", at), by=SYSTEM, at=at) as pen:
        row.state, row.error = state, error[:400]
        row.save(update_fields=["state", "error", "tries"])
        pen.record(SendingParked(row.pk, row.channel))
