"""
The two real logs, and every number that is known of them, by queries over the imported rows.

The data's README says “6 of 51 end after `deadline`”: 51 are the deadlines written with fractions of a second, which
are also the ones that equal the planned end. All 1,434 cases have a deadline, and 377 of them end after it.
"""

from __future__ import annotations

import pytest
from django.db.models import Count, F

from tests.support.engine import publish
from tests.support.history import bring_in, real
from yichuang.foundation.work import flow, tallies
from yichuang.foundation.work.models import Dossier, Step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _definitions() -> None:
    publish()


class TestReceipt:
    def test_is_found_by_its_header_and_comes_in_whole(self):
        result = bring_in(real("receipt.csv"))

        rows = tallies.now().filter(source="receipt")
        assert (result.cases, result.events, result.created) == (1434, 8577, 1434)
        assert result.findings.is_clean
        assert Step.objects.filter(dossier__source="receipt").count() == 8577
        assert Step.objects.values("key").distinct().count() == 27
        assert rows.filter(is_late=True).count() == 389
        assert rows.filter(legal_due_at=F("due_at")).count() == 51
        assert rows.filter(legal_due_at=F("due_at"), is_late_legally=True).count() == 6
        assert rows.filter(legal_due_at=None).count() == 0
        assert rows.filter(is_late_legally=True).count() == 377
        assert rows.filter(concluded_at=None).count() == 105
        assert dict(rows.values_list("channel").annotate(n=Count("pk"))) == {
            "ONLINE": 1250, "WINDOW": 109, "POST": 53, "EMAIL": 21, "INTERNAL": 1,
        }  # fmt: skip
        assert not Dossier.objects.filter(ended_at=None).exists()
        told = flow.throughput(rows)
        assert (told.opened, told.concluded, told.unfinished) == (1434, 1329, 105)
        assert round(told.worked.median, 3) == 0.033
        assert round(told.worked.mean, 2) == 5.41
        assert round(told.worked.longest, 1) == 275.8
        assert flow.paths(rows).different == 116

        again = bring_in(real("receipt.csv"))

        assert (again.created, again.updated, again.unchanged) == (0, 0, 1434)


class TestBuildingPermits:
    def test_are_found_by_the_name_of_the_log_and_come_in_whole(self):
        result = bring_in(real("BPIC15_1.xes.gz"))

        rows = tallies.now().filter(source="bpic15")
        assert (result.cases, result.events, result.created) == (1199, 52_217, 1199)
        assert result.findings.is_clean
        assert Step.objects.filter(dossier__source="bpic15").count() == 52_217
        assert rows.filter(concluded_at=None).count() == 243  # an end date is missing
        assert rows.filter(concluded_at=None, ended_at=None).count() == 0
        told = flow.throughput(rows)
        assert (told.opened, told.concluded) == (1199, 956)
        assert int(told.whole.median) == 64
