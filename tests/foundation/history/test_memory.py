"""Reading the history of an old system takes the same memory for a long file as for a short one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.engine import publish
from tests.support.history import bring_in
from yichuang.config.bench import history
from yichuang.foundation.history import staging

pytestmark = pytest.mark.django_db

SHORT, LONG = 400, 6_000
"""Cases of five events each, far apart in the file."""
CACHE = -1024
"""Kilobytes that the place on disk may keep in memory here; 32 MB otherwise, which a file this short does not fill."""
MORE = 10
"""Megabytes by which a file fifteen times as long may raise the peak."""


def peak_of(work) -> float:
    """Give the most megabytes that the process held while it worked (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")
    work()
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peaks of memory are read as Linux tells them")
def test_a_long_file_takes_no_more_memory_than_a_short_one(tmp_path, monkeypatch):
    monkeypatch.setattr(staging, "CACHE", CACHE)
    publish()
    mapping = tmp_path / "bench_log.yaml"
    history.write_mapping(mapping)
    peaks, found = {}, []
    for cases in (SHORT, LONG):
        path = tmp_path / f"{cases}.csv.gz"
        events = history.write_log(path, cases)

        peaks[cases] = peak_of(lambda: found.append(bring_in(path, mapping=str(mapping), dry_run=True)))  # noqa: B023

        assert (found[-1].cases, found[-1].events, events) == (cases, cases * 5, cases * 5)
    assert peaks[LONG] - peaks[SHORT] < MORE, peaks
