"""What the catalogue tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CatalogueRefreshed:
    """The list of items follows what is in force: codes of items that opened, changed and closed."""

    opened: tuple[str, ...]
    changed: tuple[str, ...]
    closed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PopularityCounted:
    """Applications of the last year were counted: items whose number changed."""

    items: int


@dataclass(frozen=True, slots=True)
class WaysComputed:
    """The four ways followed the elements: how many items and rows changed."""

    items: int
    rows: int


@dataclass(frozen=True, slots=True)
class WaysConfirmed:
    """A department confirmed ways as computed: item and way of each."""

    confirmed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WayOverridden:
    """A department said otherwise than the elements, and why."""

    item: str
    way: str
    flag: bool
    reason: str


@dataclass(frozen=True, slots=True)
class WaysPublished:
    """The office made a list of the four ways public: items in each way."""

    registry: str
    on: date
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class WayTargetSet:
    """A target of a way for a quarter was set, in hundredths of a percent."""

    registry: str
    way: str
    quarter: str
    hundredths: int


@dataclass(frozen=True, slots=True)
class WhatIfTried:
    """A change of one element of some items was tried out."""

    run: int
    registry: str
    element: str
    items: int


@dataclass(frozen=True, slots=True)
class ReductionsComputed:
    """The ledger of reductions followed the published versions: how many items and rows changed."""

    items: int
    rows: int


@dataclass(frozen=True, slots=True)
class BenchmarksKept:
    """Values of other regions were entered or imported."""

    rows: int
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BenchmarkEnded:
    """What was known of a region for an item was taken back."""

    item: str
    region: str


@dataclass(frozen=True, slots=True)
class ProofsKept:
    """Proofs were put on the list or changed, from a day on."""

    codes: tuple[str, ...]
    valid_from: date


@dataclass(frozen=True, slots=True)
class IntermediariesKept:
    """A list of intermediary items came into force."""

    codes: tuple[str, ...]
    valid_from: date


@dataclass(frozen=True, slots=True)
class IntermediaryChangeAsked:
    """A unit asked for a change of the list of intermediary items."""

    change: int
    code: str
    kind: str


@dataclass(frozen=True, slots=True)
class IntermediaryChangeChecked:
    """A request was checked against law."""

    change: int
    code: str
    is_lawful: bool


@dataclass(frozen=True, slots=True)
class IntermediaryChangeDecided:
    """A request was decided; where it was made, the list changes from a day on."""

    change: int
    code: str
    is_made: bool
    valid_from: date


@dataclass(frozen=True, slots=True)
class ItemDraftBegun:
    """The next version of an item is being edited; `base` is the version that was copied, None for a new item."""

    draft: int
    code: str
    version: int
    base: int | None


@dataclass(frozen=True, slots=True)
class ItemDraftSaved:
    """Elements of a draft were changed; `flaws` reasons refuse its publication now."""

    draft: int
    code: str
    revision: int
    elements: tuple[str, ...]
    flaws: int


@dataclass(frozen=True, slots=True)
class ItemDraftSubmitted:
    """A draft was handed to the check."""

    draft: int
    code: str
    version: int


@dataclass(frozen=True, slots=True)
class ItemDraftApproved:
    """A draft was found fit to be published, as it stood at a revision."""

    draft: int
    code: str
    version: int
    revision: int


@dataclass(frozen=True, slots=True)
class ItemDraftSentBack:
    """A draft was sent back to its editor."""

    draft: int
    code: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class ItemDraftGivenUp:
    """A draft was given up."""

    draft: int
    code: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class ItemPublicationScheduled:
    """A draft will be published on a day; None takes that back."""

    draft: int
    code: str
    version: int
    on: date | None


@dataclass(frozen=True, slots=True)
class ItemPublicationHeld:
    """The day came, and the publication check had reasons against it."""

    draft: int
    code: str
    version: int
    on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class ItemPublished:
    """A version of an item was published out of a draft."""

    draft: int
    code: str
    version: int
    unit: str


@dataclass(frozen=True, slots=True)
class ListingsEntered:
    """Items of bodies were entered for a registry: how many, and the digest over them."""

    registry: str
    entries: int
    digest: str


@dataclass(frozen=True, slots=True)
class ListingsOrdered:
    """The publication of a registry was ordered."""

    run: int
    registry: str
    entries: int


@dataclass(frozen=True, slots=True)
class ListingsPublished:
    """A registry was published: how many by level, how many were refused, the digest over item, unit and version."""

    run: int
    registry: str
    published: int
    faulty: int
    levels: dict[str, int]
    digest: str


@dataclass(frozen=True, slots=True)
class ListingsWithdrawn:
    """Entries were taken out of a registry."""

    registry: str
    entries: int
    digest: str
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimsAssigned:
    """Units were given items of the national standard to claim."""

    tasks: int
    units: int
    due_on: date


@dataclass(frozen=True, slots=True)
class ClaimMade:
    """A unit claimed an item of the national standard."""

    task: int
    unit: str
    catalog_code: str
    item: str


@dataclass(frozen=True, slots=True)
class ClaimDeclined:
    """A unit says that an item is not its own."""

    task: int
    unit: str
    catalog_code: str
    reason: str


@dataclass(frozen=True, slots=True)
class CodesMapped:
    """New codes stand for old ones: how many were given, how many are new."""

    given: int
    new: int


@dataclass(frozen=True, slots=True)
class StreetItemsKept:
    """Items went down to the streets, or went on there."""

    items: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class StreetItemEnded:
    """An item was taken back from the streets."""

    item: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemsImported:
    """A table of items was taken in: its digest, the form or mapping by which it was read, what became of its rows."""

    file: str
    digest: str
    mapping: str
    rows: int
    created: int
    updated: int
    unchanged: int
    units: int


@dataclass(frozen=True, slots=True)
class GuideConfirmed:
    """The unit's editor looked at a guide and found it still right."""

    item: str
    version: int
    unit: str


@dataclass(frozen=True, slots=True)
class RemarkLeft:
    """Somebody said that a guide is wrong, or asked a question; what was said is kept beside the record."""

    remark: int
    kind: str
    item: str
    unit: str


@dataclass(frozen=True, slots=True)
class RemarkPassedOn:
    """A remark went to another unit, with a reason."""

    remark: int
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class RemarkAnswered:
    """A remark was closed: how, and with which answer."""

    remark: int
    outcome: str
    answer: str


@dataclass(frozen=True, slots=True)
class ItemTableBrought:
    """Somebody brought a table of items to be looked over."""

    run: int
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class ItemTableChecked:
    """A table of items was looked over: what it would do, how much is wrong with it."""

    run: int
    state: str
    rows: int
    created: int
    updated: int
    unchanged: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class ItemTableReleased:
    """A table of items that had been looked over was released to be taken in."""

    run: int
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListingsFiled:
    """Listings were ordered to be sent to the province tonight, and news of those that were taken back."""

    system: str
    published: int
    withdrawn: int
