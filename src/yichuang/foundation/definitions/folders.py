"""Reads whole folders of definitions and checks them together: every problem is listed, never only the first."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from jsonschema.exceptions import ValidationError, best_match

from yichuang.foundation.definitions.kinds import KINDS, Body, Kind
from yichuang.foundation.definitions.places import place_in
from yichuang.foundation.definitions.problems import Problem
from yichuang.foundation.definitions.reading import Path as FieldPath
from yichuang.foundation.definitions.reading import Text, dotted, read_text
from yichuang.kernel.errors import DefinitionError
from yichuang.kernel.ledger import canonical

NOT_DEFINITIONS = frozenset({"demo", "sample"})
"""Folders beside the definitions that hold something else."""


@dataclass(frozen=True)
class DefinitionFile:
    """One file that could be read, and what it was parsed into (None when it has problems)."""

    kind: Kind
    code: str
    file: str
    text: Text
    parsed: object = None

    @property
    def written(self) -> str:
        """Give the body as it is published: JSON in the order of the file."""
        return json.dumps(self.text.body, ensure_ascii=False, separators=(",", ":"))

    @cached_property
    def body(self) -> Body:
        """Give the body as parsers get it: fractions are Decimal."""
        return exact(self.written)

    @property
    def version(self) -> int:
        """Give the version; a file that names none is the first."""
        return int(self.body["version"])

    @property
    def name(self) -> str:
        """Give the Chinese name."""
        return str(self.body["name"])

    @property
    def source(self) -> str:
        """Give source and basis as one text, a line each."""
        texts: list[str] = []
        for key in ("source", "basis"):
            given = self.body.get(key, [])
            texts += [given] if isinstance(given, str) else given
        return "\n".join(texts)

    @property
    def valid(self) -> tuple[date, date | None]:
        """Give the first day in force, and the first day no longer (None: open); a file writes its last valid day."""
        term = self.body["in_force"]
        end = date.fromisoformat(term["to"]) + timedelta(days=1) if "to" in term else None
        return date.fromisoformat(term["from"]), end

    @cached_property
    def digest(self) -> str:
        """Give the digest of the body; the order of keys does not count."""
        return sha256(canonical(self.text.body)).hexdigest()

    def problem(self, path: FieldPath, found: str, expected: str = "") -> Problem:
        """Name a problem of this file at a field."""
        return Problem(self.file, self.text.line(path), dotted(path), found, expected)


@dataclass
class Folder:
    """All definitions of some folders, read together."""

    files: list[DefinitionFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _newest: dict[tuple[str, str], DefinitionFile] = field(default_factory=dict)

    def of(self, kind: str) -> list[DefinitionFile]:
        """List the sound files of a kind."""
        return [each for each in self.files if each.kind.name == kind]

    def codes(self, kind: str) -> list[str]:
        """List the ids of a kind, sorted."""
        return sorted({each.code for each in self.of(kind)})

    def get(self, kind: str, code: str) -> Any:
        """Give what the newest version of a definition was parsed into, or None where there is none."""
        found = self._newest.get((kind, code))
        return found.parsed if found else None

    def unknown(self, file: DefinitionFile, path: FieldPath, kind: str, code: str) -> list[Problem]:
        """Name a reference that leads nowhere, with the choices there are; nothing when it holds."""
        if (kind, code) in self._newest:
            return []
        there = "、".join(self.codes(kind)) or "（一个也没有）"
        label = KINDS[kind].label if kind in KINDS else kind
        return [file.problem(path, f"没有{label}「{code}」", f"已有的：{there}")]

    def add(self, file: DefinitionFile) -> None:
        """Take in a sound file."""
        self.files.append(file)
        known = self._newest.get((file.kind.name, file.code))
        if known is None or known.version < file.version:
            self._newest[file.kind.name, file.code] = file


def exact(written: str) -> Body:
    """Read a published body: fractions become Decimal, so that nothing is rounded; no version means the first."""
    body: Body = json.loads(written, parse_float=Decimal)
    return {**body, "version": body.get("version", 1)}


def read_folder(paths: Sequence[Path]) -> Folder:
    """
    Read the definitions below `paths` (each a folder like `definitions/national`) and check them as a whole.

    A file is `<kind folder>/<id>.yaml`; an older version that is kept beside the newest is `<id>.v<version>.yaml`.
    The result has every problem found; only a folder without problems can be published.
    """
    folder = Folder()
    for kind, path, place in _found(paths, folder):
        file = _read(kind, path, place, folder)
        if file is not None:
            folder.add(file)
    return check(folder)


def of_bodies(bodies: Iterable[tuple[str, Body]]) -> Folder:
    """Make a folder of (kind, body) pairs that come from elsewhere: a notice, an import, an editor; checked alike."""
    folder = Folder()
    for kind, body in bodies:
        place = f"{kind} {body.get(kind, '')}"
        file = _sound(DefinitionFile(KINDS[kind], str(body.get(kind, "")), place, Text(body)), folder)
        if file is not None:
            folder.add(file)
    return check(folder)


def shape_problems(kind: str, body: Body) -> list[Problem]:
    """
    List what in a body has not the shape of its kind, for one that is still being written.

    That something is missing altogether is no problem of the shape; a row that lacks what every row has is one.
    """
    file = DefinitionFile(KINDS[kind], str(body.get(kind, "")), "", Text(body))
    wrong = file.kind.validator.iter_errors(body)
    return [_schema_problem(each, file) for each in wrong if each.absolute_path or each.validator not in WHOLE]


WHOLE = ("required", "anyOf", "allOf")
"""What a schema asks of a body as a whole: that keys are there."""


def check(folder: Folder) -> Folder:
    """Check all files of a folder together and run their examples; problems are added and sorted."""
    folder.problems += _one_of_each(folder)
    for kind in KINDS.values():
        if kind.check is not None:
            folder.problems += kind.check(folder)
    for file in folder.files:
        folder.problems += _loose_ends(file, folder)
        folder.problems += _examples(file, folder)
    folder.problems.sort()
    return folder


def _found(paths: Sequence[Path], folder: Folder) -> Iterator[tuple[Kind, Path, str]]:
    by_folder = {kind.folder: kind for kind in KINDS.values()}
    for root in paths:
        if not root.is_dir():
            folder.problems.append(Problem(str(root), 0, "", "没有这个文件夹"))
            continue
        for below in sorted(each for each in root.iterdir() if each.is_dir() and each.name not in NOT_DEFINITIONS):
            if below.name not in by_folder:
                choices = "、".join(sorted(by_folder))
                folder.problems.append(Problem(f"{root.name}/{below.name}", 0, "", "没有这一类定义", f"{choices} 之一"))
                continue
            for path in sorted(below.glob("*.yaml")):
                yield by_folder[below.name], path, f"{root.name}/{below.name}/{path.name}"


def _read(kind: Kind, path: Path, place: str, folder: Folder) -> DefinitionFile | None:
    text = read_text(path.read_text(encoding="utf-8"), place)
    if text.problems:
        folder.problems += text.problems
        return None
    code = str(text.body.get(kind.name, "")) if isinstance(text.body, dict) else ""
    file = _sound(DefinitionFile(kind, code, place, text), folder)
    if file is None:
        return None
    last = code.rpartition(".")[2]
    if path.stem not in (last, f"{last}.v{file.version}", code, f"{code}.v{file.version}"):
        folder.problems.append(file.problem((kind.name,), f"编号「{code}」与文件名不一致", path.stem))
    return file


def _sound(file: DefinitionFile, folder: Folder) -> DefinitionFile | None:
    """Check the keys and parse; what is wrong is added to the folder's problems."""
    wrong = list(file.kind.validator.iter_errors(file.text.body))
    if wrong:
        folder.problems += dict.fromkeys(
            _schema_problem(each, file) for each in wrong
        )  # each missing key says them all
        return None
    try:
        parsed = file.kind.parse(file.body, file.file)
    except DefinitionError as reason:
        folder.problems.append(_parse_problem(reason, file))
        return None
    return DefinitionFile(file.kind, file.code, file.file, file.text, parsed)


def _schema_problem(error: ValidationError, file: DefinitionFile) -> Problem:
    """Say in the reader's words what the schema did not allow."""
    if (
        error.context
        and (inner := best_match(error.context)) is not None
        and len(inner.absolute_path) > len(error.absolute_path)
    ):
        error = inner
    path = tuple(error.absolute_path)
    found: Any = error.instance
    wanted: Any = error.validator_value
    schema: Any = error.schema
    match error.validator:
        case "required":
            missing = [key for key in wanted if key not in found]
            return file.problem(path, f"缺少 {'、'.join(missing)}")
        case "additionalProperties":
            known = schema.get("properties", {})
            extra = [key for key in found if key not in known]
            return file.problem((*path, extra[0]), f"不认识的键 {'、'.join(extra)}", "、".join(known))
        case "enum":
            return file.problem(path, f"{found}", "、".join(map(str, wanted)))
        case "type":
            return file.problem(path, _short(found), f"{wanted} 类型")
        case "pattern":
            return file.problem(path, f"{found}", f"符合 {wanted}")
        case "maxLength":
            return file.problem(path, f"{_short(found)} 有 {len(found)} 个字", f"至多 {wanted} 个字")
        case "minimum" | "maximum" as end:
            return file.problem(path, f"{found}", f"{'不小于' if end == 'minimum' else '不大于'} {wanted}")
        case "anyOf" if not path:
            return file.problem(path, "缺少 source 或 basis", "每条定义都要写明依据")
    return file.problem(path, error.message)


def _parse_problem(reason: DefinitionError, file: DefinitionFile) -> Problem:
    """Place a parser's complaint: what follows the file in its place names a field."""
    where = reason.place.removeprefix(file.file).lstrip(":,/. ")
    path = place_in(file.body, where)
    choices = f"{'、'.join(reason.choices)} 之一" if reason.choices else ""
    expected = "：".join(each for each in (reason.expected, choices) if each)
    return Problem(file.file, file.text.line(path), where, reason.found, expected)


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _one_of_each(folder: Folder) -> Iterator[Problem]:
    """Find two files of one version, and versions whose validity leaves a gap, overlaps or runs backwards."""
    versions: defaultdict[tuple[str, str], list[DefinitionFile]] = defaultdict(list)
    for file in folder.files:
        versions[file.kind.name, file.code].append(file)
    for files in versions.values():
        files.sort(key=lambda file: file.version)
        for earlier, later in pairwise(files):
            if earlier.version == later.version:
                yield later.problem(("version",), f"第 {later.version} 版也写在 {earlier.file}", "每版一个文件")
            elif later.valid[0] <= earlier.valid[0]:
                yield later.problem(("in_force", "from"), "新版不晚于旧版生效", f"晚于 {earlier.valid[0]}")
            elif earlier.valid[1] is not None and earlier.valid[1] < later.valid[0]:
                gap = f"{earlier.valid[1]} 起没有生效的版本"
                yield later.problem(("in_force", "from"), gap, str(earlier.valid[1]))
            elif earlier.valid[1] is not None and earlier.valid[1] > later.valid[0]:
                overlap = f"与第 {earlier.version} 版的有效期重叠"
                yield later.problem(("in_force", "from"), overlap, str(earlier.valid[1]))
        for file in files:
            if file.valid[1] is not None and file.valid[1] <= file.valid[0]:
                yield file.problem(("in_force", "to"), "止期早于起期", "有效的最后一天，不早于 from")


def _loose_ends(file: DefinitionFile, folder: Folder) -> Iterator[Problem]:
    """Find ids of other definitions that lead nowhere; a kind that no room has registered is not looked at."""
    for pattern, kind in file.kind.refers.items():
        if kind in KINDS:
            for path, code in _members(file.body, tuple(pattern.split(".")), ()):
                yield from folder.unknown(file, path, kind, str(code))


def _members(value: Any, pattern: tuple[str, ...], path: FieldPath) -> Iterator[tuple[FieldPath, Any]]:
    """Walk along a pattern; what is absent or null is no reference."""
    if value is None:
        return
    if not pattern:
        yield path, value
    elif pattern[0] != "*":
        if isinstance(value, dict):
            yield from _members(value.get(pattern[0]), pattern[1:], (*path, pattern[0]))
    elif isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _members(each, pattern[1:], (*path, key))


def _examples(file: DefinitionFile, folder: Folder) -> Iterator[Problem]:
    """Run a file's own examples."""
    if file.kind.try_example is None:
        return
    for number, example in enumerate(file.body.get("examples", [])):
        try:
            complaints = list(file.kind.try_example(file.parsed, example, folder))
        except DefinitionError as reason:
            complaints = [str(reason)]
        for complaint in complaints:
            yield file.problem(("examples", number), complaint, "示例成立")
