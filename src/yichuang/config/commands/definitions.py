"""`yichuang definitions …`."""

from __future__ import annotations

from argparse import Namespace
from datetime import datetime

from django.conf import settings

from yichuang.config import preparing
from yichuang.foundation.definitions import commands
from yichuang.foundation.definitions.differences import diff as differences
from yichuang.foundation.definitions.folders import exact, read_folder
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.definitions.problems import DefinitionsFaulty
from yichuang.foundation.people import actors
from yichuang.foundation.records import clock
from yichuang.foundation.records.terms import CHINA, SYSTEM
from yichuang.foundation.work import migrating


def check(arguments: Namespace) -> int:
    """Check all files together; every problem is listed."""
    folder = read_folder(settings.DEFINITIONS)
    if folder.problems:
        raise DefinitionsFaulty(folder.problems)
    print(f"{len(folder.files)} definitions are sound")
    return 0


def publish(arguments: Namespace) -> int:
    """Publish what is new."""
    print(f"{preparing.publish()} new definitions")
    return 0


def diff(arguments: Namespace) -> int:
    """Print how the files differ from what is published: new ones, and those that changed without a new version."""
    for file in read_folder(settings.DEFINITIONS).files:
        standing = Definition.objects.filter(kind=file.kind.name, code=file.code).order_by("-version").first()
        name = f"{file.kind.name} {file.code} v{file.version}"
        if standing is None or standing.version < file.version:
            print(f"{name}: new")
        if standing is not None:
            for line in differences(exact(standing.body), file.body):
                print(f"{name}: {line}")
    return 0


def withdraw(arguments: Namespace) -> int:
    """Stop the new use of a version."""
    commands.withdraw(
        kind=arguments.kind,
        code=arguments.id,
        version=arguments.version,
        reason=arguments.reason,
        by=SYSTEM,
        at=clock.business_now(),
    )
    print(f"{arguments.kind} {arguments.id} v{arguments.version} is withdrawn")
    return 0


def migrate(arguments: Namespace) -> int:
    """Show what moving dossiers would change; with a reason, move them. 1 when one of them cannot be moved."""
    chosen = migrating.pinned(arguments.kind, arguments.id, arguments.version, arguments.only)
    said = {"kind": arguments.kind, "to_version": arguments.to, "by": actors.SYSTEM, "at": clock.business_now()}
    seen = migrating.preview(dossiers=chosen, **said)
    for each in seen:
        _tell(each)
        if arguments.reason and not each.refusal:
            migrating.migrate(dossier_id=each.dossier_id, reason=arguments.reason, **said)
    fit = [each for each in seen if not each.refusal]
    print(f"{len(fit)} of {len(seen)} {'moved' if arguments.reason else 'would move'} to v{arguments.to}")
    return 0 if len(fit) == len(seen) else 1


def _tell(moved: migrating.Moved) -> None:
    print(f"{moved.number}: {moved.refusal or f'v{moved.from_version} → v{moved.to_version}'}")
    for step in moved.steps if not moved.refusal else ():
        if step.is_change:
            before, after = (f"{state or '–'} {_day(due)}" for state, due in _both(step))
            print(f"  {step.key} {step.name}: {before} → {after}")


def _both(step: migrating.StepMoved) -> tuple[tuple[str, datetime | None], tuple[str, datetime | None]]:
    return (step.before, step.due_before), (step.after, step.due_after)


def _day(due: datetime | None) -> str:
    return f"{due.astimezone(CHINA):%Y-%m-%d %H:%M}" if due else ""
