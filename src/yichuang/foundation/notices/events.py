"""What this room tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PeopleTold:
    """Somebody was told something: which notices, in which wording."""

    notice_ids: tuple[int, ...]
    template: str
    version: int
    dossier_id: int | None
    on_paper: int


@dataclass(frozen=True, slots=True)
class SendingParked:
    """A message could not be sent by one channel and waits for a person."""

    sending_id: int
    channel: str


@dataclass(frozen=True, slots=True)
class SendingRetried:
    """A person sent it on its way again."""

    sending_id: int
    channel: str
