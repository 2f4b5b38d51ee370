"""The deeds on applications, by the part of its life in which they are done."""

from yichuang.domains.cases.commands.aftermath import (
    check_commitment,
    hand_in_supplement,
    link_outside,
    remind_of_check,
)
from yichuang.domains.cases.commands.correcting import (
    ask_correction,
    hand_in_correction,
    lapse_correction,
    tell_by_phone,
)
from yichuang.domains.cases.commands.countersigning import give_countersign
from yichuang.domains.cases.commands.custody import (
    archive_case,
    deliver_result,
    hand_over,
    post_result,
    return_from_post,
    take_paper,
)
from yichuang.domains.cases.commands.deciding import approve_case, certify_case, deny_case, revoke_decision
from yichuang.domains.cases.commands.drafting import (
    begin_draft,
    discard_draft,
    erase_old_drafts,
    keep_marks,
    keep_phrases,
    put_file,
    remove_file,
    save_draft,
)
from yichuang.domains.cases.commands.handling import (
    approve_hold,
    ask_hold,
    begin_case,
    complete_step,
    end_hold,
    reject_hold,
)
from yichuang.domains.cases.commands.intake import accept_case, accept_deemed, receive, submit_draft, undo_acceptance
from yichuang.domains.cases.commands.past import Correction, PastCase, bring_past_cases
from yichuang.domains.cases.commands.rating import add_to_rating, rate_case
from yichuang.domains.cases.commands.turning_away import not_needed, recall_case, refuse_case, withdraw_case
from yichuang.domains.cases.rules import Application, Brought, Row

__all__ = [
    "Application",
    "Brought",
    "Row",
    "accept_case",
    "accept_deemed",
    "add_to_rating",
    "approve_case",
    "approve_hold",
    "archive_case",
    "ask_correction",
    "ask_hold",
    "begin_case",
    "begin_draft",
    "certify_case",
    "check_commitment",
    "complete_step",
    "deliver_result",
    "deny_case",
    "discard_draft",
    "end_hold",
    "erase_old_drafts",
    "hand_in_correction",
    "give_countersign",
    "hand_in_supplement",
    "hand_over",
    "keep_marks",
    "keep_phrases",
    "lapse_correction",
    "link_outside",
    "not_needed",
    "post_result",
    "put_file",
    "rate_case",
    "recall_case",
    "receive",
    "refuse_case",
    "reject_hold",
    "remind_of_check",
    "remove_file",
    "return_from_post",
    "revoke_decision",
    "save_draft",
    "submit_draft",
    "take_paper",
    "tell_by_phone",
    "undo_acceptance",
    "withdraw_case",
    "Correction",
    "PastCase",
    "bring_past_cases",
]
