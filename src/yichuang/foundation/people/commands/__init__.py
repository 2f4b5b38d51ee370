"""The deeds of this room, by what they are done on."""

from yichuang.foundation.people.bringing import bring_units
from yichuang.foundation.people.commands.accounts import (
    appoint,
    close_account,
    end_appointment,
    open_account,
    touch_rights,
    unlock_account,
)
from yichuang.foundation.people.commands.covering import end_substitution, hand_over, set_substitute, sign_hand_over
from yichuang.foundation.people.commands.parties import (
    change_party,
    end_mandate,
    give_mandate,
    register_party,
    tie_account,
    unmask,
    unmask_party,
)
from yichuang.foundation.people.commands.refusals import (
    AlreadyAppointed,
    AlreadyClosed,
    KeptApart,
    NoSelfCover,
    NoSelfGrant,
    NotColleagues,
    NotHeld,
    NothingToSign,
    ReasonMissing,
    StillHolding,
    TermTooLong,
    UnknownRole,
    UsernameTaken,
    WrongPeriod,
)
from yichuang.foundation.people.loading import load_units

__all__ = [
    "AlreadyAppointed",
    "AlreadyClosed",
    "KeptApart",
    "NoSelfCover",
    "NoSelfGrant",
    "NotColleagues",
    "NotHeld",
    "NothingToSign",
    "ReasonMissing",
    "StillHolding",
    "TermTooLong",
    "UnknownRole",
    "UsernameTaken",
    "WrongPeriod",
    "appoint",
    "bring_units",
    "change_party",
    "close_account",
    "end_appointment",
    "end_mandate",
    "end_substitution",
    "give_mandate",
    "hand_over",
    "load_units",
    "open_account",
    "register_party",
    "set_substitute",
    "sign_hand_over",
    "tie_account",
    "touch_rights",
    "unlock_account",
    "unmask",
    "unmask_party",
]
