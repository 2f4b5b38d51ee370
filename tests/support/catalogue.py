"""Publishes items for tests: dull ones, and what a test says of them."""

from __future__ import annotations

from datetime import datetime

from tests.support.engine import china, publish
from yichuang.domains.catalogue import commands
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.records.terms import SYSTEM

TUESDAY = china("2019-10-08 09:30")


def item(code: str, **more: object) -> tuple[str, dict[str, object]]:
    """Write an item as its definition; lists and limits are those of any permit."""
    body: dict[str, object] = {
        "item": code,
        "name": "户外招牌设置审批",
        "version": 1,
        "in_force": {"from": "2019-01-01"},
        "source": "测试",
        "code": "11420106MB1A000012300013300100001",
        "unit": "cgj",
        "task_type": "01",
        "handling": "PROMISE",
        "legal": {"limit": 20},
        "promise": {"limit": 5},
        "lifecycle": "permit",
        "plan": "permit_three_hands",
        "result": {"name": "准予许可决定书"},
        "serves": ["firm"],
        "materials": [],
        "legal_basis": ["行政许可法 第四十二条"],
        "points": ["区政务服务中心"],
        "consult": "027-88936001",
        "complain": "12345",
    }
    return "item", body | more


def publish_items(*items: tuple[str, dict[str, object]], at: datetime = TUESDAY) -> None:
    """Publish what ships and these items, and let the catalogue follow."""
    if not Definition.objects.exists():
        publish()
    if items:
        folder = of_bodies(list(items))
        assert not folder.problems, folder.problems
        definitions.publish(folder, by=SYSTEM, at=at)
    commands.refresh(at=at)


def complete(item_id: str = "sign", **more: object) -> dict[str, object]:
    """Write an item that states all that its level asks for and may be published as it is."""
    body = item(item_id)[1] | {
        "code": "11420106999900038E4000113033000",
        "catalog_code": "000113033000",
        "level": "4",
        "conditions": "有固定经营场所。",
        "themes": ["开店"],
        "hours": "工作日9:00—17:00",
        "visits": 0,
        "online_depth": "IV",
        "materials": [
            {"code": "drawing", "name": "效果图", "source": "10", "basis": "城市市容和环境卫生管理条例 第十一条"}
        ],
    }
    return body | more


def as_item(body: dict[str, object]) -> tuple[str, dict[str, object]]:
    """Name the kind, as `publish_items` takes it."""
    return "item", body
