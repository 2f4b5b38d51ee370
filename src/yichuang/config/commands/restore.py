"""`yichuang restore`."""

from __future__ import annotations

from argparse import Namespace

from django.conf import settings

from yichuang.config import backup


def run(arguments: Namespace) -> int:
    """Restore a backup into an empty place and verify it."""
    keys = arguments.keys or arguments.file.with_name(f"{arguments.file.name}.keys")
    report = backup.restore(arguments.file, keys)
    print(
        f"{settings.DATA}: restored; {report.records} records, {report.streams} streams, {report.anchors} anchors agree"
    )
    return 0
