"""The guide of the API is true: every example in it runs against a demo, in order, and answers what it shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import ROOT, Server

pytestmark = [pytest.mark.journey, pytest.mark.both]

GUIDE = ROOT / "docs" / "guides" / "use-the-api.md"
BLOCK = re.compile(r"^```(bash|json)\n(.*?)^```$", re.M | re.S)
SOMETHING = "…"
BETWEEN = "--- the next example ---"


def test_every_example_of_the_guide_answers_what_it_shows(server: Server, tmp_path: Path) -> None:
    blocks = BLOCK.findall(GUIDE.read_text(encoding="utf-8"))
    examples = [
        (code, json.loads(shown) if kind == "json" else None)
        for (first, code), (kind, shown) in pairwise([*blocks, ("", "")])
        if first == "bash"
    ]
    script = f"\necho; echo '{BETWEEN}'\n".join(["set -euo pipefail", *(code for code, _ in examples)])
    ended = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=os.environ
        | {
            "HOUSE": server.url,
            "NO_PROXY": "*",
            "no_proxy": "*",
            "PYTHONPATH": str(ROOT / "src"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    told = ended.stdout.split(BETWEEN)[1:]
    assert (ended.returncode, len(told)) == (0, len(examples)), f"{examples[len(told) - 1][0]}\n{ended.stderr[-3000:]}"
    for (code, shown), answer in zip(examples, told, strict=True):
        if shown is not None:
            assert fits(shown, json.loads(answer)), f"{code}\nanswered\n{answer}"


def fits(shown: Any, told: Any) -> bool:
    """Say whether an answer is what the guide shows: of an object the guide may leave names out, `…` is anything."""
    if isinstance(shown, dict):
        return isinstance(told, dict) and all(name in told and fits(each, told[name]) for name, each in shown.items())
    if isinstance(shown, list):
        return isinstance(told, list) and len(shown) == len(told) and all(map(fits, shown, told))
    return shown in (SOMETHING, told)
