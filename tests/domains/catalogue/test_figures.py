"""Figures over the catalogue: what registries list, the four ways in their base, claims, streets; beside bulletins."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.domains.catalogue.test_lists import RESIDENCE, TEST
from tests.support.catalogue import TUESDAY, complete, publish_items
from tests.support.people import make_actor, make_region, make_unit
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.commands import Sunk
from yichuang.domains.catalogue.terms import (
    FourWay,
    ListStatus,
    ProofLevel,
    Registry,
    StreetMode,
    StreetOrigin,
    StreetState,
)
from yichuang.foundation.figures import queries as figures
from yichuang.foundation.figures.rows import as_lines
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import SYSTEM, Actor, local_day
from yichuang.foundation.registers import commands as registers

pytestmark = pytest.mark.django_db
TODAY = local_day(TUESDAY)
NEXT_DAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def admin() -> Actor:
    make_unit("cgj")
    street = make_region("420106001", "某街道", "STREET")
    make_unit("street_a", kind="STREET", region=street)
    publish_items(
        ("item", complete("sign")),
        ("item", complete("mark", handle_area="3", province_mode="FORWARDED")),
        ("item", complete("spare")),
    )
    return make_actor("catalogue_admin", make_unit("xzspj"))


def list_in(registry: Registry, *pairs: tuple[str, str], admin: Actor) -> None:
    commands.enter_listings(registry=registry, pairs=pairs, by=admin, at=TUESDAY)
    run = commands.publish_listings(registry=registry, by=admin, at=TUESDAY)
    assert run.faulty == 0


def values(*aliases: str, day: date = TODAY) -> list[object]:
    return [each.value for each in figures.answers(aliases, Times(day)).values()]


def lines(alias: str, day: date = TODAY) -> list[str]:
    return as_lines(figures.find(alias, day), Times(day), SYSTEM)


def test_the_four_ways_are_counted_over_what_their_registry_lists(admin):
    assert queries.base_registry() == queries.WHOLE
    assert values("F11", "F12") == [0, None]

    list_in(Registry.SIBAN, ("sign", "cgj"), ("mark", "cgj"), admin=admin)

    assert queries.base_registry() == Registry.SIBAN
    assert [code for code, _ in queries.registry_names()] == ["SIBAN", queries.WHOLE]
    online = next(each for each in queries.ratios("SIBAN", TODAY) if each.way == FourWay.ONLINE)
    assert values("F11", "F12", "catalogue.ways_base") == [online.count, Decimal(100), online.base] == [2, 100, 2]
    before = lines("F11")

    commands.withdraw_listings(
        registry=Registry.SIBAN, pairs=[("mark", "cgj")], reason="不在清单内", by=admin, at=NEXT_DAY
    )

    tomorrow = local_day(NEXT_DAY)
    assert (values("F11"), values("F11", day=tomorrow)) == ([2], [1])
    assert [line.split("\t")[1] for line in sorted(set(before) - set(lines("F11", tomorrow)))] == ["mark"]
    assert queries.ratios("SIBAN", tomorrow)[0].base == 1
    assert {each.code for each in queries.by_unit("SIBAN", tomorrow)} == {"cgj"}


def test_listings_stand_beside_the_bulletin_of_the_province(admin):
    list_in(Registry.HB_ONE_NET, ("sign", "cgj"), ("sign", "street_a"), ("mark", "cgj"), admin=admin)
    list_in(Registry.HB_V3, ("sign", "cgj"), admin=admin)
    office = [make_actor("office", make_unit("yhb")) for _ in range(2)]

    found = figures.ask("F25", Times(TODAY))
    assert (found.value, found.outside.own) == (None, 3)

    row = {"figure_name": "一张网", "figure_id": "F25", "period": TODAY, "value": Decimal(5458), "measure": "项"}
    entry = registers.add_entry(
        register="outside_bulletin", values=row | {"bulletin": "省平台月报"}, by=office[0], at=TUESDAY
    )
    registers.check_entries(register="outside_bulletin", entry_ids=[entry.pk], by=office[1], at=TUESDAY)
    registers.publish_entries(register="outside_bulletin", entry_ids=[entry.pk], by=office[1], at=TUESDAY)

    found = figures.ask("F25", Times(TODAY))
    assert (found.value, found.outside.own, found.outside.difference) == (5458, 3, -5455)
    assert len(lines("F25")) == 4
    assert figures.ask("F31", Times(TODAY)).outside.own == 1
    assert figures.ask("F88", Times(TODAY)).wording == "V3.0"


def test_a_version_that_is_handled_elsewhere_counts_from_its_day(admin):
    publish_items(
        ("item", complete("spare", version=2, handle_area="2", province_mode="ONLINE", in_force={"from": "2019-10-10"}))
    )

    own = [figures.ask("F31", Times(day)).outside.own for day in (TODAY, date(2019, 10, 10))]
    assert own == [1, 2]


def test_claims_and_street_items_are_counted_from_their_day(admin):
    make_unit("mzj")
    tasks = [commands.Assignment(unit, f"00011303{n:04}", "事项", "01") for n, unit in enumerate(("cgj", "mzj", "cgj"))]
    commands.assign_claims(tasks=tasks, due_on=date(2019, 10, 31), by=admin, at=TUESDAY)
    editor = make_actor("item_editor", "cgj")
    assert values("F29") == [None]
    for task in queries.claims(editor, queries.ClaimFilters(), TODAY):
        commands.claim(task_id=task.pk, by=editor, at=TUESDAY)
    assert values("F29") == [1]

    modes = (StreetMode.FOR_YOU, StreetMode.ONLINE, StreetMode.AT_ONCE)
    sunk = [
        Sunk(code, StreetOrigin.MOVED, mode, StreetState.HANDED_OVER, ("street_a",))
        for code, mode in zip(("sign", "mark", "spare"), modes, strict=True)
    ]
    commands.keep_street_items(items=sunk, by=admin, at=TUESDAY)
    assert values("F38", "F39", "F40", "F41") == [3, 1, 1, 1]

    changed = Sunk("mark", StreetOrigin.MOVED, StreetMode.AT_ONCE, StreetState.HANDED_OVER, ("street_a",))
    commands.keep_street_items(items=[changed], by=admin, at=NEXT_DAY)
    assert values("F38", "F39", "F40", "F41") == [3, 1, 1, 1]
    assert values("F38", "F39", "F40", "F41", day=local_day(NEXT_DAY)) == [3, 1, 0, 2]


def test_levels_of_proofs_intermediaries_and_kinds_of_reduction(admin):
    street = replace(RESIDENCE, code="ZM-J-001", level=ProofLevel.STREET)
    commands.keep_proofs(proofs=[RESIDENCE, street], valid_from=TODAY, by=admin, at=TUESDAY)
    commands.keep_intermediaries(items=[TEST], valid_from=TODAY, by=admin, at=TUESDAY)
    faster = complete("sign", version=2, promise={"limit": 3}, in_force={"from": "2019-10-09"})
    publish_items(("item", faster), at=NEXT_DAY)
    tomorrow = local_day(NEXT_DAY)

    assert values("F19", "F51", "F92") == [2, 1, 0]
    assert values("F19", "F51", "F92", day=tomorrow) == [2, 1, 1]

    cancelled = replace(street, status=ListStatus.CANCELLED, substitute="SHARED")
    commands.keep_proofs(proofs=[cancelled], valid_from=tomorrow, by=admin, at=NEXT_DAY)
    assert values("F19", day=tomorrow) == [1]
