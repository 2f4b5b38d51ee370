"""What the file room does by itself: scan what waits, erase drafts nobody used, sweep contents nobody names."""

from __future__ import annotations

from datetime import time

from yichuang.foundation.files import commands
from yichuang.foundation.jobs.registry import nightly
from yichuang.foundation.jobs.terms import Due, Outcome
from yichuang.foundation.records import realtime


@nightly("files.erase_unused", at=time(1, 10), atomic=False, label="清理未使用的上传")
def erase_unused(due: Due) -> Outcome:
    """Erase uploads that were never used, and sweep contents that no row names any more."""
    erased = commands.erase_unused(at=due.at)
    swept = commands.sweep(now=realtime.now())
    return Outcome(rows=erased + swept, result=f"清理上传 {erased} 个，清扫内容 {swept} 份")


@nightly("files.scan_waiting", at=time(1, 20), atomic=False, label="补查病毒")
def scan_waiting(due: Due) -> Outcome:
    """Scan what came in while the scanner did not answer."""
    scanned = commands.scan_waiting(at=due.at)
    return Outcome(rows=scanned, result=f"补查 {scanned} 个文件")
