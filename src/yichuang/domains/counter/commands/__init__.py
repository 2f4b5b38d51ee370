"""The deeds of the hall, by what they are about."""

from yichuang.domains.counter.commands.bags import give_bags, take_bags
from yichuang.domains.counter.commands.closing import close_hall
from yichuang.domains.counter.commands.receptions import take_correction, take_in
from yichuang.domains.counter.commands.sites import load_sites
from yichuang.domains.counter.commands.tickets import (
    begin_ticket,
    call_next,
    finish_ticket,
    issue_ticket,
    pass_ticket,
    recall_ticket,
    transfer_ticket,
)
from yichuang.domains.counter.commands.windows import leave_window, pause_window, resume_window, sit_down

__all__ = [
    "begin_ticket",
    "call_next",
    "close_hall",
    "finish_ticket",
    "give_bags",
    "issue_ticket",
    "leave_window",
    "load_sites",
    "pass_ticket",
    "pause_window",
    "recall_ticket",
    "resume_window",
    "sit_down",
    "take_bags",
    "take_correction",
    "take_in",
    "transfer_ticket",
]
