"""The national exchange tables: what the district says of itself costs no more than it must."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support.construction import ACCEPTED
from yichuang.domains.construction import queries
from yichuang.domains.construction.queries import package
from yichuang.foundation.people.actors import SYSTEM


def test_the_region_of_the_district_is_asked_once_however_many_rows_bear_it(site: object):
    projects = list(queries.projects(SYSTEM))

    with CaptureQueriesContext(connection) as asked:
        tables = package.tables_of(projects, ACCEPTED)

    flows = [row["SPLCBM"] for row in tables.rows["SPGL_DFXMSPLCXXB"]]
    assert len(projects) == 1 and len(flows) > 3
    assert all(flow.startswith("420106-") for flow in flows)
    assert sum("'zjj'" in each["sql"] for each in asked) == 1
