"""What is kept of major projects and meetings."""

from yichuang.domains.projects.models.meetings import AgendaItem, Meeting, Resolution, ResolutionFile
from yichuang.domains.projects.models.projects import (
    Difficulty,
    InvestmentEntry,
    MajorProject,
    Node,
    NodeFile,
    YearPlan,
)

__all__ = [
    "AgendaItem",
    "Difficulty",
    "InvestmentEntry",
    "MajorProject",
    "Meeting",
    "Node",
    "NodeFile",
    "Resolution",
    "ResolutionFile",
    "YearPlan",
]
