"""What is wrong with definition files, and the ways in which publishing says no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from yichuang.kernel.errors import NotPossible


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: where, what was found, what was expected. Line 0 means the file as a whole."""

    file: str
    line: int
    field: str
    found: str
    expected: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        text = f"{place} {self.field}: {self.found}" if self.field else f"{place}: {self.found}"
        return f"{text}；应为 {self.expected}" if self.expected else text


class DefinitionsFaulty(NotPossible):
    """Files have problems; all of them are listed at once and nothing is published."""

    code = "definitions.faulty"

    def __init__(self, problems: Sequence[Problem]) -> None:
        listed = "\n".join(map(str, problems))
        super().__init__(f"定义文件有 {len(problems)} 处问题，未发布任何内容。请改正后重试：\n{listed}")
        self.problems = tuple(problems)


class VersionPublished(NotPossible):
    """A published version never changes; what differs has to become a new version."""

    code = "definitions.version_published"

    def __init__(self, changes: Sequence[tuple[str, Sequence[str]]]) -> None:
        listed = "\n".join(f"{name}：{'；'.join(lines)}" for name, lines in changes)
        super().__init__(f"已发布的版本不能改动，请把 version 加一后发布：\n{listed}")
        self.changes = tuple((name, tuple(lines)) for name, lines in changes)


class NotInForce(NotPossible):
    """Nothing of this name is in force on the day."""

    code = "definitions.not_in_force"

    def __init__(self, kind: str, code: str, on: date) -> None:
        super().__init__(f"{on} 没有生效的{kind}「{code}」。请先发布该日期有效的版本。")


class NoticeFaulty(NotPossible):
    """A file is no holiday notice in the public JSON form."""

    code = "definitions.notice_faulty"

    def __init__(self, reason: str) -> None:
        super().__init__(f"放假安排文件读不懂：{reason}。应为含 year、papers、days（name、date、isOffDay）的 JSON。")
