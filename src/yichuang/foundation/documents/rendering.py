"""Renders numbered papers, outside the deed that owed them: typeset, seal, keep, then one short deed of its own."""

from __future__ import annotations

from datetime import datetime

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.documents import seals, sheets, typesetting
from yichuang.foundation.documents.events import PaperRendered, PaperSealed
from yichuang.foundation.documents.models import Paper, SealUse
from yichuang.foundation.documents.papers import PAPER, PaperDefinition
from yichuang.foundation.documents.sheets import Sheet
from yichuang.foundation.documents.terms import PaperState
from yichuang.foundation.files import commands as files
from yichuang.foundation.people.actors import SYSTEM
from yichuang.foundation.work import deeds

PURPOSE = "paper"
"""The purpose of the files of papers: whoever sees the dossier reads them."""


def definition_of(paper: Paper) -> PaperDefinition:
    """Give the very version under which a paper was written."""
    found = definitions.get(PAPER, paper.kind, paper.version)
    assert isinstance(found, PaperDefinition)
    return found


def sheet_of(paper: Paper) -> Sheet:
    """Compose a paper from its frozen facts: the same sheet every time, on page and in PDF."""
    return sheets.compose(
        definition_of(paper),
        sheets.thawed(paper.facts),
        qr_content=paper.qr_content,
        seal_middle=seals.provider().middle,
    )


def render_paper(paper_id: int, *, at: datetime) -> Paper:
    """
    Make a paper's file and seal it. Safe to run twice, also at the same time: the second finds it done.

    :raises Unavailable: the seal service or the file store does not answer; the job tries again
    """
    paper = Paper.objects.select_related("dossier").get(pk=paper_id)
    if paper.state != PaperState.DUE:
        return paper
    definition, sheet = definition_of(paper), sheet_of(paper)
    content, certificate = typesetting.set_sheet(sheet, at=paper.issued_at), ""
    keeper = seals.provider()
    if definition.seal:
        sealed = keeper.seal(content, office=sheet.office, name=definition.seal, reason=f"{paper.name} {paper.number}")
        content, certificate = sealed.content, sealed.certificate
    kept = files.put_own(content=content, name=f"{paper.name} {paper.number}".strip() + ".pdf")
    try:
        return _keep(paper, definition, sheet, kept, certificate, at=at, is_demo=bool(keeper.middle))
    except _DoneMeanwhile:
        return Paper.objects.get(pk=paper_id)


def render_due(*, at: datetime, limit: int = 200) -> int:
    """Render what waits, oldest first, and count it: for commands that do not want to wait for the worker."""
    ids = list(Paper.objects.filter(state=PaperState.DUE).order_by("pk").values_list("pk", flat=True)[:limit])
    for paper_id in ids:
        render_paper(paper_id, at=at)
    return len(ids)


class _DoneMeanwhile(Exception):
    """Another run finished the paper first; this one's deed is undone."""


def _keep(
    paper: Paper,
    definition: PaperDefinition,
    sheet: Sheet,
    kept: files.Content,
    certificate: str,
    *,
    at: datetime,
    is_demo: bool,
) -> Paper:
    with deeds.deed("render_paper", on=paper.dossier_id, by=SYSTEM, at=at) as deed:
        row = Paper.objects.get(pk=paper.pk)
        if row.state != PaperState.DUE:
            raise _DoneMeanwhile
        row.file = files.enter(deed, kept, purpose=PURPOSE, is_synthetic=row.is_synthetic)
        row.rendered_at = at
        row.state = PaperState.SEALED if definition.seal else PaperState.RENDERED
        row.save(update_fields=["file", "rendered_at", "state"])
        if definition.seal:
            SealUse.objects.create(
                paper=row,
                office=sheet.office,
                seal=definition.seal,
                used_at=at,
                used_by_id=row.issued_by_id,
                pages=kept.found.pages,
                certificate=certificate,
                sha256=kept.sha256,
                is_demo=is_demo,
            )
            deed.record(PaperSealed(row.pk, kept.sha256, f"{sheet.office} {definition.seal}", certificate))
        else:
            deed.record(PaperRendered(row.pk, kept.sha256))
    return row
