"""Run in a data folder: Wang takes in three cases, signs for eleven steps, puts one application aside (story 5)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import django

django.setup()

from yichuang.domains.cases import commands as cases  # noqa: E402
from yichuang.domains.cases.terms import Channel, IdentityCheck  # noqa: E402
from yichuang.domains.counter import commands as counter  # noqa: E402
from yichuang.domains.counter.commands.receptions import Reply  # noqa: E402
from yichuang.domains.counter.models import Window  # noqa: E402
from yichuang.domains.counter.terms import How  # noqa: E402
from yichuang.foundation.people import commands as people  # noqa: E402
from yichuang.foundation.people.actors import SYSTEM, Actor, actor_for  # noqa: E402
from yichuang.foundation.people.models import Account, Appointment, Party, Unit  # noqa: E402
from yichuang.foundation.records.clock import business_now  # noqa: E402
from yichuang.foundation.work import commands as work  # noqa: E402
from yichuang.foundation.work.models import Step  # noqa: E402

WANG, LI, CHEN = (Account.objects.get(username=name) for name in ("window", "window2", "window3"))
BROUGHT = {code: cases.Brought(pages=2) for code in ("resident_id", "food_floor_plan", "food_safety_rules", "lease")}


def take_in(party: Party, by: Actor, at: datetime) -> int:
    """Take in and accept one food permit; gives the step that the department owes."""
    application = cases.Application(
        item_id="food_business_permit",
        applicant_id=party.pk,
        channel=Channel.WINDOW,
        received_at=at,
        identity_check=IdentityCheck.READER,
        situation={"business": "restaurant", "place": "rented", "area": "small"},
        brought=BROUGHT,
        is_synthetic=True,
    )
    reception = counter.take_in(application=application, reply=Reply(How.ACCEPT), by=by, at=at)
    return Step.objects.get(dossier=reception.case_id, permission="cases.handle").pk


def main() -> None:
    """Make what Wang has in hand; Chen's contract ends with this day."""
    at, unit = business_now(), Unit.objects.get(code="scjg")
    for account in (WANG, LI):
        people.appoint(
            account_id=account.pk,
            unit_id=unit.pk,
            role="handler",
            staff_kind="ESTABLISHED",
            valid_from=date(2019, 10, 1),
            by=SYSTEM,
            at=at,
        )
    wang, li = actor_for(WANG, at), actor_for(LI, at)
    windows = Window.objects.filter(site__code="hall").order_by("number")
    counter.sit_down(window_id=windows[0].pk, by=wang, at=at)
    counter.sit_down(window_id=windows[1].pk, by=li, at=at)
    parties = Party.objects.filter(name__startswith="武昌区示例").order_by("pk")[:11]
    for n, party in enumerate(parties):
        step = take_in(party, wang if n < 3 else li, at + timedelta(seconds=n))
        work.claim_step(step_id=step, by=wang, at=at + timedelta(seconds=n))
    shop = Party.objects.get(name="武昌区刘记热干面馆")
    cases.begin_draft(item_id="food_business_permit", by=wang, at=at, is_counter=True, applicant_id=shop.pk)
    row = Appointment.objects.get(account=CHEN)
    people.end_appointment(appointment_id=row.pk, on=date(2019, 10, 10), by=SYSTEM, at=at)
    held = Step.objects.filter(claimed_by=WANG).order_by("pk").select_related("dossier")
    print(json.dumps({"wang": WANG.pk, "numbers": [row.dossier.number for row in held]}))


main()
