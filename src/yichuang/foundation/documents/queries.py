"""Questions to the paper room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from yichuang.foundation.documents import codes
from yichuang.foundation.documents.models import BlankCertificate, BlankMove, Paper, PrintProfile, SealUse
from yichuang.foundation.documents.rendering import definition_of, sheet_of
from yichuang.foundation.documents.terms import BlankState, PaperState, PrintFormat, Standing
from yichuang.foundation.people.actors import Actor, Reach, local_day
from yichuang.foundation.people.holdings import Held
from yichuang.foundation.people.visibility import register_scope, visible
from yichuang.foundation.records.terms import CHINA
from yichuang.foundation.work import sight
from yichuang.foundation.work.terms import ScopeKind

__all__ = ["definition_of", "sheet_of"]


def register() -> None:
    """Tell the one filter: whoever sees a dossier sees its papers; blanks are seen by who keeps the stock."""
    register_scope(Paper, permission=sight.VIEW, own=_own, mandate=_mandate, units=_units)
    register_scope(BlankCertificate, permission="documents.manage_seals", units=lambda reach: Q(unit__in=reach.units))


def papers_for(actor: Actor, purpose: str = "list") -> QuerySet[Paper]:
    """List the papers that an actor may see, newest first."""
    return visible(actor, Paper, purpose).select_related("dossier", "file", "unit").order_by("-pk")


def paper_for(actor: Actor, paper_id: int) -> Paper | None:
    """Find one paper, or None for one that is not there or not for this actor."""
    return papers_for(actor).filter(pk=paper_id).first()


def papers_of(dossier_id: int, *, kinds: Iterable[str] = ()) -> QuerySet[Paper]:
    """List the papers of a dossier that stand, oldest first; only some kinds if named."""
    rows = Paper.objects.filter(dossier=dossier_id).exclude(state__in=[PaperState.VOID, PaperState.REVOKED])
    return rows.filter(kind__in=list(kinds)) if kinds else rows


def unprinted(dossier_id: int) -> QuerySet[Paper]:
    """List the papers of a dossier that were never printed: what one key prints."""
    return papers_of(dossier_id).filter(copies=None)


def files_of_papers(actor: Actor) -> Q:
    """Say which files an actor reads through papers."""
    return Q(pk__in=visible(actor, Paper).filter(file__isnull=False).values("file"))


@dataclass(frozen=True, slots=True)
class Verification:
    """What the public is told of a paper: nothing personal beyond what stands on it for everybody."""

    standing: Standing
    name: str
    number: str
    office: str
    issued_on: date
    valid_until: date | None
    sha256: str
    ended_on: date | None
    ended_because: str
    is_synthetic: bool

    @property
    def is_valid(self) -> bool:
        """Say whether one may rely on the paper today."""
        return self.standing is Standing.VALID


def verify(code: str, *, at: datetime) -> Verification | None:
    """
    Check a paper by its code, as typed or scanned; None for a code that there is not.

    The caller limits how often one may ask.
    """
    paper = Paper.objects.select_related("file").filter(verify_code=codes.plain_code(code)).first()
    if paper is None:
        return None
    sheet = sheet_of(paper)
    return Verification(
        standing=_standing(paper, at),
        name=paper.name,
        number=paper.number,
        office=sheet.office,
        issued_on=local_day(paper.issued_at),
        valid_until=paper.valid_until,
        sha256=paper.file.sha256 if paper.file else "",
        ended_on=local_day(paper.ended_at) if paper.ended_at else None,
        ended_because=paper.ended_because,
        is_synthetic=paper.is_synthetic,
    )


def same_file(code: str, sha256: str) -> bool:
    """Say whether a file that somebody holds is the very one that was issued under a code."""
    return Paper.objects.filter(verify_code=codes.plain_code(code), file__sha256=sha256.lower()).exists()


def profile(workstation: str, kind: str) -> PrintProfile:
    """Find how a workstation prints a kind of paper: its own profile, the workstation's general one, else A4."""
    rows = PrintProfile.objects.filter(workstation=workstation, kind__in=[kind, ""]) if workstation else []
    found = sorted(rows, key=lambda row: row.kind == "")
    return found[0] if found else PrintProfile(workstation=workstation, kind=kind, form=PrintFormat.A4)


def seal_uses(*, unit_ids: Iterable[int] | None = None) -> QuerySet[SealUse]:
    """List the uses of seals (用印台账), newest first; only those of some units if named."""
    rows = SealUse.objects.select_related("paper", "used_by").order_by("-used_at", "-pk")
    return rows if unit_ids is None else rows.filter(paper__unit__in=list(unit_ids))


@dataclass(frozen=True, slots=True)
class Stock:
    """The balance of one kind of blank certificate at a day's end: what came in is what is used, spoiled and left."""

    received: int
    drawn: int
    used: int
    spoiled: int

    @property
    def left(self) -> int:
        """Count those in stock and in people's hands: 结存."""
        return self.received - self.used - self.spoiled

    @property
    def in_stock(self) -> int:
        """Count those that nobody has drawn."""
        return self.left - self.drawn


def stock(kind: str, unit_id: int, *, on: date) -> Stock:
    """Count a unit's blanks of a kind at the end of China's day `on`, from their moves."""
    end = datetime.combine(on + timedelta(days=1), time(), CHINA)
    moves = BlankMove.objects.filter(blank__kind=kind, blank__unit=unit_id, at__lt=end).order_by("at", "pk")
    last = dict(moves.values_list("blank", "became"))
    count = Counter(last.values())
    return Stock(len(last), count[BlankState.DRAWN], count[BlankState.USED], count[BlankState.SPOILED])


def blanks_held_by(account_id: int) -> QuerySet[BlankCertificate]:
    """List the blanks in somebody's hands: they are handed over before he leaves."""
    return BlankCertificate.objects.filter(holder=account_id, state=BlankState.DRAWN)


def blanks_as_held(account_id: int) -> list[Held]:
    """List the blanks in somebody's hands for a hand-over."""
    return [Held(str(row.pk), f"{row.kind} {row.serial}", row.unit_id) for row in blanks_held_by(account_id)]


def _standing(paper: Paper, at: datetime) -> Standing:
    match paper.state:
        case PaperState.VOID:
            return Standing.VOID
        case PaperState.REVOKED:
            return Standing.REVOKED
        case PaperState.DUE:
            return Standing.PENDING
    if paper.valid_until and paper.valid_until < local_day(at):
        return Standing.EXPIRED
    return Standing.VALID


def _own(reach: Reach) -> Q:
    return Q(dossier__in=sight.through(ScopeKind.PARTY, reach.parties)) | Q(
        dossier__in=sight.through(ScopeKind.AGENT, reach.parties)
    )


def _mandate(reach: Reach) -> Q:
    return Q(dossier__in=sight.through(ScopeKind.PARTY, reach.principals))


def _units(reach: Reach) -> Q:
    return Q(dossier__in=sight.through(ScopeKind.UNIT, reach.units))
