"""The night's work of the record room, which lies below this one."""

from __future__ import annotations

from datetime import time

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.jobs.registry import nightly
from yichuang.foundation.jobs.terms import Due, Outcome
from yichuang.foundation.records import commands, queries
from yichuang.kernel.ledger import Report, public_key_of


class RecordsDamaged(Exception):
    """Kept records do not agree with each other: somebody changed them, or a disk did."""

    def __init__(self, report: Report) -> None:
        told = "；".join(f"{each.stream} {each.seq} {each.message}" for each in report.problems[:3])
        super().__init__(f"{report.found} 处不符：{told}")


@nightly("anchor", at=time(0, 10), atomic=False, label=_("签发记录锚点"))
def anchor(due: Due) -> Outcome:
    """Sign the heads of all streams; a second anchor of one night does no harm."""
    made = commands.anchor(at=due.at, keys=settings.KEYS)
    return Outcome(made.records, f"第 {made.number} 号")


@nightly("records.verify", at=time(4, 0), atomic=False, label=_("核验记录"))
def verify(due: Due) -> Outcome:
    """
    Verify every record against heads and anchors.

    :raises RecordsDamaged: something does not agree; the job is parked and shown
    """
    report = queries.verify(
        public_key_of(commands.signing_key(settings.KEYS)), witnesses=queries.kept_anchors(settings.KEYS)
    )
    if not report.ok:
        raise RecordsDamaged(report)
    return Outcome(report.records, f"{report.streams} 条记录链、{report.anchors} 个锚点全部相符")
