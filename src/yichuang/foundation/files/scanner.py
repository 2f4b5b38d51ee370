"""Asks a virus scanner: clamd over its INSTREAM protocol, on a port or a socket file."""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass
from typing import IO, Protocol
from urllib.parse import urlsplit

from django.conf import settings

from yichuang.kernel.errors import Unavailable

CHUNK = 128 * 1024
SECONDS = 30.0


class Scanner(Protocol):
    """Anything that can say whether a content carries a virus."""

    def virus_in(self, content: IO[bytes]) -> str | None:
        """
        Name the virus found, or None for a clean content.

        :raises Unavailable: the scanner did not answer
        """


@dataclass(frozen=True, slots=True)
class Clamd:
    """The clamd of `tcp://host:port` or `unix:///path`."""

    address: str

    def virus_in(self, content: IO[bytes]) -> str | None:
        """Send a content and read the verdict. The stream stands at its beginning afterwards."""
        content.seek(0)
        try:
            with self._connect() as line:
                line.sendall(b"zINSTREAM\0")
                while piece := content.read(CHUNK):
                    line.sendall(struct.pack("!I", len(piece)) + piece)
                line.sendall(struct.pack("!I", 0))
                answer = _read_all(line)
        except OSError as reason:
            raise Unavailable("查毒程序", f"{self.address} 没有应答（{reason}）") from reason
        finally:
            content.seek(0)
        return _verdict(answer)

    def ping(self) -> None:
        """
        Ask whether anybody is there.

        :raises Unavailable: nobody answers as clamd does
        """
        try:
            with self._connect() as line:
                line.sendall(b"zPING\0")
                answer = _read_all(line)
        except OSError as reason:
            raise Unavailable("查毒程序", f"{self.address} 没有应答（{reason}）") from reason
        if answer != "PONG":
            raise Unavailable("查毒程序", f"{self.address} 答复异常：{answer[:80]}")

    def _connect(self) -> socket.socket:
        parts = urlsplit(self.address)
        if parts.scheme == "unix":
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(SECONDS)
            line.connect(parts.path)
            return line
        return socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 3310), timeout=SECONDS)


def scanner() -> Scanner | None:
    """Give the scanner of `settings.VIRUS_SCANNER`, or None where none is configured."""
    return Clamd(settings.VIRUS_SCANNER) if settings.VIRUS_SCANNER else None


def _read_all(line: socket.socket) -> str:
    answer = b""
    while piece := line.recv(4096):
        answer += piece
        if answer.endswith(b"\0"):
            break
    return answer.rstrip(b"\0").decode("utf-8", errors="replace").strip()


def _verdict(answer: str) -> str | None:
    """Read "stream: OK" or "stream: NAME FOUND"."""
    _, _, said = answer.partition(": ")
    if said == "OK":
        return None
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise Unavailable("查毒程序", f"答复异常：{answer[:80]}")
