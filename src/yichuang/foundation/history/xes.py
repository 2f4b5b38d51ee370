"""
Reads event logs in XES (IEEE 1849): traces one by one, in bounded memory, without what XML may be abused for.

Document types and entities are refused by the parser. Attributes inside attributes are not looked at: what events are
told by stands on the event itself.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser
from django.utils.translation import gettext as _

from yichuang.foundation.files.problems import Broken, EmptyFile
from yichuang.foundation.history.problems import NotALog

CHUNK = 1 << 16
GZIP = b"\x1f\x8b"
VALUES = frozenset({"string", "date", "int", "float", "boolean", "id"})
"""The elements that carry a value; `list` and `container` hold others."""


@dataclass(slots=True)
class Trace:
    """One case of a log: its attributes, and its events in the order of the file."""

    attributes: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, str]] = field(default_factory=list)


def face(path: Path) -> tuple[str, tuple[str, ...]]:
    """
    Give the name of a log, and the attributes of its first trace and event as columns of a table would be named.

    :raises FileRefused: it is no log
    """
    reading = _Reading(path.name)
    with _unpacked(path) as stream:
        while not reading.done and (chunk := stream.read(CHUNK)):
            reading.feed(chunk)
        if not reading.done:
            reading.close()
    trace = reading.done[0] if reading.done else Trace()
    columns = [f"case:{key}" for key in trace.attributes]
    columns += list(trace.events[0]) if trace.events else []
    return reading.log.get("concept:name", ""), tuple(columns)


def traces(path: Path, progress: Callable[[int, int], None] = lambda done, of: None) -> Iterator[Trace]:
    """
    Stream the traces of a log.

    :raises FileRefused: it is no log, or breaks off
    """
    reading, size = _Reading(path.name), path.stat().st_size
    with _unpacked(path) as stream:
        while chunk := stream.read(CHUNK):
            reading.feed(chunk)
            while reading.done:
                yield reading.done.popleft()
            progress(_place(stream), size)
    reading.close()
    while reading.done:
        yield reading.done.popleft()
    progress(size, size)


class _Reading:
    """Feeds a parser and collects the traces that are whole."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._handler = _Handler()
        self._parser = make_parser()
        self._parser.forbid_dtd = True
        self._parser.setContentHandler(self._handler)
        self.done, self.log = self._handler.done, self._handler.log

    def feed(self, chunk: bytes) -> None:
        self._guarded(lambda: self._parser.feed(chunk))

    def close(self) -> None:
        self._guarded(self._parser.close)
        if not self._handler.is_log:
            raise NotALog(self._name, _("没有 log 元素"))

    def _guarded(self, work: Callable[[], Any]) -> None:
        try:
            work()
        except SAXParseException as reason:
            text = _("第 %(line)s 行 %(why)s") % {"line": reason.getLineNumber(), "why": reason.getMessage()}
            raise NotALog(self._name, text) from reason
        except DefusedXmlException as reason:
            raise NotALog(self._name, _("含有文档类型或实体声明，不予读取")) from reason


class _Handler(ContentHandler):
    """Builds traces from elements."""

    def __init__(self) -> None:
        super().__init__()
        self.done: deque[Trace] = deque()
        self.log: dict[str, str] = {}
        self.is_log = False
        self._trace: Trace | None = None
        self._event: dict[str, str] | None = None
        self._depth = 0  # of attributes inside attributes
        self._apart = 0  # inside what tells of the log: global, extension, classifier

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 — the parser calls it so
        name = name.rpartition(":")[2]
        if name in VALUES or name in ("list", "container", "values"):
            if not self._depth and not self._apart and name in VALUES:
                self._keep(attrs)
            self._depth += 1
        elif name == "event":
            self._event = {}
        elif name == "trace":
            self._trace = Trace()
        elif name == "log":
            self.is_log = True
        elif name in ("global", "extension", "classifier"):
            self._apart += 1

    def endElement(self, name: str) -> None:  # noqa: N802 — the parser calls it so
        name = name.rpartition(":")[2]
        if name in VALUES or name in ("list", "container", "values"):
            self._depth -= 1
        elif name == "event" and self._event is not None:
            if self._trace is not None:
                self._trace.events.append(self._event)
            self._event = None
        elif name == "trace" and self._trace is not None:
            self.done.append(self._trace)
            self._trace = None
        elif name in ("global", "extension", "classifier"):
            self._apart -= 1

    def _keep(self, attrs: Any) -> None:
        key, value = attrs.get("key"), attrs.get("value")
        if key is None or value is None:
            return
        if self._event is not None:
            self._event[key] = value
        elif self._trace is not None:
            self._trace.attributes[key] = value
        else:
            self.log[key] = value


@contextmanager
def _unpacked(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as stream:
        head = stream.read(2)
        stream.seek(0)
        if not head:
            raise EmptyFile(path.name)
        if head != GZIP:
            yield stream
            return
        try:
            with gzip.open(stream) as inner:
                yield io.BufferedReader(inner)
        except (OSError, EOFError, zlib.error) as reason:
            raise Broken(path.name, "xes.gz") from reason


def _place(stream: IO[bytes]) -> int:
    """Tell how far into the file on disk we are."""
    packed = getattr(getattr(stream, "raw", None), "fileobj", None)
    return int((packed or stream).tell())
