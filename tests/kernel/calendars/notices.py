"""The notices that the platform ships, read for tests of the kernel."""

from functools import cache
from pathlib import Path

import yaml

from yichuang.kernel.calendars import Calendar, Notice, parse_notice

FOLDER = Path(__file__).resolve().parents[3] / "definitions" / "national" / "calendars"


def definition(year: int) -> dict:
    return yaml.safe_load((FOLDER / f"{year}.yaml").read_text(encoding="utf-8"))


def notice(year: int) -> Notice:
    form = definition(year)
    return parse_notice({key: form[key] for key in ("year", "papers", "days")}, f"{year}.yaml")


@cache
def shipped() -> Calendar:
    return Calendar.of(notice(int(file.stem)) for file in sorted(FOLDER.glob("*.yaml")))
