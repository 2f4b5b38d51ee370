"""The sample district for tests: its registers, projects and meetings, loaded as they are loaded for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import transaction

from tests.support.construction import open_district
from tests.support.engine import china
from yichuang.config import demo
from yichuang.config.sample import projects, registers

FOLDER = next(each for each in settings.DEFINITIONS if each.name == "wuchang") / "sample"
AT = china("2019-10-30 09:00")


@contextmanager
def opened(profile: demo.Profile) -> Iterator[demo.Demo]:
    """Load registers, projects and meetings; afterwards it is as if nothing had been."""
    with transaction.atomic():
        open_district()
        district = demo.Demo(FOLDER, AT, profile)
        registers.load(district)
        projects.load(district)
        yield district
        transaction.set_rollback(True)
