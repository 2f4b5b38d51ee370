"""
Publishing the provincial list of 5,458 entries: every one checked, then all of them listed in one deed.

Items, entries and what is published live in a transaction that is taken back, so that a kept place stays as it was; the
one commit that a deed ends with is not in the number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from yichuang.config.bench import district
from yichuang.config.bench.main import AT
from yichuang.config.bench.results import Result, timed
from yichuang.domains.catalogue import commands
from yichuang.domains.catalogue.terms import Registry
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.people.actors import Actor, actor_for
from yichuang.foundation.people.models import Account, Appointment, Unit
from yichuang.foundation.records.terms import SYSTEM

LISTINGS = 5458
ITEMS = 420
"""Each listed by thirteen bodies."""
TARGET = 10


def measure(runs: int) -> Iterator[Result]:
    """Publish the whole list in each run."""
    bodies = [row.code for row in Unit.objects.filter(pk__in=district.unit_ids()).order_by("code")[:13]]
    with transaction.atomic():
        folder = of_bodies([("item", _item(n, bodies[0])) for n in range(ITEMS)])
        if folder.problems:
            raise RuntimeError(folder.problems[:3])
        definitions.publish(folder, by=SYSTEM, at=AT)
        refreshed = timed(lambda: commands.refresh(at=AT))
        pairs = [(f"bench_listed_{n}", body) for n in range(ITEMS) for body in bodies][:LISTINGS]
        keeper = _keeper()
        commands.enter_listings(registry=Registry.HB_ONE_NET, pairs=pairs, by=keeper, at=AT)
        took = tuple(_published(keeper) for _run in range(runs))
        transaction.set_rollback(True)
    yield Result(
        "publishing", f"{LISTINGS:,} listings checked and published", "s", took, TARGET,
        note=f"{ITEMS} new items in the catalogue and its index before: {refreshed:.1f} s",
    )  # fmt: skip


def _published(keeper: Actor) -> float:
    """Publish everything that waits, and take it back; gives the seconds of the publishing."""
    with transaction.atomic():
        began = timed(lambda: _publish(keeper))
        transaction.set_rollback(True)
    return began


def _publish(keeper: Actor) -> None:
    run = commands.publish_listings(registry=Registry.HB_ONE_NET, by=keeper, at=AT)
    assert run.published == LISTINGS, f"{run.published} of {LISTINGS} were published"


def _keeper() -> Actor:
    account = Account(username="bench-catalogue-admin", name="示例目录员")
    account.set_unusable_password()
    account.save()
    unit = Unit.objects.get(pk=district.unit_ids()[0])
    Appointment.objects.create(
        account=account, unit=unit, role="catalogue_admin", staff_kind="ESTABLISHED", valid_from=district.EVER
    )
    return actor_for(account, AT)


def _item(n: int, unit: str) -> dict[str, Any]:
    """Write an item that states all that its level asks for."""
    return {
        "item": f"bench_listed_{n}",
        "name": f"示例招牌设置审批（{n}）",
        "version": 1,
        "in_force": {"from": "2019-01-01"},
        "source": "示例",
        "code": "11420106999900038E4000113033000",
        "catalog_code": "000113033000",
        "level": "4",
        "unit": unit,
        "task_type": "01",
        "handling": "PROMISE",
        "legal": {"limit": 20},
        "promise": {"limit": 5},
        "lifecycle": "permit",
        "plan": "permit_three_hands",
        "result": {"name": "准予许可决定书"},
        "serves": ["firm"],
        "conditions": "有固定经营场所。",
        "themes": ["开店"],
        "hours": "工作日9:00—17:00",
        "visits": 0,
        "online_depth": "IV",
        "materials": [
            {"code": "drawing", "name": "效果图", "source": "10", "basis": "城市市容和环境卫生管理条例 第十一条"}
        ],
        "legal_basis": ["行政许可法 第四十二条"],
        "points": ["区政务服务中心"],
        "consult": "027-88936001",
        "complain": "12345",
    }
