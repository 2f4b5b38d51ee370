"""Run the quick checks beside each other, print what they found and how long each took; exits 1 when one fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SOURCES = ["src", "tests", "tools"]


@dataclass(frozen=True)
class Check:
    """One check: its name and what is run."""

    name: str
    command: list[str]


@dataclass(frozen=True)
class Outcome:
    """How a check went."""

    check: Check
    code: int
    seconds: float
    said: str


def checks() -> list[Check]:
    """List the checks, the long ones first."""
    python = sys.executable
    found = [
        Check("kernel", [python, "-m", "pytest", "tests/kernel", "-m", "not slow"]),
        Check("types", [str(BIN / "mypy")]),
        Check("architecture", [python, "-m", "pytest", "tests/architecture", "-m", "not slow"]),
        Check(
            "contracts", [str(BIN / "lint-imports"), "--no-logo"] if _knows_no_logo() else [str(BIN / "lint-imports")]
        ),
        Check("migrations", [python, "-m", "django", "makemigrations", "--check", "--dry-run", "--verbosity", "1"]),
        Check("format", [str(BIN / "ruff"), "format", "--check", *SOURCES]),
        Check("lint", [str(BIN / "ruff"), "check", *SOURCES]),
    ]
    if list((ROOT / "src").glob("**/templates/**/*.html")):
        found.insert(3, Check("templates", [str(BIN / "djlint"), "src", "--lint", "--quiet"]))
    return found


def run(check: Check, environment: dict[str, str]) -> Outcome:
    """Run one check."""
    began = time.monotonic()
    ended = subprocess.run(
        check.command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Outcome(check, ended.returncode, time.monotonic() - began, ended.stdout)


def main() -> int:
    """Run all checks and tell."""
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "yichuang.config.settings",
            "YICHUANG_DATA": data,
            "DATABASE_URL": "",
        }
        with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
            outcomes = list(pool.map(lambda check: run(check, environment), checks()))
    for outcome in outcomes:
        if outcome.code:
            print(f"\n── {outcome.check.name} ──\n{outcome.said}")
    for outcome in outcomes:
        print(f"{'ok  ' if not outcome.code else 'FAIL'} {outcome.seconds:6.1f} s  {outcome.check.name}")
    return int(any(outcome.code for outcome in outcomes))


def _knows_no_logo() -> bool:
    told = subprocess.run([BIN / "lint-imports", "--help"], capture_output=True, text=True, check=False)
    return "--no-logo" in told.stdout


if __name__ == "__main__":
    sys.exit(main())
