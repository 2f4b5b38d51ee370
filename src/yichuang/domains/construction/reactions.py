"""What construction does when a lower room has news."""

from __future__ import annotations

from yichuang.domains.construction import commands, queries
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.queries import payload_of
from yichuang.foundation.records.reactions import reaction
from yichuang.foundation.work.models import Dossier

BREACHED = "BREACHED"


@reaction("StepHandled")
def begin_stage(record: Record) -> None:
    """Note that a stage is being handled as soon as one of its items is."""
    child = Dossier.objects.filter(pk=payload_of(record)["case_id"]).first()
    if child is not None and child.parent_id is not None:
        commands.begin_stage(stage_id=child.parent_id, at=record.at)


@reaction("CommitmentChecked")
def block_project(record: Record) -> None:
    """Stop the next stage of a project whose promise was found broken."""
    told = payload_of(record)
    case = Dossier.objects.filter(pk=told["case_id"]).first()
    project = queries.of_dossier(case) if case is not None else None
    if told["result"] == BREACHED and project is not None and case is not None:
        because = f"{case.title}（{case.number}）承诺核查不实"
        commands.block_project(project_id=project.pk, case_id=case.pk, because=because, at=record.at)


@reaction("LicenceIssued")
def look_for_detours(record: Record) -> None:
    """Look whether a licence that appeared in the library went round the system."""
    commands.look_at_licence(licence_id=payload_of(record)["licence_id"], at=record.at)
