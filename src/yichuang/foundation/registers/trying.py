"""Tries a register file's own examples, without a database: what is given is read and judged as at the desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.foundation.registers import typed, values
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.rules import complaints

Lists = Mapping[str, Mapping[str, str]]


class Paper:
    """A lookup on paper: codes by their lists; a reference means whatever it says."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists

    def choices(self, field: Field) -> Mapping[str, str]:
        """Give the names of a field's codes."""
        return self.lists.get(field.codes) or {each.code: each.name.chinese for each in field.choices}

    def refer(self, field: Field, text: str) -> Any:
        """Take the reference as it stands."""
        return text


def tried(register: Register, example: Mapping[str, Any], lists: Lists) -> Iterator[str]:
    """
    Run `{given, gives, complains}`: the values as people type them, the computed columns, what is complained of.

    Without `complains` there must be no complaint; each line of it must stand in one, and no other may come.
    """
    unknown = [name for name in example.get("given", {}) if name not in register.fields]
    if unknown:
        yield f"示例填了没有的字段 {'、'.join(unknown)}"
        return
    facts, told = _read(register, example.get("given", {}), lists)
    told += [each.message for each in complaints(register, facts)]
    expected = [str(each) for each in example.get("complains", [])]
    for line in expected:
        if not any(line in message for message in told):
            yield f"应提示“{line}”，实际提示 {'；'.join(told) or '没有'}"
    for message in told:
        if not any(line in message for line in expected):
            yield f"提示了“{message}”"
    whole = values.worked_out(register, facts)
    for name, wanted in example.get("gives", {}).items():
        found = whole.get(name)
        shown = "nothing" if found is None else f"{found:f}" if hasattr(found, "quantize") else str(found)
        if shown != str(wanted):
            yield f"{name} 得 {shown}，不是 {wanted}"


def complaint_of(field: Field, value: Any, lists: Lists) -> str:
    """Say what is wrong with one value; empty when nothing is."""
    try:
        typed.read(field, value, Paper(lists))
    except typed.Unfit as reason:
        return reason.message
    return ""


def _read(register: Register, given: Mapping[str, Any], lists: Lists) -> tuple[dict[str, Any], list[str]]:
    facts: dict[str, Any] = {}
    told: list[str] = []
    for field in register.typed:
        try:
            facts[field.id] = typed.read(field, given.get(field.id, field.default), Paper(lists))
        except typed.Unfit as reason:
            told.append(reason.message)
    return facts, told
