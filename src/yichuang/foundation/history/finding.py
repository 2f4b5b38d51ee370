"""Finds the mapping of a file: by its id or path where it is given, else by the header row or the name of the log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from yichuang.foundation.definitions.mappings import ListMapping, SeveralMappings, mapping_named, mappings
from yichuang.foundation.history.mapping import HistoryMapping
from yichuang.foundation.history.problems import ColumnsMissing, NoMapping
from yichuang.foundation.history.seen import Face
from yichuang.foundation.history.terms import TAKES


def mapping_for(path: Path, face: Face, *, named: str, on: date) -> HistoryMapping:
    """
    Give the mapping of a file: the one that `named` says, else the one that knows its face.

    :raises UnknownMapping: there is none of that name
    :raises DefinitionsFaulty: the file named is no sound mapping
    :raises NoMapping: none knows the file
    :raises SeveralMappings: more than one does
    :raises ColumnsMissing: the file has not the columns without which nothing can be read
    """
    found = mapping_named(TAKES, named, on) if named else _known(path, face, mappings(TAKES, on))
    mapping = _own(found)
    missing = [column for column in mapping.needed if column not in face.columns]
    if missing:
        raise ColumnsMissing(path.name, mapping.name, missing, face.columns)
    return mapping


def _known(path: Path, face: Face, there: Iterable[ListMapping]) -> ListMapping:
    there = list(there)
    found = [each for each in there if _knows(each, face)]
    if len(found) > 1:
        raise SeveralMappings(found)
    if not found:
        raise NoMapping(path.name, _seen(face), [_asks(each) for each in there])
    return found[0]


def _knows(mapping: ListMapping, face: Face) -> bool:
    by_log = face.is_log and face.log != "" and face.log == _own(mapping).log
    return by_log or (bool(mapping.header) and not mapping.lacks(face.columns))


def _seen(face: Face) -> str:
    columns = "、".join(each for each in face.columns if each) or _("（没有）")
    if face.is_log:
        return _("日志名“%(name)s”，属性有 %(columns)s") % {"name": face.log, "columns": columns}
    return _("表头是 %(columns)s") % {"columns": columns}


def _asks(mapping: ListMapping) -> str:
    asked = []
    if log := _own(mapping).log:
        asked.append(_("日志名“%(name)s”") % {"name": log})
    if mapping.header:
        asked.append(_("列 %(columns)s") % {"columns": "、".join(mapping.header)})
    return f"  {mapping.id}（{mapping.name}）：{' / '.join(asked)}"


def _own(mapping: ListMapping) -> HistoryMapping:
    assert isinstance(mapping.own, HistoryMapping)
    return mapping.own
