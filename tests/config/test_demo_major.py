"""The demo's major projects and meetings come about by deeds, marked as synthetic, and twice is no more than once."""

from __future__ import annotations

from datetime import date

import pytest

from tests.support.construction import DEMO, open_district
from tests.support.engine import china
from yichuang.config.demo import Demo, major
from yichuang.domains.projects.models import MajorProject, Resolution
from yichuang.foundation.figures import queries
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.work.models import Dossier

pytestmark = pytest.mark.django_db


def test_major_projects_are_loaded_by_deeds_once():
    open_district()
    district = Demo(DEMO, china("2019-10-30 09:00"))

    major.load(district)
    major.load(district)

    assert MajorProject.objects.count() == 5
    assert not Dossier.objects.filter(pk__in=MajorProject.objects.values("pk"), is_synthetic=False).exists()
    assert Resolution.objects.filter(dossier__state="verified").count() == 2
    found = queries.answers(["F06", "F43", "F44", "F47", "F49", "F93"], Times(date(2019, 10, 30)))
    values = {alias: str(answer.value) for alias, answer in found.items()}
    assert values == {"F06": "2", "F43": "6", "F44": "5", "F47": "65.18", "F49": "1", "F93": "1.00"}
