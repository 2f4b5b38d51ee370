"""The year before the report: some thousand cases that are over, spread evenly by what `history.yaml` says, no dice."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from math import sqrt
from typing import Any

from yichuang.config import demo
from yichuang.config.sample import items as sample_items
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.commands import Correction, PastCase
from yichuang.domains.cases.terms import Channel
from yichuang.domains.catalogue import commands as catalogue
from yichuang.domains.catalogue.terms import Item, PlaceKind
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.loading import load_units
from yichuang.foundation.people.models import Account, Party, Unit
from yichuang.foundation.records.terms import CHINA, SYSTEM
from yichuang.foundation.work import timing
from yichuang.foundation.work.models import Dossier
from yichuang.foundation.work.past import DoneStep, Halt
from yichuang.foundation.work.terms import POSTS
from yichuang.kernel import clocks
from yichuang.kernel.calendars import Office
from yichuang.kernel.identifiers import make_synthetic_resident_id, make_synthetic_uscc

BATCH = 1_000
FIRST = 500_001
"""Numbers of a day begin here, apart from those that are given on the day itself."""
SERIAL = 0x60000
"""From here on organisation codes of the reserved block are those of the history's firms."""
GOLDEN = (sqrt(5) - 1) / 2
POST_NAMES = {"handle": "承办", "review": "审核", "sign": "签发"}
BASIS = "行政许可法 第四十五条"


def load(district: demo.Demo) -> None:
    """Write the cases that are over before the opening, batch by batch, and count what is asked for most."""
    if Dossier.objects.filter(number__gt="4201062", number__endswith=f"{FIRST:06}").exists():
        return
    world = _world(district)
    batch: list[PastCase] = []
    for case in _cases(district, world):
        batch.append(case)
        if len(batch) == BATCH:
            cases.bring_past_cases(cases=batch, by=SYSTEM, at=district.opened_at)
            batch = []
    cases.bring_past_cases(cases=batch, by=SYSTEM, at=district.opened_at)
    catalogue.count_popularity(at=district.opened_at)


def spread(number: int, salt: int) -> float:
    """
    Give a number from 0 to below 1: those of one salt lie as evenly as can be, those of two do not go together.

    >>> [round(spread(n, 0), 2) for n in range(4)]
    [0.0, 0.62, 0.24, 0.85]
    """
    return (number * (GOLDEN + salt * sqrt(2) / 7) + salt * 0.37) % 1.0


@dataclass(frozen=True, slots=True)
class World:
    """Who and what there is: units, staff by user name, applicants, items by unit, street offices with their region."""

    said: Mapping[str, Any]
    office: Office
    units: Mapping[str, Unit]
    staff: Mapping[str, int]
    people: Sequence[int]
    firms: Sequence[int]
    items: Mapping[str, Sequence[tuple[Item, ...]]]
    streets: Mapping[int, str]
    last: datetime

    def in_force(self, unit: str, day: date) -> list[Item]:
        """List the items of a unit that are handled here, each in the version of the day."""
        found = [next(each for each in reversed(every) if each.valid_from <= day) for every in self.items[unit]]
        return [each for each in found if each.lifecycle]


def _world(district: demo.Demo) -> World:
    said = district.read("history")
    people, firms = _applicants(said, district)
    units = {row.code: row for row in Unit.objects.all()}
    versions: dict[str, dict[str, dict[int, Item]]] = {}
    for body in sample_items.read(district):
        item = definitions.get("item", body["item"], body["version"])
        versions.setdefault(item.unit, {}).setdefault(item.id, {})[item.version] = item
    return World(
        said=said,
        office=timing.office(),
        units=units,
        staff=dict(Account.objects.values_list("username", "pk")),
        people=people,
        firms=firms,
        items={
            unit: [tuple(every[number] for number in sorted(every)) for _code, every in sorted(codes.items())]
            for unit, codes in versions.items()
        },
        streets=dict(sorted((row.pk, row.region_id) for row in units.values() if row.kind == "STREET")),
        last=district.opened_at.astimezone(CHINA) - timedelta(days=1, hours=2),
    )


def _applicants(said: Mapping[str, Any], district: demo.Demo) -> tuple[list[int], list[int]]:
    """Make the applicants, marked as synthetic; their numbers are those of nobody."""
    surnames, given, trades = said["surnames"], said["given_names"], said["trades"]
    common = {"region": "420106", "is_synthetic": True}
    people = [
        {
            "kind": "PERSON",
            "name": surnames[n % len(surnames)] + given[n % len(given)],
            "id_kind": "RESIDENT",
            "number": make_synthetic_resident_id(born=date(1948 + n % 50, 1 + n % 12, 1 + n % 28), order=1 + n),
            "phone": f"138000{10000 + n}",
            **common,
        }
        for n in range(district.count(said["people"]))
    ]
    firms = [
        {
            "kind": "ENTERPRISE",
            "name": f"武汉示例{surnames[n % len(surnames)]}记{trades[n % len(trades)]}有限公司",
            "id_kind": "USCC",
            "number": make_synthetic_uscc(SERIAL + n),
            "phone": f"027-0001{1000 + n}",
            **common,
        }
        for n in range(district.count(said["firms"]))
    ]
    load_units({"parties": [*people, *firms]}, at=district.opened_at, place="history.yaml")
    names = {each["name"] for each in firms}
    made = Party.objects.filter(is_synthetic=True, phone__startswith="13800010").order_by("pk")
    return list(made.values_list("pk", flat=True)), list(
        Party.objects.filter(name__in=names, kind="ENTERPRISE").order_by("pk").values_list("pk", flat=True)
    )


def _cases(district: demo.Demo, world: World) -> Iterator[PastCase]:
    """Spread the wanted number over months and units by their shares; what would end after the opening is no past."""
    said, number = world.said, FIRST
    total = district.count(said["cases"])
    months = said["months"]
    units = {unit: each for unit, each in said["units"].items() if unit in world.items}
    whole = sum(each["share"] for each in months.values()) * sum(each["share"] for each in units.values())
    for month, season in months.items():
        days = _working_days(str(month), world.office)
        for unit, habit in units.items():
            for turn in range(max(1, round(total * season["share"] * habit["share"] / whole))):
                case = _Maker(world, unit, habit, season["slow"], number).case(days, turn)
                if case.delivered_at < world.last:
                    yield case
                    number += 1


def _working_days(month: str, office: Office) -> list[date]:
    first = date.fromisoformat(f"{month}-01")
    days = (first + timedelta(days=n) for n in range(31))
    return [day for day in days if day.month == first.month and office.calendar.is_working(day)]


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes one case of a unit: `number` decides where it lies in everything that is spread."""

    world: World
    unit: str
    habit: Mapping[str, int]
    slow: int
    number: int

    def case(self, days: Sequence[date], turn: int) -> PastCase:
        day = days[int(spread(turn, 1) * len(days))]
        opened = datetime.combine(day, time(9, 5), CHINA) + timedelta(minutes=int(self._at(2) * 380))
        item = self._item(day)
        correction = self._correction(item, opened)
        accepted = (correction.answered_at if correction else opened) + timedelta(minutes=10)
        used = self._used(item)
        halts = self._halts(item, accepted)
        if halts:
            used = max(used, 2)
        refused = self.world.said["reasons"]["refused"] if item.promise and self._happens("refused", 8) else ""
        steps = self._steps(item, accepted, used, halts, refused=bool(refused))
        channel, site, taken_in_by = self._door(item)
        applicants = self.world.people if "person" in item.serves else self.world.firms
        return PastCase(
            number=f"420106{day:%Y%m%d}{self.number:06}",
            item=item,
            unit_id=self.world.units[self.unit].pk,
            region=self._street(taken_in_by),
            applicant_id=applicants[self.number % len(applicants)],
            channel=channel,
            site=site,
            taken_in_by_id=taken_in_by,
            opened_at=opened,
            accepted_at=accepted,
            delivered_at=steps[-1].done_at + timedelta(minutes=30),
            steps=steps,
            correction=correction,
            halts=halts,
            refused_because=refused,
            is_synthetic=True,
        )

    def _at(self, salt: int) -> float:
        return spread(self.number, salt)

    def _happens(self, what: str, salt: int) -> bool:
        return self._at(salt) * 100 < self.habit[what]

    def _item(self, day: date) -> Item:
        """Choose an item in force on the day, of those with a promise as often as the file says."""
        every = self.world.in_force(self.unit, day)
        wanted = self._at(3) * 100 < self.world.said["promised_of_100"]
        some = [each for each in every if (each.promise is not None) == wanted] or every
        return some[int(self._at(4) * len(some))]

    def _used(self, item: Item) -> int:
        """Tell how many working days of the promise it took; above the promise where it was late."""
        if item.promise is None:
            return 0
        promise = item.promise.limit
        if self._at(5) * 100 < self.habit["late"] * self.slow / 100:
            return promise + 1 + int(self._at(6) * 3)
        share = self.habit["pace"] * self.slow / 10_000 * (0.55 + 0.9 * self._at(6))
        return min(promise, round(promise * share))

    def _correction(self, item: Item, opened: datetime) -> Correction | None:
        if not self._happens("correction", 7):
            return None
        reasons = self.world.said["reasons"]["correction"]
        return Correction(
            material=item.materials[self.number % len(item.materials)].code,
            reason=reasons[self.number % len(reasons)],
            told_at=opened + timedelta(minutes=25),
            answered_at=self._close(opened, 1 + int(self._at(9) * 4), hours=2),
            told_by_id=self._who("handler"),
        )

    def _halts(self, item: Item, accepted: datetime) -> tuple[Halt, ...]:
        if not item.special or not self._happens("halted", 10):
            return ()
        until = self._close(accepted, 4 + int(self._at(11) * 5), hours=6)
        reason = self.world.said["reasons"]["halted"]
        return (Halt(self._close(accepted, 1, hours=6), until, item.special[0], BASIS, reason),)

    def _steps(
        self, item: Item, accepted: datetime, used: int, halts: tuple[Halt, ...], *, refused: bool
    ) -> tuple[DoneStep, ...]:
        """Let the hands of the plan do their part one after the other, the last at the end of the days used."""
        opinions = self.world.said["reasons"]["opinions"]
        decision = ("deny", opinions["refuse"]) if refused else ("approve", opinions["sign"])
        if item.promise is None:
            at = accepted + timedelta(minutes=10 + int(self._at(12) * 30))
            who = self._who("signer")
            return (DoneStep("sign", "当场决定", POSTS["签发"], accepted, at, who, *decision),)
        hands = [("handle", "handler", "agree"), ("review", "reviewer", "agree"), ("sign", "signer", "")]
        if used > 2 and self._happens("sent_back", 13):
            hands[1:1] = [("review", "reviewer", "send_back"), ("handle", "handler", "agree")]
        moments = self._moments(accepted, used, halts, len(hands))
        found = []
        for (key, role, outcome), since, until in zip(hands, [accepted, *moments], moments, strict=False):
            said = (outcome, opinions["send_back" if outcome == "send_back" else key]) if outcome else decision
            permission = POSTS[POST_NAMES[key]]
            found.append(DoneStep(key, POST_NAMES[key], permission, since, until, self._who(role), *said))
        return tuple(found)

    def _moments(self, accepted: datetime, used: int, halts: tuple[Halt, ...], hands: int) -> list[datetime]:
        """Tell when each hand is done: most of the days go by with the first, the end is on the last day used."""
        found: list[datetime] = []
        for place in range(1, hands + 1):
            days = used if place == hands else int(used * (0.55 + 0.35 * place / hands))
            if days == 0:
                moment = accepted + timedelta(minutes=20 * place)
            else:
                moment = self._close(accepted, days, hours=hands + 1 - place, halts=halts)
            after = max([accepted, *(each.to_at for each in halts), *found])
            found.append(max(moment, after + timedelta(minutes=15)))
        return found

    def _close(self, since: datetime, days: int, *, hours: int, halts: tuple[Halt, ...] = ()) -> datetime:
        """Give a moment some hours before the close of office of the n-th working day, pauses out."""
        pauses = tuple(clocks.Pause(each.from_at, each.to_at, each.kind, each.basis) for each in halts)
        end = clocks.due(clocks.Clock(days, clocks.Unit.WORKING_DAY, since, pauses=pauses), self.world.office)
        assert end is not None, "no pause lasts"
        return end - timedelta(hours=hours) + timedelta(minutes=int(self._at(14) * 45))

    def _door(self, item: Item) -> tuple[Channel, str, int]:
        """Tell through which door it came, and who took it in."""
        own, hall = self.world.units[self.unit].pk, self.world.units["hall"].pk
        near = {place.kind for place in item.places}
        if item.is_online and self._at(15) * 100 < self.world.said["online_of_100"]:
            return Channel.ONLINE, "", own
        if PlaceKind.STREET in near and self._at(16) * 100 < self.world.said["street_of_100"]:
            windows = list(self.world.streets)
            return Channel.STREET, "", windows[self.number % len(windows)]
        return Channel.WINDOW, "hall", hall

    def _street(self, taken_in_by: int) -> str:
        """Tell in which street it lies: that of the street window that took it in, else by the shares of the file."""
        if taken_in_by in self.world.streets:
            return self.world.streets[taken_in_by]
        shares: Mapping[str, int] = self.world.said["streets"]
        ends = list(accumulate(shares.values()))
        return list(shares)[bisect(ends, self._at(17) * ends[-1])]

    def _who(self, role: str) -> int:
        return self.world.staff[f"{self.unit}_{role}"]
