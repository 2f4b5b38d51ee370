"""
A system that is not there: speaks the same protocol, keeps its own book, and misbehaves as its settings say.

`fails: n` is silent at the first n tries of each message; `cuts: n` takes it and is cut off before it answers, n times;
`refuses: [kinds]` says no; `late: true` answers only when it is asked again; `twice: true` then answers twice;
`silent: true` is not there at all. `begin` puts a line into its book that we know nothing of, `turn` changes one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.connections.adapters import (
    Answer,
    Incoming,
    Kind,
    Outgoing,
    Refused,
    Settings,
    Theirs,
    register_adapter,
)
from yichuang.foundation.connections.models import SimulatedMessage, sealed
from yichuang.foundation.connections.terms import TheirState
from yichuang.foundation.records.terms import CHINA
from yichuang.kernel.errors import Unavailable

SIMULATOR = "simulator"
SETTINGS = frozenset({"fails", "cuts", "refuses", "late", "twice", "silent"})


def register() -> None:
    """Make the simulator known."""
    register_adapter(Kind(SIMULATOR, _("模拟系统"), Simulator, SETTINGS))


@dataclass(frozen=True, slots=True)
class Simulator:
    """One simulated system."""

    code: str
    settings: Settings

    def send(self, message: Outgoing) -> Answer:
        """Take a message, once by its key; misbehave as told."""
        self.check()
        row, _made = SimulatedMessage.objects.get_or_create(
            system=self.code,
            key=message.key,
            defaults={
                "kind": message.kind,
                "body": sealed(message.body),
                "day": message.at.astimezone(CHINA).date(),
                "state": TheirState.RECEIVED,
            },
        )
        SimulatedMessage.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
        row.refresh_from_db()
        if row.tries <= self._number("fails"):
            raise Unavailable(self.code, "模拟：没有应答")
        if message.kind in self.settings.get("refuses", ()):
            self._becomes(row, TheirState.REFUSED)
            raise Refused("模拟：不接收这类消息")
        self._becomes(row, TheirState.RECEIVED if self.settings.get("late") else TheirState.DONE)
        if row.tries <= self._number("fails") + self._number("cuts"):
            raise Unavailable(self.code, "模拟：收到后连接中断")
        return Answer(row.reference, {"reference": row.reference}, is_final=not self.settings.get("late"))

    def collect(self, since: date) -> Iterator[Incoming]:
        """Answer now what was only taken; twice when told so."""
        self.check()
        if not self.settings.get("late"):
            return
        for row in SimulatedMessage.objects.filter(system=self.code, tries__gt=0, is_taken=True, day__gte=since):
            if row.state == TheirState.REFUSED:
                continue
            self._becomes(row, TheirState.DONE)
            for _n in range(2 if self.settings.get("twice") else 1):
                yield Incoming(
                    key=f"answer/{row.key}",
                    kind=row.kind,
                    body={"reference": row.reference},
                    answers=row.key,
                    reference=row.reference,
                )

    def list_for(self, day: date) -> Iterator[Theirs]:
        """List the book of a day; what was never taken is not in it."""
        self.check()
        for row in SimulatedMessage.objects.filter(system=self.code, day=day, is_taken=True).order_by("pk"):
            yield Theirs(row.key, TheirState(row.state), row.reference, row.kind)

    def check(self) -> None:
        """Be there, unless told not to."""
        if self.settings.get("silent"):
            raise Unavailable(self.code, "模拟：没有应答")

    def begin(self, key: str, kind: str, day: date) -> None:
        """Begin something over there of which we know nothing."""
        row = SimulatedMessage(system=self.code, key=key, kind=kind, body="", day=day, state=TheirState.RECEIVED)
        row.save()
        self._becomes(row, TheirState.RECEIVED)

    def turn(self, key: str, state: TheirState) -> None:
        """Change over there how a message stands, without telling."""
        SimulatedMessage.objects.filter(system=self.code, key=key).update(state=state)

    def _becomes(self, row: SimulatedMessage, state: TheirState) -> None:
        row.state, row.is_taken, row.reference = state, True, f"{self.code.upper()}-{row.pk:06d}"
        row.save(update_fields=["state", "is_taken", "reference"])

    def _number(self, name: str) -> int:
        return int(self.settings.get(name, 0))
