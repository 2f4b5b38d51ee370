"""Paper and results on their way: window, department, delivery, archive; every change of hands is signed by both."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from yichuang.domains.cases.commands.refusals import NotThere
from yichuang.domains.cases.events import (
    CaseArchived,
    CaseDelivered,
    PaperHandedOver,
    PaperTaken,
    ResultPosted,
    ResultReturned,
)
from yichuang.domains.cases.models import Case, Delivery, Handover
from yichuang.domains.cases.terms import DeliveryKind, DeliveryState, IdentityCheck, Place
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.work import deeds
from yichuang.kernel import clocks
from yichuang.kernel.ledger import GENESIS, canonical, salted


def hand_over(*, case_id: int, to_place: Place, to_unit_id: int, by: Actor, at: datetime, bag: str = "") -> Handover:
    """
    Give the paper of a case out of hand; the next place signs for it within half a working day.

    :raises NotAllowed: `by` does not hand over paper
    :raises NotThere: the paper is on its way already, or at another unit
    """
    permission = "cases.hand_over_paper"
    with deeds.deed("hand_over", on=case_id, by=by, at=at, permission=permission, unit_id=by.unit_ids) as deed:
        last = Handover.objects.filter(case_id=case_id).order_by("-n").first()
        if last is not None and last.taken_at is None:
            given = localtime(last.given_at)
            raise NotThere(
                _("材料已于%(given)s交出，等待%(place)s签收。")
                % {"given": f"{given:%m-%d %H:%M}", "place": last.get_to_place_display()}
            )
        if last is not None and last.to_unit_id not in by.unit_ids:
            raise NotThere(_("材料在%(unit)s，由其交出。请与该单位联系。") % {"unit": last.to_unit})
        row = definitions.rule("handover_limit", local_day(at))
        limit = clocks.Clock(limit=int(row.value), unit=clocks.Unit(row.unit), started_at=at)
        due_at = clocks.due(limit, deed.office)
        assert due_at is not None and by.account_id is not None
        handover = Handover.objects.create(
            case_id=case_id,
            n=(last.n if last else 0) + 1,
            from_place=last.to_place if last else Place.WINDOW,
            to_place=to_place,
            to_unit_id=to_unit_id,
            bag=bag,
            given_by_id=by.account_id,
            given_at=at,
            due_at=due_at,
        )
        deed.record(PaperHandedOver(case_id=case_id, n=handover.n, to_place=to_place))
    return handover


def take_paper(*, case_id: int, by: Actor, at: datetime) -> Handover:
    """
    Sign for the paper of a case; the digest covers both signatures and the hand-over before.

    :raises NotAllowed: `by` does not take paper at that place
    :raises NotThere: nothing is on its way
    """
    waiting = Handover.objects.filter(case_id=case_id, taken_at=None).first()
    unit_id = waiting.to_unit_id if waiting else None
    with deeds.deed(
        "take_paper", on=case_id, by=by, at=at, permission="cases.hand_over_paper", unit_id=unit_id
    ) as deed:
        if waiting is None:
            raise NotThere(_("没有在途的材料，可能已经签收。"))
        before = Handover.objects.filter(case_id=case_id, n=waiting.n - 1).values_list("digest", flat=True).first()
        waiting.taken_by_id, waiting.taken_at = by.account_id, at
        told: list[int | str] = [
            case_id,
            waiting.n,
            waiting.to_place,
            waiting.given_by_id,
            waiting.given_at.isoformat(),
            by.account_id or 0,
            at.isoformat(),
        ]
        waiting.digest = salted(canonical(told).decode(), (before or GENESIS).encode())
        waiting.save()
        deed.record(PaperTaken(case_id=case_id, n=waiting.n, digest=waiting.digest))
    return waiting


def post_result(*, case_id: int, waybill: str, by: Actor, at: datetime) -> Delivery:
    """
    Hand the result to the post: the legal limit of delivery ends here, 送达 is when it is signed for.

    :raises NotAllowed: `by` does not deliver
    :raises NotOpen: there is no result to deliver
    """
    with deeds.deed("hand_to_post", on=case_id, by=by, at=at, permission="cases.deliver") as deed:
        delivery = Delivery.objects.create(
            case_id=case_id,
            kind=DeliveryKind.POST,
            state=DeliveryState.POSTED,
            made_at=at,
            posted_at=at,
            waybill=waybill,
            by_id=by.account_id,
        )
        deed.record(ResultPosted(case_id=case_id, waybill=waybill))
    return delivery


def return_from_post(*, case_id: int, because: str, by: Actor, at: datetime) -> None:
    """
    Note that the post brought the result back; it waits at the window.

    :raises NotThere: nothing is with the post
    """
    with deeds.deed("return_from_post", on=case_id, by=by, at=at, permission="cases.deliver") as deed:
        delivery = Delivery.objects.filter(case_id=case_id, state=DeliveryState.POSTED).order_by("-made_at").first()
        if delivery is None:
            raise NotThere(_("没有在途的邮件。"))
        delivery.state, delivery.returned_at, delivery.returned_because = DeliveryState.RETURNED, at, because
        delivery.save()
        deed.record(ResultReturned(case_id=case_id, because=because))


def deliver_result(
    *, case_id: int, kind: DeliveryKind, receiver: str, identity: IdentityCheck, by: Actor, at: datetime
) -> Delivery:
    """
    Note that the holder has the result: taken at a window against an ID, signed for from the post, or opened online.

    :raises NotAllowed: `by` does not deliver
    :raises NotOpen: there is no result to deliver
    """
    with deeds.deed("deliver", on=case_id, by=by, at=at, permission="cases.deliver") as deed:
        posted = Delivery.objects.filter(case_id=case_id, state=DeliveryState.POSTED).first()
        delivery = posted if posted and kind == DeliveryKind.POST else Delivery(case_id=case_id, kind=kind, made_at=at)
        delivery.state, delivery.received_at = DeliveryState.RECEIVED, at
        delivery.receiver, delivery.receiver_id_seen, delivery.by_id = receiver, identity, by.account_id
        delivery.save()
        deed.paper_facts("送达回证", {"receiver": receiver, "kind": delivery.get_kind_display()})
        deed.record(CaseDelivered(case_id=case_id, kind=kind))
    return delivery


def archive_case(*, case_id: int, by: Actor, at: datetime) -> None:
    """
    Close the file and put it into the archive.

    :raises NotAllowed: `by` does not archive
    :raises NotOpen: it is not delivered
    """
    case = Case.objects.get(pk=case_id)
    with deeds.deed("archive", on=case.pk, by=by, at=at, permission="cases.archive") as deed:
        deed.record(CaseArchived(case_id=case_id))
