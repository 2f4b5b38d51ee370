"""The items of the sample district: published as they were and as they are, listed in the four-ways registry."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

import yaml

from yichuang.config import demo
from yichuang.config.demo.catalogue import KEEPER
from yichuang.config.demo.people import load_people
from yichuang.config.sample import families
from yichuang.domains.catalogue import commands, queries
from yichuang.domains.catalogue.models import ServiceItem
from yichuang.domains.catalogue.terms import Registry
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.people.actors import actor_for
from yichuang.foundation.people.models import Account
from yichuang.foundation.records.terms import CHINA, SYSTEM

OPENED = datetime(2019, 5, 6, 9, tzinfo=CHINA)
"""When the catalogue was taken over and listed."""
REFORM = datetime.combine(datetime.fromisoformat(families.REFORMED), time(8), CHINA)


def load(district: demo.Demo) -> None:
    """Take over the staff that publishing and claiming needs, publish all versions, list what is in force."""
    found = read(district)
    codes = {each["item"] for each in found}
    if ServiceItem.objects.filter(code__in=codes).count() == len(codes):
        return
    load_people(district, "staff")
    for version, at in ((1, OPENED), (2, REFORM)):
        _publish([each for each in found if each["version"] == version], at)


def read(district: demo.Demo) -> list[dict[str, Any]]:
    """Read the items of the families, every version: for the small profile those of some units."""
    kinds = district.read("kinds")
    units = yaml.safe_load((district.folder.parent / "demo" / "units.yaml").read_text(encoding="utf-8"))["units"]
    files = [
        yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted((district.folder / "items").glob("*.yaml"))
    ]
    if district.profile is demo.Profile.SMALL:
        files = [each for each in files if each["unit"] in kinds["small"]]
    return list(families.bodies(files, families.words(kinds, units)))


def _publish(bodies: Iterable[dict[str, Any]], at: datetime) -> None:
    wanted = list(bodies)
    definitions.publish(of_bodies([("item", each) for each in wanted]), by=SYSTEM, at=at)
    commands.refresh(at=at, codes=[each["item"] for each in wanted])
    keeper = actor_for(Account.objects.get(username=KEEPER), at)
    pairs = [(each["item"], each["unit"]) for each in wanted]
    later = at + timedelta(hours=1)
    commands.enter_listings(registry=Registry.SIBAN, pairs=pairs, by=keeper, at=later)
    if queries.waiting_entries(Registry.SIBAN).exists():
        commands.publish_listings(registry=Registry.SIBAN, by=keeper, at=later)
