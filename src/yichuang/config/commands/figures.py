"""`yichuang figures …`: list them, or show what one comes to as of a day."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import date
from functools import partial

from yichuang.foundation.figures import queries
from yichuang.foundation.figures.asking import times as asked_times
from yichuang.foundation.figures.telling import definition, told, with_rows
from yichuang.foundation.people.actors import SYSTEM, local_day
from yichuang.foundation.records import clock


def listed(arguments: Namespace) -> int:
    """List the figures in force, those of the report first in its order."""
    on = _day(arguments)
    rows = [
        {
            "id": figure.id,
            "report": figure.report,
            "name": figure.name,
            "unit": figure.unit,
            "mode": figure.mode.value,
            "needs": figure.needs,
            "definition": definition(figure),
        }
        for figure in queries.listed(on)
    ]
    if arguments.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        needs = f"（待建：{row['needs']}）" if row["needs"] else ""
        print(f"{row['report']:5}{row['id']:40}{row['name']}{needs}")
    return 0


def show(arguments: Namespace) -> int:
    """Show figures as of a day; several ids give a list."""
    times = asked_times(_day(arguments), arguments.known_at, arguments.region)
    found = queries.answers(arguments.id, times)
    tell = partial(with_rows, actor=SYSTEM) if arguments.rows else told
    bodies = [tell(found[id]) for id in arguments.id]
    if arguments.json:
        print(json.dumps(bodies[0] if len(bodies) == 1 else bodies, ensure_ascii=False))
        return 0
    for body in bodies:
        said = body["reason"] if body["value"] is None else f"{body['value']} {body['unit']}"
        parts = f"（{body['numerator']} / {body['denominator']}）" if body["denominator"] is not None else ""
        print(f"{body['id']}  {body['name']}：{said}{parts}  {body['wording']}".rstrip())
        for row in body["rows"] or ():
            print(f"  {row['part']}  {row['key']}  {'  '.join(str(each) for each in row['values'].values())}")
    return 0


def _day(arguments: Namespace) -> date:
    given: date | None = arguments.as_of
    return given or local_day(clock.business_now())
