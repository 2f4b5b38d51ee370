"""Questions to supervision."""

from yichuang.domains.supervision.queries.board import (
    CELLS,
    LISTS,
    InHand,
    Listed,
    Row,
    behind,
    count_behind,
    counts,
    drafts,
    in_hand,
    listed,
    running_orders,
    supervised,
    units_table,
)
from yichuang.domains.supervision.queries.cards import appeal_until, cards, may_appeal, to_appeal, to_explain
from yichuang.domains.supervision.queries.dossiers import Seen, dossier_seen, notices_behind
from yichuang.domains.supervision.queries.evasion import LOOK_BACK, Lead, Suspicion, evasion, in_words, leads
from yichuang.domains.supervision.queries.finding import register_scopes
from yichuang.domains.supervision.queries.flowing import FlowChoices, flow_choices
from yichuang.domains.supervision.queries.orders import Action, actions_of, preview, replies_of, state_of
from yichuang.domains.supervision.queries.reminders import Upcoming, one_upcoming, reminder_words, upcoming
from yichuang.domains.supervision.queries.week import Day, week

__all__ = [
    "Action",
    "CELLS",
    "Day",
    "FlowChoices",
    "InHand",
    "LISTS",
    "Lead",
    "LOOK_BACK",
    "Listed",
    "Row",
    "Seen",
    "actions_of",
    "dossier_seen",
    "flow_choices",
    "preview",
    "replies_of",
    "state_of",
    "Suspicion",
    "Upcoming",
    "appeal_until",
    "may_appeal",
    "one_upcoming",
    "reminder_words",
    "to_appeal",
    "to_explain",
    "upcoming",
    "behind",
    "cards",
    "count_behind",
    "counts",
    "drafts",
    "evasion",
    "in_hand",
    "listed",
    "register_scopes",
    "notices_behind",
    "running_orders",
    "supervised",
    "in_words",
    "leads",
    "units_table",
    "week",
]
