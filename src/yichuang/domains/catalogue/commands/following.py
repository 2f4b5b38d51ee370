"""What follows a draft: the task by which its item was claimed goes on with it, and is listed when it is published."""

from __future__ import annotations

from datetime import datetime

from yichuang.domains.catalogue.models import ClaimTask, ItemCodeMap, ItemDraft, ItemListing, ListingEntry, ServiceItem
from yichuang.domains.catalogue.terms import ClaimState, EntryState, Registry
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records.dated import Said, write
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import By

CLAIMED = (ClaimState.CLAIMED, ClaimState.FILLED, ClaimState.CHECKED, ClaimState.REJECTED)


def follow_claim(draft: ItemDraft, state: ClaimState, at: datetime, reason: str = "") -> None:
    """Let the task of a draft's item stand where the draft stands, inside its deed."""
    moments = {ClaimState.FILLED: "filled_at", ClaimState.CHECKED: "checked_at"}
    said = {"state": state, "reason": reason} | ({moments[state]: at} if state in moments else {})
    ClaimTask.objects.filter(item_code=draft.code, unit_code=draft.unit_code, state__in=CLAIMED).update(**said)


def list_claims(code: str, unit_code: str, new_code: str, pen: Pen) -> None:
    """
    List what a unit claimed and published in the registry of the national standard, and map the old code to the new.

    It is called when the row of the item stands.
    """
    tasks = list(ClaimTask.objects.filter(item_code=code, unit_code=unit_code, state__in=CLAIMED))
    if not tasks:
        return
    item, unit = ServiceItem.objects.get(pk=code), Unit.objects.get(code=unit_code)
    key = {"registry": Registry.NATIONAL_STD.value, "item_id": code, "unit_code": unit_code}
    own = {"level": item.level, "region": unit.region_id}
    write(ItemListing, [Said(key, own | {"version": item.version, "published_at": pen.at}, local_day(pen.at))])
    states = {"state": EntryState.PUBLISHED, "version": item.version, "published_at": pen.at, "checked_at": pen.at}
    said = {**own, **states, "entered_at": pen.at, "flaws": ""}
    ListingEntry.objects.update_or_create(
        registry=Registry.NATIONAL_STD, item_id=code, unit_code=unit_code, defaults=said
    )
    write(ItemCodeMap, [said_of(each.old_code, new_code, "", pen.by, pen.at) for each in tasks if each.old_code])
    ClaimTask.objects.filter(pk__in=[each.pk for each in tasks]).update(
        state=ClaimState.PUBLISHED, published_at=pen.at, reason=""
    )


def said_of(old: str, new: str, note: str, by: By, at: datetime) -> Said:
    """Say that a new code stands for an old one from today on."""
    return Said({"old_code": old, "new_code": new}, {"note": note, "by": str(by)}, local_day(at))
