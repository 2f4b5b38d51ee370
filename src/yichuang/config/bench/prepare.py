"""Makes the place ready to be measured: the folder, its people, and what is missing of its stored cases."""

from __future__ import annotations

from django.conf import settings

from yichuang.config import preparing
from yichuang.config.bench import district, generator
from yichuang.config.bench.main import AT
from yichuang.foundation.records import commands as records


def prepare(cases: int) -> None:
    """Make what is missing."""
    preparing.prepare("database")
    records.make_folder(district=settings.DISTRICT, is_demo=True, opened_at=AT)
    preparing.publish()  # into data that were kept, too: what is new since they were made
    district.make(AT)
    generator.fill(cases, AT)
