"""Makes a hall with queues and windows on top of the engine's hall with its people."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.catalogue import commands as catalogue
from yichuang.domains.counter import commands
from yichuang.domains.counter.models import Queue, Site, Ticket, Window
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.people.models import Account


class Counter(Hall):
    """The hall of the demo data with its windows; `window` sits at number 1, `other` at number 2."""

    def __init__(self, at: str = "2019-10-30 09:30") -> None:
        super().__init__(at=at)
        people.make_demo()
        people.make_unit("street_shouyilu", kind="STREET", relation="STREET")
        commands.load_sites(demo_sites(), at=self.at)
        catalogue.refresh(at=self.at)
        self.site = Site.objects.get(code="hall")
        self.queue = Queue.objects.get(site=self.site, code="general")
        self.other = people.make_actor("window", self.hall, at=self.at, name="李红")
        self.guide = people.make_actor("guide", self.hall, at=self.at, name="赵卫东")
        self.one = Window.objects.get(site=self.site, number="1")
        self.two = Window.objects.get(site=self.site, number="2")

    def seat(self) -> None:
        """Let both clerks sit down."""
        commands.sit_down(window_id=self.one.pk, by=self.window, at=self.at)
        commands.sit_down(window_id=self.two.pk, by=self.other, at=self.at)

    def issue(self, at: datetime | None = None, **more: Any) -> Ticket:
        """Give out a ticket of the general queue."""
        said = {"queue_id": self.queue.pk} | more
        return commands.issue_ticket(by=self.guide, at=at or self.at, **said)

    def account(self, actor: Actor) -> Account:
        """Give the account behind an actor."""
        return Account.objects.get(pk=actor.account_id)


def demo_sites() -> dict[str, Any]:
    """Read the sites of the demo data."""
    folder = next(Path(each) for each in settings.DEFINITIONS if Path(each).name == "wuchang")
    read: dict[str, Any] = yaml.safe_load((folder / "demo" / "counter.yaml").read_text(encoding="utf-8"))
    return read


__all__ = ["Counter", "china", "demo_sites"]
