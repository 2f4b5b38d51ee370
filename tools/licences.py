"""
The licence gate: every distribution of `requirements/run.txt` has a licence on the list, and none is GPL or AGPL.

`python tools/licences.py` prints the table for NOTICE and exits 1 when something is not allowed.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = ("mit", "bsd", "0bsd", "apache", "isc", "psf", "python software foundation", "mpl", "mozilla", "hpnd",
           "unlicense", "zlib", "ofl", "cc0", "public domain", "artistic", "mit-cmu", "cnri")  # fmt: skip
WEAK_COPYLEFT = {"psycopg", "psycopg-binary", "psycopg-pool", "python-stdnum", "docxtpl"}
"""LGPL: used unmodified, as a library; named in NOTICE."""
COPYLEFT = re.compile(r"\b(a?gpl|gnu (affero )?general public)", re.I)


@dataclass(frozen=True)
class Licensed:
    """One distribution and what it says of its licence."""

    name: str
    version: str
    licence: str

    @property
    def is_allowed(self) -> bool:
        """Say whether we may ship beside it."""
        said = self.licence.lower()
        if COPYLEFT.search(said.replace("lgpl", "").replace("lesser general public", "")):
            return False
        if "lgpl" in said or "lesser general public" in said:
            return self.name.lower() in WEAK_COPYLEFT
        return any(word in said for word in ALLOWED)


def pinned(file: Path) -> list[str]:
    """Name the distributions that a requirements file pins."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [found.group(1) for line in lines if (found := re.match(r"([A-Za-z0-9][\w.-]*)(\[[^\]]*\])?==", line))]


def licence_of(name: str) -> Licensed:
    """Read what a distribution that is installed says of its licence: expression first, then classifiers, then text."""
    told = metadata(name)
    classifiers = [each.split(" :: ")[-1] for each in told.get_all("Classifier", []) if each.startswith("License ::")]
    text = str(told.get("License-Expression") or ", ".join(classifiers) or told.get("License", "")).strip()
    return Licensed(str(told["Name"]), str(told["Version"]), text.splitlines()[0][:80] if text else "")


def all_of(file: Path) -> list[Licensed]:
    """Read the licences of all that a requirements file pins and this platform has."""
    found = []
    for name in pinned(file):
        try:
            found.append(licence_of(name))
        except PackageNotFoundError:
            continue  # for another platform or another Python
    return found


def main() -> int:
    """Print the table."""
    every = all_of(ROOT / "requirements" / "run.txt")
    for each in sorted(every, key=lambda each: each.name.lower()):
        print(f"{'ok  ' if each.is_allowed else 'NO  '}{each.name} {each.version}: {each.licence or 'says nothing'}")
    return int(not all(each.is_allowed for each in every))


if __name__ == "__main__":
    sys.exit(main())
