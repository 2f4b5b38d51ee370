"""The deeds of major projects and meetings; each may say no for the reasons in `refusals`."""

from yichuang.domains.projects.commands.importing import Imported, import_projects
from yichuang.domains.projects.commands.investing import confirm_entry, correct_month, enter_month, return_entry
from yichuang.domains.projects.commands.meetings import (
    AgendaSaid,
    cancel_meeting,
    change_agenda,
    follow_meeting,
    hold_meeting,
    issue_minutes,
    plan_meeting,
)
from yichuang.domains.projects.commands.nodes import (
    plan_node,
    raise_difficulty,
    reach_node,
    solve_difficulty,
    take_back_node,
)
from yichuang.domains.projects.commands.projects import (
    change_project,
    enrol_project,
    move_project,
    set_plan,
)
from yichuang.domains.projects.commands.resolutions import (
    drop_resolution,
    report_resolution,
    resolve_matter,
    send_back_resolution,
    take_resolution,
    verify_resolution,
)
from yichuang.domains.projects.rules.said import ProjectSaid

__all__ = [
    "AgendaSaid",
    "cancel_meeting",
    "change_agenda",
    "drop_resolution",
    "follow_meeting",
    "hold_meeting",
    "issue_minutes",
    "plan_meeting",
    "report_resolution",
    "resolve_matter",
    "send_back_resolution",
    "take_resolution",
    "verify_resolution",
    "Imported",
    "ProjectSaid",
    "import_projects",
    "change_project",
    "confirm_entry",
    "correct_month",
    "enrol_project",
    "enter_month",
    "move_project",
    "plan_node",
    "raise_difficulty",
    "reach_node",
    "return_entry",
    "set_plan",
    "solve_difficulty",
    "take_back_node",
]
