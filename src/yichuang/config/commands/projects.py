"""`yichuang projects …`: give major projects out."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from yichuang.domains.projects import queries
from yichuang.foundation.people.actors import SYSTEM, local_day
from yichuang.foundation.records import clock


def oc4ids(arguments: Namespace) -> int:
    """Write the projects of a year as an OC4IDS package."""
    at = clock.business_now()
    on = local_day(at)
    asked = queries.Asked(year=arguments.year or on.year, on=on)
    text = json.dumps(queries.package(queries.asked_for(SYSTEM, asked, "export"), at), ensure_ascii=False, indent=1)
    if arguments.out is None:
        print(text)
        return 0
    target: Path = arguments.out
    target.write_text(text + "\n", encoding="utf-8")
    print(f"{target}: {len(json.loads(text)['projects'])} projects")
    return 0
