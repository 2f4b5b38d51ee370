"""The materials of a case: what is asked for and what came, the files, what the library supplies, the proofs spared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yichuang.domains.cases import rules
from yichuang.domains.cases.models import Case, CaseMaterial, MaterialFile, ProofUse
from yichuang.domains.cases.queries.finding import MATERIAL_FILES
from yichuang.domains.cases.rules import Application, Brought
from yichuang.domains.cases.terms import MaterialState
from yichuang.domains.catalogue.terms import Item, Substitute
from yichuang.domains.licences import commands as licence_deeds
from yichuang.domains.licences import queries as licences
from yichuang.foundation.files import commands as files
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.work import deeds


def asked_for(item: Item, application: Application) -> tuple[rules.Asked, ...]:
    """List what is asked for in this application's situation, with what the library supplies marked exempt."""
    facts = {**application.facts, **item.facts_of(application.situation)}
    wanted = {material.licence_type for material in item.materials if material.licence_type}
    holders = [each for each in (application.applicant_id, application.representative_id) if each]
    held = licences.valid_for(
        holder_ids=holders, types=wanted, on=local_day(application.received_at), project_code=application.project_code
    )
    return rules.asked_materials(item, facts, {kind: (each.pk, each.proof) for kind, each in held.items()})


def write_materials(
    deed: deeds.Deed, case: Case, application: Application, asked: tuple[rules.Asked, ...]
) -> list[CaseMaterial]:
    """List what is asked for as the materials of the case, with the state of each and the files that were brought."""
    rows = []
    for place, each in enumerate(asked):
        brought = application.brought.get(each.material.code)
        rows.append(
            CaseMaterial(
                case=case,
                code=each.material.code,
                name=each.material.name,
                need=each.material.need,
                form=each.material.form,
                copies=each.material.copies,
                place=place,
                state=_state(each, brought),
                pages=brought.pages if brought else 0,
                licence_id=each.licence_id,
                proof=each.exempt,
                handed_at=deed.at if brought and brought.state == MaterialState.HANDED else None,
            )
        )
    made = CaseMaterial.objects.bulk_create(rows)
    _add_files({row: application.brought[row.code].files for row in made if row.code in application.brought}, deed, 1)
    return made


def add_files(material: CaseMaterial, file_ids: tuple[int, ...], *, deed: deeds.Deed, round_: int = 1) -> None:
    """Hang files on a material."""
    _add_files({material: file_ids}, deed, round_)


def fetch_licences(deed: deeds.Deed, case: Case, materials: Iterable[CaseMaterial]) -> None:
    """Draw from the library what the case need not hand in of its materials, each with its proof."""
    for material in materials:
        if material.licence_id is not None:
            licence_deeds.fetch(deed, licence_id=material.licence_id, item=case.item_id, unit_id=deed.dossier.unit_id)


def spare_proofs(deed: deeds.Deed, case: Case) -> None:
    """Note the proofs that the case need not bring, each with what stands in for it; other materials are no proofs."""
    proofs = {material.code: material for material in case.item.materials if material.is_proof}
    modes = {MaterialState.EXEMPT: Substitute.LICENCE, MaterialState.PROMISED: Substitute.COMMITMENT}
    spared = case.materials.filter(code__in=proofs, state__in=modes)
    ProofUse.objects.bulk_create(
        ProofUse(
            case=case,
            material=row.code,
            name=row.name,
            proof_item=proofs[row.code].proof_item,
            mode=modes[MaterialState(row.state)],
            at=deed.at,
        )
        for row in spared
    )


def _add_files(by_material: Mapping[CaseMaterial, tuple[int, ...]], deed: deeds.Deed, round_: int) -> None:
    files.attach_each(deed, by_material.values(), purpose=MATERIAL_FILES)
    MaterialFile.objects.bulk_create(
        MaterialFile(material=material, file_id=file_id, place=place, round=round_, added_at=deed.at)
        for material, file_ids in by_material.items()
        for place, file_id in enumerate(file_ids)
    )


def _state(asked: rules.Asked, brought: Brought | None) -> MaterialState:
    if brought is not None:
        return brought.state
    if asked.exempt:
        return MaterialState.EXEMPT
    return MaterialState.HANDED if asked.material.filled_by_form else MaterialState.MISSING
