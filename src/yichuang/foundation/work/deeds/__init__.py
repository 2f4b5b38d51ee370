"""
The deed: the only context in which dossiers, steps, clocks and their records are written.

It locks the root, checks who may and whether the state allows it, lets the domain do its own, and on leaving writes
state, clocks, steps, papers due, stream and record in one transaction. `entering` begins one, `lasting` is the deed
itself, `clocks` what it does with clocks.
"""

from yichuang.foundation.work.deeds.clocks import AlreadyExtended, AlreadyPaused, Ground, NotPaused, TooLateToExtend
from yichuang.foundation.work.deeds.entering import deed, opening
from yichuang.foundation.work.deeds.lasting import Deed

__all__ = [
    "AlreadyExtended",
    "AlreadyPaused",
    "Deed",
    "Ground",
    "NotPaused",
    "TooLateToExtend",
    "deed",
    "opening",
]
