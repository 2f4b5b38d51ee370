"""
Cases of a demo, with their applicants and what these hold already (`FILES`): every case is brought to where it stands.

All deeds of a file's cases are done in the order of their moments, so that numbers, records and clocks are as they
would be; a later file leaves the numbers of an earlier one as they were. Nothing is drawn by lot: two loads at one
opening moment give the same cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from yichuang.config import demo
from yichuang.domains.cases import commands
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.terms import (
    Channel,
    CheckResult,
    DeliveryKind,
    HoldKind,
    IdentityCheck,
    MaterialState,
    NoticeChannel,
    RatingReason,
    Stars,
)
from yichuang.domains.catalogue.terms import Item, Need
from yichuang.domains.licences import commands as library
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.forms import queries as forms
from yichuang.foundation.people.actors import SYSTEM, Actor, Grant, actor_for, local_day
from yichuang.foundation.people.loading import load_units
from yichuang.foundation.people.models import Account, Party, Unit
from yichuang.foundation.people.queries import number_of, party_by_number
from yichuang.foundation.people.terms import Level, PartyKind
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work.models import Step
from yichuang.foundation.work.terms import LIVE

HELD_SINCE = datetime(2019, 9, 1, 9, tzinfo=CHINA)
FILES = ("cases", "more_cases")
HALL = ("window", "delivery", "archivist")
SITUATIONS = {
    "food_business_permit": {"business": "restaurant", "place": "rented", "area": "small"},
    "food_registration_small": {"place": "zone"},
    "food_permit_on_commitment": {"goods": "packed"},
    "elderly_allowance": {"age": "over_80", "register": "here"},
}


@dataclass
class Told:
    """One case of the file on its way: the item, how its form is filled in, and the case as soon as it is received."""

    row: Mapping[str, Any]
    item: Item
    way: Sequence[Mapping[str, Any]]
    answers: Mapping[str, Any]
    case_id: int = 0
    hold_id: int = 0

    def who(self, role: str, at: datetime) -> Actor:
        """Give who acts for the deciding unit, or in the hall."""
        name = role if role in HALL else f"{self.item.unit}_{role}"
        return actor_for(Account.objects.get(username=name), at)


def load(district: demo.Demo) -> None:
    """Make parties and licences, then do the deeds up to the opening moment; a district that has cases keeps them."""
    if Case.objects.exists():
        return
    with transaction.atomic():
        for name in FILES:
            said = district.read(name) | {"answers": district.read("answers")}
            load_units({"parties": said["parties"]}, at=HELD_SINCE, place=f"{name}.yaml")
            hold(said["licences"])
            for at, do in sorted(_deeds(said), key=lambda each: each[0]):
                if at <= district.opened_at:
                    do(at)


def hold(said: Mapping[str, Any]) -> None:
    """Enter the licences that parties hold from elsewhere, numbered by type and order."""
    for kind, row in said.items():
        unit = Unit.objects.get(code=row["unit"])
        letters = definitions.in_force("licence_type", kind, local_day(HELD_SINCE)).number_letters
        for number, holder in enumerate(row["holders"], start=row.get("first", 1)):
            library.enter_outside(
                licence_type=kind,
                number=f"{letters}示{number:05d}",
                holder_id=party_of(holder).pk,
                unit_id=unit.pk,
                fields={},
                by=SYSTEM,
                at=HELD_SINCE,
                valid_from=HELD_SINCE.date(),
                is_synthetic=True,
            )


def _deeds(said: Mapping[str, Any]) -> Iterable[tuple[datetime, Callable[[datetime], None]]]:
    calendar = definitions.calendar()
    for order, row in enumerate(said["cases"]):
        received = datetime.fromisoformat(row["at"]).replace(tzinfo=CHINA)
        item = definitions.in_force("item", row["item"], received.date())
        told = Told(row, item, said["ways"][row["way"]], said["answers"][row["item"]])
        yield received, _bound(_receive, told, row)
        for step in told.way:
            if "minutes" in step:
                at = received + timedelta(minutes=step["minutes"])
            else:
                at = datetime.combine(calendar.add(received.date(), step["day"]), time.fromisoformat(step["at"]), CHINA)
                at += timedelta(minutes=order * 7 % 23)  # people do not act on the minute
            yield at, _bound(DEEDS[step["do"]], told, step)
    for row in said.get("drafts", ()):
        yield datetime.fromisoformat(row["at"]).replace(tzinfo=CHINA), _bound_draft(row)


def _bound_draft(row: Mapping[str, Any]) -> Callable[[datetime], None]:
    def begin(at: datetime) -> None:
        by = actor_for(Account.objects.get(username=row["account"]), at)
        commands.begin_draft(item_id=row["item"], situation=row["situation"], by=by, at=at)

    return begin


def _bound(do: Deed, told: Told, step: Mapping[str, Any]) -> Callable[[datetime], None]:
    return lambda at: do(told, step, at)


def party_of(number: str) -> Party:
    """Find the person or the firm that bears a number; the demo's people are all there before its cases."""
    kind = "USCC" if number.startswith(("9", "12")) and not number.startswith("999999") else "RESIDENT"
    found = party_by_number(kind, number)
    assert found is not None, f"cases.yaml: no party bears {number}"
    return found


def _brought(told: Told, state: MaterialState = MaterialState.HANDED) -> dict[str, commands.Brought]:
    """Bring everything that neither the form nor the library supplies; with `state`, what may come later in it."""
    return {
        each.code: commands.Brought(state=state if each.need == Need.DEFERRABLE else MaterialState.HANDED, pages=2)
        for each in told.item.materials
        if not each.filled_by_form and not each.licence_type
        if not (told.item.commitment and each.need == Need.DEFERRABLE)  # it is promised instead
    }


def _wanted(told: Told) -> tuple[str, str]:
    """Name the material that a correction asks for: the first that the applicant makes himself, or else the form."""
    own = [each for each in told.item.materials if not each.filled_by_form and not each.licence_type]
    first = (own or list(told.item.materials))[0]
    return first.code, first.name


def _receive(told: Told, row: Mapping[str, Any], at: datetime) -> None:
    online = row.get("channel") == Channel.ONLINE
    tolerant = any(step["do"] == "tolerant_accept" for step in told.way)
    party = party_of(row["who"])
    case = commands.receive(
        application=commands.Application(
            item_id=told.item.id,
            applicant_id=party.pk,
            representative_id=party_of(row["by"]).pk if "by" in row else None,
            channel=Channel.ONLINE if online else Channel.WINDOW,
            received_at=at,
            identity_check=IdentityCheck.ACCOUNT if online else IdentityCheck.READER,
            answers=forms.load(told.item.form, at.date()).submission(_filled(told.answers, _facts(party))),
            situation=SITUATIONS[told.item.id],
            brought=_brought(told, MaterialState.DEFERRED if tolerant else MaterialState.HANDED),
            recipient_name=party.legal_representative or party.name,
            recipient_phone=party.phone,
            recipient_address=party.address,
            delivery_kind=DeliveryKind.POST if row["way"] == "posted" else DeliveryKind.WINDOW,
            site="" if online else "hall",
            window="" if online else "1",
            is_synthetic=True,
        ),
        by=_account_of(row, at) if online else told.who("window", at),
        at=at,
    )
    told.case_id = case.pk


def _facts(party: Party) -> dict[str, str]:
    """Say of an applicant what answers take from it; who stands for a firm is found by the name, as all are ours."""
    person = party if party.is_person else Party.objects.get(name=party.legal_representative, kind=PartyKind.PERSON)
    return {
        "name": party.name,
        "number": number_of(party),
        "address": party.address,
        "street": party.region.name if party.region and party.region.level == Level.STREET else "",
        "person": person.name,
        "person_number": number_of(person),
        "phone": person.phone,
    }


def _filled(said: Any, facts: Mapping[str, str]) -> Any:
    """Put the facts of an applicant into answers as they were written down."""
    if isinstance(said, Mapping):
        return {code: _filled(each, facts) for code, each in said.items()}
    if isinstance(said, list):
        return [_filled(each, facts) for each in said]
    return said.format_map(facts)


def _account_of(row: Mapping[str, Any], at: datetime) -> Actor:
    return actor_for(Account.objects.get(party=party_of(row["by"])), at)


def _accept(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.accept_case(case_id=told.case_id, by=told.who("window", at), at=at)


def _tolerant_accept(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.accept_case(case_id=told.case_id, by=told.who("window", at), at=at, tolerant=True)


def _accept_on_commitment(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    signed = {"text": told.item.commitment_text, "signed_by": party_of(told.row["who"]).name}
    commands.accept_case(case_id=told.case_id, by=told.who("window", at), at=at, commitment=signed)


def _find_breach(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    finding = "店内设熟食柜，现场切配散装熟食，与承诺不符"
    by = told.who("handler", at)
    commands.check_commitment(case_id=told.case_id, result=CheckResult.BREACHED, finding=finding, by=by, at=at)


def _deemed(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    """Do what the job does when the acceptance limit passes; its own moment is the clock's."""
    commands.accept_deemed(case_id=told.case_id, at=at)


def _ask_correction(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    code, name = _wanted(told)
    row = commands.Row(
        name=name, reason="没有标明尺寸，图上看不出功能分区", how="标明尺寸和功能分区后重交", material=code
    )
    commands.ask_correction(
        case_id=told.case_id, rows=[row], channel=NoticeChannel.WINDOW, by=told.who("window", at), at=at
    )


def _hand_in_correction(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    brought = {_wanted(told)[0]: commands.Brought(pages=2)}
    commands.hand_in_correction(case_id=told.case_id, brought=brought, answers={}, by=told.who("window", at), at=at)


def _hand_in_supplement(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    late = {each.code: commands.Brought(pages=3) for each in told.item.materials if each.need == Need.DEFERRABLE}
    commands.hand_in_supplement(case_id=told.case_id, brought=late, by=told.who("window", at), at=at)


def _lapse(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.lapse_correction(case_id=told.case_id, at=at)


def _refuse(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.refuse_case(
        case_id=told.case_id,
        reason="经营场所在其他区，不属于本机关职权范围",
        basis="行政许可法 第三十二条第一款第二项",
        authority="经营场所所在区的市场监督管理局",
        by=told.who("window", at),
        at=at,
    )


def _not_needed(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.not_needed(
        case_id=told.case_id, reason="销售自产的食用农产品，不需要登记", by=told.who("window", at), at=at
    )


def _recall(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.recall_case(case_id=told.case_id, reason="家属已在街道申请", by=told.who("window", at), at=at)


def _withdraw(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.withdraw_case(case_id=told.case_id, reason="经营场所不再续租", by=told.who("window", at), at=at)


def _handle(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    _complete(told, "cases.handle", "材料齐全，现场与图纸相符，建议准予。", told.who("handler", at), at)


def _review(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    _complete(told, "cases.review", "同意承办意见。", told.who("reviewer", at), at)


def _complete(told: Told, permission: str, opinion: str, by: Actor, at: datetime) -> None:
    step = Step.objects.get(dossier_id=told.case_id, permission=permission, state__in=LIVE)
    commands.complete_step(step_id=step.pk, outcome="agree", opinion=opinion, by=by, at=at)


def _approve(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.approve_case(case_id=told.case_id, by=told.who("signer", at), at=at, opinion="准予。")


def _certify(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.certify_case(case_id=told.case_id, by=told.who("signer", at), at=at)


def _deny(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.deny_case(
        case_id=told.case_id,
        reason="经现场核查，不符合规定的条件",
        basis="行政许可法 第三十八条第二款",
        by=told.who("signer", at),
        at=at,
    )


def _revoke(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.revoke_decision(
        case_id=told.case_id,
        reason="以虚假的租赁合同取得许可",
        basis="行政许可法 第六十九条第二款",
        by=told.who("signer", at),
        at=at,
    )


def _ask_hold(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    told.hold_id = commands.ask_hold(
        case_id=told.case_id,
        kind=HoldKind.SPECIAL,
        ground="检测",
        reason="后厨排水须检测",
        expected_days=8,
        by=told.who("handler", at),
        at=at,
    ).pk


def _approve_hold(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.approve_hold(hold_id=told.hold_id, by=told.who("head", at), at=at)


def _end_hold(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.end_hold(hold_id=told.hold_id, result="检测合格", by=told.who("handler", at), at=at)


def _post(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    waybill = f"示EMS{told.case_id:08d}"
    commands.post_result(case_id=told.case_id, waybill=waybill, by=told.who("delivery", at), at=at)


def _deliver(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    party = party_of(told.row["who"])
    commands.deliver_result(
        case_id=told.case_id,
        kind=DeliveryKind.WINDOW,
        receiver=party.legal_representative or party.name,
        identity=IdentityCheck.READER,
        by=told.who("delivery", at),
        at=at,
    )


def _archive(told: Told, _step: Mapping[str, Any], at: datetime) -> None:
    commands.archive_case(case_id=told.case_id, by=told.who("archivist", at), at=at)


def _rate(told: Told, step: Mapping[str, Any], at: datetime) -> None:
    """Rate as the applicant does on the evaluator of the window, without an account."""
    stars = Stars(step["stars"])
    party = Case.objects.select_related("applicant").get(pk=told.case_id).applicant
    commands.rate_case(
        case_id=told.case_id,
        stars=stars,
        reasons=[RatingReason.LATE] if stars.is_bad else [],
        text="没有人提前说一声。" if stars.is_bad else "",
        channel="WINDOW",
        by=Actor(None, party.name, (Grant("citizen"),), party_id=party.pk, party_ids=frozenset({party.pk})),
        at=at,
    )


Deed = Callable[[Told, Mapping[str, Any], datetime], None]
DEEDS: Mapping[str, Deed] = {
    "accept": _accept,
    "tolerant_accept": _tolerant_accept,
    "accept_on_commitment": _accept_on_commitment,
    "find_breach": _find_breach,
    "certify": _certify,
    "deemed": _deemed,
    "ask_correction": _ask_correction,
    "hand_in_correction": _hand_in_correction,
    "hand_in_supplement": _hand_in_supplement,
    "lapse": _lapse,
    "refuse": _refuse,
    "not_needed": _not_needed,
    "recall": _recall,
    "withdraw": _withdraw,
    "handle": _handle,
    "review": _review,
    "approve": _approve,
    "deny": _deny,
    "revoke": _revoke,
    "ask_hold": _ask_hold,
    "approve_hold": _approve_hold,
    "end_hold": _end_hold,
    "post": _post,
    "deliver": _deliver,
    "archive": _archive,
    "rate": _rate,
}
"""The deeds that a way in `cases.yaml` may name."""
