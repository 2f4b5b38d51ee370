"""The canonical form of a payload and the digest of a record: defined here once, for writers and verifiers alike."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from json.encoder import encode_basestring

import rfc8785

FORM = "yichuang/record/1"  # changes when the form of the digest does; old records keep theirs

GENESIS = "0" * 64
"""What stands as `previous` in the first record of every stream."""

_quoted = encode_basestring
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def canonical(payload: Json) -> bytes:
    """
    Write a JSON value as RFC 8785 says: keys sorted, no spaces, UTF-8; equal values give equal bytes.

    Dates, Decimals and other objects are not JSON: the caller turns them into text first.

    >>> canonical({"b": 1, "a": "受理"}).decode()
    '{"a":"受理","b":1}'

    :raises ValueError: the value is no JSON, or holds a whole number beyond ±(2**53 − 1)
    """
    return rfc8785.dumps(payload)


def microseconds(at: datetime) -> int:
    """
    Count the whole microseconds from 1970-01-01 UTC to an aware moment: the one form of time inside a digest.

    >>> microseconds(datetime(1970, 1, 1, 8, 0, 1, 5, tzinfo=UTC))
    28801000005

    :raises ValueError: the moment has no time zone
    """
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone")
    return (at - _EPOCH) // _MICROSECOND


def moment(whole_microseconds: int) -> datetime:
    """Turn whole microseconds since 1970-01-01 UTC back into a moment."""
    return _EPOCH + timedelta(microseconds=whole_microseconds)


def record_digest(
    *, stream: str, seq: int, kind: str, by: str, at: datetime, recorded_at: datetime, payload: bytes, previous: str
) -> str:
    """
    Digest one record: SHA-256 in lower-case hex over a head line, a line feed and the payload's bytes as they are kept.

    The head line is the canonical JSON array of form, stream, seq, kind, by, at and recorded_at in whole microseconds
    UTC, and the digest of the record before (`GENESIS` for the first). It holds no raw line feed, so that no two
    records share their bytes. `by` is the whole text of who acted; what is in no argument here is not protected,
    unless it stands in the payload. Equal moments in two zones are equal.

    :raises ValueError: a moment has no time zone, or a text cannot be written as UTF-8
    """
    head = row(FORM, stream, seq, kind, by, microseconds(at), microseconds(recorded_at), previous)
    return hashlib.sha256(head + b"\n" + payload).hexdigest()


def digest_of_text(
    stream: str, seq: int, kind: str, by: str, at: int, recorded_at: int, payload: str, previous: str
) -> str:
    """
    Digest one record whose moments are whole microseconds and whose payload is text: the same, for the verifier.

    :raises ValueError: a text cannot be written as UTF-8
    """
    written = (
        f'["{FORM}",{_quoted(stream)},{seq},{_quoted(kind)},{_quoted(by)},{at},{recorded_at},{_quoted(previous)}]'
        f"\n{payload}"
    )
    return hashlib.sha256(written.encode()).hexdigest()


def row(*values: str | int) -> bytes:
    """
    Write texts and whole numbers as a canonical JSON array.

    Of these alone the encoder in C writes what RFC 8785 asks for, ten times faster; a test holds it to `canonical`.
    """
    return f"[{','.join([_quoted(each) if isinstance(each, str) else str(each) for each in values])}]".encode()


def salted(value: str, salt: bytes) -> str:
    """
    Digest a personal value so that records can be compared and never read: HMAC-SHA-256 of the NFC text, in hex.

    The salt is secret and one per installation; without it a short value such as a telephone number would be guessed.

    :raises ValueError: the salt has fewer than 16 bytes
    """
    if len(salt) < 16:
        raise ValueError(f"a salt has at least 16 bytes, this one {len(salt)}")
    return hmac.new(salt, unicodedata.normalize("NFC", value).encode(), hashlib.sha256).hexdigest()
