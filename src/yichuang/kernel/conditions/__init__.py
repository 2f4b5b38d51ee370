"""
Conditions: the small expression language of definitions, decided one by one with reasons or over columns.

    building.basement_area_m2 > 0 and not known(project.waiver)
    project.source in ['企业', '政府'] and project.accepted_on >= 2019-07-01

`yichuang.kernel.conditions.columns` decides many subjects at once; only who needs it imports it (and Polars with it).
"""

from .condition import Condition, parse
from .terms import (
    And,
    Compare,
    Decision,
    FactKind,
    FactType,
    Holds,
    Known,
    Leaf,
    Literal,
    Member,
    Not,
    Op,
    Operand,
    Or,
    Path,
    Tree,
    Truth,
    Value,
)

__all__ = [
    "And",
    "Compare",
    "Condition",
    "Decision",
    "FactKind",
    "FactType",
    "Holds",
    "Known",
    "Leaf",
    "Literal",
    "Member",
    "Not",
    "Op",
    "Operand",
    "Or",
    "Path",
    "Tree",
    "Truth",
    "Value",
    "parse",
]
