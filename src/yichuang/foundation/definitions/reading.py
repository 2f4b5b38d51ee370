"""Reads one YAML text into JSON values, knows the line of every field, and refuses what YAML would quietly misread."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import yaml

from yichuang.foundation.definitions.problems import Problem

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TRUTH_WORDS = re.compile(r"^(on|off|yes|no|y|n)$", re.IGNORECASE)
PLAIN_NUMBER = re.compile(r"^-?(0|[1-9]\d*)(\.\d+)?$")

Path = tuple[str | int, ...]


@dataclass
class Text:
    """What a file says: `body` in JSON values, and the line of each path into it."""

    body: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Find the line of a field, or of the nearest one that holds it; 0 when there is none."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 0)


def dotted(path: Path) -> str:
    """
    Write a path as people do.

    >>> dotted(("steps", "permit", "after", 0))
    'steps.permit.after[0]'
    """
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read_text(text: str, file: str) -> Text:
    """
    Read a YAML text; what is wrong stands in `problems`, all of it.

    Refused: two equal keys, keys that are no text, `on off yes no` unquoted, numbers with leading zeros or colons
    (clock times, codes), merge keys. Dates become ISO text.

    >>> found = read_text("a: 1\\na: 2\\nwhen: no\\n", "x.yaml")
    >>> [(each.line, each.field) for each in found.problems]
    [(2, 'a'), (3, 'when')]
    >>> read_text("from: 2019-07-01", "x.yaml").body
    {'from': '2019-07-01'}
    """
    reader = _Reader(file)
    try:
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 0
        reader.found.problems.append(Problem(file, line, "", f"YAML 读不通：{wrong.problem or wrong.context}"))
    except yaml.YAMLError as wrong:
        reader.found.problems.append(Problem(file, 0, "", f"YAML 读不通：{wrong}"))
    else:
        if node is None:
            reader.found.problems.append(Problem(file, 0, "", "文件是空的"))
        else:
            reader.found.body = reader.value(node, ())
    return reader.found


class _Reader:
    """Walks the nodes of one file."""

    def __init__(self, file: str) -> None:
        self.file, self.found, self.open = file, Text(), set[int]()
        self.scalars = yaml.constructor.SafeConstructor()

    def problem(self, node: yaml.Node, path: Path, found: str, expected: str = "") -> None:
        self.found.problems.append(Problem(self.file, node.start_mark.line + 1, dotted(path), found, expected))

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.found.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self.open:
            self.problem(node, path, "引用了自己")
            return None
        self.open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return self.mapping(node, path)
            if isinstance(node, yaml.SequenceNode):
                return [self.value(each, (*path, place)) for place, each in enumerate(node.value)]
            assert isinstance(node, yaml.ScalarNode)
            return self.scalar(node, path)
        finally:
            self.open.discard(id(node))

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        body: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key_node, yaml.ScalarNode) or not isinstance(key, str):
                self.problem(key_node, path, "键不是文字", "一个词")
                continue
            here = (*path, str(key))
            if not key_node.tag.endswith(":str"):
                self.problem(key_node, here, f"键 {key} 会被 YAML 读成别的东西", f'"{key}"（加引号）或另一个词')
            if key in body:
                self.problem(key_node, here, "同一个键写了两次", "每个键一次")
                continue
            self.found.lines[here] = key_node.start_mark.line + 1
            body[key] = self.value(value_node, here)
        return body

    def scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        written, kind = node.value, node.tag.rpartition(":")[2]
        if kind == "str":
            return written
        if kind == "bool" and TRUTH_WORDS.match(written):
            self.problem(node, path, f"{written} 会被 YAML 读成真假", f'true、false 或 "{written}"')
        elif kind in ("int", "float") and not PLAIN_NUMBER.match(written):
            self.problem(node, path, f"数字 {written} 会被 YAML 读成别的数", f'"{written}"（加引号）或普通写法')
        elif kind in ("null", "bool", "int", "float"):
            return self.scalars.construct_object(node)
        elif kind == "timestamp":
            return self.day(node, path)
        else:
            self.problem(node, path, f"标记 {node.tag} 不允许", "文字、数字、日期、真假")
        return written

    def day(self, node: yaml.ScalarNode, path: Path) -> str:
        """Keep a day, or a moment with its zone, as ISO text."""
        written = str(node.value)
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            moment = None
        if moment is None or (len(written) > len("2019-10-30") and moment.tzinfo is None):
            self.problem(node, path, f"{written} 不是日期", "年-月-日，时刻写明时区")
        return written
