"""The last part of a demo: what the deeds have ordered and what is due: reminders, notices, papers to be rendered."""

from __future__ import annotations

from yichuang.config import demo
from yichuang.config.demo.beside import AT_ONCE
from yichuang.foundation.documents.numbering import RENDER
from yichuang.foundation.jobs import runner
from yichuang.foundation.records import commands as records


def load(district: demo.Demo) -> None:
    """Do every job that was due by the opening moment, and let be heard what the records tell."""
    at = district.opened_at
    while records.deliver(at=at) + runner.run_due(at=at, limit=AT_ONCE, but=RENDER).total:
        pass  # papers come last: a second process may render them meanwhile
    while records.deliver(at=at) + runner.run_due(at=at, limit=AT_ONCE).total:
        pass
