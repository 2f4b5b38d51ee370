"""`yichuang plans …`: check a plan, draw it as BPMN 2.0, read one from BPMN 2.0. Publishes nothing."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import yaml
from django.conf import settings

from yichuang.config.one_file import read_one
from yichuang.foundation.definitions import folders
from yichuang.foundation.definitions.terms import PLAN
from yichuang.kernel import plans
from yichuang.kernel.conditions import parse as parse_condition
from yichuang.kernel.plans import Plan

STAND_INS = {"version": 1, "in_force": {"from": "2000-01-01"}, "source": "（待填写）", "examples": [{"given": {}}]}
"""What a plan needs before it is published, and may lack while it is drawn or has just been imported."""


def check(arguments: Namespace) -> int:
    """Check a plan together with everything that it names, and run its examples; says what publishing will ask for."""
    plan = _read(arguments.file)
    known = all(step.days is not None for step in plan.steps.values())
    longest = f"; at most {plans.critical_path(plan, {}).total} working days" if known else ""
    print(f"{plan.id}: {len(plan.steps)} steps, sound{longest}")
    return 0


def bpmn(arguments: Namespace) -> int:
    """Print a plan as BPMN 2.0 with a drawing."""
    sys.stdout.buffer.write(plans.export_bpmn(_read(arguments.file)))
    return 0


def import_bpmn(arguments: Namespace) -> int:
    """Print a model as a plan in YAML, or write it to a file; warnings go to standard error."""
    known = folders.read_folder(settings.DEFINITIONS)
    imported = plans.import_bpmn(arguments.file.read_bytes(), parse_condition, known.codes("item"))
    for warning in imported.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    text = yaml.safe_dump(imported.plan_data, allow_unicode=True, sort_keys=False)
    if arguments.out is None:
        print(text, end="")
    else:
        arguments.out.write_text(text, encoding="utf-8")
        print(arguments.out)
    return 0


def _read(path: Path) -> Plan:
    """
    Read one plan among the definitions there are; a published plan of the same id gives way to the file.

    :raises DefinitionsFaulty: the plan has problems
    """
    plan, lacking = read_one(path, PLAN, "不是流程定义", STAND_INS)
    if lacking:
        print(f"note: before it can be published it needs {', '.join(lacking)}", file=sys.stderr)
    assert isinstance(plan, Plan)
    return replace(plan, examples=()) if "examples" in lacking else plan
