"""Makes one dossier of all that a file said of one case."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b, sha256

from django.utils.translation import gettext as _

from yichuang.foundation.files.tables import Findings
from yichuang.foundation.history.mapping import HistoryMapping, step_key
from yichuang.foundation.history.reading import EPOCH, TICK, Case, Event, Moment
from yichuang.foundation.history.terms import Transition
from yichuang.foundation.work.history import DONE, PastDossier, PastStep
from yichuang.kernel.lifecycles import Lifecycle

RECORDED, FINISHED, UNFINISHED = "recorded", "finished", "unfinished"
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
NOTHING = Case(*[None] * len(Case._fields))


@dataclass(frozen=True)
class Told:
    """What a file said of one case: what held last of it, its events once each in the order of the file."""

    id: str
    case: Case
    events: tuple[Event, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Names:
    """Which rows stand for the names of a file."""

    organisation_id: int
    region: str
    units: Mapping[str, int]
    people: Mapping[str, int]
    items: Mapping[str, tuple[str, str]]  # code and name


def together(
    case_id: str, said: Sequence[Case], events: Sequence[Event], mapping: HistoryMapping, findings: Findings
) -> Told:
    """Bring the rows of a case together; what is odd about it is noted."""
    case = NOTHING
    for each in said:  # what is said later holds, what is missing takes nothing away
        case = Case._make(new if new is not None else old for old, new in zip(case, each, strict=True))
    once: dict[str, Event] = {}
    for event in events:
        if event.digest in once:
            text = _("办件 %(case)s 的同一事件出现两次（前一次在第 %(first)s 行），只导入一次")
            said_so = text % {"case": case_id, "first": once[event.digest].number}
            findings.warning(said_so, row=event.number, code="history.event_twice")
        else:
            once[event.digest] = event
    if case.ended is not None and case.opened is not None and case.ended < case.opened:
        text = _("办件 %(case)s 的办结早于收件，照原样导入") % {"case": case_id}
        findings.warning(text, code="history.ends_before_it_begins")
    whole = _ENCODE([mapping.mark, case, [event[:-1] for event in once.values()]])
    return Told(case_id, case, tuple(once.values()), blake2b(whole.encode(), digest_size=16).hexdigest())


def steps_of(told: Told, mapping: HistoryMapping, names: Names) -> list[PastStep]:
    """Make steps of events, in the order in which they happened; of one moment in the order of the file."""
    unit = names.units.get(told.case.unit or "", names.organisation_id)
    begun: defaultdict[tuple[str, str | None], deque[Event]] = defaultdict(deque)
    found: list[PastStep] = []
    for event in sorted(told.events, key=lambda each: each.at):
        match event.transition:
            case Transition.START:
                begun[event.activity, event.instance].append(event)
            case Transition.COMPLETE | Transition.CANCEL:
                waiting = begun[event.activity, event.instance]
                start = waiting.popleft() if waiting else None
                found.append(_step(event, start, event.transition == Transition.CANCEL, mapping, names, unit))
    for waiting in begun.values():
        found += [_step(start, start, True, mapping, names, unit) for start in waiting]
    return sorted(found, key=lambda step: step.at)


def _step(
    event: Event, start: Event | None, broken_off: bool, mapping: HistoryMapping, names: Names, unit: int
) -> PastStep:
    known = mapping.activities.get(event.activity)
    opened = start.at if start else event.at if broken_off else None
    return PastStep(
        key=known.step if known else step_key(event.activity),
        name=(known.name if known else event.name or event.activity)[:120],
        unit_id=names.units.get(event.unit or "", unit),
        account_id=names.people.get(event.person or ""),
        opened_at=_at(opened),
        done_at=None if broken_off else _at(event.at),
        due_at=_at(event.due),
        outcome=(event.outcome or DONE)[:32],
    )


def dossier_of(
    told: Told,
    steps: Sequence[PastStep],
    mapping: HistoryMapping,
    names: Names,
    lifecycle: Lifecycle,
    before: PastDossier | None = None,
) -> PastDossier:
    """Make the dossier; `before` is what stands of it, and holds where the file says nothing."""
    case = told.case
    first = [step.at for step in steps[:1]] + ([before.opened_at] if before else [])
    opened = _at(case.opened) or min(first)
    concluded = _at(case.ended) or _over(steps, mapping, lifecycle) or (before.concluded_at if before else None)
    states = _states(opened, concluded, steps, mapping, lifecycle)
    item, name = names.items[case.item] if case.item else (before.item_code, before.title) if before else ("", "")
    outcome = lifecycle.states[states[-1][0]].outcome or "" if concluded else ""
    accepted = next((step.done_at for step in steps if _deed(step, mapping) == "accept"), None)
    return PastDossier(
        number=number_of(mapping.system, told.id),
        title=(case.title or name)[:300],
        unit_id=names.units.get(case.unit or "", before.unit_id if before else names.organisation_id),
        region=names.region,
        item_code=item,
        channel=(case.channel or (before.channel if before else ""))[:12],
        source=mapping.system,
        opened_at=opened,
        states=states,
        steps=tuple(steps),
        accepted_at=_at(case.accepted) or accepted or (before.accepted_at if before else None),
        concluded_at=concluded,
        outcome=(case.outcome if concluded and case.outcome else outcome)[:24],
        planned_at=_at(case.planned_end) or (before.planned_at if before else None),
        deadline_at=_at(case.deadline) or (before.deadline_at if before else None),
    )


def united(there: Sequence[PastStep], new: Iterable[PastStep]) -> list[PastStep]:
    """Give the steps that stand and those that are new, in the order in which they happened."""
    known = Counter(step.identity for step in there)
    added = []
    for step in new:
        if known[step.identity]:
            known[step.identity] -= 1
        else:
            added.append(step)
    return sorted([*there, *added], key=lambda step: step.at)


def number_of(system: str, case_id: str) -> str:
    """
    Number a dossier by its system and the case's own number there, where that can stand in an address.

    >>> number_of("receipt", "case-10011")
    'receipt:case-10011'
    >>> len(number_of("receipt", "2011/XIV 3"))
    40
    """
    number = f"{system}:{case_id}"
    if len(number) <= 40 and re.fullmatch(r"[\w.:-]+", number):
        return number
    return f"{system[:15]}~{sha256(number.encode()).hexdigest()}"[:40]


def item_code(system: str, name: str) -> str:
    """
    Make the code of an item that only an old system knows.

    >>> item_code("receipt", "omgevingsvergunning")
    'receipt.omgevingsvergunning'
    >>> len(item_code("receipt", "环境许可"))
    20
    """
    code = f"{system}.{name}"
    if len(code) <= 40 and re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", code):
        return code
    return f"{system[:27]}.{sha256(name.encode()).hexdigest()[:12]}"


def _states(
    opened: datetime,
    concluded: datetime | None,
    steps: Sequence[PastStep],
    mapping: HistoryMapping,
    lifecycle: Lifecycle,
) -> tuple[tuple[str, datetime], ...]:
    """Give the states it went through: by the deeds of the mapping, and at the end done or left open."""
    found = [(RECORDED, opened)]
    for step in steps:
        if (deed := _deed(step, mapping)) and step.done_at:
            state = _leads_to(lifecycle, deed)
            if state != found[-1][0]:
                found.append((state, max(step.done_at, found[-1][1])))
    if concluded and not lifecycle.states[found[-1][0]].outcome:
        found.append((FINISHED, max(concluded, found[-1][1])))
    if not concluded:
        last = max([found[-1][1], *(step.at for step in steps)])
        found.append((UNFINISHED, last))
    return tuple(found)


def _over(steps: Sequence[PastStep], mapping: HistoryMapping, lifecycle: Lifecycle) -> datetime | None:
    """Tell when it was over by its events: with the deed that ends it, or with the last where the mapping says so."""
    ends = [
        step.done_at
        for step in steps
        if step.done_at and (deed := _deed(step, mapping)) and lifecycle.states[_leads_to(lifecycle, deed)].outcome
    ]
    if ends:
        return ends[-1]
    return steps[-1].at if mapping.ends_with_last_event and steps else None


def _deed(step: PastStep, mapping: HistoryMapping) -> str:
    return mapping.deeds.get(step.key, "")


def _leads_to(lifecycle: Lifecycle, deed: str) -> str:
    return next(move.to for move in lifecycle.moves if move.deed == deed)


def _at(moment: Moment) -> datetime | None:
    return None if moment is None else EPOCH + moment * TICK
