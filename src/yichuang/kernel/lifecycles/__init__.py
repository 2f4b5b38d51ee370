"""How a kind of dossier may move: a table of (state, deed) → (state, clock effects, paper), checked as a whole."""

from yichuang.kernel.lifecycles.lifecycle import ClockEffects, Lifecycle, Move, NotOpen, State
from yichuang.kernel.lifecycles.loading import parse_lifecycle

__all__ = ["ClockEffects", "Lifecycle", "Move", "NotOpen", "State", "parse_lifecycle"]
