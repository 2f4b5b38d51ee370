"""Questions about drafts: what is filled in, what is asked, and how it is handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yichuang.domains.cases import rules
from yichuang.domains.cases.models import Case, Draft, DraftFile
from yichuang.domains.cases.rules import Application, Brought
from yichuang.domains.cases.terms import Channel, DeliveryKind, IdentityCheck, Relation
from yichuang.domains.catalogue.terms import Item, Need, Situation
from yichuang.domains.licences import queries as licences
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.forms import queries as forms
from yichuang.foundation.forms.form import Form
from yichuang.foundation.people import queries as people
from yichuang.foundation.people.actors import Actor, actor_for, local_day
from yichuang.foundation.people.models import Party
from yichuang.ui.words import with_note

RECIPIENT = ("recipient_name", "recipient_phone", "recipient_address")
"""To whom a result is sent, as an application says it."""

_project_answers: list[Callable[[str], Mapping[str, Any]]] = []


@dataclass(frozen=True)
class Filling:
    """A draft with everything that its pages need: the item in force, its form, the facts, what is asked for."""

    draft: Draft
    item: Item
    form: Form | None
    answers: dict[str, Any]
    situation: dict[str, str]
    extra: dict[str, Any]
    marks: dict[str, str]
    known: dict[str, Any]
    asked: tuple[rules.Asked, ...]
    files: dict[str, list[DraftFile]]

    @property
    def situations(self) -> tuple[Situation, ...]:
        """List the situation questions that are asked, given the answers so far."""
        return self.item.questions(self.situation)

    @property
    def situation_done(self) -> bool:
        """Say whether every situation question has an answer."""
        return all(each.id in self.situation for each in self.situations)

    @property
    def form_asks_delivery(self) -> bool:
        """Say whether the item's own form asks how the result goes out; it is then not asked twice."""
        return self.form is not None and any(field.code == "delivery_kind" for field in self.form.fields)

    @property
    def delivery(self) -> dict[str, Any]:
        """Say how the result goes out and to whom, as the item's own form was answered."""
        answers = self.answers
        to = answers.get("recipient") or answers.get("contact_person") or answers.get("applicant") or {}
        where = answers.get("delivery_address") or {}
        told = (to.get("name"), to.get("phone"), f"{where.get('street', '')}{where.get('detail', '')}")
        kind = DeliveryKind(str(answers.get("delivery_kind") or "window").upper())
        return {"delivery_kind": kind} | dict(zip(RECIPIENT, (str(each or "") for each in told), strict=True))

    @property
    def to_upload(self) -> tuple[rules.Asked, ...]:
        """List the materials that the applicant hands in: not those of the library, not the form itself."""
        return tuple(each for each in self.asked if not each.exempt and not each.material.filled_by_form)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Name the required materials that have no file."""
        return tuple(
            each.material.name
            for each in self.to_upload
            if each.material.need == Need.REQUIRED and each.material.code not in self.files
        )


def filling(draft: Draft, at: datetime) -> Filling:
    """Read a draft together with the rules that are in force now: drafts follow the newest."""
    on = local_day(at)
    item: Item = definitions.in_force("item", draft.item_id, on=on)
    situation = draft.read("situation")
    known = item.facts_of(situation)
    form = forms.load(item.form, on) if item.form else None
    answers = draft.read("answers")
    facts = form.facts(answers, known) if form else known
    holders = [each for each in (draft.applicant_id, _representative_of(draft, at)) if each]
    wanted = {material.licence_type for material in item.materials if material.licence_type}
    held = licences.valid_for(holder_ids=holders, types=wanted, on=on, project_code=draft.project_code)
    files: dict[str, list[DraftFile]] = {}
    for row in draft.files.select_related("file").order_by("place"):
        files.setdefault(row.material, []).append(row)
    return Filling(
        draft=draft,
        item=item,
        form=form,
        answers=answers,
        situation=situation,
        extra=draft.read("extra"),
        marks=draft.read("prefilled"),
        known=known,
        asked=rules.asked_materials(item, facts, {kind: (each.pk, each.proof) for kind, each in held.items()}),
        files=files,
    )


def _representative_of(draft: Draft, at: datetime) -> int | None:
    """Give who stands for a firm: its own person who applies at home; at a desk the one who fills in is a clerk."""
    if draft.is_counter or draft.applicant is None or draft.applicant.is_person:
        return None
    actor = actor_for(draft.account, at)
    return actor.party_id if draft.applicant_id in actor.party_ids else None


def prefill(
    filled: Filling, party: Party, at: datetime, *, filler_id: int | None = None
) -> tuple[dict[str, Any], dict[str, str]]:
    """
    Fill in what account, party, licences and the last case of the same applicant know, each with its mark.

    `filler_id` is the party of the account that fills in, where that is somebody else than the applicant: a firm's
    contact person is the one who applies for it.
    """
    if filled.form is None:
        return {}, {}
    types = {material.licence_type for material in filled.item.materials if material.licence_type}
    held = licences.valid_for(
        holder_ids=[party.pk], types=types, on=local_day(at), project_code=filled.draft.project_code
    )
    from_licences: dict[str, Any] = {}
    for licence in held.values():
        from_licences |= licence.read_answers()
    last = Case.objects.filter(applicant=party).order_by("-received_at").first()
    sources = {
        "party": of_party(party),
        "account": of_party(Party.objects.get(pk=filler_id) if filler_id else party),
        "licence": from_licences,
        "previous": (last.read("answers") if last else {}) | _of_project(filled.draft.project_code),
    }
    return filled.form.prefilled(sources)


def register_project_answers(answers: Callable[[str], Mapping[str, Any]]) -> None:
    """Take the function that tells what is registered of a project, by element code, from its code."""
    _project_answers[:] = [answers]


def _of_project(code: str) -> dict[str, Any]:
    return dict(_project_answers[0](code)) if code and _project_answers else {}


def of_party(party: Party) -> dict[str, Any]:
    """Give what the register of parties knows, by element code."""
    number = people.number_of(party)
    if party.is_person:
        return {
            "applicant": {"name": party.name, "id_number": number, "phone": party.phone},
            "person_name": party.name,
            "identity_number": number,
            "born_on": party.born_on.isoformat() if party.born_on else None,
            "home_address": {"detail": party.address} if party.address else None,
            "mobile_phone": party.phone,
            "legal_representative": {"name": party.name, "id_number": number, "phone": party.phone},
            "contact_person": {"name": party.name, "id_number": number, "phone": party.phone},
        }
    return {
        "enterprise": {"name": party.name, "uscc": party.uscc},
        "enterprise_name": party.name,
        "enterprise_uscc": party.uscc,
        "enterprise_address": {"detail": party.address} if party.address else None,
        "contact_phone": party.phone,
    }


def form_of(item: Item, at: datetime) -> Form | None:
    """Give the form of an item that is in force, where it has one."""
    return forms.load(item.form, local_day(at)) if item.form else None


def parties_for(actor: Actor, item_id: str, at: datetime) -> list[tuple[str, str]]:
    """List for whom somebody may apply for an item: himself, his firms, and who mandated him."""
    own = Party.objects.filter(pk__in=actor.party_ids).order_by("kind", "name")
    choices = [(str(party.pk), party.name) for party in own]
    for party in Party.objects.filter(pk__in=actor.principal_ids).order_by("name"):
        mandates = people.mandates_of(party.pk, at).filter(principal=party, agent__in=actor.party_ids)
        if any(mandate.covers(item_id) for mandate in mandates):
            choices.append((str(party.pk), with_note(party.name, _("受托办理"))))
    return choices


def not_eligible(filled: Filling) -> tuple[str, ...]:
    """Tell why one who answers so cannot apply; empty if he can."""
    return rules.not_eligible(filled.item, filled.situation)


def application_of(filled: Filling, actor: Actor, at: datetime) -> Application:
    """Put a draft together as it is handed in: only what is asked, the parties apart, the files by material."""
    draft = filled.draft
    assert draft.applicant_id is not None, "the check page let it through"
    agent = actor.party_id if draft.applicant_id not in actor.party_ids else None
    mandate = None
    if agent is not None:
        rows = people.mandates_of(draft.applicant_id, at).filter(principal_id=draft.applicant_id, agent_id=agent)
        mandate = next((row.pk for row in rows if row.covers(filled.item.id)), None)
    is_firm = draft.applicant is not None and not draft.applicant.is_person
    return Application(
        item_id=filled.item.id,
        applicant_id=draft.applicant_id,
        representative_id=actor.party_id if is_firm and agent is None else None,
        agent_id=agent,
        agent_relation=Relation.FAMILY if agent else "",
        mandate_id=mandate,
        channel=Channel.ONLINE,
        received_at=at,
        identity_check=IdentityCheck.ACCOUNT,
        answers=filled.form.submission(filled.answers, filled.known) if filled.form else filled.answers,
        situation=filled.situation,
        facts=filled.form.facts(filled.answers, filled.known) if filled.form else filled.known,
        brought={
            code: Brought(files=tuple(row.file_id for row in rows), pages=sum(row.file.pages or 1 for row in rows))
            for code, rows in filled.files.items()
        },
        **_delivery(filled),
        project_code=draft.project_code,
        is_synthetic=actor.is_demo,
    )


def _delivery(filled: Filling) -> dict[str, Any]:
    """Say how the result goes out: as the item's form was answered, else as it was told with the applicant."""
    if filled.form_asks_delivery and filled.answers.get("delivery_kind"):
        return filled.delivery
    told = {name: filled.extra.get(name, "") for name in RECIPIENT}
    return {"delivery_kind": DeliveryKind(filled.extra.get("delivery_kind", DeliveryKind.WINDOW)), **told}


def item_name(draft: Draft, at: datetime) -> str:
    """Tell the name of a draft's item; its id where the item is no longer in force."""
    version = definitions.get("item", draft.item_id, draft.item_version)
    return str(version.name)


def drafts(actor: Actor, *, also_done: bool = False) -> QuerySet[Draft]:
    """List somebody's own drafts, newest first: those not handed in, or also the others."""
    rows = Draft.objects.filter(account_id=actor.account_id or 0).select_related("applicant", "case__dossier")
    return (rows if also_done else rows.filter(case=None)).order_by("-saved_at")
