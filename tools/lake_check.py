"""
Checks the lake: a demo district is loaded, exported for several days, and its figures compared on DuckDB and on Spark.

Run by `make lake-check`. Exits 0 where every value agrees, 1 where one does not, 2 where something is missing.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

DAYS = ("2019-10-30", "2019-10-15", "2019-09-30")
"""The opening day of the demo, a day within its month, and the end of the month before."""


def main() -> int:
    """Load, export and compare; give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="a data folder that is there already; default: a new demo")
    parser.add_argument("--engine", choices=("duckdb", "spark"), action="append", help="default: both")
    parser.add_argument("--as-of", action="append", metavar="DAY", help=f"default: {', '.join(DAYS)}")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lake-check-") as place:
        data = asked.folder or Path(place, "data")
        if asked.folder is None:
            os.environ["DATABASE_URL"] = ""
            if code := run(data, "demo", "--sample", "small", "--load-only"):
                return code
        worst = 0
        for day in asked.as_of or DAYS:
            lake = Path(place, f"lake-{day}")
            if code := run(data, "lake", "export", str(lake), "--as-of", day):
                return code
            for engine in asked.engine or ("duckdb", "spark"):
                worst = max(worst, run(data, "lake", "check", str(lake), "--engine", engine))
    print("lake-check:", "all values agree" if worst == 0 else f"failed ({worst})")
    return worst


def run(data: Path, *arguments: str) -> int:
    """Run the command `yichuang` on a data folder, and give its exit code."""
    command = [str(Path(sys.executable).with_name("yichuang")), "--data", str(data), *arguments]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
