"""What the catalogue does when definitions are published or withdrawn, and whom it tells of remarks."""

from __future__ import annotations

from django.urls import reverse

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.models import Remark
from yichuang.domains.catalogue.terms import RemarkKind
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.notices import commands as notices
from yichuang.foundation.notices import queries as notice_queries
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records.models import Record
from yichuang.foundation.records.pen import read
from yichuang.foundation.records.reactions import reaction


@reaction("DefinitionsPublished")
def follow_new_versions(record: Record) -> None:
    """Order a refresh where an item is among what was published."""
    if any(each["kind"] == "item" for each in read(record)["versions"]):
        jobs.enqueue("catalogue.refresh", str(record.pk), record.at)


@reaction("DefinitionWithdrawn")
def follow_withdrawal(record: Record) -> None:
    """Order a refresh where an item was withdrawn."""
    if read(record)["kind"] == "item":
        jobs.enqueue("catalogue.refresh", str(record.pk), record.at)


@reaction("RemarkLeft")
def tell_who_answers(record: Record) -> None:
    """Tell the people of the unit that a remark waits for them."""
    _tell_answerers(record)


@reaction("RemarkPassedOn")
def tell_who_answers_now(record: Record) -> None:
    """Tell the people of the unit that got a remark from another."""
    _tell_answerers(record)


@reaction("RemarkAnswered")
def tell_the_sender(record: Record) -> None:
    """Tell a sender who was logged in that there is an answer; others look with their code."""
    row = _remark(record)
    if row.party_id is not None:
        notices.tell_party(
            template="remark_answered",
            party_id=row.party_id,
            facts={"number": row.dossier.number, "unit": row.dossier.unit.name},
            key=f"remark/{row.pk}",
            at=record.at,
            dossier_id=row.pk,
            link=reverse("catalogue:remark", args=[row.code]),
        )


def _remark(record: Record) -> Remark:
    return queries.remark_of(read(record)["remark"])


def _tell_answerers(record: Record) -> None:
    row = _remark(record)
    dossier, kind = row.dossier, str(RemarkKind(row.kind).label)
    notices.tell_accounts(
        template="remark_left",
        account_ids=notice_queries.people_with(queries.ANSWER, dossier.unit_id, record.at),
        facts={
            "number": dossier.number,
            "item": row.item.name if row.item else kind,
            "due": local_day(dossier.due_at).isoformat() if dossier.due_at else "",
        },
        key=f"remark/{row.pk}/{dossier.unit_id}",
        at=record.at,
        dossier_id=row.pk,
        link=reverse("catalogue:remark_task", args=[dossier.number]),
    )
