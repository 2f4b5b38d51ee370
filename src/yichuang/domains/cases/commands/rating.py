"""Rating (好差评): once a case when it is concluded, one word more (追评), and why, where it went badly."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from yichuang.domains.cases.commands.refusals import AlreadyRated, NotConcluded, NotRated, RatingReasonMissing
from yichuang.domains.cases.events import CaseRated
from yichuang.domains.cases.models import Case, Rating
from yichuang.domains.cases.terms import RatingReason, Stars
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.work import deeds


def rate_case(
    *,
    case_id: int,
    stars: Stars,
    text: str,
    channel: str,
    by: Actor,
    at: datetime,
    reasons: Collection[RatingReason] = (),
) -> Rating:
    """
    Rate a concluded case, once; nothing counts as an answer but an answer.

    A bad rating says why, by a reason or in words: who calls back has to know what went wrong. A good one has no
    reasons.

    :raises NotAllowed: `by` neither is the applicant nor acts for him
    :raises NotConcluded: the case goes on
    :raises AlreadyRated: it was rated before
    :raises RatingReasonMissing: it is bad and nothing says why
    """
    case = Case.objects.get(pk=case_id)
    with deeds.deed("rate", on=case_id, by=by, at=at, permission="cases.rate", party_id=case.applicant_id) as deed:
        if deed.dossier.concluded_at is None:
            raise NotConcluded
        if Rating.objects.filter(case=case).exists():
            raise AlreadyRated
        kept = [each for each in RatingReason if each in reasons and stars.is_bad]
        if stars.is_bad and not text.strip() and not set(kept) - {RatingReason.OTHER}:
            raise RatingReasonMissing
        rating = Rating.objects.create(
            case=case, stars=stars, reasons=",".join(kept), text=text, channel=channel, at=at
        )
        deed.record(CaseRated(case_id=case_id, stars=stars, channel=channel))
    return rating


def add_to_rating(*, case_id: int, text: str, by: Actor, at: datetime) -> None:
    """
    Add one word to a rating (追评).

    :raises NotAllowed: `by` neither is the applicant nor acts for him
    :raises NotRated: there is no rating to add to
    :raises AlreadyRated: something was added before
    """
    case = Case.objects.get(pk=case_id)
    with deeds.deed(
        "add_to_rating", on=case_id, by=by, at=at, permission="cases.rate", party_id=case.applicant_id
    ) as deed:
        rating = Rating.objects.filter(case=case).first()
        if rating is None:
            raise NotRated
        if rating.added_at:
            raise AlreadyRated
        rating.added_text, rating.added_at = text, at
        rating.save(update_fields=["added_text", "added_at"])
        deed.record(CaseRated(case_id=case_id, stars=rating.stars, channel="added"))
