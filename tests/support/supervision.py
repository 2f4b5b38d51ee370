"""What the tests of supervision share: a hall with an office, and time that passes as the worker lets it."""

from __future__ import annotations

from datetime import timedelta

from tests.support import people
from tests.support.engine import Hall, china
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import Case
from yichuang.foundation.jobs import runner
from yichuang.foundation.records import commands as records


class Watched(Hall):
    """A hall with the office that watches it."""

    def __init__(self, unit: str = "scjg", at: str = "2019-10-08 09:30") -> None:
        super().__init__(unit, at)
        self.office_unit = people.make_unit("office", kind="OFFICE")
        self.office = people.make_actor("office", self.office_unit, at=self.at, name="熊某")

    def accepted(self, **more: object) -> Case:
        """Take an application in and accept it at once."""
        from_hall = self.receive(**more)
        cases.accept_case(case_id=from_hall.pk, by=self.window, at=self.at + timedelta(minutes=5))
        from_hall.dossier.refresh_from_db()
        return from_hall


def until(text: str) -> None:
    """Let the worker do everything that is due by a moment, and deliver the news."""
    at = china(text)
    for _ in range(4):
        runner.run_due(at=at)
        records.deliver(at=at)
