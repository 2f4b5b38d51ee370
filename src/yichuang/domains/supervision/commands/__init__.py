"""The deeds of supervision."""

from yichuang.domains.supervision.commands.appeals import appeal_card, appeal_for_notice, decide_appeal
from yichuang.domains.supervision.commands.cards import decide_card, explain_card, suspect
from yichuang.domains.supervision.commands.orders import (
    answer_order,
    close_order,
    discard_order,
    draft_order,
    receive_order,
    send_back_order,
    sign_order,
    verify_order,
)
from yichuang.domains.supervision.commands.reminding import defer_reminder, remind, remind_after_all

__all__ = [
    "answer_order",
    "appeal_card",
    "appeal_for_notice",
    "decide_appeal",
    "defer_reminder",
    "remind_after_all",
    "close_order",
    "decide_card",
    "discard_order",
    "draft_order",
    "explain_card",
    "receive_order",
    "remind",
    "send_back_order",
    "sign_order",
    "suspect",
    "verify_order",
]
