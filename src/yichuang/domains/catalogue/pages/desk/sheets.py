"""The tables that people bring to the desk: tasks to claim, and old codes with the new ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import commands
from yichuang.domains.catalogue.pages.lists.sheets import TableFaulty
from yichuang.domains.catalogue.terms import TaskType
from yichuang.foundation.files.tables import Column, Findings, Row, opened

UNIT, CATALOG, NAME, TYPE, OLD = "单位", "基本编码", "目录名称", "事项类型", "原编码"
NEW, NOTE = "新编码", "说明"
TASKS = (
    Column(UNIT, is_required=True, aliases=("单位代号", "unit")),
    Column(CATALOG, is_required=True, aliases=("catalog_code",)),
    Column(NAME, is_required=True, aliases=("name",)),
    Column(TYPE, is_required=True, aliases=("task_type",)),
    Column(OLD, aliases=("old_code",)),
)
CODES = (
    Column(OLD, is_required=True, aliases=("old_code",)),
    Column(NEW, is_required=True, aliases=("new_code",)),
    Column(NOTE, aliases=("note",)),
)


def named(columns: Sequence[Column]) -> str:
    """Name the columns of a table, those that it must have marked."""
    return _("、").join(f"{each.name}{'*' if each.is_required else ''}" for each in columns)


def read_tasks(file: UploadedFile, findings: Findings) -> list[commands.Assignment]:
    """
    Read tasks to claim; what is wrong is noted in `findings` at its cell.

    :raises TableFaulty: anything is wrong; nothing is given
    :raises FileRefused: one of its kinds, where the file cannot be read at all
    """
    types = {str(label): value for value, label in TaskType.choices} | {value: value for value in TaskType.values}
    found = []
    for row in _rows(file, TASKS, findings):
        said = row.text(TYPE, is_required=True)
        if said and said not in types:
            known = _("、").join(str(label) for label in TaskType.labels)
            told = _("没有这种事项类型：%(type)s。可填：%(known)s。") % {"type": said, "known": known}
            row.error(TYPE, told, "task.type")
        found.append(
            commands.Assignment(
                unit=row.text(UNIT, is_required=True, longest=40),
                catalog_code=row.text(CATALOG, is_required=True, longest=36),
                name=row.text(NAME, is_required=True, longest=200),
                task_type=TaskType(types.get(said, TaskType.values[0])),
                old_code=row.text(OLD, longest=40),
            )
        )
    _insist(findings)
    return found


def read_codes(file: UploadedFile, findings: Findings) -> list[tuple[str, str, str]]:
    """
    Read old codes with the new ones; what is wrong is noted in `findings` at its cell.

    :raises TableFaulty: anything is wrong; nothing is given
    :raises FileRefused: one of its kinds, where the file cannot be read at all
    """
    found = []
    for row in _rows(file, CODES, findings):
        old, new = (row.text(name, is_required=True, longest=40) for name in (OLD, NEW))
        if old and old == new:
            row.error(NEW, _("新编码与原编码相同：%(code)s。请改正或删去这一行。") % {"code": new}, "code.same")
        found.append((old, new, row.text(NOTE, longest=200)))
    _insist(findings)
    return found


def _rows(file: UploadedFile, columns: Sequence[Column], findings: Findings) -> Iterator[Row]:
    assert file.file is not None, "an uploaded file is open"
    with opened(file.file, name=file.name or "") as book:
        yield from book.sheets[0].table(columns, findings).rows()


def _insist(findings: Findings) -> None:
    if not findings.is_clean:
        raise TableFaulty(findings)
