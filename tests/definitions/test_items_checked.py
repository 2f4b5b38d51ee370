"""The items of the district pass the publication check on every day on which the demo may be opened."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from tests.support.definitions import EARLY
from tests.support.engine import publish
from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.rules import refusing
from yichuang.foundation.people.loading import load_units
from yichuang.foundation.records.commands import make_folder

UNITS = Path(settings.DEFINITIONS[0]).parent / "wuchang" / "demo" / "units.yaml"


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date(2019, 9, 27), date(2019, 10, 30), date(2020, 6, 1)])
def test_no_shipped_item_would_be_refused(day):
    make_folder(district="wuchang", is_demo=True, opened_at=EARLY)
    load_units(yaml.safe_load(UNITS.read_text(encoding="utf-8")), at=EARLY)
    publish()

    found = {each.code: [str(flaw) for flaw in refusing(each.flaws)] for each in queries.check(day)}

    assert len(found) == 26
    assert {code: said for code, said in found.items() if said} == {}
