"""The benchmark: what it can measure is there, what it tells is right, and a busy machine is called busy."""

from __future__ import annotations

from argparse import Namespace
from importlib import import_module

import pytest

from yichuang.config.bench import main, quiet
from yichuang.config.bench.results import Result
from yichuang.config.commands import bench


@pytest.mark.parametrize("name", main.MEASURES)
def test_every_measurement_is_a_module(name):
    assert callable(import_module(f"{main.NAME}.{name}").measure)


def test_an_unknown_one_is_refused_with_those_that_there_are():
    asked = Namespace(cases=1, only=["speed"], runs=1, keep=None, json=False)

    with pytest.raises(bench.NotMeasured, match=r"speed.*worklist"):
        bench.run(asked)


@pytest.mark.parametrize(
    ("runs", "target", "higher", "reached"),
    [
        ((30.0, 10.0, 19.0), 20, False, True),
        ((30.0, 10.0, 21.0), 20, False, False),
        ((30.0, 10.0, 35.0), 30, True, True),
        ((1.0,), None, False, None),
    ],
)
def test_the_median_of_the_runs_is_held_to_the_number_to_reach(runs, target, higher, reached):
    result = Result("x", "what", "ms", runs, target, higher)

    assert result.is_reached is reached
    assert ("reached" in result.line(), "missed" in result.line()) == (reached is True, reached is False)


@pytest.mark.parametrize(("busy", "is_quiet"), [(150, False), (5, True)])
def test_says_whether_others_take_the_machine(monkeypatch, busy, is_quiet):
    ticks = iter([(1000, 5000), (1000 + busy, 5200)])
    monkeypatch.setattr(quiet, "_ticks", lambda: next(ticks))
    monkeypatch.setattr(quiet.time, "sleep", lambda _seconds: None)

    found = quiet.load()

    assert (found["taken_percent"], found["is_quiet"]) == (busy / 2, is_quiet)
    assert ("BUSY" in quiet.said(found)) is not is_quiet
