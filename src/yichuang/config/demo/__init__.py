"""
Loads a demo district: what stands in `definitions/<district>/demo/`, by running the deeds, never by writing rows.

Each part is a job, so that the first page opens after the small parts, the rest goes on in the worker with a bar on
the page, and a part that was cut off is taken up again. A part is a module here, or in `config/sample`, with
`load(demo)`, safe to run twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from yichuang.config.demo.beside import rendering_beside
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.jobs import registry, runner
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.jobs.terms import Due, JobState
from yichuang.foundation.people.models import Account
from yichuang.foundation.records import commands as records
from yichuang.foundation.records import queries as record_queries
from yichuang.kernel.errors import NotPossible

KIND = "demo.load"
WAITING = "waiting"
PASSWORD = "yichuang-demo"
BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
"""When a part is due: before what the deeds of the parts before it have ordered, above all their papers."""

Progress = Callable[[str, int], None]


class Profile(StrEnum):
    """How much of the sample district is loaded: all that its figures count, or a little of each kind for tests."""

    FULL = "full"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: a module of a package of `config`, its name on the bar, and whether the first page waits for it."""

    module: str
    label: str
    first: bool = False
    package: str = "demo"

    @property
    def key(self) -> str:
        """Name it among the jobs."""
        return self.module if self.package == "demo" else f"{self.package}/{self.module}"


@dataclass(frozen=True, slots=True)
class Demo:
    """What a part is given: where its files lie, the opening moment (later rows are not loaded), and how much."""

    folder: Path
    opened_at: datetime
    profile: Profile = Profile.FULL

    def read(self, name: str) -> Any:
        """Read `<name>.yaml`."""
        return yaml.safe_load((self.folder / f"{name}.yaml").read_text(encoding="utf-8"))

    def count(self, said: int | Mapping[str, int]) -> int:
        """Read how many a file wants: a number, or one for each profile, `{full: 2065, small: 6}`."""
        return said if isinstance(said, int) else said[self.profile]


PARTS: tuple[Part, ...] = (
    Part("people", "单位与人员", first=True),
    Part("catalogue", "事项", first=True),
    Part("hall", "大厅与窗口", first=True),
    Part("cases", "办件与证照", first=True),
    Part("projects", "工程建设项目"),
    Part("major", "重大项目与会议"),
    Part(WAITING, "文书与到期任务"),
)
"""In the order in which they are loaded."""


class PartFailed(NotPossible):
    """A part of the demo data could not be loaded."""

    code = "demo.part_failed"

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(f"演示数据“{label}”没有载入：{reason}")


class OtherDemo(NotPossible):
    """A folder holds one demo for ever: the plain one, or the sample district in one profile."""

    code = "demo.other_demo"

    def __init__(self, held: Profile | None, asked: Profile) -> None:
        there = f"示例区数据（{held}）" if held else "演示数据"
        super().__init__(f"这个目录已有{there}，不能再载入示例区数据（{asked}）。请用 --data 指定另一个目录。")


def register() -> None:
    """Make the loading known to the runner of this process."""
    registry.job(KIND, atomic=False, label="载入演示数据")(_load)


def load(
    data: Path,
    at: datetime,
    progress: Progress,
    *,
    everything: bool,
    parts: Sequence[Part] | None = None,
    profile: Profile | None = None,
) -> None:
    """
    Make `data` the folder of a demo district opened at `at`, unless it is one already, and load its first parts.

    With `everything`, load all parts; otherwise the worker loads the rest. `parts` are those of the plain demo unless
    told otherwise; `profile` is that of a sample district.

    :raises PartFailed: a part that the first page needs could not be loaded
    """
    wanted = PARTS if parts is None else parts
    records.make_folder(district=settings.DISTRICT, is_demo=True, opened_at=at)
    for part in wanted:
        jobs.enqueue(KIND, part.key, BEFORE_ALL, _payload(part, profile))
    for number, part in enumerate(wanted):
        progress(part.label, number)
        if everything and part.module == WAITING:
            with rendering_beside(at):
                _now(part, at)
        elif part.first or everything:
            _now(part, at)
    progress("", len(wanted))


def settle(asked: Profile | None) -> Profile | None:
    """
    Tell in which profile a folder holds the sample district, or is to; None is the plain demo.

    :raises OtherDemo: it holds another one already
    """
    jobs_there = Job.objects.filter(kind=KIND).order_by("id").values_list("payload", flat=True)
    if not jobs_there:
        return asked
    said = {profile for each in jobs_there if (profile := json.loads(each).get("profile"))}
    held = Profile(said.pop()) if said else None
    if asked is not None and held is not asked:
        raise OtherDemo(held, asked)
    return held


def progress_of() -> tuple[int, int]:
    """Tell how many parts are loaded, of how many."""
    found = Job.objects.filter(kind=KIND)
    return found.filter(state=JobState.DONE).count(), found.count()


def opened_at() -> datetime:
    """Tell the moment at which this folder opened, which is given once."""
    folder = record_queries.folder()
    assert folder is not None, "the folder was made when the demo was loaded"
    return folder.opened_at


def accounts() -> list[tuple[str, str]]:
    """List the accounts that the demo data made to log in with: user name and name."""
    return list(Account.objects.filter(is_demo=True, is_active=True).order_by("id").values_list("username", "name"))


def _now(part: Part, at: datetime) -> None:
    while (job := Job.objects.get(kind=KIND, key=part.key)).state != JobState.DONE:
        if job.last_error or runner.run_due(at=at, limit=1).total == 0:
            raise PartFailed(part.label, Job.objects.get(pk=job.pk).last_error or "被其他程序占用")


def _payload(part: Part, profile: Profile | None) -> dict[str, str]:
    said = {"package": part.package, "module": part.module}
    return said if profile is None else said | {"profile": profile.value}


def _load(due: Due) -> None:
    package, module = due.payload["package"], due.payload["module"]
    folder = next(each for each in settings.DEFINITIONS if each.name == settings.DISTRICT) / package
    profile = Profile(due.payload.get("profile", Profile.FULL))
    import_module(f"yichuang.config.{package}.{module}").load(Demo(folder, opened_at(), profile))
