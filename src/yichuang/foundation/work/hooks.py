"""What upper rooms do for the engine: number papers, open child dossiers. Each registers itself once, on start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yichuang.foundation.work.deeds import Deed
    from yichuang.foundation.work.models import Dossier, Step
    from yichuang.kernel import plans
    from yichuang.kernel.lifecycles import Move

PaperWriter = Callable[["Deed", str, dict[str, Any]], Any]
ChildOpener = Callable[["Deed", "Step", "plans.Step"], "Dossier"]

Follower = Callable[["Deed", "Move"], None]
PlanEnd = Callable[["Deed"], None]

_followers: dict[str, list[Follower]] = {}
_plan_ends: dict[str, PlanEnd] = {}
_paper_writers: list[PaperWriter] = []
_child_openers: list[ChildOpener] = []


def register_paper_writer(writer: PaperWriter) -> None:
    """Take the one function that numbers a paper inside a deed; rendering is a job's."""
    _paper_writers[:] = [writer]


def register_child_opener(opener: ChildOpener) -> None:
    """Take the one function that opens the case behind a step of kind dossier."""
    _child_openers[:] = [opener]


def write_paper(deed: Deed, kind: str, facts: dict[str, Any]) -> Any:
    """Number a paper of this kind for the deed's dossier."""
    (writer,) = _paper_writers
    return writer(deed, kind, facts)


def open_child(deed: Deed, row: Step, step: plans.Step) -> Dossier:
    """Open the dossier behind a step."""
    (opener,) = _child_openers
    return opener(deed, row, step)


def register_plan_end(kind: str, follow: PlanEnd) -> None:
    """Take the function that a kind of dossier wants called, inside the deed, when its plan ended or was denied."""
    _plan_ends[kind] = follow


def plan_over(deed: Deed) -> None:
    """Tell the domain of this dossier that its plan is over: `deed.denied` says how."""
    if follow := _plan_ends.get(deed.dossier.kind):
        follow(deed)


def register_follower(lifecycle: str, follow: Follower) -> None:
    """Take a function that is called, inside the deed, after every move of dossiers under a lifecycle, once each."""
    known = _followers.setdefault(lifecycle, [])
    if follow not in known:
        known.append(follow)


def moved(deed: Deed, move: Move) -> None:
    """Tell the domains of this lifecycle that the dossier moved."""
    for follow in _followers.get(deed.dossier.lifecycle, []):
        follow(deed, move)
