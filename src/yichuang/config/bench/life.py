"""
Whole lives over HTTP: handed in, accepted, handled, reviewed, signed with decision and licence; then a burst.

Everything of a deed is in it: rights, form, materials, numbers, papers, clocks, steps, records, the key that makes
repeating harmless. Papers are numbered in the deed; rendering them is the work of workers, which do not run here.
Every client keeps a journal of what was acknowledged, and the database is held to it at the end.
"""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from math import inf
from threading import Lock, Thread

import psycopg
from django.db import connection, connections

from yichuang.config.bench import district, drafts, generator
from yichuang.config.bench.client import Answer, Caller, at_once
from yichuang.config.bench.place import served
from yichuang.config.bench.results import Result, milliseconds
from yichuang.domains.cases.models import Case
from yichuang.foundation.records.models import Record, Stream
from yichuang.kernel.ledger import GENESIS

CLIENTS = 8
SECONDS = 15.0
BURST = 10.0
TIMES = 4
LANES = 320
"""Requests of the burst that may be on their way at once: they come whether others were answered or not."""
BEFORE = 10.0
AFTER = 12.0
WINDOW = 2.0
"""Seconds of clients before and after the burst, and of the windows by which it is told when all is as before."""
SLOWER = 1.5
"""So many times the p95 from before is still as before."""
STAGES = ("apply", "accept", "handle", "review", "sign")
REACHED = {
    "apply": "received",
    "accept": "accepted",
    "handle": "processing",
    "review": "processing",
    "sign": "approved",
}
"""The state of a case in which each stage leaves it."""


@dataclass
class Journal:
    """What a client was told: how far each case has come, how long each answer took, and what was refused."""

    reached: dict[str, str] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    ended: list[float] = field(default_factory=list)
    lives: int = 0
    lock: Lock = field(default_factory=Lock)

    def note(self, answer: Answer) -> None:
        """Note one answer."""
        with self.lock:
            self.statuses[answer.status] += 1
            if answer.status == 503:
                self.waits.append(float(answer.headers.get("retry-after", "nan")))
            else:
                self.took.append(answer.took)
                self.ended.append(time.perf_counter())

    def acknowledge(self, number: str, stage: str) -> None:
        """Note that a deed was acknowledged."""
        with self.lock:
            self.reached[number] = stage
            self.lives += stage == STAGES[-1]


class Staff:
    """The people of the deciding unit, logged in, and whoever hands in."""

    def __init__(self, port: int) -> None:
        roles = {"accept": "handler", "handle": "handler", "review": "reviewer", "sign": "signer"}
        people = {role: [district.log_in(each) for each in district.of_food(role)] for role in set(roles.values())}
        self.callers = {stage: [Caller(port, who) for who in people[role]] for stage, role in roles.items()}
        self.citizens = {each.pk: Caller(port, district.log_in(each)) for each in district.citizens()}

    def of(self, stage: str, client: int) -> Caller:
        """Give one of those who do a stage."""
        return self.callers[stage][client % len(self.callers[stage])]


class Lives:
    """Hands out applications, and lives one case after the other."""

    def __init__(self, staff: Staff, waiting: list[tuple[int, int]], dsn: str) -> None:
        self.staff, self.waiting, self.dsn = staff, deque(waiting), dsn

    def client(self, journal: Journal, client: int, until: Callable[[], bool]) -> None:
        """Live whole lives until told to stop; a refusal is waited out as it asks, then the same is sent again."""
        with psycopg.connect(self.dsn, autocommit=True) as beside:
            while not until():
                self._live(journal, client, beside)

    def lane(self, journal: Journal, client: int, until: float) -> None:
        """Live one life, as far as it comes until a moment."""
        with psycopg.connect(self.dsn, autocommit=True) as beside:
            self._live(journal, client, beside, until)

    def _live(self, journal: Journal, client: int, beside: psycopg.Connection, until: float = inf) -> None:
        draft_id, account_id = self.waiting.popleft()
        citizen = self.staff.citizens[account_id]
        answer = self._post(journal, citizen, "/applications", {"draft": draft_id}, f"apply/{draft_id}", until)
        if answer is None:
            return
        number = answer.json()["number"]
        journal.acknowledge(number, "apply")
        for stage, (path, body) in self._stages(number, beside):
            caller = self.staff.of(stage, client)
            if self._post(journal, caller, path(), body, f"{stage}/{number}", until) is None:
                return
            journal.acknowledge(number, stage)

    def _stages(
        self, number: str, beside: psycopg.Connection
    ) -> Iterator[tuple[str, tuple[Callable[[], str], dict[str, str]]]]:
        yield "accept", (lambda: f"/cases/{number}/accept", {})
        for key in ("handle", "review"):
            done = partial(_step_path, number, key, beside)
            yield key, (done, {"outcome": "agree", "opinion": "材料齐全，拟同意。"})
        yield "sign", (lambda: f"/cases/{number}/approve", {"content": "准予经营热食类食品制售"})

    def _post(self, journal: Journal, caller: Caller, path: str, body: object, key: str, until: float) -> Answer | None:
        """Send until it is not refused any more; None for an answer that is wrong, or when the time is over."""
        while time.perf_counter() < until:
            answer = caller.post(drafts.API + path, body, key=key)
            journal.note(answer)
            if answer.status == 503:
                time.sleep(float(answer.headers["retry-after"]))
                continue
            if answer.status in (200, 201):
                return answer
            journal.wrong.append(f"{path}: {answer.status} {answer.body[:300].decode(errors='replace')}")
            return None
        return None


def _step_path(number: str, key: str, beside: psycopg.Connection) -> str:
    """Look up a step's id beside the house: who completes it has it on his list already."""
    found = beside.execute(
        "SELECT s.id FROM work_step s JOIN work_dossier d ON d.id = s.dossier_id WHERE d.number = %s AND s.key = %s",
        [number, key],
    ).fetchone()
    assert found is not None
    return f"/steps/{found[0]}/complete"


def measure(runs: int) -> Iterator[Result]:
    """Let eight clients live for some seconds in each run; then the burst, with some seconds before and after it."""
    with served() as port:
        staff = Staff(port)
        first = next(iter(staff.citizens))
        template = drafts.filled_in(staff.citizens[first], district.citizens()[0].party_id or 0)
        waiting = drafts.copies(template, 1500 * runs + 6000, district.citizens())
        lives = Lives(staff, waiting, generator.dsn())
        connections.close_all()
        steady(lives, CLIENTS, 4)  # every process has seen every deed
        journals = [steady(lives, CLIENTS, SECONDS) for _run in range(runs)]
        burst = _burst(lives, max(each.rate for each in journals))
    posts = [milliseconds(each.journal.took) for each in journals]
    said = f"POST p50 {posts[0]['p50']}"
    yield Result(
        "life", f"whole lives, {CLIENTS} clients", "/s", tuple(each.lives for each in journals), 35, True, said
    )
    yield Result("life", f"POST, {CLIENTS} clients: p95", "ms", tuple(each["p95"] for each in posts), 60)
    yield from _told(burst)
    everything = [each.journal for each in journals] + burst.journals
    lost = _lost(everything)
    wrong = [said for each in everything for said in each.wrong]
    note = "; ".join((wrong + lost)[:3])
    yield Result(
        "life", "wrong answers, and cases that differ from a journal", "", (len(wrong) + len(lost),), 0, note=note
    )


@dataclass
class Steady:
    """Some seconds of clients that live one life after the other."""

    journal: Journal
    seconds: float

    @property
    def lives(self) -> float:
        """Whole lives a second."""
        return self.journal.lives / self.seconds

    @property
    def rate(self) -> float:
        """Requests answered a second."""
        return len(self.journal.took) / self.seconds

    @property
    def p95(self) -> float:
        """The p95 of what was answered, in milliseconds."""
        return milliseconds(self.journal.took)["p95"]


def steady(lives: Lives, clients: int, seconds: float) -> Steady:
    """Let clients live for some seconds; those that are under way are ended."""
    journal, end = Journal(), time.perf_counter() + seconds
    works = [partial(lives.client, journal, n, lambda: time.perf_counter() >= end) for n in range(clients)]
    return Steady(journal, at_once(works))


@dataclass
class Burst:
    """What happened before, in and after a burst."""

    before: Steady
    burst: Journal
    asked: int
    ended: float
    after: Steady
    journals: list[Journal]


def _burst(lives: Lives, rate: float) -> Burst:
    """
    Send four times the requests that were answered before, for ten seconds, whether they are answered or not.

    Each lane begins a life at its moment; whoever is refused waits as long as he is asked to and tries again. After the
    ten seconds nothing more is sent; what is on its way is answered beside the clients who come after.
    """
    before = steady(lives, CLIENTS, BEFORE)
    journal = Journal()
    every = len(STAGES) / (TIMES * rate)  # seconds between two lives that begin
    began, end = time.perf_counter(), time.perf_counter() + BURST
    lanes: list[Thread] = []
    while (now := time.perf_counter()) < end:
        alive = sum(lane.is_alive() for lane in lanes)
        if alive < LANES and len(lanes) * every <= now - began:
            lane = Thread(target=lives.lane, args=[journal, len(lanes), end], daemon=True)
            lane.start()
            lanes.append(lane)
        else:
            time.sleep(every / 4)
    ended = time.perf_counter()
    after = steady(lives, CLIENTS, AFTER)
    for lane in lanes:
        lane.join(timeout=120)
    return Burst(
        before, journal, sum(journal.statuses.values()), ended, after, [before.journal, journal, after.journal]
    )


def _told(burst: Burst) -> Iterator[Result]:
    refused, waits = burst.burst.statuses[503], burst.burst.waits
    clean = all(1 <= each <= 5 for each in waits)
    note = f"{burst.asked} requests, {refused} refused with 503, Retry-After {'1–5 s' if clean else 'MISSING'}"
    seconds = _back_to_normal(burst)
    yield Result(
        "life", f"burst of {TIMES}×: seconds until the p95 is at most {SLOWER} × that before", "s", (seconds,), 10,
        note=f"{note}; p95 before {burst.before.p95} ms, at the end {_windows(burst)[-1]} ms",
        more={
            "statuses": dict(burst.burst.statuses),
            "burst": milliseconds(burst.burst.took),
            "p95_by_window": _windows(burst),
        },
    )  # fmt: skip
    yield Result("life", "refusals of the burst without a fit Retry-After", "", (0 if clean else 1,), 0)


def _back_to_normal(burst: Burst) -> float:
    """Tell when the last window ended in which answers took longer than they may; all of `AFTER` if they still do."""
    slow = [n for n, p95 in enumerate(_windows(burst), start=1) if p95 > SLOWER * burst.before.p95]
    return slow[-1] * WINDOW if slow else 0.0


def _windows(burst: Burst) -> list[float]:
    """Give the p95 of each window after the burst in milliseconds; one in which nothing was answered counts whole."""
    journal = burst.after.journal
    ends = [burst.ended + WINDOW * (n + 1) for n in range(round(AFTER / WINDOW))]
    answered = list(zip(journal.ended, journal.took, strict=True))
    within = [[took for at, took in answered if end - WINDOW <= at < end] for end in ends]
    return [milliseconds(each)["p95"] if each else WINDOW * 1000 for each in within]


def _lost(journals: list[Journal]) -> list[str]:
    """Hold the database to the journals: each case once, as far as was acknowledged, its chain whole."""
    reached = {number: stage for each in journals for number, stage in each.reached.items()}
    problems = []
    rows = Case.objects.filter(dossier__number__in=reached).select_related("dossier")
    found = {row.dossier.number: row for row in rows}
    for number, stage in reached.items():
        row = found.get(number)
        if row is None:
            problems.append(f"{number} is not there")
        elif row.dossier.state != REACHED[stage]:
            problems.append(f"{number} was told {stage} and is {row.dossier.state}")
    ids = [row.pk for row in found.values()]
    with connection.cursor() as cursor:  # one draft, one case; one key, one deed
        cursor.execute("SELECT count(*) FROM (SELECT case_id FROM cases_draft GROUP BY 1 HAVING count(*) > 1 AND "
                       "case_id IS NOT NULL) twice")  # fmt: skip
        problems += ["a draft became two cases"] * cursor.fetchone()[0]
    for pk in random.Random(1).sample(ids, min(200, len(ids))):
        problems += _broken(pk)
    return problems


def _broken(pk: int) -> Iterator[str]:
    head = GENESIS
    for row in Record.objects.filter(stream=f"dossier/{pk}").order_by("seq"):
        if row.previous != head:
            yield f"dossier/{pk}: record {row.seq} does not follow"
        head = row.digest
    if Stream.objects.get(id=f"dossier/{pk}").head != head:
        yield f"dossier/{pk}: the head is another"
