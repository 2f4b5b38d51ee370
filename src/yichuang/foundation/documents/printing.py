"""Makes what printers get: one file for each printer and format, one file for all, marks on reprints, test pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

from yichuang.foundation.documents import problems, queries, sheets, typesetting, words
from yichuang.foundation.documents.models import Paper, PrintedCopy, PrintProfile
from yichuang.foundation.documents.papers import PaperDefinition
from yichuang.foundation.documents.rendering import definition_of, sheet_of
from yichuang.foundation.documents.terms import PrintFormat
from yichuang.foundation.files.stores import store


@dataclass(frozen=True, slots=True)
class PrintTask:
    """One file for one printer, as the bridge takes it."""

    printer: str
    form: PrintFormat
    copies: int
    content: bytes
    paper_ids: tuple[int, ...]


def tasks(copies: Sequence[PrintedCopy], *, workstation: str, by_name: str) -> list[PrintTask]:
    """Draw the printed copies of papers, gathered by printer and format, in the order of the papers."""
    groups: dict[tuple[str, PrintFormat, int], list[tuple[int, bytes]]] = {}
    for copy in copies:
        profile = queries.profile(workstation, copy.paper.kind)
        key = (profile.printer, PrintFormat(copy.form), profile.copies)
        groups.setdefault(key, []).append((copy.paper_id, draw(copy, profile, by_name)))
    return [
        PrintTask(printer, form, count, combined(content for _, content in made), tuple(pk for pk, _ in made))
        for (printer, form, count), made in groups.items()
    ]


def draw(copy: PrintedCopy, profile: PrintProfile, by_name: str) -> bytes:
    """Draw one copy: the sealed file itself on A4, else the sheet in its format; a reprint says which it is."""
    paper, form = copy.paper, PrintFormat(copy.form)
    if form is PrintFormat.A4:
        assert paper.file, "a paper that is ready has its file"
        with store().open(paper.file.sha256) as file:
            content = file.read()
    else:
        x_mm, y_mm = float(profile.x_mm), float(profile.y_mm)
        content = typesetting.set_sheet(sheet_of(paper), form, at=copy.at, x_mm=x_mm, y_mm=y_mm)
    if copy.n == 0 or form is PrintFormat.OVERPRINT:
        return content
    return stamped(content, f"补打第{copy.n}次　{words.moment_in_words(copy.at)}　{by_name}", at=copy.at)


def stamped(content: bytes, line: str, *, at: datetime) -> bytes:
    """Lay a line over the head of every page. The copy is for paper: it no longer bears the signature."""
    writer = PdfWriter(clone_from=BytesIO(content))
    for key in ("/AcroForm", "/Perms"):
        writer.root_object.pop(NameObject(key), None)
    for page in writer.pages:
        page.pop(NameObject("/Annots"), None)
        size = page.mediabox
        stamp = typesetting.set_stamp(line, width_pt=float(size.width), height_pt=float(size.height), at=at)
        page.merge_page(PdfReader(BytesIO(stamp)).pages[0])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def combined(contents: Iterable[bytes]) -> bytes:
    """Join PDFs into one, in order; a single one stays as it is, with its signature."""
    first, *others = contents
    if not others:
        return first
    writer = PdfWriter()
    for content in (first, *others):
        writer.append(BytesIO(content), import_outline=False)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def form_of(paper: Paper, profile: PrintProfile) -> PrintFormat:
    """
    Tell in which format a workstation prints a paper.

    :raises NoSuchForm: its profile asks for a format that the paper does not have
    """
    form, definition = PrintFormat(profile.form), definition_of(paper)
    offered = {
        PrintFormat.A4: True,
        PrintFormat.SLIP: definition.slip,
        PrintFormat.TRIPLICATE: definition.triplicate,
        PrintFormat.OVERPRINT: definition.overprint is not None,
    }
    if not offered[form]:
        if profile.kind:
            raise problems.NoSuchForm(paper.name, str(form.label))
        return PrintFormat.A4  # a general profile says what to prefer
    return form


def test_page(definition: PaperDefinition, profile: PrintProfile, *, at: datetime) -> bytes:
    """Draw the page with which the offsets of a printer are found; for A4 and slips a specimen."""
    example = specimen_of(definition)
    x_mm, y_mm = float(profile.x_mm), float(profile.y_mm)
    if PrintFormat(profile.form) is PrintFormat.OVERPRINT:
        return typesetting.set_test_page(example, at=at, x_mm=x_mm, y_mm=y_mm)
    return typesetting.set_sheet(example, PrintFormat(profile.form), at=at, x_mm=x_mm, y_mm=y_mm)


def specimen_of(definition: PaperDefinition) -> sheets.Sheet:
    """Compose a specimen from the labels of its facts."""
    given = {key: sheets.sample(fact) for key, fact in definition.facts.items()}
    return sheets.specimen(definition, given)
