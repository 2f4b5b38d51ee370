"""Anchors: signed statements of how far every stream had come, from which later changes are found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .digest import GENESIS, microseconds, row
from .merkle import Tree

FORM = "yichuang/anchor/1"


@dataclass(frozen=True, slots=True)
class Head:
    """How far a stream has come: the number of its records and the digest of the last."""

    stream: str
    count: int
    head: str

    @property
    def leaf(self) -> bytes:
        """The bytes by which this head stands in a Merkle tree."""
        return row(self.stream, self.count, self.head)


@dataclass(frozen=True, slots=True)
class Mark:
    """What an anchor saw of one stream that had grown since the anchor before: kept beside it, append-only."""

    anchor: int
    stream: str
    count: int
    head: str

    @property
    def leaf(self) -> bytes:
        """The same bytes as those of the head that was seen."""
        return row(self.stream, self.count, self.head)


@dataclass(frozen=True, slots=True)
class Anchor:
    """
    One signed statement over all streams of a moment.

    `root` is the Merkle root over the heads of all streams, sorted by the code points of their ids; `changes` the root
    over the heads of those alone that grew since the anchor before, which are kept as marks; `previous` the digest of
    that anchor. Because each anchor signs its changes, the marks of all anchors together say what each of them saw.
    """

    number: int  # 1, 2, 3 …, without gap
    at: datetime
    streams: int
    records: int
    root: str
    changes: str
    previous: str = GENESIS
    signature: str = ""  # Ed25519 in hex; empty while unsigned


def draft_anchor(
    *, number: int, at: datetime, heads: Iterable[Head], changed: Iterable[Head], previous: str = GENESIS
) -> Anchor:
    """
    Draw up the unsigned anchor of a moment.

    `heads` are all streams, `changed` those whose count differs from their latest mark (0 without one); both sorted by
    stream in code point order (`COLLATE "C"`), and read in one transaction. Each of `changed` is then kept as a `Mark`
    of this number. `previous` is the `anchor_digest` of the anchor before. A stream without a record is passed over.

    :raises ValueError: the heads are not sorted, or a stream stands twice
    """
    everything, changes, records = Tree(), Tree(), 0
    for head in _ascending(heads):
        everything.add(head.leaf)
        records += head.count
    for head in _ascending(changed):
        changes.add(head.leaf)
    return Anchor(number, at, everything.size, records, everything.root, changes.root, previous)


def repeat_anchor(last: Anchor, *, at: datetime) -> Anchor:
    """Draw up the unsigned anchor of a moment at which no stream has grown since the last: it says the same again."""
    return Anchor(last.number + 1, at, last.streams, last.records, last.root, Tree().root, anchor_digest(last))


def anchor_digest(anchor: Anchor) -> str:
    """Digest all of an anchor but its signature: SHA-256 in hex; the next anchor names it, the signature covers it."""
    counts = anchor.number, microseconds(anchor.at), anchor.streams, anchor.records
    return hashlib.sha256(row(FORM, *counts, anchor.root, anchor.changes, anchor.previous)).hexdigest()


def sign_anchor(anchor: Anchor, private_key: bytes) -> Anchor:
    """Sign with a raw Ed25519 key of 32 bytes: the digest of the anchor, as its 64 characters."""
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(anchor_digest(anchor).encode())
    return replace(anchor, signature=signature.hex())


def verify_anchor(anchor: Anchor, public_key: bytes) -> bool:
    """Say whether the owner of this raw Ed25519 key (32 bytes) signed the anchor as it stands; unsigned is no."""
    try:
        signature = bytes.fromhex(anchor.signature)
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, anchor_digest(anchor).encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key_of(private_key: bytes) -> bytes:
    """Give the raw public key (32 bytes) that belongs to a raw private one."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def _ascending(heads: Iterable[Head]) -> Iterable[Head]:
    before = None
    for head in heads:
        if not head.count:
            continue
        if before is not None and head.stream <= before:
            raise ValueError(
                f"stream {head.stream!r} comes after {before!r}: heads are sorted by code points, each once"
            )
        before = head.stream
        yield head
