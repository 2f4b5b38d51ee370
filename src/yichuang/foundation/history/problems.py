"""The ways in which this room says no; each tells the engineer what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from yichuang.foundation.files.problems import FileRefused
from yichuang.kernel.errors import NotPossible

if TYPE_CHECKING:
    from yichuang.foundation.history.commands import Result

FIRST = 20
"""Faulty rows that are named in a refusal."""


class NoMapping(NotPossible):
    """No mapping knows this file."""

    code = "history.no_mapping"

    def __init__(self, name: str, seen: str, known: Sequence[str]) -> None:
        text = _(
            "「%(name)s」没有对照可用：%(seen)s。\n已有的对照认这些：\n%(known)s\n"
            "请用 --mapping 指定一份，或照 docs/guides/bring-history-in.md 写一份新的。"
        )
        super().__init__(text % {"name": name, "seen": seen, "known": "\n".join(known) or _("（一份也没有）")})


class ColumnsMissing(NotPossible):
    """The file lacks columns without which nothing can be read."""

    code = "history.columns_missing"

    def __init__(self, name: str, mapping: str, missing: Sequence[str], seen: Sequence[str]) -> None:
        text = _(
            "「%(name)s」没有对照“%(mapping)s”所需的列：%(missing)s。\n文件里有：%(seen)s。\n请改对照，或换对的文件。"
        )
        said = {"name": name, "mapping": mapping, "missing": "、".join(missing), "seen": "、".join(seen)}
        super().__init__(text % said)


class UnitsUnknown(NotPossible):
    """The mapping leads to units that are not there."""

    code = "history.units_unknown"

    def __init__(self, mapping: str, missing: Sequence[str]) -> None:
        text = _("对照“%(mapping)s”的 units 指向没有的单位：%(missing)s。请先建单位，或去掉这些行。")
        super().__init__(text % {"mapping": mapping, "missing": "、".join(missing)})


class NotALog(FileRefused):
    """It is no XES log."""

    code = "history.not_a_log"

    def __init__(self, name: str, why: str) -> None:
        text = _("「%(name)s」不是可读的 XES 日志：%(why)s。请从原系统重新导出，或改用 CSV。")
        super().__init__(text % {"name": name, "why": why})


class RowsFaulty(NotPossible):
    """Rows cannot be read, so nothing was taken in."""

    code = "history.rows_faulty"

    def __init__(self, name: str, result: Result) -> None:
        count, first = result.findings.error_count, [each.text for each in result.findings.errors[:FIRST]]
        text = _(
            "「%(name)s」有 %(count)s 行读不出，未导入任何内容。"
            "请改正后重试；或加 --skip-errors 略过这些行。\n%(first)s"
        )
        super().__init__(text % {"name": name, "count": count, "first": "\n".join(first)})
        self.result = result
