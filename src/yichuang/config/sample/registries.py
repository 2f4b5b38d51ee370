"""The other registries of the sample: claims, street items, the provincial net, lists of proofs and intermediaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from yichuang.config import demo
from yichuang.config.demo.catalogue import KEEPER
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ClaimTask, ServiceItem, StreetItem
from yichuang.domains.catalogue.terms import (
    FeeKind,
    FourWay,
    Intermediary,
    ListStatus,
    Payer,
    Proof,
    ProofLevel,
    Registry,
    StreetMode,
    StreetOrigin,
    StreetState,
    TaskType,
    WayState,
)
from yichuang.foundation.people.actors import Actor, actor_for, local_day
from yichuang.foundation.people.models import Account, Unit
from yichuang.foundation.people.terms import UnitKind
from yichuang.foundation.records.terms import CHINA

EDITOR = "item_editor"
"""Who claims: the item editor of each unit, whose account is the unit's code and `_editor`; one is the demo's own."""
CLAIMS_ASKED, CLAIMS_DUE, CLAIMED = date(2019, 5, 13), date(2019, 6, 28), date(2019, 6, 12)
LISTED = date(2019, 7, 15)
"""When the registries of province and nation took over what is claimed and what streets handle."""

Mains = Mapping[str, list[str]]


def load(district: demo.Demo) -> None:
    """Claim, send down to the streets, list, keep the lists, confirm the four ways; each on its day."""
    mains = _mains()
    _claims(mains)
    _streets(district, mains)
    _listings()
    _proofs(district, mains)
    _intermediaries(district, mains)
    _confirm_ways(district.opened_at)


def _mains() -> Mains:
    """Give the sub-items of each main item that is here, by its code (unit and number)."""
    found: dict[str, list[str]] = defaultdict(list)
    for code in ServiceItem.objects.order_by("code").values_list("code", flat=True):
        unit, number, *_sub = [*code.split("_"), ""]
        if number.isdecimal():
            found[f"{unit}_{number}"].append(code)
    return found


def _claims(mains: Mains) -> None:
    """Give each unit its main items to claim, and let its item editor claim them."""
    at = _at(CLAIMS_ASKED)
    rows = {row.code: row for row in ServiceItem.objects.filter(code__in=[codes[0] for codes in mains.values()])}
    first = [rows[codes[0]] for codes in mains.values()]
    tasks = [
        commands.Assignment(
            unit=row.unit_code,
            catalog_code=row.catalog_code,
            name=row.name.partition("（")[0],
            task_type=TaskType(row.task_type),
        )
        for row in first
    ]
    if not commands.assign_claims(tasks=tasks, due_on=CLAIMS_DUE, by=_actor(KEEPER, at), at=at):
        return
    at = _at(CLAIMED)
    editors = {unit: _actor(_editor(unit), at) for unit in {row.unit_code for row in first}}
    of_code = {(row.unit_code, row.catalog_code): row.code for row in first}
    for task in ClaimTask.objects.filter(claimed_at=None, unit_code__in=editors).order_by("pk"):
        item = of_code[task.unit_code, task.catalog_code]
        commands.claim(task_id=task.pk, item_code=item, by=editors[task.unit_code], at=at)


def _editor(unit: str) -> str:
    return EDITOR if unit == "scjg" else f"{unit}_editor"


def _streets(district: demo.Demo, mains: Mains) -> None:
    said = district.read("streets")
    streets = tuple(Unit.objects.filter(kind=UnitKind.STREET).order_by("code").values_list("code", flat=True))
    items = [
        commands.Sunk(
            item=item,
            origin=StreetOrigin(row["origin"]),
            mode=StreetMode(row["mode"]),
            state=StreetState.RUNNING,
            streets=streets,
            flow=row["flow"],
            delegation=row.get("delegation", ""),
        )
        for row in said["rows"]
        for main in row["mains"]
        for item in mains.get(main, ())
    ]
    at = _at(said["from"])
    if StreetItem.objects.current().count() < len(items):
        commands.keep_street_items(items=items, by=_actor(KEEPER, at), at=at)


def _listings() -> None:
    """List what streets handle, what is in the provincial net, and what is claimed of the national standard."""
    at = _at(LISTED)
    keeper = _actor(KEEPER, at)
    claimed = ClaimTask.objects.exclude(claimed_at=None).order_by("pk").values_list("item_code", "unit_code")
    for registry, pairs in (
        (Registry.STREET_DOWN, queries.proposed_entries(Registry.STREET_DOWN, LISTED)),
        (Registry.HB_ONE_NET, queries.proposed_entries(Registry.HB_ONE_NET, LISTED)),
        (Registry.HB_V3, queries.proposed_entries(Registry.HB_V3, LISTED)),
        (Registry.NATIONAL_STD, iter(claimed)),
    ):
        if commands.enter_listings(registry=registry, pairs=pairs, by=keeper, at=at).new:
            commands.publish_listings(registry=registry, by=keeper, at=at)


def _proofs(district: demo.Demo, mains: Mains) -> None:
    said = district.read("proofs")
    proofs = [
        Proof(
            code=row["code"],
            level=ProofLevel(row["level"]),
            name=row["name"],
            basis=row.get("basis", ""),
            demanded_by=row["demanded_by"],
            issued_by=row.get("issued_by", ""),
            guide=row.get("guide", ""),
            items=_subs(row["items"], mains),
            status=ListStatus(row["status"]),
            substitute=row.get("substitute", ""),
        )
        for row in said["rows"]
    ]
    at = _at(said["from"])
    commands.keep_proofs(proofs=proofs, valid_from=said["from"], by=_actor(KEEPER, at), at=at)


def _intermediaries(district: demo.Demo, mains: Mains) -> None:
    """Keep the intermediary items whose approval items are here."""
    said = district.read("intermediaries")
    items = [
        Intermediary(
            code=code,
            name=name,
            approvals=approvals,
            fee_kind=FeeKind.GOVERNMENT if fee.startswith("政府") else FeeKind.MARKET,
            fee_standard=fee,
            basis=basis,
            handles=f"出具{output}",
            payer=Payer.AUTHORITY if fee.startswith("政府购买") else Payer.APPLICANT,
            time_limit="合同约定",
            output=output,
        )
        for code, name, wanted, fee, basis, output in said["rows"]
        if (approvals := _subs(wanted, mains))
    ]
    at = _at(said["from"])
    commands.keep_intermediaries(items=items, valid_from=said["from"], by=_actor(KEEPER, at), at=at)


def _confirm_ways(at: datetime) -> None:
    """Let the head of each unit confirm its four ways, and the office make the list public."""
    if queries.published_ways(Registry.SIBAN) is not None:
        return
    waiting: dict[str, list[tuple[str, FourWay]]] = defaultdict(list)
    rows = queries.ways_in(Registry.SIBAN, local_day(at)).exclude(state=WayState.CONFIRMED)
    for item, way, unit in rows.values_list("item_id", "way", "item__unit_code"):
        waiting[unit].append((item, FourWay(way)))
    for unit, keys in sorted(waiting.items()):
        commands.confirm_ways(keys=keys, by=_actor(f"{unit}_head", at), at=at)
    commands.publish_ways(registry=Registry.SIBAN, by=_actor("office", at), at=at)


def _subs(wanted: Iterable[str], mains: Mains) -> tuple[str, ...]:
    return tuple(item for main in wanted for item in mains.get(main, ()))


def _actor(username: str, at: datetime) -> Actor:
    return actor_for(Account.objects.get(username=username), at)


def _at(day: Any) -> datetime:
    return datetime.combine(day, time(10), CHINA)
