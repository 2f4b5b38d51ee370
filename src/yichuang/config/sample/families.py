"""
The items of the sample district out of families: what a family says holds for its items unless they say otherwise.

A family names unit, type, law, limits and how far its items go online, with the reasons; under it stand main items,
each with its sub-items (业务办理项). A sub-item is one of the common kinds (`kinds.yaml`), a number and a name, or
these with elements that differ. Which of the four ways an item has is nowhere written: the catalogue's rule tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.identifiers import make_item_code

Said = Mapping[str, Any]
FROM, REFORMED = "2018-10-01", "2019-07-01"
"""Since when the items are in force (before the first case of the history), and since when those that a family tells of
as they were `before` are as they are."""
PROVINCE = "42"
PLANS = {2: "_2", 3: "_3", 4: "_4", 5: "_5", 6: "_6", 8: "_8", 10: ""}
"""Longest days of the shipped plans of three hands; a longer promise leaves the rest to the special procedures."""
BEFORE = frozenset({"promise", "online", "visits", "visits_why", "materials", "fee"})
"""What a family may say of how its items were before the reform of July 2019: what they took more."""
ELEMENTS = frozenset(
    {
        "at_once", "promise", "why", "online", "offline_why", "visits", "visits_why", "near", "near_why", "special",
        "area", "mode", "name",
    }
)  # fmt: skip
"""What a sub-item may say otherwise than its family."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the families share: kinds of sub-items, types, places, materials (`kinds.yaml`), and units by their code."""

    kinds: Mapping[str, Said]
    types: Mapping[str, str]
    places: Mapping[str, str]
    hall: str
    hours: str
    materials: Mapping[str, list[Said]]
    units: Mapping[str, Said]


def words(kinds: Said, units: Iterable[Said]) -> Words:
    """Read `kinds.yaml` and the units of the demo."""
    return Words(
        kinds=kinds["kinds"],
        types=kinds["types"],
        places=kinds["places"],
        hall=kinds["hall"],
        hours=kinds["hours"],
        materials=kinds["materials"],
        units={unit["code"]: unit for unit in units},
    )


def bodies(files: Iterable[Said], shared: Words) -> Iterator[dict[str, Any]]:
    """
    Write every item that the files say, as definitions: where a family tells what was `before`, two versions.

    :raises DefinitionError: a kind, type or place is unknown, or a reason is lacking
    """
    for file in files:
        for family in file["families"]:
            for main, subs in family["mains"].items():
                number, _, name = main.partition(" ")
                place = f"{file['unit']}: {family['family']}: {main}"
                for sub in subs or [None]:
                    no, told = _sub(sub, shared, place)
                    row = Row(file, family, number, name, no, told, place)
                    if "before" in family:
                        yield _item(row, row.before, shared, version=1, since=FROM)
                        yield _item(row, row.said, shared, version=2, since=REFORMED)
                    else:
                        yield _item(row, row.said, shared, version=1, since=FROM)


@dataclass(frozen=True, slots=True)
class Row:
    """One sub-item with all that stands above it; `no` is empty where the main item stands alone."""

    file: Said
    family: Said
    number: str
    main: str
    no: str
    sub: Said
    place: str

    @property
    def said(self) -> dict[str, Any]:
        """Lay what the sub-item says over what the family says."""
        said = {**self.family, **self.sub}
        if "promise" in self.sub:
            said["at_once"] = False
        elif self.sub.get("at_once") and not self.family.get("at_once"):
            said |= {"promise": None, "special": []}
            if said["online"] != "none" and "visits" not in self.sub:
                said |= {"visits": 0, "online": "IV"}
        return said

    @property
    def before(self) -> dict[str, Any]:
        """Lay what the family tells of before over all of it; what it asked for comes to what it asks for now."""
        before = self.family["before"]
        if unknown := set(before) - BEFORE:
            raise DefinitionError(self.place, "、".join(sorted(unknown)), "an element of before", sorted(BEFORE))
        materials = [*self.family["materials"], *before.get("materials", [])]
        return {**self.said, **before, "at_once": False, "materials": materials, "why": "改革前要逐级审核"}


def _sub(sub: str | Said | None, shared: Words, place: str) -> tuple[str, Said]:
    """Read one sub-item: its number and what it says otherwise."""
    if sub is None:
        return "", {}
    told = {} if isinstance(sub, str) else sub
    name = sub if isinstance(sub, str) else sub["name"]
    if unknown := set(told) - ELEMENTS:
        raise DefinitionError(place, "、".join(sorted(unknown)), "an element of a sub-item", sorted(ELEMENTS))
    if name in shared.kinds:
        kind = {key: value for key, value in shared.kinds[name].items() if key != "number"}
        return shared.kinds[name]["number"], {**kind, **told, "name": kind["name"]}
    number, _, own = name.partition(" ")
    if len(number) != 2 or not number.isdecimal() or not own:
        raise DefinitionError(place, name, "a kind of sub-item, or two digits and a name", sorted(shared.kinds))
    return number, {**told, "name": own}


def _item(row: Row, said: Said, shared: Words, *, version: int, since: str) -> dict[str, Any]:
    file, unit = row.file, shared.units[row.file["unit"]]
    at_once = bool(said.get("at_once"))
    online = said["online"] != "none"
    _need(row, said, online=online, at_once=at_once)
    catalogue = f"{PROVINCE}{_known(shared.types, said['type'], row.place)}{file['dept']}{row.number}001"
    code = make_item_code(catalogue, body=unit["uscc"], level="4", handling=row.no)
    body: dict[str, Any] = {
        "item": "_".join(filter(None, [unit["code"], row.number, row.no])),
        "name": f"{row.main}（{said['name']}）" if row.no else row.main,
        "version": version,
        "in_force": {"from": since},
        "source": f"{said['law']}；示例区的事项清单（合成数据）",
        "code": code,
        "catalog_code": catalogue,
        "task_name": row.main,
        "main_code": f"{catalogue[:9]}000",
        "main_name": row.main,
        "unit": unit["code"],
        "task_type": shared.types[said["type"]],
        "handling": "INSTANT" if at_once else "PROMISE",
        "level": "4",
        "legal": {"limit": said.get("legal", 20), "basis": said["law"]},
        "result": {"name": said["result"], **({"type": said["result_type"]} if "result_type" in said else {})},
        "serves": [said["serves"]],
        "themes": said["themes"],
        "conditions": said["conditions"],
        "materials": _materials(said, shared),
        "online": online,
        "online_depth": said["online"] if online else "I",
        "visits": said["visits"],
        "legal_basis": [said["law"]],
        "points": [said.get("hall", shared.hall), *_near(said, shared, row.place)],
        "hours": shared.hours,
        "consult": unit.get("phone", "027-00001000"),
        "complain": "12345",
        "faq": list(_questions(said, online=online, at_once=at_once)),
        "source_fields": {"办理方式的理由": said["why"], "数据": "合成数据"},
    }
    if not at_once:
        body["promise"] = {"limit": said["promise"]}
    if said["visits"]:
        body["visits_reason"] = said["visits_why"]
    if "fee" in said:
        body |= {"fees": [said["fee"]], "pays_online": True}
    if said.get("special"):
        body |= {"special": said["special"], "special_days": dict.fromkeys(said["special"], 10)}
    if said.get("area"):
        body["handle_area"] = said["area"]
        if said["area"] in ("1", "2", "3"):
            body["province_mode"] = said.get("mode", "ONLINE")
    return body | _handled(said, file, at_once=at_once, online=online)


def _handled(said: Said, file: Said, *, at_once: bool, online: bool) -> dict[str, Any]:
    """Tell where it is handled: here by a plan of ours, or in the system that the file names, with its address."""
    if "system" not in file:
        days = 0 if at_once else said["promise"]
        longest = max((each for each in PLANS if each <= days), default=0)
        plan = f"permit_three_hands{PLANS[longest]}" if longest else "permit_on_the_spot"
        return {"lifecycle": "permit", "plan": plan}
    steps = ["受理并当场办结"] if at_once else ["受理", "审查", "决定"]
    told: dict[str, Any] = {"handling_system": file["system"], "steps": [{"name": each} for each in steps]}
    return told | ({"online_address": file["address"]} if online else {})


def _need(row: Row, said: Said, *, online: bool, at_once: bool) -> None:
    """Ask for every reason: why not at once (or why so), why not online, why people must come, why not nearby."""
    wanted = ["why"]
    wanted += [] if online else ["offline_why"]
    wanted += ["visits_why"] if said["visits"] else []
    wanted += ["near_why"] if said["serves"] == "person" and not said.get("near") else []
    wanted += [] if at_once else ["promise"]
    if lacking := [key for key in wanted if not said.get(key)]:
        raise DefinitionError(row.place, "missing", f"{'、'.join(lacking)} of {said.get('name', row.main)}")


def _materials(said: Said, shared: Words) -> list[dict[str, Any]]:
    """List what everybody brings, then what the family asks for; `名称 ← 出具单位` is issued by somebody."""
    found = [dict(each) for each in shared.materials[said["serves"]]]
    for place, each in enumerate(said["materials"], 1):
        name, _, issuer = (part.strip() for part in each.partition("←"))
        more = {"source": "20", "source_note": issuer} if issuer else {"source": "10"}
        found.append({"code": f"own_{place}", "name": name, "form": "ORIGINAL", "basis": said["law"], **more})
    return found


def _near(said: Said, shared: Words, place: str) -> Iterator[dict[str, str]]:
    for kind in said.get("near", []):
        yield {"name": _known(shared.places, kind, place), "kind": kind}


def _questions(said: Said, *, online: bool, at_once: bool) -> Iterator[dict[str, str]]:
    """Answer in the guide what the reasons of the family say."""
    yield {"question": "为什么当场办结？" if at_once else "为什么不能当场办结？", "answer": said["why"]}
    if not online:
        yield {"question": "为什么不能网上办？", "answer": said["offline_why"]}
    if said["serves"] == "person" and not said.get("near"):
        yield {"question": "为什么不能在街道、社区办？", "answer": said["near_why"]}


def _known(table: Mapping[str, str], word: str, place: str) -> str:
    if word not in table:
        raise DefinitionError(place, word, "a known word", sorted(table))
    return table[word]
