"""
Run everything, part by part, and print a table of times: what `make test` and CI do.

Installs the Debian packages that are missing, as root or through passwordless sudo; otherwise names the exact command
and exits 2. What fails beside others on a busy machine is tried once more by itself, and the table names how many
passed only then: a change is not refused for the hour's load, and nothing that fails twice is let through. Exits 1 when
a part fails twice, or when all of them took longer than they may; a part that fails does not stop the others.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

GOAL = 40 * 60
"""Seconds that everything may take; the Makefile ends what hangs at twice as many."""
BROWSER = "chromium"
SHELL = "chromium-headless-shell"
"""The same browser without its windows, which takes half the processor's time; the other does where there is none."""
LONGEST = [
    "tests/journeys/test_tours.py",
    "tests/survival/test_killed.py",
    "tests/journeys/test_checklist_desks.py",
    "tests/journeys/test_checklist_applying.py",
    "tests/journeys/test_expert_review.py",
]
"""Begun first, or one core would idle while the last of them ends."""
AGAIN = ["--last-failed", "--last-failed-no-failures", "none"]
FIXED = {"YICHUANG_EXAMPLES": "fixed"}
"""Generated tests take the same examples each time, so that a change is judged by itself; pytest alone goes on."""
MEMORY = Path("/dev/shm")
ROOM = 8 << 30
"""Bytes that must be free in memory for temporary files to go there, where no commit waits for a disk."""
ROOT = Path(__file__).resolve().parent.parent
SUMMARY = re.compile(
    r"^=*\s?(\d+ (passed|failed|error|skipped|deselected|xfailed|warning).* in [\d.]+s.*?|no tests ran.*?)\s?=*$"
)


@dataclass
class Part:
    """One part of the whole: what is run, with which additions to the environment, and how it went, at last too."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    code: int = 0
    summary: str = ""
    second: str = ""


def parts(ready: str) -> list[Part]:
    """List the parts in the order in which they run; embedded houses share the district that is made in `ready`."""
    cores = os.cpu_count() or 2
    pytest = [sys.executable, "-m", "pytest", "--dist", "loadfile", "--no-loadscope-reorder", "--durations", "12", "-n"]
    counting, waiting = [*pytest, str(cores)], [*pytest, str(cores + 1)]  # a third of the time a browser only waits
    data = ["tests/config", "tests/domains", "tests/foundation", "tests/definitions"]  # long files first
    stored = [folder for folder in data if folder != "tests/definitions"]  # files are the same on both
    doors = ["tests/pages", "tests/ui", "tests/api", "tests/access"]
    walks = [*_there(LONGEST), "tests/survival", "tests/journeys"]
    on_postgresql = {"YICHUANG_TEST_DB": "postgresql"}
    made = {"YICHUANG_READY": ready}
    return [
        Part("static checks", [sys.executable, "tools/run_checks.py"]),
        Part("SQLite", [*counting, *_there(data), "-m", "not journey and not postgresql"]),
        Part("PostgreSQL", [*counting, *_there(stored), "-m", "not journey and not sqlite"], on_postgresql),
        Part("API and access", [*waiting, *_there(doors)], made),
        Part("slow", [*counting, "tests/kernel", "tests/architecture", "-m", "slow"]),
        Part("journeys", [*waiting, *walks], made),
        Part("journeys on PostgreSQL", [*waiting, *walks, "-m", "both"], on_postgresql),
    ]


def _there(places: list[str]) -> list[str]:
    return [place for place in places if (ROOT / place).exists()]


def run(part: Part) -> None:
    """Run one part, showing what it says as it says it; what tests failed is tried once more."""
    began = time.monotonic()
    print(f"\n━━ {part.name} ━━", flush=True)
    part.code, part.summary = _run(part, part.command)
    if part.code == 1 and "pytest" in part.command:
        print(f"\n━━ {part.name}: what failed, once more ━━", flush=True)
        part.code, part.second = _run(part, [*part.command, *AGAIN])
    part.seconds = time.monotonic() - began


def _run(part: Part, command: list[str]) -> tuple[int, str]:
    """Give the exit code and pytest's last line, if it is pytest."""
    summary = ""
    with tempfile.TemporaryDirectory(prefix="yichuang-", dir=_quick()) as place:
        given = {"YICHUANG_DATA": f"{place}/data", "TMPDIR": place, "DATABASE_URL": "", "LOG_LEVEL": "ERROR", **FIXED}
        environment = os.environ | given | part.environment
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would each compile everything
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
                found = SUMMARY.match(line.strip())
                summary = found.group(1) if found else summary
    return process.returncode, summary


def _quick() -> Path | None:
    """Give the folder in memory if there is enough of it; else temporary files go where they always go."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM else None


def missing_packages() -> list[str]:
    """Name the Debian packages that are needed and not there."""
    postgresql = shutil.which("initdb") or next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    fonts = (
        subprocess.run(["fc-list", ":lang=zh"], capture_output=True, text=True, check=False).stdout
        if shutil.which("fc-list")
        else ""
    )
    there = {
        SHELL: shutil.which(SHELL),
        "postgresql": postgresql,
        "poppler-utils": shutil.which("pdfsig"),
        "zbar-tools": shutil.which("zbarimg"),
        "libnss3-tools": shutil.which("certutil"),
        "fonts-noto-cjk": fonts,
    }
    return [package for package, found in there.items() if not found]


def install(packages: list[str]) -> None:
    """Install packages, or say exactly how and leave with 2; the browser with windows does instead of the other."""
    command = ["apt-get", "install", "-y", "--no-install-recommends"]
    sudo: list[str] = []
    if os.geteuid() != 0:
        may = (
            shutil.which("sudo")
            and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
        )
        if not may:
            _give_up([*command, *packages])
            return
        sudo = ["sudo", "-n"]
    print(f"Installing {', '.join(packages)} …", flush=True)
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*sudo, "apt-get", "update", "-qq"], check=False, stdout=subprocess.DEVNULL)
    for wanted in (packages, [BROWSER if each == SHELL else each for each in packages]):
        done = subprocess.run([*sudo, *environment, *command, *wanted], capture_output=True, text=True, check=False)
        if not done.returncode:
            return
    print(done.stderr[-2000:])
    _give_up([*command, *packages])


def _give_up(command: list[str]) -> None:
    """Name the command that somebody else has to run, unless nothing but the quicker browser is missing."""
    if command[-1] == SHELL and command[-2].startswith("-") and shutil.which(BROWSER):
        return
    print(f"Missing Debian packages. Run: sudo {' '.join(command)}")
    raise SystemExit(2)


def main() -> int:
    """Run all parts and print the table."""
    missing = missing_packages()
    if missing:
        install(missing)
    with tempfile.TemporaryDirectory(prefix="yichuang-ready-", dir=_quick()) as ready:
        every = parts(ready)
        for part in every:
            run(part)
    print("\n" + "━" * 72)
    for part in every:
        told = f"{part.summary}; once more: {part.second}" if part.second else part.summary
        print(f"{'ok  ' if not part.code else 'FAIL'} {part.seconds / 60:5.1f} min  {part.name:<24} {told}")
    seconds = sum(part.seconds for part in every)
    print(f"     {seconds / 60:5.1f} min  together")
    if seconds > GOAL:
        print(f"FAIL longer than the {GOAL // 60} minutes that it may take on two cores")
    print(f"{_together(every)}", flush=True)
    return int(seconds > GOAL or any(part.code for part in every))


def _together(every: list[Part]) -> str:
    """Add up the summaries of pytest; of what was tried twice the second counts."""
    counts = sum((_counts(part) for part in every), Counter[str]())
    told = ", ".join(f"{counts[word]} {word}" for word in ("failed", "error", "passed", "skipped") if word in counts)
    late = sum(_read(part.second)["passed"] for part in every)
    again = f", {late} of them at the second try" if late else ""
    return f"===== {told or 'no tests ran'}{again} in {sum(part.seconds for part in every):.0f}s ====="


def _counts(part: Part) -> Counter[str]:
    first, second = _read(part.summary), _read(part.second)
    if not part.second:
        return first
    stayed = Counter({word: first[word] for word in ("passed", "skipped")})
    return stayed + second


def _read(summary: str) -> Counter[str]:
    found = re.findall(r"(\d+) (passed|failed|errors?|skipped)", summary)
    return Counter({word.rstrip("s"): int(number) for number, word in found})


if __name__ == "__main__":
    sys.exit(main())
