"""The deeds on construction projects, by what is done."""

from yichuang.domains.construction.commands.alarming import (
    answer_outside_permit,
    look_at_licence,
    register_outside_permit,
)
from yichuang.domains.construction.commands.checking import (
    ask_early_opinions,
    check_plans,
    conclude_check,
    draw_red_line,
    give_early_opinion,
    put_layer,
)
from yichuang.domains.construction.commands.exporting import export_package
from yichuang.domains.construction.commands.following import PRECHECK_JOB
from yichuang.domains.construction.commands.joining import (
    agree_visit,
    give_opinion,
    hand_in_drawings,
    merge_opinions,
    open_round,
    propose_visit,
    report_rework,
)
from yichuang.domains.construction.commands.moving import answer_consent, ask_consent, begin_stage, move_item_later
from yichuang.domains.construction.commands.prechecking import give_precheck, merge_precheck, precheck_by_silence
from yichuang.domains.construction.commands.projects import (
    block_project,
    change_project,
    close_project,
    lift_block,
    open_project,
)
from yichuang.domains.construction.rules.opinions import WantedRow
from yichuang.domains.construction.rules.registration import Registration

__all__ = [
    "PRECHECK_JOB",
    "Registration",
    "WantedRow",
    "agree_visit",
    "answer_consent",
    "answer_outside_permit",
    "ask_consent",
    "ask_early_opinions",
    "begin_stage",
    "block_project",
    "change_project",
    "check_plans",
    "close_project",
    "conclude_check",
    "draw_red_line",
    "export_package",
    "give_early_opinion",
    "give_opinion",
    "give_precheck",
    "hand_in_drawings",
    "lift_block",
    "look_at_licence",
    "merge_opinions",
    "merge_precheck",
    "move_item_later",
    "open_project",
    "open_round",
    "precheck_by_silence",
    "propose_visit",
    "put_layer",
    "register_outside_permit",
    "report_rework",
]
