"""Looks over all register files together: code lists, references, circles, lifecycles, targets; runs examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from yichuang.foundation.definitions.folders import DefinitionFile, Folder
from yichuang.foundation.definitions.problems import Problem
from yichuang.foundation.definitions.terms import CODE_LIST, LIFECYCLE
from yichuang.foundation.registers import trying
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.targets import TARGETS
from yichuang.foundation.registers.terms import REGISTER, FieldType
from yichuang.kernel.conditions import FactKind, FactType, parse
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.lifecycles import Lifecycle

OUTSIDE = (FieldType.ITEM, FieldType.PROJECT)


def check(folder: Folder) -> Iterator[Problem]:
    """Find what is wrong between files; what is wrong inside one its parser has told."""
    files = folder.of(REGISTER)
    for file in files:
        assert isinstance(file.parsed, Register)
        yield from _references(file, file.parsed, folder)
        yield from _choices(file, file.parsed, folder)
        yield from _lifecycle(file, file.parsed, folder)
        yield from _match(file, file.parsed)
    yield from _circles({file.code: file for file in files})


def try_example(register: Any, example: Mapping[str, Any], folder: Folder) -> Iterator[str]:
    """Run one of a file's own examples: `{given, complains?, gives?, refuses?}`."""
    assert isinstance(register, Register)
    yield from trying.tried(register, example, _code_lists(folder))


def _references(file: DefinitionFile, register: Register, folder: Folder) -> Iterator[Problem]:
    for name, field in register.fields.items():
        path = ("fields", name, "register")
        if field.type is FieldType.ENTRY:
            yield from folder.unknown(file, path, REGISTER, field.register)
        if field.type in OUTSIDE and field.type.value not in TARGETS:
            there = "、".join(sorted(TARGETS)) or "（一个也没有）"
            yield file.problem(("fields", name, "type"), f"没有哪个房间登记了 {field.type} 的引用", f"已有的：{there}")
        if field.codes:
            yield from folder.unknown(file, ("fields", name, "codes"), CODE_LIST, field.codes)


def _choices(file: DefinitionFile, register: Register, folder: Folder) -> Iterator[Problem]:
    """Hold that conditions and defaults name codes that there are, those of code lists too."""
    lists = _code_lists(folder)
    facts = {name: _with_choices(field, lists) for name, field in register.fields.items()}
    if register.lifecycle and isinstance(table := folder.get(LIFECYCLE, register.lifecycle), Lifecycle):
        facts["stage"] = FactType(FactKind.TEXT, name="状态", choices=tuple(table.states))
    elif register.lifecycle:
        return
    written = [(("rules", n, "condition"), row["condition"]) for n, row in enumerate(file.body.get("rules", ()))]
    written += [
        (("figures", name, "where"), row["where"])
        for name, row in file.body.get("figures", {}).items()
        if "where" in row
    ]
    for path, text in written:
        try:
            parse(text, facts, ".".join(map(str, path)))
        except DefinitionError as reason:
            choices = f"{'、'.join(reason.choices)} 之一" if reason.choices else ""
            yield file.problem(path, reason.found, reason.expected or choices)
    for field in register.fields.values():
        yield from _default(file, field, lists)


def _default(file: DefinitionFile, field: Field, lists: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    if field.default is None:
        return
    if complaint := trying.complaint_of(field, field.default, lists):
        yield file.problem(("fields", field.id, "default"), f"{field.default}：{complaint}", "本字段填得进去的值")


def _with_choices(field: Field, lists: Mapping[str, Mapping[str, str]]) -> FactType:
    fact = field.fact
    if field.type is FieldType.CODE and field.codes in lists:
        return FactType(fact.kind, fact.unit, fact.source, fact.name, tuple(lists[field.codes]), fact.of)
    return fact


def _code_lists(folder: Folder) -> dict[str, Mapping[str, str]]:
    found = {code: folder.get(CODE_LIST, code) for code in folder.codes(CODE_LIST)}
    return {code: each.names for code, each in found.items() if each is not None}


def _lifecycle(file: DefinitionFile, register: Register, folder: Folder) -> Iterator[Problem]:
    if not register.lifecycle:
        return
    found = folder.unknown(file, ("lifecycle", "id"), LIFECYCLE, register.lifecycle)
    yield from found
    table = folder.get(LIFECYCLE, register.lifecycle)
    if found or not isinstance(table, Lifecycle):
        return
    known = {move.deed for move in table.moves}
    for deed in (*register.deeds, register.opens):
        if deed not in known:
            yield file.problem(("lifecycle", "deeds", deed), f"状态表没有动作 {deed}", "、".join(sorted(known)))
    if register.opens in known and not any(
        move.deed == register.opens and move.state == table.start for move in table.moves
    ):
        starts = "、".join(move.deed for move in table.moves if move.state == table.start)
        yield file.problem(("lifecycle", "opens"), f"{register.opens} 不从起点 {table.start} 开始", starts)
    for move in table.moves:
        if move.by_job:
            yield file.problem(("lifecycle", "id"), f"状态表的“{move.label}”由系统到时自动办理", "台账的状态只由人办理")
        elif move.deed not in register.deeds and move.deed != register.opens:
            yield file.problem(
                ("lifecycle", "deeds"), f"没有写谁可以“{move.label}”（{move.deed}）", "deeds: {动作: [角色]}"
            )
    for clock in register.limits:
        if clock not in table.clocks:
            yield file.problem(("lifecycle", "clocks", clock), f"状态表没有时限 {clock}", "、".join(table.clocks))


def _match(file: DefinitionFile, register: Register) -> Iterator[Problem]:
    if register.match and register.match.target not in TARGETS:
        yield file.problem(("match", "target"), f"没有 {register.match.target} 的引用", "、".join(sorted(TARGETS)))


def _circles(files: Mapping[str, DefinitionFile]) -> Iterator[Problem]:
    """Find required references that go round: then no entry could ever be the first."""
    needs = {
        code: [field for field in _parsed(file).fields.values() if field.type is FieldType.ENTRY and field.required]
        for code, file in files.items()
    }
    told: set[str] = set()
    for start in needs:
        found: list[Problem] = []
        _walk(start, needs, [], told, files, found)
        yield from found


def _walk(
    code: str,
    needs: Mapping[str, list[Field]],
    way: list[str],
    told: set[str],
    files: Mapping[str, DefinitionFile],
    found: list[Problem],
) -> None:
    if code in way:
        circle = way[way.index(code) :]
        if not told.intersection(circle):
            told.update(circle)
            last = next(field for field in needs[circle[-1]] if field.register == code)
            said = " → ".join([*circle, code])
            found.append(
                files[circle[-1]].problem(
                    ("fields", last.id, "register"),
                    f"台账互相以必填字段引用，谁也不能先登记：{said}",
                    "其中一处 required: false",
                )
            )
        return
    for field in needs.get(code, ()):
        _walk(field.register, needs, [*way, code], told, files, found)


def _parsed(file: DefinitionFile) -> Register:
    assert isinstance(file.parsed, Register)
    return file.parsed
