"""Child cases: the item of a stage or bundle is a case of its own, opened accepted with the clocks of its item."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from yichuang.domains.cases.commands.intake import CODE_LETTERS
from yichuang.domains.cases.commands.materials import fetch_licences, spare_proofs
from yichuang.domains.cases.commands.promising import hold_to_limits, signed_word, take_commitment, take_over_rules
from yichuang.domains.cases.events import ApplicationReceived, CaseAccepted
from yichuang.domains.cases.models import Case, CaseMaterial, MaterialFile
from yichuang.domains.cases.terms import KIND, Channel, DeliveryKind, IdentityCheck, MaterialState
from yichuang.domains.catalogue.terms import Item
from yichuang.domains.licences import queries as licences
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.work import deeds, hooks
from yichuang.foundation.work.terms import ScopeKind

if TYPE_CHECKING:
    from yichuang.foundation.work.models import Dossier, Step
    from yichuang.kernel import plans


def register() -> None:
    """Give the engine the function that opens the case behind a step of kind dossier."""
    hooks.register_child_opener(open_child)


def open_child(deed: deeds.Deed, row: Step, step: plans.Step) -> Dossier:
    """
    Open the case of an item inside a stage or bundle: received and accepted in one deed, with its own number.

    The child gets the applicant, the facts and, by material code, the files of the parent's own case; what an earlier
    item produced is taken from the library by project. A commitment that was handed in with the stage holds for it.
    """
    assert step.item, "a step of kind dossier names its item"
    on = local_day(deed.at)
    item: Item = definitions.in_force("item", step.item, on=on)
    parent = Case.objects.select_related("applicant").get(dossier=deed.dossier)
    unit = Unit.objects.get(code=step.unit or item.unit)
    with deeds.opening(
        "receive",
        kind=KIND,
        title=item.name,
        unit_id=unit.pk,
        region=deed.dossier.region,
        lifecycle=item.lifecycle,
        item_code=item.id,
        channel=Channel.STAGE,
        parent=deed.dossier,
        by=deed.by,
        at=deed.at,
        effective_at=deed.effective_at,
        is_synthetic=deed.dossier.is_synthetic,
    ) as child:
        case = Case.objects.create(
            dossier=child.dossier,
            item_id=item.id,
            item_version=item.version,
            applicant=parent.applicant,
            representative_id=parent.representative_id,
            agent_id=parent.agent_id,
            agent_relation=parent.agent_relation,
            mandate_id=parent.mandate_id,
            recipient_name=parent.recipient_name,
            recipient_phone=parent.recipient_phone,
            recipient_address=parent.recipient_address,
            delivery_kind=DeliveryKind(parent.delivery_kind),
            channel=Channel.STAGE,
            site=parent.site,
            window=parent.window,
            received_at=deed.effective_at,
            entered_at=deed.at,
            identity_check=IdentityCheck(parent.identity_check),
            answers=parent.answers,
            situation=parent.situation,
            query_code="".join(secrets.choice(CODE_LETTERS) for _ in range(6)),
            project_code=parent.project_code,
        )
        origin = _origin(row)
        child.set_facts({**(origin.dossier.read("facts") if origin else {}), **deed.dossier.read("facts")})
        child.see(ScopeKind.PARTY, parent.applicant_id)
        child.see(ScopeKind.UNIT, deed.dossier.unit_id)
        for party in (parent.agent_id, parent.representative_id):
            if party:
                child.see(ScopeKind.AGENT, party)
        _materials(case, item, parent, deed, origin)
        hold_to_limits(child, item, deed.at)
        take_over_rules(child, case)
        if signed := signed_word(case):
            take_commitment(child, case, signed, deed.at)
        child.move("accept")
        materials = tuple(case.materials.values_list("code", "state"))
        child.record(
            ApplicationReceived(
                case_id=case.pk,
                item=item.id,
                channel=Channel.STAGE,
                received_at=deed.effective_at,
                materials=materials,
            )
        )
        child.record(CaseAccepted(case_id=case.pk, on_commitment=case.on_commitment))
        fetch_licences(child, case, case.materials.all())
        spare_proofs(child, case)
        child.without_papers()
    assert row.dossier_id == deed.dossier.pk
    return child.dossier


def _origin(row: Step) -> Case | None:
    """Find the application in which a step was filed that an earlier stage moved here."""
    moved = getattr(row, "moved_from", None)
    return Case.objects.select_related("dossier").get(pk=moved.dossier_id) if moved else None


def _materials(case: Case, item: Item, parent: Case, deed: deeds.Deed, origin: Case | None) -> None:
    given = {row.code: row for source in (origin, parent) if source for row in source.materials.all()}
    wanted = {material.licence_type for material in item.materials if material.licence_type}
    holders = [each for each in (parent.applicant_id, parent.representative_id) if each]
    held = licences.valid_for(holder_ids=holders, types=wanted, on=local_day(deed.at), project_code=parent.project_code)
    for place, material in enumerate(item.materials):
        source = given.get(material.code)
        licence = held.get(material.licence_type) if material.licence_type else None
        row = CaseMaterial.objects.create(
            case=case,
            code=material.code,
            name=material.name,
            need=material.need,
            form=material.form,
            copies=material.copies,
            place=place,
            state=MaterialState.EXEMPT
            if licence
            else MaterialState(source.state)
            if source
            else MaterialState.NOT_ASKED,
            pages=source.pages if source else 0,
            licence_id=licence.pk if licence else None,
            proof=licence.proof if licence else "",
            handed_at=source.handed_at if source else None,
        )
        if source:
            MaterialFile.objects.bulk_create(
                MaterialFile(material=row, file_id=each.file_id, place=each.place, round=each.round, added_at=deed.at)
                for each in source.files.all()
            )
