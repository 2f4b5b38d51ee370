"""Numbers a paper inside the deed that owes it: facts frozen, number taken, rendering left to a job."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.documents import codes, facts, sheets
from yichuang.foundation.documents.events import PaperNumbered
from yichuang.foundation.documents.models import Paper, PaperCounter
from yichuang.foundation.documents.papers import PAPER, PaperDefinition
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records.prepared import insert
from yichuang.foundation.work import numbers
from yichuang.foundation.work.models import Dossier
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.ledger import salted

if TYPE_CHECKING:
    from yichuang.foundation.work.deeds import Deed

RENDER = "documents.render"
"""The job that renders a paper; its key is the paper's id."""


class NoSuchPaper(NotPossible):
    """No definition in force bears this name."""

    code = "documents.no_such_paper"

    def __init__(self, name: str, on: date) -> None:
        super().__init__(_("%(day)s 没有生效的文书《%(name)s》。请先发布它的定义。") % {"day": on, "name": name})


def write_paper(deed: Deed, kind: str, given: Mapping[str, Any]) -> Paper:
    """
    Write and number a paper of the deed's dossier; `kind` is an id or any name of its definition.

    `given` may bring `code`: the code of a licence, under which its certificate is checked too.

    :raises NoSuchPaper: no such definition is in force
    :raises PaperIncomplete: it was not told what it must say
    """
    day = local_day(deed.at)
    paper = definition(kind, day)
    code = str(given.get("code") or codes.new_code())
    told = facts.gather(deed, paper, given) | {"verify_code": code}
    if missing := sheets.missing_facts(paper, told):
        raise sheets.PaperIncomplete(paper.name, missing)
    office = facts.office_of(paper, deed.dossier, deed.at)
    number = _number(paper, office.mark, day.year)
    frozen = sheets.frozen(told | ({"number": number} if number else {}))
    row = Paper(
        dossier=deed.dossier,
        kind=paper.id,
        version=paper.version,
        name=str(told["name"]) if paper.style == "certificate" else paper.name,
        number=number,
        facts=frozen,
        qr_content=_qr_content(paper, deed.dossier.number, code),
        verify_code=code,
        unit=deed.dossier.unit,
        issued_at=deed.at,
        issued_by_id=deed.by.account_id,
        valid_until=_day(told.get("valid_until")),
        is_synthetic=deed.dossier.is_synthetic,
    )
    insert(row)
    digest = salted(frozen, code.rjust(16, "0").encode())
    deed.record(PaperNumbered(row.pk, paper.id, paper.version, number, digest))
    jobs.enqueue(RENDER, str(row.pk), deed.at)
    return row


def draft(kind: str, given: Mapping[str, Any], *, dossier: Dossier, by: Actor, at: datetime) -> sheets.Sheet:
    """
    Compose a paper as it would be written now by this person, without a number: what is read before it is signed.

    :raises NoSuchPaper: no such definition is in force
    :raises PaperIncomplete: it was not told what it must say
    """
    paper = definition(kind, local_day(at))
    told = facts.gather(facts.Draft(dossier, by, at), paper, given) | {"verify_code": "0" * 16}
    if paper.number:
        told["number"] = "〔签发时编号〕"
    return sheets.compose(paper, told, seal_middle="样稿")


def definition(kind: str, on: date) -> PaperDefinition:
    """
    Find the paper definition in force by id or by one of its names.

    :raises NoSuchPaper: there is none
    """
    found = definitions.all_in_force(PAPER, on)
    if kind in found:
        paper = found[kind]
        assert isinstance(paper, PaperDefinition)
        return paper
    for paper in found.values():
        assert isinstance(paper, PaperDefinition)
        if kind in paper.names:
            return paper
    raise NoSuchPaper(kind, on)


def track_url(number: str) -> str:
    """Give the address under which a case is followed."""
    return f"{settings.SITE_URL}/track/{number}"


def verify_url(code: str) -> str:
    """Give the address under which a paper is checked."""
    return f"{settings.SITE_URL}/verify/{code}"


def _number(paper: PaperDefinition, mark: str, year: int) -> str:
    """Take the next number of the year; the counter row stays locked until the deed ends."""
    if not paper.number:
        return ""
    stem = paper.number.format(mark=mark, year=year, n="{n}")
    return stem.format(n=numbers.take_from(PaperCounter, stem))


def _qr_content(paper: PaperDefinition, number: str, code: str) -> str:
    match paper.qr:
        case "track":
            return track_url(number)
        case "verify":
            return verify_url(code)
    return ""


def _day(value: Any) -> date | None:
    return date.fromisoformat(str(value)[:10]) if value and str(value)[:4].isdecimal() else None
