"""Nodes with evidence, and difficulties that go to a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from yichuang.domains.projects.commands.refusals import (
    DayAhead,
    DifficultyDecided,
    EvidenceMissing,
    NodeDone,
    NodeOpen,
    ReasonMissing,
    StartShown,
)
from yichuang.domains.projects.events import (
    DifficultyRaised,
    DifficultySolved,
    NodePlanned,
    NodeReached,
    NodeTakenBack,
)
from yichuang.domains.projects.models import Difficulty, Node, NodeFile
from yichuang.domains.projects.terms import FILES, Chain, NodeKind
from yichuang.foundation.files import commands as files
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records import realtime
from yichuang.foundation.work import deeds

REPORT = "projects.report"


def plan_node(*, project_id: int, kind: NodeKind, planned_on: date, by: Actor, at: datetime, name: str = "") -> Node:
    """Plan a node of a project."""
    with deeds.deed("plan_node", on=project_id, by=by, at=at, permission=REPORT) as deed:
        row = Node.objects.create(project_id=project_id, kind=kind, name=name.strip(), planned_on=planned_on)
        deed.record(NodePlanned(deed.dossier.number, row.pk, kind.value, planned_on))
    return row


def reach_node(
    *, node_id: int, done_on: date, evidence: str, by: Actor, at: datetime, file_ids: Sequence[int] = ()
) -> None:
    """
    Say that a node was reached on a day, with evidence: a paper's name and number, files, or both.

    :raises NodeDone: it was reached or taken back
    :raises DayAhead: the day is to come
    :raises EvidenceMissing: there is no evidence
    """
    node = Node.objects.get(pk=node_id)
    with deeds.deed("reach_node", on=node.project_id, by=by, at=at, permission=REPORT) as deed:
        node.refresh_from_db()
        if node.done_on is not None or node.taken_back_at is not None:
            raise NodeDone
        if done_on > local_day(at):
            raise DayAhead(done_on)
        if not evidence.strip() and not file_ids:
            raise EvidenceMissing
        NodeFile.objects.bulk_create([NodeFile(node=node, file_id=each) for each in file_ids])
        files.attach(deed, file_ids, purpose=FILES)
        node.done_on, node.done_by_id, node.recorded_at = done_on, by.account_id, realtime.database_now()
        node.evidence = (
            evidence.strip() or "、".join(each.file.name for each in node.files.select_related("file"))[:200]
        )
        node.save()
        deed.record(NodeReached(deed.dossier.number, node.pk, node.kind, done_on, node.evidence, tuple(file_ids)))


def take_back_node(*, node_id: int, reason: str, by: Actor, at: datetime) -> Node:
    """
    Take back that a node was reached: it stays with the reason, and one to be reached takes its place.

    :raises NodeOpen: it was not reached
    :raises StartShown: the project counts as started by it
    :raises ReasonMissing: it is not said why
    """
    node = Node.objects.select_related("project").get(pk=node_id)
    with deeds.deed("take_back_node", on=node.project_id, by=by, at=at, permission=REPORT) as deed:
        node.refresh_from_db()
        if not reason.strip():
            raise ReasonMissing
        if node.done_on is None or node.taken_back_at is not None:
            raise NodeOpen
        if node.kind == NodeKind.START and node.project.started_on is not None:
            raise StartShown
        node.taken_back_at, node.taken_back_because = at, reason
        node.save()
        again = Node.objects.create(
            project_id=node.project_id, kind=node.kind, name=node.name, planned_on=node.planned_on
        )
        deed.record(NodeTakenBack(deed.dossier.number, node.pk, reason))
    return again


def raise_difficulty(*, project_id: int, chain: Chain, text: str, by: Actor, at: datetime) -> Difficulty:
    """
    Name what the unit cannot solve alone; it goes onto the next agenda that is proposed.

    :raises ReasonMissing: nothing is said
    """
    with deeds.deed("raise_difficulty", on=project_id, by=by, at=at, permission=REPORT) as deed:
        if not text.strip():
            raise ReasonMissing
        row = Difficulty.objects.create(
            project_id=project_id, chain=chain, text=text.strip(), raised_at=at, raised_by_id=by.account_id
        )
        deed.record(DifficultyRaised(deed.dossier.number, row.pk, chain.value))
    return row


def solve_difficulty(*, difficulty_id: int, how: str, by: Actor, at: datetime) -> None:
    """
    Say how a difficulty was solved.

    :raises DifficultyDecided: it was solved before
    :raises ReasonMissing: it is not said how
    """
    row = Difficulty.objects.get(pk=difficulty_id)
    with deeds.deed("solve_difficulty", on=row.project_id, by=by, at=at, permission=REPORT) as deed:
        row.refresh_from_db()
        if row.solved_at is not None:
            raise DifficultyDecided
        if not how.strip():
            raise ReasonMissing
        row.solved_at, row.solved_how = at, how.strip()
        row.save()
        deed.record(DifficultySolved(deed.dossier.number, row.pk))
