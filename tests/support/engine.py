"""Publishes the shipped definitions once per test, and makes the people of a small hall."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from tests.support import people
from yichuang.domains.cases.commands.intake import receive
from yichuang.domains.cases.models import Case
from yichuang.domains.cases.rules import Application, Brought
from yichuang.domains.cases.terms import Channel, IdentityCheck
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions.folders import Folder, read_folder
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.records.terms import SYSTEM

CHINA = ZoneInfo("Asia/Shanghai")


def china(text: str) -> datetime:
    """Read a moment as China's wall clock shows it: `2019-10-08 09:30`."""
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@cache
def shipped() -> Folder:
    """Read the shipped definitions once per process."""
    return read_folder(settings.DEFINITIONS)


def publish(at: datetime | None = None) -> None:
    """Publish everything that ships."""
    definitions.publish(shipped(), by=SYSTEM, at=at or china("2019-09-01 09:00"))


class Hall:
    """A hall with its people: window, handler, reviewer, signer, head, delivery; and one applicant."""

    def __init__(self, unit: str = "scjg", at: str = "2019-10-08 09:30") -> None:
        publish()
        self.at = china(at)
        self.unit = people.make_unit(unit, uscc="11420106MB1A000012")
        self.hall = people.make_unit("hall", kind="HALL")
        self.window = self._staff("window", self.hall)
        self.handler = self._staff("handler", self.unit)
        self.reviewer = self._staff("reviewer", self.unit)
        self.signer = self._staff("signer", self.unit)
        self.head = self._staff("dept_head", self.unit)
        self.delivery = self._staff("delivery", self.hall)
        self.party = people.make_party("刘某")
        self.citizen = people.make_actor("", party=self.party, at=self.at)

    def _staff(self, role: str, unit: object) -> Actor:
        return people.make_actor(role, unit, at=self.at, name=role)

    def application(self, item: str = "food_business_permit", **more: object) -> Application:
        """Write an application for an item, with everything brought but what the library supplies."""
        said: dict[str, object] = {
            "item_id": item,
            "applicant_id": self.party.pk,
            "channel": Channel.WINDOW,
            "received_at": self.at,
            "identity_check": IdentityCheck.READER,
            "brought": {
                code: Brought()
                for code in ("business_licence", "resident_id", "food_floor_plan", "food_safety_rules", "lease")
            },
            "situation": {"business": "restaurant", "place": "rented", "area": "small"},
        }
        return Application(**(said | more))  # type: ignore[arg-type]

    def receive(self, **more: object) -> Case:
        """Take an application in at the window."""
        application = self.application(**more)
        by = self.citizen if application.channel == Channel.ONLINE else self.window
        return receive(application=application, by=by, at=self.at)
