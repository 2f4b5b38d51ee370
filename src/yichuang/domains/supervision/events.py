"""What supervision tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class UnitReminded:
    """A unit was reminded of a dossier (催办)."""

    reminder_id: int
    unit: str
    on: date
    text: str


@dataclass(frozen=True, slots=True)
class CardSuspected:
    """The machine suspects a breach; nothing counts yet."""

    card_id: int
    colour: str
    ground: str
    unit: str
    hear_by: datetime


@dataclass(frozen=True, slots=True)
class CardExplained:
    """The unit was heard."""

    card_id: int
    explanation: str


@dataclass(frozen=True, slots=True)
class CardDecided:
    """The office confirmed a suspected card or dismissed it."""

    card_id: int
    colour: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class CardAppealed:
    """An appeal against a card was opened: by its unit, or by the machine because a calendar notice moved its limit."""

    card_id: int
    text: str


@dataclass(frozen=True, slots=True)
class AppealDecided:
    """The office granted an appeal, and the card is withdrawn, or let the card stay."""

    card_id: int
    is_granted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class ReminderDeferred:
    """The next automatic reminder of a limit was held back (暂缓)."""

    clock_id: int
    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class OrderDrafted:
    """An order or letter was drafted."""

    about: str
    unit: str
    subject: str


@dataclass(frozen=True, slots=True)
class OrderSigned:
    """A person signed it: an order to a unit that takes orders, else a letter."""

    is_letter: bool
    answer_by: date


@dataclass(frozen=True, slots=True)
class OrderDiscarded:
    """A draft was not used."""

    reason: str


@dataclass(frozen=True, slots=True)
class OrderReceived:
    """The unit signed for the order."""

    unit: str


@dataclass(frozen=True, slots=True)
class OrderAnswered:
    """The unit reported back."""

    answer: str


@dataclass(frozen=True, slots=True)
class OrderVerified:
    """The office looked whether the answer is true."""

    finding: str


@dataclass(frozen=True, slots=True)
class OrderSentBack:
    """The answer was not enough."""

    reason: str


@dataclass(frozen=True, slots=True)
class OrderClosed:
    """销号: closed with evidence by somebody of another unit."""

    evidence: str
