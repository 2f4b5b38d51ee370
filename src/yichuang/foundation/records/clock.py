"""
The business clock: real time plus an offset that only a demo folder may have, and only forwards.

It ticks. It is read once per request, job or command and handed on as `at`. One of exactly two modules that read time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from yichuang.foundation.records import realtime


def business_now() -> datetime:
    """Read the business clock: an aware moment in UTC."""
    return realtime.now() + offset()


def offset() -> timedelta:
    """Tell how far the business clock of this folder runs ahead of (or, opened in the past, behind) the real one."""
    with connection.cursor() as cursor:  # asked by every request: without the cost of making an object of it
        cursor.execute("SELECT is_demo, offset_us FROM records_folder ORDER BY id LIMIT 1")
        is_demo, offset_us = cursor.fetchone() or (False, 0)
    return timedelta(microseconds=offset_us) if is_demo else timedelta()


def offset_to(moment: datetime) -> timedelta:
    """Tell the offset by which the business clock would now show `moment`."""
    return moment - realtime.now()
