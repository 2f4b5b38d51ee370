"""Time is an argument: exactly two modules read it."""

from __future__ import annotations

from tests.architecture.source import PACKAGE, calls, modules, parsed

CLOCKS = {PACKAGE / "foundation" / "records" / "clock.py", PACKAGE / "foundation" / "records" / "realtime.py"}
READERS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "timezone.localdate",
    "time.time", "time.time_ns", "time.localtime", "time.gmtime", "dt.datetime.now", "dt.date.today",
    "datetime.datetime.now", "datetime.date.today",
}  # fmt: skip


def test_exactly_two_modules_read_time():
    readers = {path for path in modules() if READERS & set(calls(parsed(path)))}

    assert readers <= CLOCKS


def test_the_real_clock_is_read_in_one_of_them():
    (realtime,) = [path for path in CLOCKS if path.name == "realtime.py"]

    assert READERS & set(calls(parsed(realtime)))


def test_templates_do_not_read_time_either():
    told = [path.name for path in PACKAGE.glob("**/templates/**/*.html") if "{% now " in path.read_text("utf-8")]

    assert told == []
