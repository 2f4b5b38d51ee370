"""A moment that PostgreSQL gives is read as Django reads it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import get_adapters_template
from hypothesis import given
from hypothesis import strategies as st

from yichuang.foundation.records import moments

pytestmark = pytest.mark.postgresql


def loaders():
    """Give ours and Django's."""
    template = get_adapters_template(True, UTC)
    slow = template.get_loader(template.types[moments.MOMENT].oid, 0)
    return moments._quick(slow)(template.types[moments.MOMENT].oid), slow(template.types[moments.MOMENT].oid)


@given(st.datetimes(timezones=st.just(UTC)), st.sampled_from(["auto", "microseconds"]))
def test_any_moment_is_read_as_django_reads_it(moment, digits):
    ours, django = loaders()
    text = moment.isoformat(" ", digits).replace("+00:00", "+00").encode()

    assert ours.load(memoryview(text)) == django.load(memoryview(text)) == moment
    assert ours.load(memoryview(text)).tzinfo is django.load(memoryview(text)).tzinfo


@pytest.mark.django_db
def test_a_connection_reads_by_it_and_gives_utc():
    with connection.cursor() as cursor:
        cursor.execute("SELECT timestamptz '2019-10-30 09:00:00.5+08', timestamptz '0044-03-15 12:00:00+00'")
        found = cursor.fetchone()

    assert found[0].isoformat() == "2019-10-30T01:00:00.500000+00:00"
    assert found[1] == datetime(44, 3, 15, 12, tzinfo=UTC)
    adapters = connection.connection.adapters
    assert adapters.get_loader(adapters.types[moments.MOMENT].oid, 0).__name__ == "Quick"


@pytest.mark.django_db
def test_what_no_moment_is_fails_as_before():
    with connection.cursor() as cursor, pytest.raises(Exception, match=r"infinity|too large"):
        cursor.execute("SELECT timestamptz 'infinity'")
        cursor.fetchone()
