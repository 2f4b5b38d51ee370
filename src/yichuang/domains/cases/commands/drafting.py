"""Drafts: saved at every step, following the newest rules, erased after ninety days."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Max

from yichuang.domains.cases.commands.refusals import HandedInBefore
from yichuang.domains.cases.events import DraftDiscarded, DraftSaved
from yichuang.domains.cases.models import Draft, DraftFile, Phrase
from yichuang.domains.cases.queries import Filling
from yichuang.domains.catalogue.terms import Item, Situation
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, NotAllowed, local_day
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.terms import day_stream

NO_ANSWERS: Mapping[str, str] = MappingProxyType({})
COLUMNS = ("situation", "answers", "prefilled", "extra")


def begin_draft(
    *,
    item_id: str,
    by: Actor,
    at: datetime,
    is_counter: bool = False,
    project_code: str = "",
    applicant_id: int | None = None,
    situation: Mapping[str, str] = NO_ANSWERS,
) -> Draft:
    """
    Begin an application, or go on with the one that this person has begun for the item.

    A window (`is_counter`) has one for each applicant. `situation` are answers (question → choice) that were given
    before, when one asked whether the item fits; those that the item does not know are passed over.

    :raises NotInForce: the item is not in force
    """
    item: Item = definitions.in_force("item", item_id, on=local_day(at))
    assert by.account_id is not None, "somebody who logged in begins a draft"
    begun = Draft.objects.filter(
        account_id=by.account_id, item_id=item_id, case=None, is_counter=is_counter, project_code=project_code
    )
    if is_counter:
        begun = begun.filter(applicant_id=applicant_id)
    taken = {each.id: situation[each.id] for each in item.situations if _is_choice(each, situation.get(each.id))}
    if found := begun.order_by("-saved_at").first():
        return save_draft(draft_id=found.pk, by=by, at=at, situation=taken) if taken else found
    with records.deed("begin_draft", stream=day_stream("system", at), by=by.by, at=at) as pen:
        draft = Draft.objects.create(
            account_id=by.account_id,
            item_id=item.id,
            item_version=item.version,
            started_at=at,
            saved_at=at,
            is_counter=is_counter,
            project_code=project_code,
            applicant_id=applicant_id,
            situation=json.dumps(taken),
        )
        pen.record(DraftSaved(draft_id=draft.pk, item=item.id))
    return draft


def save_draft(
    *, draft_id: int, by: Actor, at: datetime, applicant_id: int | None = None, **columns: Mapping[str, Any]
) -> Draft:
    """
    Keep what was filled in so far: each given column (`situation answers prefilled extra`) is merged into what stands.

    A draft is the person's own paper and no deed: savings are not recorded.

    :raises NotAllowed: it is somebody else's draft
    """
    draft = own_draft(draft_id, by)
    for name, value in columns.items():
        assert name in COLUMNS
        setattr(draft, name, json.dumps(draft.read(name) | dict(value), ensure_ascii=False, default=str))
    if applicant_id is not None:
        draft.applicant_id = applicant_id
    draft.saved_at = at
    draft.save()
    return draft


def keep_marks(*, filled: Filling, after: Mapping[str, Any], by: Actor) -> None:
    """
    Drop the mark of every prefilled answer that the applicant has changed.

    :raises NotAllowed: it is somebody else's draft
    """
    draft = own_draft(filled.draft.pk, by)
    assert filled.form is not None
    draft.prefilled = json.dumps(filled.form.marks_kept(filled.marks, filled.answers, after), ensure_ascii=False)
    draft.save(update_fields=["prefilled"])


def put_file(
    *, draft_id: int, material: str, file_id: int, by: Actor, at: datetime, instead_of: Iterable[int] = ()
) -> DraftFile:
    """
    Put an uploaded file to a material of a draft, in the place of those rows of it that it replaces.

    :raises NotAllowed: it is somebody else's draft
    """
    draft = own_draft(draft_id, by)
    with transaction.atomic():
        draft.files.filter(material=material, pk__in=list(instead_of)).delete()
        last = draft.files.filter(material=material).aggregate(last=Max("place"))["last"]
        place = 0 if last is None else last + 1
        row = DraftFile.objects.create(draft=draft, material=material, file_id=file_id, place=place)
        Draft.objects.filter(pk=draft.pk).update(saved_at=at)
    return row


def remove_file(*, draft_id: int, draft_file_id: int, by: Actor, at: datetime) -> None:
    """
    Take a file off a draft; the upload itself is erased when it stays unused.

    :raises NotAllowed: it is somebody else's draft
    """
    draft = own_draft(draft_id, by)
    draft.files.filter(pk=draft_file_id).delete()
    Draft.objects.filter(pk=draft.pk).update(saved_at=at)


def discard_draft(*, draft_id: int, by: Actor, at: datetime) -> None:
    """
    Throw a draft away that was not handed in; its uploads are erased when they stay unused.

    :raises NotAllowed: it is somebody else's draft
    """
    draft = own_draft(draft_id, by)
    with records.deed("discard_draft", stream=day_stream("system", at), by=by.by, at=at) as pen:
        pen.record(DraftDiscarded(draft_id=draft.pk, item=draft.item_id))
        draft.files.all().delete()
        draft.delete()


def keep_phrases(*, texts: Mapping[int, str], by: Actor) -> None:
    """
    Keep somebody's phrases for opinions, by their key from 1 to 9, in place of those that he had.

    They are the person's own aid and no deed: nothing is recorded.
    """
    assert by.account_id is not None, "somebody who logged in writes opinions"
    Phrase.objects.filter(account_id=by.account_id).exclude(n__in=texts).delete()
    for n, text in texts.items():
        Phrase.objects.update_or_create(account_id=by.account_id, n=n, defaults={"text": text[:200]})


def own_draft(draft_id: int, by: Actor) -> Draft:
    """
    Give somebody's own draft, to be changed.

    :raises NotAllowed: it is somebody else's
    :raises HandedInBefore: it has become a case: what was handed in stands
    """
    rows = Draft.objects.select_related("case__dossier")
    draft = rows.filter(pk=draft_id, account_id=by.account_id or 0).first()
    if draft is None:
        raise NotAllowed("cases.apply")
    if draft.case is not None:
        raise HandedInBefore(draft.case)
    return draft


def erase_old_drafts(*, at: datetime) -> int:
    """Erase drafts that were not handed in for as long as the rule `draft_expiry` says; tell how many (practice 20)."""
    days = int(definitions.rule("draft_expiry", local_day(at)).value)
    old = Draft.objects.filter(case=None, saved_at__lt=at - timedelta(days=days))
    DraftFile.objects.filter(draft__in=old).delete()
    gone, _ = old.delete()
    return gone


def _is_choice(situation: Situation, answer: str | None) -> bool:
    return any(choice.id == answer for choice in situation.choices)
