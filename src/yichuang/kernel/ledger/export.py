"""
The export: everything that proves the records, as JSON Lines, and the verifier that needs nothing else.

The first line is the header with the public key, then come the anchors, then stream by stream its records, each mark
behind the record that the anchor saw, and its head; the last line counts the others. Moments are written in UTC with
exactly six digits of the second; payloads are text, byte for byte as they are kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from .anchors import Anchor, Head, Mark
from .verifying import Check, Entry, ProblemKind, RecordRow, Report, in_order

FORM = "yichuang/export/1"

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)


def export(
    records: Iterable[RecordRow],
    heads: Iterable[Head],
    anchors: Iterable[Anchor],
    public_key: bytes,
    marks: Iterable[Mark] = (),
) -> Iterator[str]:
    """Write the lines of an export, without line ends; the order asked of the arguments is that of `verify`."""
    yield _line("header", form=FORM, public_key=public_key.hex())
    lines = 1
    for anchor in anchors:
        lines += 1
        yield anchor_line(anchor)
    for entry in in_order(records, heads, marks):
        lines += 1
        yield _entry_line(entry)
    yield _line("end", lines=lines)


def anchor_line(anchor: Anchor) -> str:
    """Write one anchor as a line: for exports, and for the file of anchors kept elsewhere."""
    return _line(
        "anchor",
        number=anchor.number,
        at=_text(anchor.at),
        streams=anchor.streams,
        records=anchor.records,
        root=anchor.root,
        changes=anchor.changes,
        previous=anchor.previous,
        signature=anchor.signature,
    )


def read_anchors(lines: Iterable[str]) -> Iterator[Anchor]:
    """
    Read the anchors from a file of anchor lines; an export will do as well.

    :raises ValueError: a line is not one that `anchor_line` wrote
    """
    for line in lines:
        name, values = _read(line)
        if name == "anchor":
            yield _anchor(values)


def verify_export(lines: Iterable[str], public_key: bytes | None = None, *, witnesses: Iterable[Anchor] = ()) -> Report:
    """
    Verify an export from its lines alone, one by one and with bounded memory.

    Give the `public_key` known from elsewhere: without it the export's own is taken, which proves only that the export
    agrees with itself. `witnesses` are anchors kept elsewhere (`read_anchors`).
    """
    check, key, ended, number, entries = Check(), public_key, False, 0, False
    for number, line in enumerate(lines, 1):
        try:
            name, values = _read(line)
            if ended or (name == "header") != (number == 1) or (name == "anchor" and entries):
                raise ValueError(f"此处不应有 {name} 行")
            match name:
                case "header":
                    key = _header(values, public_key)
                case "anchor":
                    check.take_anchor(_anchor(values))
                case "record" | "mark" | "head":
                    entries = True
                    check.take(_entry(name, values))
                case "end":
                    ended = True
                    if _number(values, "lines") != number - 1:
                        raise ValueError(f"结尾行说有 {values['lines']} 行，实有 {number - 1} 行")
                case _:
                    raise ValueError(f"不认识 {name} 行")
        except ValueError as reason:
            check.tell(ProblemKind.FORM, "", number, f"第 {number} 行无法使用：{reason}。")
    if not ended:
        check.tell(ProblemKind.FORM, "", number, "没有结尾行：文件不完整。")
    return check.finish(key or b"", witnesses)


def _line(name: str, **values: str | int) -> str:
    return json.dumps({"line": name, **values}, ensure_ascii=False, separators=(",", ":"))


def _entry_line(entry: Entry) -> str:
    match entry:
        case RecordRow():
            return _line(
                "record",
                stream=entry.stream,
                seq=entry.seq,
                kind=entry.kind,
                by=entry.by,
                at=_text(entry.at),
                recorded_at=_text(entry.recorded_at),
                payload=entry.payload,
                previous=entry.previous,
                digest=entry.digest,
            )
        case Mark():
            return _line("mark", anchor=entry.anchor, stream=entry.stream, count=entry.count, head=entry.head)
        case Head():
            return _line("head", stream=entry.stream, count=entry.count, head=entry.head)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


Values = dict[str, Any]


def _read(line: str) -> tuple[str, Values]:
    """
    Read a line as its name and its values.

    :raises ValueError: it is not a JSON object with a `line` that is text
    """
    try:
        values = json.loads(line)
    except RecursionError:
        raise ValueError("层次过深") from None
    if not isinstance(values, dict):
        raise ValueError("不是 JSON 对象")
    return _string(values, "line"), values


def _header(values: Values, expected: bytes | None) -> bytes:
    if (form := _string(values, "form")) != FORM:
        raise ValueError(f"格式是 {form}，应为 {FORM}")
    key = bytes.fromhex(_string(values, "public_key"))
    if expected is not None and key != expected:
        raise ValueError("文件中的公钥不是所给的公钥")
    return key if expected is None else expected


def _anchor(values: Values) -> Anchor:
    return Anchor(
        number=_number(values, "number"),
        at=_moment(values, "at"),
        streams=_number(values, "streams"),
        records=_number(values, "records"),
        root=_string(values, "root"),
        changes=_string(values, "changes"),
        previous=_string(values, "previous"),
        signature=_string(values, "signature"),
    )


def _entry(name: str, values: Values) -> Entry:
    stream = _string(values, "stream")
    match name:
        case "record":
            return RecordRow(
                stream=stream,
                seq=_number(values, "seq"),
                kind=_string(values, "kind"),
                by=_string(values, "by"),
                at=_moment(values, "at"),
                recorded_at=_moment(values, "recorded_at"),
                payload=_string(values, "payload"),
                previous=_string(values, "previous"),
                digest=_string(values, "digest"),
            )
        case "mark":
            return Mark(_number(values, "anchor"), stream, _number(values, "count"), _string(values, "head"))
        case _:
            return Head(stream, _number(values, "count"), _string(values, "head"))


def _string(values: Values, key: str) -> str:
    value = values.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} 应为文字")
    if not value.isascii():
        value.encode()  # half of a surrogate pair is no text: UnicodeEncodeError is a ValueError
    return value


def _number(values: Values, key: str) -> int:
    value = values.get(key)
    if type(value) is not int or not 0 <= value < 1 << 53:
        raise ValueError(f"{key} 应为不小于 0 的整数")
    return value


def _moment(values: Values, key: str) -> datetime:
    text = _string(values, key)
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{key} 应为 UTC 时刻，秒后恰有六位小数")
    return datetime.fromisoformat(text)
