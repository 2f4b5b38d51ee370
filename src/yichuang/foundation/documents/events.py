"""What the paper room tells. Facts of papers hold names and numbers of people, so events hold ids and digests only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaperNumbered:
    """A paper was written and numbered; it waits for its rendering."""

    paper_id: int
    kind: str
    version: int
    number: str
    facts: str  # digest of the frozen facts with the verify code as salt


@dataclass(frozen=True, slots=True)
class PaperSealed:
    """A paper was rendered and sealed."""

    paper_id: int
    sha256: str
    seal: str
    certificate: str


@dataclass(frozen=True, slots=True)
class PaperRendered:
    """A paper was rendered; it bears no seal by its definition."""

    paper_id: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PaperVoided:
    """A paper that was written by mistake was made void."""

    paper_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class PaperRevoked:
    """What a paper grants was taken back."""

    paper_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class PapersPrinted:
    """Papers were printed; `reprints` counts those that had been before."""

    paper_ids: tuple[int, ...]
    workstation: str
    reprints: int
    reason: str


@dataclass(frozen=True, slots=True)
class ProfileSaved:
    """A workstation prints a kind of paper in another way."""

    profile_id: int
    workstation: str
    kind: str
    form: str


@dataclass(frozen=True, slots=True)
class BlanksReceived:
    """Pre-printed certificates came in."""

    kind: str
    unit_id: int
    first: str
    last: str
    count: int


@dataclass(frozen=True, slots=True)
class BlanksDrawn:
    """Somebody took pre-printed certificates out of stock."""

    kind: str
    first: str
    last: str
    count: int
    holder_id: int


@dataclass(frozen=True, slots=True)
class BlanksReturned:
    """Unused ones went back into stock."""

    kind: str
    first: str
    last: str
    count: int


@dataclass(frozen=True, slots=True)
class BlankUsed:
    """A paper was printed on a pre-printed certificate."""

    blank_id: int
    serial: str
    paper_id: int


@dataclass(frozen=True, slots=True)
class BlankSpoiled:
    """A pre-printed certificate can no longer be used."""

    blank_id: int
    serial: str
    reason: str
