"""Plans from little more than their steps."""

from __future__ import annotations

from yichuang.kernel.conditions import parse
from yichuang.kernel.plans import parse_plan


def plan_of(steps, **keys):
    """A plan from steps alone: `{"a": {}, "b": {"after": ["a"]}}`."""
    data = {"plan": "try", "name": "试", "version": 1, "lead": "lead", "steps": steps, **keys}
    return parse_plan(data, "try.yaml", parse)
