"""The deeds of the paper room that people do: void, revoke, print, set a printer, keep the stock of blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import connection
from django.utils.translation import gettext as _

from yichuang.foundation.documents import events, printing, problems, queries
from yichuang.foundation.documents.models import BlankCertificate, BlankMove, Paper, PrintedCopy, PrintProfile
from yichuang.foundation.documents.terms import BlankState, PaperState, PrintFormat
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records.commands import deed as unit_deed
from yichuang.foundation.records.terms import day_stream

if TYPE_CHECKING:
    from yichuang.foundation.work.deeds import Deed

BULK = 20
"""Papers at once from which printing is bulk printing, with a permission of its own."""
_SERIAL = re.compile(r"^(.*?)(\d+)$")


def void_paper(deed: Deed, paper_id: int, *, reason: str) -> None:
    """
    Make a paper void that was written by mistake, inside the deed that mends it.

    :raises AlreadyEnded: it was made void or revoked before
    """
    _end(deed, paper_id, PaperState.VOID, reason)
    deed.record(events.PaperVoided(paper_id, reason))


def revoke_paper(deed: Deed, paper_id: int, *, reason: str) -> None:
    """
    Take back what a paper grants, inside the deed that revokes it.

    :raises AlreadyEnded: it was made void or revoked before
    """
    _end(deed, paper_id, PaperState.REVOKED, reason)
    deed.record(events.PaperRevoked(paper_id, reason))


def print_papers(
    *, paper_ids: Sequence[int], by: Actor, at: datetime, workstation: str = "", reason: str = ""
) -> list[printing.PrintTask]:
    """
    Print papers with one key: note each copy, then give one file for each printer and format.

    Join their contents with `printing.combined` where no bridge prints without a dialog. Papers that the actor may not
    see are left out as if they were not there.

    :raises NotAllowed: the actor may not print, or not so many at once
    :raises NotReady: one is not rendered yet, or has ended
    :raises ReasonNeeded: one was printed before and no reason is given
    """
    by.require("documents.print")
    if len(paper_ids) > BULK:
        by.require("documents.bulk_print")
    seen = {paper.pk for paper in queries.papers_for(by, "print").filter(pk__in=paper_ids)}
    wanted = [pk for pk in dict.fromkeys(paper_ids) if pk in seen]
    with unit_deed("print_papers", stream=day_stream("system", at), by=by.by, at=at) as pen:
        rows = _locked(wanted)
        copies = [_next_copy(paper, by, at, workstation, reason) for paper in rows]
        if again := [copy.paper for copy in copies if copy.n]:
            if not reason.strip():
                raise problems.ReasonNeeded("、".join(f"《{paper.name}》" for paper in again))
            for paper in again:
                paper.reprints += 1
            Paper.objects.bulk_update(again, ["reprints"])
        PrintedCopy.objects.bulk_create(copies)
        pen.record(events.PapersPrinted(tuple(wanted), workstation, len(again), reason))
    return printing.tasks(copies, workstation=workstation, by_name=by.name)


def save_profile(
    *,
    workstation: str,
    kind: str = "",
    form: PrintFormat,
    printer: str = "",
    copies: int = 1,
    x_mm: Decimal = Decimal(0),
    y_mm: Decimal = Decimal(0),
    by: Actor,
    at: datetime,
) -> PrintProfile:
    """
    Say how a workstation prints a kind of paper, or with an empty kind all others.

    :raises NotAllowed: the actor does not print
    """
    by.require("documents.print")
    with unit_deed("save_profile", stream=day_stream("system", at), by=by.by, at=at) as pen:
        said = {"form": form, "printer": printer, "copies": copies, "x_mm": x_mm, "y_mm": y_mm}
        row, _ = PrintProfile.objects.update_or_create(workstation=workstation, kind=kind, defaults=said)
        row.full_clean()
        pen.record(events.ProfileSaved(row.pk, workstation, kind, form))
    return row


def receive_blanks(*, kind: str, first: str, last: str, unit_id: int, by: Actor, at: datetime) -> int:
    """
    Take pre-printed certificates into a unit's stock, by their first and last printed number, and count them.

    :raises NotAllowed: the actor does not keep the stock of that unit
    :raises SerialsWrong: the numbers make no series, or one is there already
    """
    by.require("documents.manage_seals", unit_id)
    serials = series(first, last)
    with unit_deed("receive_blanks", stream=day_stream(f"unit/{unit_id}", at), by=by.by, at=at) as pen:
        if there := BlankCertificate.objects.filter(kind=kind, serial__in=serials).first():
            raise problems.SerialsWrong(_("%(serial)s 已经登记") % {"serial": there.serial})
        rows = [BlankCertificate(kind=kind, serial=serial, unit_id=unit_id) for serial in serials]
        _moved(BlankCertificate.objects.bulk_create(rows), BlankState.IN_STOCK, by, at)
        pen.record(events.BlanksReceived(kind, unit_id, first, last, len(serials)))
    return len(serials)


def draw_blanks(*, kind: str, first: str, last: str, holder_id: int, by: Actor, at: datetime) -> int:
    """
    Give blanks out of stock to somebody (领用), and count them.

    :raises NotAllowed: the actor does not keep the stock of their unit
    :raises BlankNotThere: one of them is not in stock
    """
    rows = _blanks(kind, series(first, last), BlankState.IN_STOCK)
    unit_id = _one_unit(rows)
    by.require("documents.manage_seals", unit_id)
    with unit_deed("draw_blanks", stream=day_stream(f"unit/{unit_id}", at), by=by.by, at=at) as pen:
        _change(rows, BlankState.IN_STOCK, BlankState.DRAWN, by, at, holder_id=holder_id)
        pen.record(events.BlanksDrawn(kind, first, last, len(rows), holder_id))
    return len(rows)


def return_blanks(*, kind: str, first: str, last: str, by: Actor, at: datetime) -> int:
    """
    Take unused blanks back into stock, and count them.

    :raises NotAllowed: the actor does not keep the stock of their unit
    :raises BlankNotThere: one of them is in nobody's hands
    """
    rows = _blanks(kind, series(first, last), BlankState.DRAWN)
    unit_id = _one_unit(rows)
    by.require("documents.manage_seals", unit_id)
    with unit_deed("return_blanks", stream=day_stream(f"unit/{unit_id}", at), by=by.by, at=at) as pen:
        _change(rows, BlankState.DRAWN, BlankState.IN_STOCK, by, at)
        pen.record(events.BlanksReturned(kind, first, last, len(rows)))
    return len(rows)


def use_blank(*, kind: str, serial: str, paper_id: int, by: Actor, at: datetime) -> None:
    """
    Note on which blank a paper was printed.

    :raises NotAllowed: the actor does not print there
    :raises BlankNotThere: the actor does not hold it
    """
    (row,) = _blanks(kind, [serial], BlankState.DRAWN)
    by.require("documents.print", row.unit_id)
    if row.holder_id != by.account_id:
        raise problems.BlankNotThere(serial, _("本人领用"))
    with unit_deed("use_blank", stream=day_stream(f"unit/{row.unit_id}", at), by=by.by, at=at) as pen:
        _change([row], BlankState.DRAWN, BlankState.USED, by, at, paper_id=paper_id)
        pen.record(events.BlankUsed(row.pk, serial, paper_id))


def spoil_blank(*, kind: str, serial: str, reason: str, by: Actor, at: datetime) -> None:
    """
    Make a blank void (作废): torn, misprinted. One that was used stays with its paper.

    :raises NotAllowed: the actor does not print there
    :raises BlankNotThere: it was used or is void already
    """
    (row,) = _blanks(kind, [serial], BlankState.IN_STOCK, BlankState.DRAWN)
    by.require("documents.print", row.unit_id)
    with unit_deed("spoil_blank", stream=day_stream(f"unit/{row.unit_id}", at), by=by.by, at=at) as pen:
        _change([row], BlankState(row.state), BlankState.SPOILED, by, at, reason=reason)
        pen.record(events.BlankSpoiled(row.pk, serial, reason))


def move_blanks(keys: Sequence[str], *, giver_id: int, taker_id: int, reason: str, by: Actor, at: datetime) -> None:
    """Hand drawn blanks over to a successor, inside the deed of the hand-over (practice 13)."""
    del reason, by, at  # the hand-over's own record and row hold them
    held = BlankCertificate.objects.filter(pk__in=[int(key) for key in keys], holder=giver_id, state=BlankState.DRAWN)
    held.update(holder_id=taker_id)


def series(first: str, last: str) -> list[str]:
    """
    List the printed numbers from first to last: one stem, digits of one length.

    >>> series("JY0098", "JY0101")
    ['JY0098', 'JY0099', 'JY0100', 'JY0101']

    :raises SerialsWrong: they make no series, or one of more than 10,000
    """
    begin, end = _SERIAL.match(first), _SERIAL.match(last)
    if begin is None or end is None:
        raise problems.SerialsWrong(_("应以数字结尾"))
    stem, from_digits, to_digits = begin[1], begin[2], end[2]
    if stem != end[1] or len(from_digits) != len(to_digits):
        raise problems.SerialsWrong(_("首号和末号的字头或位数不同"))
    count = int(to_digits) - int(from_digits) + 1
    if not 1 <= count <= 10_000:
        raise problems.SerialsWrong(_("末号应不小于首号，一次不超过一万张"))
    return [f"{stem}{number:0{len(from_digits)}d}" for number in range(int(from_digits), int(to_digits) + 1)]


def _end(deed: Deed, paper_id: int, state: PaperState, reason: str) -> None:
    paper = Paper.objects.get(pk=paper_id, dossier=deed.dossier)
    if paper.state in (PaperState.VOID, PaperState.REVOKED):
        raise problems.AlreadyEnded(paper.name, paper.get_state_display())
    paper.state, paper.ended_at, paper.ended_because = state, deed.at, reason[:200]
    paper.save(update_fields=["state", "ended_at", "ended_because"])


def _locked(paper_ids: Sequence[int]) -> list[Paper]:
    rows = Paper.objects.filter(pk__in=paper_ids).select_related("file").order_by("pk")
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",))
    found = {paper.pk: paper for paper in rows}
    return [found[pk] for pk in paper_ids]


def _next_copy(paper: Paper, by: Actor, at: datetime, workstation: str, reason: str) -> PrintedCopy:
    if not paper.is_ready:
        raise problems.NotReady(paper.name, paper.get_state_display())
    last = PrintedCopy.objects.filter(paper=paper).order_by("-n").values_list("n", flat=True).first()
    n = 0 if last is None else last + 1
    form = printing.form_of(paper, queries.profile(workstation, paper.kind))
    said = reason[:200] if n else ""
    return PrintedCopy(paper=paper, n=n, at=at, by_id=by.account_id, workstation=workstation, form=form, reason=said)


def _blanks(kind: str, serials: Sequence[str], *states: BlankState) -> list[BlankCertificate]:
    rows = list(BlankCertificate.objects.filter(kind=kind, serial__in=serials, state__in=states))
    if len(rows) < len(serials):
        lost = sorted(set(serials) - {row.serial for row in rows})
        listed = "、".join(lost[:5]) + ("等" if len(lost) > 5 else "")
        raise problems.BlankNotThere(listed, "或".join(str(state.label) for state in states))
    return rows


def _one_unit(rows: Sequence[BlankCertificate]) -> int:
    units = {row.unit_id for row in rows}
    if len(units) > 1:
        raise problems.SerialsWrong(_("这些证分属几个单位"))
    return units.pop()


def _change(
    rows: Sequence[BlankCertificate],
    was: BlankState,
    became: BlankState,
    by: Actor,
    at: datetime,
    *,
    holder_id: int | None = None,
    paper_id: int | None = None,
    reason: str = "",
) -> None:
    """Move blanks, each from the state in which it was seen: of two who want the same one, one is told."""
    keys = [row.pk for row in rows]
    moved = BlankCertificate.objects.filter(pk__in=keys, state=was).update(
        state=became, holder_id=holder_id, paper_id=paper_id
    )
    if moved < len(rows):
        raise problems.BlankNotThere("、".join(row.serial for row in rows[:5]), str(was.label))
    _moved(rows, became, by, at, was=was, reason=reason)


def _moved(
    rows: Sequence[BlankCertificate],
    became: BlankState,
    by: Actor,
    at: datetime,
    *,
    was: str = "",
    reason: str = "",
) -> None:
    BlankMove.objects.bulk_create(
        BlankMove(blank=row, was=was, became=became, at=at, by_id=by.account_id, reason=reason) for row in rows
    )
