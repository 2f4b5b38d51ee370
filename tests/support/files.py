"""Makes the files that people hand in, good and bad, and plays the virus scanner."""

from __future__ import annotations

import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pypdf
from PIL import Image
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONTENT_TYPES = "[Content_Types].xml"


def pdf(pages: int = 1, *, text: str = "", password: str = "") -> bytes:
    """Make a PDF; `text` is Latin, as it is drawn with a base font."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(595, 842)
        if text:
            font = DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Font"),
                    NameObject("/Subtype"): NameObject("/Type1"),
                    NameObject("/BaseFont"): NameObject("/Helvetica"),
                }
            )
            page[NameObject("/Resources")] = DictionaryObject(
                {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
            )
            stream = DecodedStreamObject()
            stream.set_data(f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET".encode())
            page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def scripted_pdf() -> bytes:
    """Make a PDF that runs a script when it is opened."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf()))
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('x');")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    """Make a picture."""
    out = BytesIO()
    Image.new("RGB", size, "seagreen").save(out, form, **options)
    return out.getvalue()


def archive(members: dict[str, str | bytes], *, packed: bool = True) -> bytes:
    """Make a ZIP of these members."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as made:
        for name, text in members.items():
            made.writestr(name, text)
    return out.getvalue()


def docx(text: str = "说明", **more: str | bytes) -> bytes:
    """Make what every Word document has."""
    body = f"<w:document><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    return archive({CONTENT_TYPES: "<Types/>", "word/document.xml": body, **more})


def xlsx() -> bytes:
    """Make what every Excel workbook has."""
    return archive({CONTENT_TYPES: "<Types/>", "xl/workbook.xml": "<workbook/>"})


def ofd(text: str = "") -> bytes:
    """Make what every OFD has."""
    return archive({"OFD.xml": "<ofd:OFD/>", "Doc_0/Pages/Page_0/Content.xml": f"<ofd:TextCode>{text}</ofd:TextCode>"})


@contextmanager
def fake_clamd(answer: str = "") -> Iterator[str]:
    """Play clamd on a port of this machine: it finds EICAR, or gives `answer` whatever comes."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                line.sendall(_answer(line, answer).encode() + b"\0")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(timeout=5)


def _answer(line: socket.socket, answer: str) -> str:
    command = _take_until(line, b"\0")
    if command == b"zPING":
        return "PONG"
    assert command == b"zINSTREAM", command
    content = b""
    while length := struct.unpack("!I", _take(line, 4))[0]:
        content += _take(line, length)
    return answer or ("stream: Eicar-Signature FOUND" if EICAR in content else "stream: OK")


def _take(line: socket.socket, count: int) -> bytes:
    got = b""
    while len(got) < count:
        piece = line.recv(count - len(got))
        assert piece, "the client hung up"
        got += piece
    return got


def _take_until(line: socket.socket, end: bytes) -> bytes:
    got = b""
    while not got.endswith(end):
        got += _take(line, 1)
    return got.removesuffix(end)
