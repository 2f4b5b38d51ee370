"""Paper bags: they leave and arrive by scan, on a list that both sign (practice 9)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.terms import Place
from yichuang.domains.counter.commands.refusals import BagUnknown, NoBags
from yichuang.domains.counter.events import BagsGiven, BagsTaken
from yichuang.domains.counter.models import CustodyList, CustodyRow, PaperBag
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.terms import day_stream

PERMISSION = "cases.hand_over_paper"


def give_bags(*, codes: Iterable[str], to_place: Place, by: Actor, at: datetime) -> list[CustodyList]:
    """
    Hand bags over by scan: to the departments of their cases, or back to the hall where they were taken in.

    One list for each unit that receives. Until it signs, the giver answers for the bags.

    :raises NotAllowed: `by` does not hand over paper
    :raises NoBags: nothing was scanned
    :raises BagUnknown: a code is no bag of the giver's units, or is on its way already
    :raises NotThere: the paper of a case is not where its bag should be
    """
    scanned = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    if not scanned:
        raise NoBags
    by.require(PERMISSION)
    on_way = CustodyRow.objects.filter(taken_at=None).values("bag")
    rows = PaperBag.objects.filter(code__in=scanned, unit__in=by.unit_ids).exclude(pk__in=on_way)
    bags = {bag.code: bag for bag in rows.select_related("case__dossier", "unit")}
    if unknown := tuple(code for code in scanned if code not in bags):
        raise BagUnknown(unknown)
    by_units: dict[tuple[int, int], list[PaperBag]] = {}
    for bag in sorted(bags.values(), key=lambda bag: bag.case_id):
        by_units.setdefault((bag.unit_id, _to_unit(bag, to_place)), []).append(bag)
    return [_give(found, to_unit_id, to_place, by, at) for (_, to_unit_id), found in by_units.items()]


def take_bags(*, list_id: int, codes: Iterable[str], by: Actor, at: datetime) -> tuple[str, ...]:
    """
    Sign for the bags of a list that were scanned; name those that are on it and did not come.

    :raises NotAllowed: `by` does not take paper for that unit
    :raises NoBags: nothing was scanned
    :raises BagUnknown: a code is not on the list, or was signed for
    """
    scanned = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    if not scanned:
        raise NoBags
    paper = CustodyList.objects.get(pk=list_id)
    who = by.by_for(PERMISSION, paper.to_unit_id)
    with deed("take_bags", stream=day_stream(f"unit/{paper.to_unit_id}", at), by=who, at=at) as pen:
        open_rows = CustodyRow.objects.filter(list=paper, taken_at=None).select_related("bag").order_by("bag__case")
        waiting = {row.bag.code: row for row in open_rows}
        if unknown := tuple(code for code in scanned if code not in waiting):
            raise BagUnknown(unknown)
        for code, row in waiting.items():
            if code in scanned:
                cases.take_paper(case_id=row.bag.case_id, by=by, at=at)
                CustodyRow.objects.filter(pk=row.pk).update(taken_by=by.account_id, taken_at=at)
                PaperBag.objects.filter(pk=row.bag_id).update(
                    place=paper.to_place, unit=paper.to_unit_id, keeper=by.account_id
                )
        missing = tuple(code for code in waiting if code not in scanned)
        if not missing:
            CustodyList.objects.filter(pk=paper.pk).update(taken_by=by.account_id, taken_at=at)
        pen.record(BagsTaken(list_id=paper.pk, bags=len(scanned), missing=len(missing)))
    return missing


def _give(bags: list[PaperBag], to_unit_id: int, to_place: Place, by: Actor, at: datetime) -> CustodyList:
    first, day = bags[0], local_day(at)
    who = by.by_for(PERMISSION, first.unit_id)
    assert by.account_id is not None, "a person hands over"
    with deed("give_bags", stream=day_stream(f"unit/{first.unit_id}", at), by=who, at=at) as pen:
        for bag in bags:
            cases.hand_over(case_id=bag.case_id, to_place=to_place, to_unit_id=to_unit_id, bag=bag.code, by=by, at=at)
        Unit.objects.select_for_update().get(pk=first.unit_id)
        stem = f"{day:%Y%m%d}-{first.unit.code}-"
        n = CustodyList.objects.filter(number__startswith=stem).count() + 1
        paper = CustodyList.objects.create(
            number=f"{stem}{n:03d}",
            from_unit_id=first.unit_id,
            from_place=first.place,
            to_unit_id=to_unit_id,
            to_place=to_place,
            given_by_id=by.account_id,
            given_at=at,
        )
        CustodyRow.objects.bulk_create(CustodyRow(list=paper, bag=bag) for bag in bags)
        pen.record(BagsGiven(list_id=paper.pk, to_place=to_place, bags=len(bags)))
    return paper


def _to_unit(bag: PaperBag, to_place: Place) -> int:
    if to_place == Place.DEPARTMENT:
        return bag.case.dossier.unit_id
    return bag.case.reception.window.site.unit_id
