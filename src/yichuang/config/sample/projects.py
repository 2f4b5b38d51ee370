"""
Major projects of the year and the meetings about them (`projects.yaml`), written out and made by the deeds of the demo.

Every project has its yearly plan and an entry for each month, entered by its unit and locked by another; the amounts of
the file add up, nothing is weighed until a sum comes out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from yichuang.config import demo
from yichuang.config.demo import major
from yichuang.config.sample.rows import rows_of

Row = Mapping[str, Any]
MADE_BY = "施工许可证 示{:%Y-%m%d}"
DUE_AFTER = 14
"""Days from the day on which a matter is done to the day by which it was wanted."""


def load(district: demo.Demo) -> None:
    """Make projects and meetings, unless there are some."""
    said = district.read("projects")
    projects = [
        _project(row, said["months"][row["months"]])
        for family in said["families"]
        for row in rows_of(family, district.count(family["count"]), {})
    ]
    meetings = list(_meetings(said["meetings"], projects, district))
    major.make({"projects": projects, "meetings": meetings, "briefings": said["briefings"]}, district.opened_at)


def spread(amount: int, shares: Sequence[int]) -> list[int | None]:
    """
    Spread an amount over months by percentages, in whole ten thousands; the last month takes what is left.

    Of a month without a share nothing is reported.

    >>> spread(1001, [20, 0, 30, 50])
    [200, None, 300, 501]
    """
    months = [amount * share // 100 if share else None for share in shares[:-1]]
    return [*months, amount - sum(each or 0 for each in months)]


def _project(row: Row, shares: Sequence[int]) -> dict[str, Any]:
    said = {name: row[name] for name in ("name", "unit", "developer", "sector", "place", "total", "stage", "enrolled")}
    said |= {name: row[name] for name in ("planned_start_on", "planned_completion_on")}
    said |= {"plan": {"kind": row["kind"], "wan": row["plan"]}, "months": spread(row["done"], shares)}
    if since := row.get("since"):
        said["start"] = {"since": since, "basis": MADE_BY.format(since)}
    nodes = [{"kind": "COMPLETION", "planned_on": row["planned_completion_on"]}]
    if top := row.get("topped_out"):
        nodes.append({"kind": "TOPPED_OUT", "planned_on": top, "done_on": top, "evidence": "主体结构验收记录（示例）"})
    if starts := row.get("starts"):
        planned = row["planned_start_on"]
        nodes.append({"kind": "START", "planned_on": planned, "done_on": starts, "evidence": "开工令（示例）"})
        said["started"] = f"{starts + timedelta(days=1)} 09:30"
    elif row["kind"] == "NEW":
        nodes.append({"kind": "START", "planned_on": row["planned_start_on"]})
    if text := row.get("difficulty"):
        said["difficulty"] = {"at": "2019-09-18 15:00", "chain": "CLEARING", "text": text}
    return said | {"nodes": nodes}


def _meetings(said: Row, projects: Sequence[Row], district: demo.Demo) -> Iterator[dict[str, Any]]:
    """Write out a meeting a week, and what each resolved: of one project after the other, one thing after the other."""
    wanted, after, verbs = cycle(said["matters"]), cycle(said["after"]), cycle(said["verbs"])
    matters = cycle(projects)
    monday = said["first"][district.profile]
    monday -= timedelta(days=monday.weekday())
    while monday <= said["last"]:
        held_on = said["moved"].get(monday, monday)
        if monday not in said["skip"]:
            count = next(wanted)
            found = [_matter(next(matters), next(verbs), held_on, next(after)) for _n in range(count)]
            yield {"held_on": held_on, "matters": found}
        monday += timedelta(days=7)


def _matter(project: Row, verb: str, held_on: date, after: int) -> dict[str, Any]:
    done = held_on + timedelta(days=after)
    return {
        "unit": project["unit"],
        "project": project["name"],
        "text": f"{project['name']}：{verb}",
        "due_on": held_on + timedelta(days=DUE_AFTER),
        "reported": f"{done} 16:00",
        "verified": f"{done + timedelta(days=1)} 10:00",
    }
