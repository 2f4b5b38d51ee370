"""
The deeds on licences. Issue, fetch and revoke happen inside the deed on the case that brings them about.

Suspending, cancelling and replacing are deeds of their own: on the case from which the licence came, so that the papers
stand there, or in the issuer's day where it was issued elsewhere and only entered here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yichuang.domains.licences.events import (
    LicenceCancelled,
    LicenceFetched,
    LicenceIssued,
    LicenceReplaced,
    LicenceResumed,
    LicenceRevoked,
    LicenceSuspended,
)
from yichuang.domains.licences.models import Licence, LicenceUse
from yichuang.domains.licences.queries import licence_type as type_in_force
from yichuang.domains.licences.queries import standing
from yichuang.domains.licences.terms import LicenceState, LicenceType, Standing
from yichuang.foundation.documents import codes
from yichuang.foundation.documents import commands as documents
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import day_stream
from yichuang.foundation.work import deeds, numbers
from yichuang.foundation.work.deeds import Deed
from yichuang.kernel import identifiers
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.ledger import GENESIS, canonical, salted

NOTHING: Mapping[str, str] = MappingProxyType({})


class NotValid(NotPossible):
    """Only a valid licence stands in for a material."""

    code = "licences.not_valid"

    def __init__(self, row: Licence, found: Standing) -> None:
        super().__init__(
            _("%(name)s%(number)s%(state)s，不能免提交；请申请人提交材料或换发新证。")
            % {"name": row.name, "number": row.number, "state": found.label}
        )


class NumberTaken(NotPossible):
    """A licence of this type bears the number already."""

    code = "licences.number_taken"

    def __init__(self, number: str) -> None:
        super().__init__(_("证照编号%(number)s已经登记，请核对后再录入。") % {"number": number})


class ReasonMissing(NotPossible):
    """Whoever takes something from a holder says why and by which law."""

    code = "licences.reason_missing"

    def __init__(self) -> None:
        super().__init__(_("请写明理由和依据，二者都会写入决定书。"))


class NotInThatState(NotPossible):
    """The licence does not stand so that this can be done to it."""

    code = "licences.not_in_that_state"

    def __init__(self, row: Licence, deed: str) -> None:
        super().__init__(
            _("%(name)s%(number)s目前%(state)s，不能%(deed)s；请刷新后核对。")
            % {"name": row.name, "number": row.number, "state": row.get_state_display(), "deed": _(deed)}
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a licence's state: from which states, to which, what is told, and by which paper."""

    deed: str
    word: str
    states: tuple[LicenceState, ...]
    to: LicenceState
    event: Callable[[int, str], object]
    paper: str


SUSPEND = Change(
    "suspend_licence",
    gettext_noop("暂扣"),
    (LicenceState.ISSUED,),
    LicenceState.SUSPENDED,
    LicenceSuspended,
    "licence_suspension",
)
RESUME = Change(
    "resume_licence",
    gettext_noop("解除暂扣"),
    (LicenceState.SUSPENDED,),
    LicenceState.ISSUED,
    LicenceResumed,
    "licence_resumption",
)
CANCEL = Change(
    "cancel_licence",
    gettext_noop("注销"),
    (LicenceState.ISSUED, LicenceState.SUSPENDED),
    LicenceState.CANCELLED,
    LicenceCancelled,
    "licence_cancellation",
)


def issue(
    deed: Deed,
    *,
    licence_type: str,
    holder_id: int,
    unit_id: int,
    fields: Mapping[str, Any],
    shown: Mapping[str, str] = NOTHING,
    project_code: str = "",
    valid_until: date | None = None,
) -> Licence:
    """
    Issue the licence of a decision: standard identifier, number, verify code and certificate.

    `fields` are answers by element code; `shown` are the texts in which people read those that are not plain words.

    :raises NotInForce: there is no such type
    """
    kind = type_in_force(licence_type, local_day(deed.at))
    row = _new(
        kind,
        holder_id=holder_id,
        unit=deed.dossier.unit if unit_id == deed.dossier.unit_id else Unit.objects.get(pk=unit_id),
        at=deed.at,
        fields={code: fields[code] for code, _ in kind.fields if code in fields},
        shown=shown,
        project_code=project_code if kind.by_project else "",
        valid_until=valid_until,
        is_synthetic=deed.dossier.is_synthetic,
    )
    row.dossier_id = deed.dossier.pk
    row.save()
    _certify(deed, kind, row)
    deed.record(LicenceIssued(licence_id=row.pk, licence_type=kind.id, identifier=row.identifier))
    return row


def enter_outside(
    *,
    licence_type: str,
    number: str,
    holder_id: int,
    unit_id: int,
    fields: Mapping[str, Any],
    by: Actor,
    at: datetime,
    project_code: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    is_synthetic: bool = False,
) -> Licence:
    """
    Enter a licence that was issued elsewhere (镜像): the business licence, the identity card.

    `fields` are answers by element code.

    :raises NotAllowed: `by` does not keep the library
    :raises NumberTaken: the type has this number already
    """
    who = by.by_for("licences.issue", unit_id)
    with records.deed("enter_licence", stream=day_stream("system", at), by=who, at=at) as pen:
        kind = type_in_force(licence_type, local_day(at))
        if Licence.objects.filter(licence_type=kind.id, number=number).exclude(state=LicenceState.CHANGED).exists():
            raise NumberTaken(number)
        row = _new(
            kind,
            holder_id=holder_id,
            unit=Unit.objects.get(pk=unit_id),
            at=at,
            fields=fields,
            project_code=project_code,
            valid_until=valid_until,
            number=number,
            is_synthetic=is_synthetic,
        )
        row.is_outside, row.valid_from = True, valid_from or row.valid_from
        row.save()
        pen.record(LicenceIssued(licence_id=row.pk, licence_type=kind.id, identifier=row.identifier))
    return row


def fetch(deed: Deed, *, licence_id: int, item: str, unit_id: int) -> LicenceUse:
    """
    Draw a licence into a case in place of a material; the use is logged with its ground.

    :raises NotValid: it has expired, is suspended or revoked
    """
    row = Licence.objects.get(pk=licence_id)
    found = standing(row, local_day(deed.at))
    if found != Standing.VALID:
        raise NotValid(row, found)
    use, made = LicenceUse.objects.get_or_create(
        licence=row,
        dossier=deed.dossier,
        defaults={"unit_id": unit_id, "item": item, "at": deed.at, "ground": "优化营商环境条例 第三十七条"},
    )
    if made:
        deed.record(LicenceFetched(licence_id=row.pk, item=item, unit_id=unit_id))
    return use


def revoke_of_case(deed: Deed, *, reason: str) -> int:
    """Revoke every licence that came from the deed's dossier; tell how many."""
    rows = list(Licence.objects.filter(dossier=deed.dossier, state=LicenceState.ISSUED))
    for row in rows:
        row.state, row.ended_at, row.ended_because = LicenceState.REVOKED, deed.at, reason
        row.save(update_fields=["state", "ended_at", "ended_because"])
        deed.record(LicenceRevoked(licence_id=row.pk, reason=reason))
        if row.paper_id:
            documents.revoke_paper(deed, row.paper_id, reason=reason)
    return len(rows)


def suspend_licence(*, licence_id: int, reason: str, basis: str, by: Actor, at: datetime) -> Licence:
    """
    Withhold a licence for a time (暂扣): until it is resumed it stands in for nothing.

    :raises NotAllowed: `by` does not revoke for the issuer
    :raises ReasonMissing: reason or basis is empty
    :raises NotInThatState: it is not valid now
    """
    return _change(SUSPEND, licence_id, reason, basis, by, at)


def resume_licence(*, licence_id: int, reason: str, basis: str, by: Actor, at: datetime) -> Licence:
    """
    Give a withheld licence back.

    :raises NotAllowed: `by` does not revoke for the issuer
    :raises ReasonMissing: reason or basis is empty
    :raises NotInThatState: it is not withheld
    """
    return _change(RESUME, licence_id, reason, basis, by, at)


def cancel_licence(*, licence_id: int, reason: str, basis: str, by: Actor, at: datetime) -> Licence:
    """
    Strike a licence off (注销, 行政许可法 第七十条); its certificate ends with it.

    :raises NotAllowed: `by` does not revoke for the issuer
    :raises ReasonMissing: reason or basis is empty
    :raises NotInThatState: it has ended already
    """
    return _change(CANCEL, licence_id, reason, basis, by, at)


def replace_licence(
    *,
    licence_id: int,
    face: Mapping[str, str],
    reason: str,
    by: Actor,
    at: datetime,
    valid_until: date | None = None,
) -> Licence:
    """
    Make a new version of a licence (换发): same number and holder, identifier with the next version, a new certificate.

    `face` are the changed lines of the certificate by label. A changed line no longer fills in forms where it was put
    together of parts, because only its text is known.

    :raises NotAllowed: `by` does not issue for the issuer
    :raises ReasonMissing: no reason is given
    :raises NotInThatState: it is not valid now
    """
    if not reason.strip():
        raise ReasonMissing
    old = Licence.objects.select_related("issuer").get(pk=licence_id)
    kind = type_in_force(old.licence_type, local_day(at))
    with _on(old, "replace_licence", "licences.issue", by, at) as pen:
        _enter(old, (LicenceState.ISSUED,), "换发", LicenceState.CHANGED, reason, at)
        row = _next_version(old, kind, face, at, valid_until)
        row.save()
        if isinstance(pen, Deed):
            if old.paper_id:
                documents.revoke_paper(pen, old.paper_id, reason=f"已换发：{reason}")
            _certify(pen, kind, row)
        pen.record(LicenceReplaced(licence_id=old.pk, new_id=row.pk, reason=reason))
    return row


def _change(change: Change, licence_id: int, reason: str, basis: str, by: Actor, at: datetime) -> Licence:
    if not reason.strip() or not basis.strip():
        raise ReasonMissing
    row = Licence.objects.get(pk=licence_id)
    with _on(row, change.deed, "licences.revoke", by, at) as pen:
        _enter(row, change.states, change.word, change.to, reason, at)
        if isinstance(pen, Deed):
            facts = {"name": row.name, "licence": row.number, "reason": reason, "basis": basis}
            pen.owe_paper(change.paper, facts)
            if change.to == LicenceState.CANCELLED and row.paper_id:
                documents.revoke_paper(pen, row.paper_id, reason=reason)
        pen.record(change.event(row.pk, reason))
    return row


@contextmanager
def _on(row: Licence, name: str, permission: str, by: Actor, at: datetime) -> Iterator[Deed | Pen]:
    """Open the deed on a licence: on its case, or in the issuer's day."""
    if row.dossier_id:
        with deeds.deed(name, on=row.dossier_id, by=by, at=at, permission=permission, unit_id=row.issuer_id) as deed:
            yield deed
    else:
        who = by.by_for(permission, row.issuer_id)
        with records.deed(name, stream=day_stream(f"unit/{row.issuer_id}", at), by=who, at=at) as pen:
            yield pen


def _enter(
    row: Licence, states: tuple[LicenceState, ...], word: str, to: LicenceState, reason: str, at: datetime
) -> None:
    """Move a licence to another state; of two who try at once the second is told no."""
    ends = to != LicenceState.ISSUED
    changed = Licence.objects.filter(pk=row.pk, state__in=states).update(
        state=to, ended_at=at if ends else None, ended_because=reason if ends else ""
    )
    row.refresh_from_db()
    if not changed:
        raise NotInThatState(row, word)


def _next_version(
    old: Licence, kind: LicenceType, face: Mapping[str, str], at: datetime, valid_until: date | None
) -> Licence:
    was = identifiers.parse_licence_identifier(old.identifier)
    codes_by_label = {label: code for code, label in kind.fields}
    answers, shown = old.read_answers(), old.read_face()
    for label, text in face.items():
        if shown.get(label) == text:
            continue
        shown[label] = text
        code = codes_by_label.get(label, label)
        if isinstance(answers.get(code), str) or code not in answers:
            answers[code] = text
        else:
            del answers[code]
    identifier = identifiers.make_licence_identifier(
        type_code=was.type_code, issuer=was.issuer, serial=was.serial, version=f"{int(was.version) + 1:03d}"
    )
    row = _row(kind, identifier, old.number, old.holder_id, shown, answers, at)
    row.issuer, row.dossier_id, row.project_code = old.issuer, old.dossier_id, old.project_code
    row.valid_until = valid_until or old.valid_until
    row.is_outside, row.is_synthetic, row.replaces = old.is_outside, old.is_synthetic, old
    return row


def _certify(deed: Deed, kind: LicenceType, row: Licence) -> None:
    """Owe the certificate of a licence, and note it on the row."""
    facts = {"licence": row.number, "identifier": row.identifier, "fields": row.read_face(), "code": row.verify_code}
    paper = deed.owe_paper(
        kind.paper, facts | {"name": row.name, "valid_from": row.valid_from, "valid_until": row.valid_until}
    )
    row.paper_id = paper.pk
    row.save(update_fields=["paper_id"])


def _new(
    kind: LicenceType,
    *,
    holder_id: int,
    unit: Unit,
    at: datetime,
    fields: Mapping[str, Any],
    project_code: str,
    valid_until: date | None,
    shown: Mapping[str, str] = NOTHING,
    number: str = "",
    is_synthetic: bool = False,
) -> Licence:
    on = local_day(at)
    serial = numbers.take(f"licence/{kind.id}/{on.year}")
    labels = dict(kind.fields)
    face = {labels.get(code, code): shown.get(code) or str(value) for code, value in fields.items()}
    number = number or f"{kind.number_letters}〔{on.year}〕{serial:04d}号"
    identifier = identifiers.make_licence_identifier(
        type_code=kind.code, issuer=unit.uscc, serial=f"{on.year}{serial:06d}", version="001"
    )
    row = _row(kind, identifier, number, holder_id, face, dict(fields), at)
    row.issuer, row.project_code, row.is_synthetic = unit, project_code, is_synthetic
    row.valid_until = valid_until or _end(on, kind.valid_months)
    return row


def _row(
    kind: LicenceType,
    identifier: str,
    number: str,
    holder_id: int,
    face: Mapping[str, str],
    answers: Mapping[str, Any],
    at: datetime,
) -> Licence:
    body = json.dumps({"face": face, "answers": answers}, ensure_ascii=False, default=str)
    told: list[int | str] = [identifier, number, kind.id, holder_id, body]
    return Licence(
        identifier=identifier,
        number=number,
        licence_type=kind.id,
        type_version=kind.version,
        name=kind.name,
        holder_id=holder_id,
        fields=body,
        issued_at=at,
        valid_from=local_day(at),
        verify_code=codes.new_code(),
        digest=salted(canonical(told).decode(), GENESIS.encode()),
    )


def _end(on: date, months: int) -> date | None:
    if not months:
        return None
    year, month = divmod(on.month - 1 + months, 12)
    for day in (on.day, 30, 29, 28):
        try:
            return date(on.year + year, month + 1, day)
        except ValueError:
            continue
    return None
