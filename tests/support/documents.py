"""Makes dossiers that owe papers, and reads what was drawn."""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.support import definitions, people
from yichuang.foundation.documents.models import Paper
from yichuang.foundation.documents.rendering import render_paper
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Dossier

AT = people.WEDNESDAY
KIND = "tests.case"
LIFECYCLE = {
    "lifecycle": "paper_trial",
    "states": [
        {"id": "draft", "code": 0, "name": "草稿"},
        {"id": "received", "code": 1, "name": "已收件"},
        {"id": "closed", "code": 2, "name": "办结"},
    ],
    "start": "draft",
    "ends": ["closed"],
    "clocks": {},
    "deeds": {"receive": "收件", "close": "办结"},
    "moves": [
        {"state": "draft", "deed": "receive", "to": "received"},
        {"state": "received", "deed": "close", "to": "closed", "paper": "受理通知书"},
    ],
    "examples": [{"deeds": ["receive", "close"], "reaches": "closed"}],
}


@dataclass(frozen=True, slots=True)
class Told:
    """A deed of the tests told something."""

    what: str


def publish() -> None:
    """Publish the papers, letterheads and rules that ship, and a small lifecycle."""
    definitions.publish_shipped("paper", "letterhead", "rule")
    definitions.publish(("lifecycle", LIFECYCLE))


def make_clerk(role: str = "window", unit: str = "xzspj", **fields: object) -> Actor:
    """Make a member of staff with a number."""
    return people.make_actor(role, people.make_unit(unit, name="武汉市武昌区行政审批局"), **fields)


def make_dossier(by: Actor, *, at: datetime = AT, unit: str = "xzspj") -> Dossier:
    """Open a dossier that stands at received."""
    place = people.make_unit(unit, name="武汉市武昌区行政审批局")
    with deeds.opening(
        "receive",
        kind=KIND,
        title="建筑工程施工许可",
        unit_id=place.pk,
        region="420106",
        lifecycle="paper_trial",
        by=by,
        at=at,
    ) as deed:
        deed.record(Told("opened"))
    return deed.dossier


def owe(dossier: Dossier, paper: str, facts: dict[str, object], *, by: Actor, at: datetime = AT) -> Paper:
    """Let a deed owe a paper."""
    with deeds.deed("tell", on=dossier.pk, by=by, at=at) as deed:
        row = deed.owe_paper(paper, facts)
    assert isinstance(row, Paper)
    return row


def make_paper(by: Actor, paper: str = "受理通知书", *, rendered: bool = False, **facts: object) -> Paper:
    """Make a dossier with one paper."""
    told = {"applicant": {"name": "武汉示例置业有限公司"}, "item": "建筑工程施工许可", **facts}
    row = owe(make_dossier(by), paper, told, by=by)
    return render_paper(row.pk, at=AT) if rendered else row


def pdf_text(content: bytes) -> str:
    """Read the words of a PDF with poppler."""
    return _run("pdftotext", "-layout", content=content, after=["-"])


def pdf_fonts(content: bytes) -> str:
    """List the fonts of a PDF with poppler."""
    return _run("pdffonts", content=content)


def signature_of(content: bytes, nss: Path | None = None) -> str:
    """Let poppler's pdfsig judge; `nss` is a store of trusted authorities."""
    return _run("pdfsig", *(["-nssdir", str(nss)] if nss else []), content=content)


def scanned(content: bytes, *, dpi: int = 150) -> list[str]:
    """Read the QR signs on the first page as a camera would."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.pdf"
        source.write_bytes(content)
        subprocess.run(["pdftoppm", "-r", str(dpi), "-png", str(source), str(Path(folder) / "page")], check=True)
        first = sorted(Path(folder).glob("page*.png"))[0]
        found = subprocess.run(["zbarimg", "-q", "--raw", str(first)], capture_output=True, text=True, check=False)
    return found.stdout.split()


def signs(text: str) -> str:
    """Give the characters of a text without blanks, sorted: two renderings of one paper have the same."""
    return "".join(sorted(re.sub(r"\s", "", text)))


def _run(tool: str, *options: str, content: bytes, after: list[str] | None = None) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        command = [tool, *options, file.name, *(after or [])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout
