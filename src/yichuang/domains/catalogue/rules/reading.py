"""From the YAML form of an item to what upper domains work with, and what must hold of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from yichuang.domains.catalogue.terms import (
    Basis,
    BodyType,
    Choice,
    ExemptMode,
    Faq,
    Fee,
    FlowStep,
    HandleArea,
    HandleType,
    HandlingSystem,
    HandlingType,
    Item,
    Limit,
    LinkMode,
    Material,
    MaterialForm,
    Medium,
    Need,
    OnlineDepth,
    OnlineStage,
    Place,
    PlaceKind,
    PowerSource,
    ProvinceMode,
    ResultType,
    Server,
    Serves,
    Situation,
    Source,
    TaskType,
    Variant,
)
from yichuang.kernel.conditions import Condition, parse
from yichuang.kernel.errors import DefinitionError


def parse_item(body: Mapping[str, Any], place: str) -> Item:
    """
    Read an item; its keys are those of `schemas/item.schema.json`.

    An item that is handled in another system may leave out what only cases of ours need: lifecycle, plan, limits.

    :raises DefinitionError: it is handled here and promises more days than the law gives (itself or a variant),
        promises days though it is decided on the spot (or none though it is not), gives one number for questions and
        complaints or leaves out what a case stands on; it names a material twice, or takes for the signed commitment
        what is no material of it
    """
    item = read_item(body, place)
    _check(item, place)
    return item


EMPTY: Mapping[str, Any] = {
    "version": 1,
    "name": "",
    "code": "",
    "unit": "",
    "task_type": "20",
    "handling": "PROMISE",
    "serves": [],
    "materials": [],
    "in_force": {"from": "1949-10-01"},
}
"""What stands for what a draft does not say yet; the publication check asks for it."""


def read_draft(body: Mapping[str, Any], place: str) -> Item:
    """
    Read an item that is being edited: whatever it lacks is empty.

    :raises DefinitionError: a condition cannot be read
    """
    return read_item({**EMPTY, **body}, place)


def read_item(body: Mapping[str, Any], place: str) -> Item:
    """
    Read an item without looking whether cases could stand on it.

    :raises DefinitionError: a condition cannot be read
    """
    result = body.get("result", {})
    commitment = body.get("commitment", {})
    bases = tuple(_basis(each) for each in body.get("legal_basis", []))
    first = str(bases[0]) if bases else ""
    return Item(
        id=body["item"],
        version=body["version"],
        name=body["name"],
        code=body["code"],
        catalog_code=body.get("catalog_code", ""),
        unit=body["unit"],
        task_type=TaskType(body["task_type"]),
        handling=HandlingType(body["handling"]),
        level=body.get("level", "4"),
        valid_from=_day(body["in_force"]["from"]),
        valid_to=_day(body["in_force"]["to"]) if body["in_force"].get("to") else None,
        legal=_limit(body["legal"], first) if "legal" in body else None,
        promise=_limit(body["promise"], "") if "promise" in body else None,
        lifecycle=body.get("lifecycle", ""),
        plan=body.get("plan", ""),
        form=body.get("form", ""),
        result_paper=result.get("paper", ""),
        result_name=result.get("name", ""),
        licence_type=result.get("licence_type", ""),
        materials=tuple(_material(each, place) for each in body["materials"]),
        situations=tuple(_situation(each, place) for each in body.get("situations", [])),
        special=tuple(body.get("special", [])),
        commitment=body["item"] if commitment else "",
        check_days=commitment.get("check_days", 0),
        tolerant_days=body.get("tolerant_days", 0),
        handling_system=HandlingSystem(body.get("handling_system", "HERE")),
        link_mode=LinkMode(body.get("link_mode", "NONE")),
        is_online=body.get("online", True),
        visits=body.get("visits", 1),
        serves=tuple(body["serves"]),
        aliases=tuple(body.get("aliases", [])),
        themes=tuple(body.get("themes", [])),
        conditions=body.get("conditions", ""),
        fees=tuple(_fee(each) for each in body.get("fees", [])),
        bases=bases,
        faq=tuple(Faq(each["question"], each["answer"]) for each in body.get("faq", [])),
        places=tuple(_place(each) for each in body.get("points", [])),
        hours=body.get("hours", ""),
        consult=body.get("consult", ""),
        complain=body.get("complain", ""),
        decides_alone=body.get("decides_alone", body["handling"] == "INSTANT"),
        outputs=tuple(body.get("outputs", [])),
        commitment_text=commitment.get("text", ""),
        commitment_material=commitment.get("material", ""),
        variants=tuple(_variant(each, body, place) for each in body.get("variants", [])),
        **_national(body),
    )


def _national(body: Mapping[str, Any]) -> dict[str, Any]:
    """Read the national fields that an item may leave out, each with what then holds."""
    result = body.get("result", {})
    online = body.get("online", True)
    points = body.get("points", [])
    assumed = (HandleType.WINDOW,) * bool(points) + (HandleType.ONLINE,) * bool(online)
    return {
        **{name: body.get(key, "") for name, key in TEXTS.items()},
        "power_source": PowerSource(body.get("power_source", "1")),
        "body_type": BodyType(body.get("body_type", "1")),
        "joint_bodies": tuple(body.get("joint_bodies", [])),
        "servers": tuple(Server(each) for each in body["servers"]) if "servers" in body else _servers(body["serves"]),
        "person_topics": tuple(body.get("person_topics", [])),
        "firm_topics": tuple(body.get("firm_topics", [])),
        "handle_area": HandleArea(body.get("handle_area", "5")),
        "province_mode": ProvinceMode(body["province_mode"]) if "province_mode" in body else None,
        "handle_types": tuple(HandleType(each) for each in body["handle_types"]) if "handle_types" in body else assumed,
        "online_depth": OnlineDepth(body["online_depth"]) if "online_depth" in body else None,
        "online_stage": OnlineStage(body["online_stage"]) if "online_stage" in body else None,
        "at_centre": body.get("at_centre", True),
        "is_bookable": body.get("bookable", False),
        "has_express": body.get("express", False),
        "pays_online": body.get("pays_online"),
        "at_kiosk": body.get("kiosk", False),
        "charges": body.get("charges", bool(body.get("fees"))),
        "result_type": ResultType(result.get("type", "licence" if result.get("licence_type") else "other")),
        "result_sample": result.get("sample", ""),
        "special_days": MappingProxyType(dict(body.get("special_days", {}))),
        "intermediaries": tuple(body.get("intermediaries", [])),
        "flow": tuple(
            FlowStep(each["name"], each.get("role", ""), each.get("days"), each.get("note", ""))
            for each in body.get("steps", [])
        ),
        "source_fields": MappingProxyType(dict(body.get("source_fields", {}))),
    }


TEXTS: Mapping[str, str] = {
    "task_name": "task_name",
    "catalog_name": "catalog_name",
    "main_code": "main_code",
    "main_name": "main_name",
    "local_code": "local_code",
    "local_catalog_code": "local_catalog_code",
    "body_code": "body_code",
    "body_name": "body_name",
    "entrusted": "entrusted",
    "town": "town",
    "village": "village",
    "online_address": "online_address",
    "mobile_address": "mobile_address",
    "platform": "platform",
    "visits_reason": "visits_reason",
    "fee_basis": "fee_basis",
    "legal_absent": "legal_absent",
    "quantity_limit": "quantity_limit",
    "flow_text": "flow",
}
"""Plain texts of an item: the name in `terms.Item`, the key in the definition."""


def _servers(serves: list[str]) -> tuple[Server, ...]:
    """Tell whom an item serves in the national words, where it says only persons or firms."""
    return (Server.PERSON,) * (Serves.PERSON in serves) + (Server.COMPANY,) * (Serves.FIRM in serves)


def _check(item: Item, place: str) -> None:
    if item.handling_system == HandlingSystem.HERE:
        _check_handled_here(item, place)
    elif bool(item.lifecycle) != bool(item.plan):
        raise DefinitionError(f"{place}: plan", item.plan or "missing", "lifecycle and plan together, or none of them")
    codes = [material.code for material in item.materials]
    if item.commitment_material not in ("", *codes):
        raise DefinitionError(
            f"{place}: commitment.material", item.commitment_material, "a material of the item", codes
        )
    if twice := {code for code in codes if codes.count(code) > 1}:
        raise DefinitionError(f"{place}: materials", f"{'、'.join(sorted(twice))} twice", "each material once")


def _check_handled_here(item: Item, place: str) -> None:
    """Check what cases of ours stand on; of an item that is handled elsewhere, only its publication is checked."""
    said = {
        "lifecycle": item.lifecycle,
        "plan": item.plan,
        "legal": item.legal,
        "legal_basis": item.bases,
        "consult": item.consult,
        "complain": item.complain,
        "result": item.result_name,
    }
    for key, value in said.items():
        if not value:
            raise DefinitionError(f"{place}: {key}", "missing", "given, as the item is handled here")
    for material in item.materials:
        if not material.source:
            where = f"{place}: materials.{material.code}.source"
            raise DefinitionError(where, "missing", "a source channel", [code for code in Source.values if code])
    if item.is_instant == (item.promise is not None):
        expected = "no promise for 即办件" if item.is_instant else "a promise of days for 承诺件"
        raise DefinitionError(f"{place}: promise", "present" if item.promise else "missing", expected)
    assert item.legal is not None, "looked at above"
    for where, promise in {"promise": item.promise, **{f"variants.{v.id}": v.promise for v in item.variants}}.items():
        if promise and promise.unit == item.legal.unit and promise.limit > item.legal.limit:
            raise DefinitionError(f"{place}: {where}", str(promise.limit), f"at most the legal {item.legal.limit}")
    if item.is_instant and item.variants:
        raise DefinitionError(f"{place}: variants", "variants of 即办件", "none, as it promises no days")
    if item.consult == item.complain:
        raise DefinitionError(f"{place}: complain", item.complain, "another number than for questions")


def _variant(row: Mapping[str, Any], item: Mapping[str, Any], place: str) -> Variant:
    when = parse(row["when"], place=f"{place}: variants.{row['id']}.when")
    promise = row.get("promise", item.get("promise"))
    return Variant(row["id"], when, _limit(promise, "") if promise else None, row.get("plan", item.get("plan", "")))


def _limit(body: Mapping[str, Any], basis: str) -> Limit:
    return Limit(body["limit"], body.get("unit", "working_day"), body.get("basis", basis), body.get("note", ""))


def _fee(body: Mapping[str, Any]) -> Fee:
    return Fee(body["name"], body.get("amount_fen"), body["basis"], body.get("standard", ""), body.get("reduction", ""))


def _basis(body: str | Mapping[str, Any]) -> Basis:
    """Read one basis; a plain text is a law, and after the first blank its article."""
    if isinstance(body, str):
        law, _, article = body.partition(" ")
        return Basis(law, article)
    return Basis(
        law=body["law"],
        article=body.get("article", ""),
        text=body.get("text", ""),
        valid_from=_day(body["from"]) if "from" in body else None,
        valid_to=_day(body["to"]) if "to" in body else None,
    )


def _place(body: str | Mapping[str, Any]) -> Place:
    """Read one place; a plain text is its name."""
    if isinstance(body, str):
        return Place(body)
    return Place(
        name=body["name"],
        kind=PlaceKind(body.get("kind", "hall")),
        address=body.get("address", ""),
        hours=body.get("hours", ""),
        phone=body.get("phone", ""),
        site=body.get("site", ""),
    )


def _material(body: Mapping[str, Any], place: str) -> Material:
    return Material(
        code=body["code"],
        name=body["name"],
        form=MaterialForm(body.get("form", "COPY")),
        need=Need(body.get("need", "REQUIRED")),
        source=Source(body.get("source", "")),
        copies=body.get("copies", 1),
        licence_type=body.get("licence_type", ""),
        accept_types=tuple(body.get("accept_types", [])),
        standard=body.get("standard", ""),
        basis=body.get("basis", ""),
        when=_when(body, f"{place}: materials.{body['code']}.when"),
        filled_by_form=body.get("filled_by_form", False),
        medium=Medium(body.get("medium", "3")),
        source_note=body.get("source_note", ""),
        pages=body.get("pages", 0),
        page_format=body.get("page_format", ""),
        blank=body.get("blank", ""),
        sample=body.get("sample", ""),
        fill_note=body.get("fill_note", ""),
        exempt=_exempt(body),
        is_proof=body.get("proof", False) or "proof_item" in body,
        proof_item=body.get("proof_item", ""),
    )


def _exempt(body: Mapping[str, Any]) -> ExemptMode | None:
    """Tell what spares a material: what is written, else the licence or the form that it names."""
    if "exempt" in body:
        return ExemptMode(body["exempt"])
    if body.get("licence_type"):
        return ExemptMode.LICENCE
    return ExemptMode.MERGED if body.get("filled_by_form") else None


def _situation(body: Mapping[str, Any], place: str) -> Situation:
    return Situation(
        id=body["id"],
        question=body["question"],
        choices=tuple(
            Choice(
                each["id"],
                each["label"],
                MappingProxyType(dict(each.get("facts", {}))),
                each.get("not_eligible", ""),
                each.get("basis", ""),
            )
            for each in body["choices"]
        ),
        hint=body.get("hint", ""),
        when=_when(body, f"{place}: situations.{body['id']}.when"),
    )


def _when(body: Mapping[str, Any], place: str) -> Condition | None:
    return parse(body["when"], place=place) if "when" in body else None


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
