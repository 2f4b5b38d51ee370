"""Page and PDF say the same; the seal holds; a changed byte is found; rare characters are never an empty box."""

from __future__ import annotations

import asyncio
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from pypdf import PdfReader

from tests.support import definitions as published
from tests.support import documents as make
from yichuang.foundation.documents import demo_seals, fonts, grids, pages, sheets, typesetting
from yichuang.foundation.documents.models import Paper, SealUse
from yichuang.foundation.documents.rendering import render_due, render_paper, sheet_of
from yichuang.foundation.documents.terms import PaperState, PrintFormat
from yichuang.foundation.files.queries import file_for
from yichuang.foundation.files.stores import store
from yichuang.foundation.people.actors import PUBLIC
from yichuang.foundation.records.models import Record

PAPERS = [(file.code, n) for file in published.shipped().of("paper") for n in range(len(file.body["examples"]))]


def specimen(code: str, n: int = 0) -> sheets.Sheet:
    (file,) = [each for each in published.shipped().of("paper") if each.code == code]
    return sheets.specimen(file.parsed, file.body["examples"][n]["given"])


def content_of(paper: Paper) -> bytes:
    with store().open(paper.file.sha256) as file:
        return file.read()


class TestTwoRenderers:
    @pytest.mark.parametrize(("code", "n"), PAPERS)
    def test_say_the_same(self, code, n):
        sheet = specimen(code, n)

        html = pages.as_html(sheet)
        pdf = make.pdf_text(typesetting.set_sheet(sheet, at=make.AT))

        on_page = unescape(re.sub(r"<(svg class=\"segno|title).*?</(svg|title)>|<[^>]+>", "", html, flags=re.S))
        in_pdf = re.sub(r"第\s*\d+\s*页\s*共\s*\d+\s*页", "", pdf)
        assert make.signs(on_page) == make.signs(sheet.text.replace("\n", ""))
        assert make.signs(in_pdf) == make.signs(sheet.text.replace("\n", ""))

    def test_escape_what_people_wrote(self):
        html = pages.as_html(specimen("acceptance_notice"))
        (file,) = [each for each in published.shipped().of("paper") if each.code == "acceptance_notice"]

        bad = sheets.specimen(file.parsed, {"applicant": {"name": "<script>#set page()"}, "item": "$x$ *b*"})

        assert "<script" not in html
        assert "&lt;script&gt;#set page()" in pages.as_html(bad)
        assert "#set page()" in make.pdf_text(typesetting.set_sheet(bad, at=make.AT))

    def test_are_laid_out_as_papers_are(self):
        pdf = typesetting.set_sheet(specimen("correction_notice"), at=make.AT)

        text = make.pdf_text(pdf)
        assert text.index("一次性告知书") < text.index("武审〔2019〕补字第1号") < text.index("刘女士：")
        assert "第1页共1页" in re.sub(r"\s+", "", text)
        assert all("yes yes" in line for line in make.pdf_fonts(pdf).splitlines()[2:])  # embedded, and cut

    def test_are_set_at_any_moment(self):
        at = make.AT.replace(second=59, microsecond=654321)

        assert typesetting.set_sheet(specimen("correction_notice"), at=at).startswith(b"%PDF")

    def test_go_on_over_as_many_pages_as_it_takes(self):
        (file,) = [each for each in published.shipped().of("paper") if each.code == "correction_notice"]
        given = dict(file.body["examples"][0]["given"])
        given["rows"] = [{"subject": f"材料{n}", "reason": "未提交", "how": "提交一份"} for n in range(60)]

        pdf = make.pdf_text(typesetting.set_sheet(sheets.specimen(file.parsed, given), at=make.AT))

        assert re.search(r"第\s*3\s*页\s*共\s*3\s*页", pdf)
        assert pdf.count("存在的问题") == 3


class TestFormats:
    def test_a_slip_is_80_mm_wide_and_its_sign_leads_to_the_case(self):
        sheet = specimen("acceptance_notice")

        pdf = typesetting.set_sheet(sheet, PrintFormat.SLIP, at=make.AT)

        page = PdfReader(__import__("io").BytesIO(pdf)).pages[0]
        assert round(float(page.mediabox.width) / 72 * 25.4) == 80
        assert make.scanned(pdf) == [sheet.qr_content]
        text = make.pdf_text(pdf)
        assert all(each in text for each in ("武审〔2019〕受字第1号", "2019年11月13日", "工号"))

    def test_a_three_part_form_is_plain_text_on_a_grid(self):
        grid = grids.TextGrid.of(specimen("correction_notice"))

        assert all(grids.width_of(line) <= grids.COLUMNS for line in grid.lines)
        assert "武审〔2019〕补字第1号" in grid.text
        assert "平面图" in make.pdf_text(
            typesetting.set_sheet(specimen("correction_notice"), PrintFormat.TRIPLICATE, at=make.AT)
        ).replace(" ", "")

    def test_an_overprint_moves_with_the_offsets_of_the_printer(self, tmp_path):
        sheet = specimen("licence_certificate")

        boxes = []
        for x in (0, 5):
            path = tmp_path / f"{x}.pdf"
            path.write_bytes(typesetting.set_sheet(sheet, PrintFormat.OVERPRINT, at=make.AT, x_mm=x))
            found = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, text=True, check=True)
            boxes.append(float(re.search(r'xMin="([\d.]+)"[^>]*>JY2', found.stdout)[1]))

        assert boxes[0] == pytest.approx(78 / 25.4 * 72, abs=1.5)
        assert boxes[1] - boxes[0] == pytest.approx(5 / 25.4 * 72, abs=0.1)


class TestRareCharacters:
    NAME = "䶮㛃𬱖"

    def given(self, name: str) -> sheets.Sheet:
        (file,) = [each for each in published.shipped().of("paper") if each.code == "acceptance_notice"]
        return sheets.specimen(file.parsed, {"applicant": {"name": name}, "item": "食品经营许可"})

    def test_come_from_the_complete_font_where_there_is_one(self):
        assert fonts.complete_fonts(), "apt-get install fonts-noto-cjk"
        sheet = self.given(self.NAME)

        pdf = typesetting.set_sheet(sheet, at=make.AT)

        assert sheet.missing == ()
        assert self.NAME in make.pdf_text(pdf)
        assert "CJK" in make.pdf_fonts(pdf)

    def test_are_written_as_codes_and_said_where_there_is_none(self, monkeypatch):
        monkeypatch.setattr(fonts, "COMPLETE", (Path("/nowhere"),))
        fonts.collection.cache_clear()
        try:
            sheet = self.given(self.NAME)
            pdf = make.pdf_text(typesetting.set_sheet(sheet, at=make.AT))
        finally:
            monkeypatch.undo()
            fonts.collection.cache_clear()

        assert sheet.addressee == "〔U+4DAE〕〔U+36C3〕〔U+2CC56〕："
        assert "本机字库缺字：U+36C3、U+4DAE、U+2CC56" in pdf
        assert "〔U+2CC56〕" in pages.as_html(sheet)

    def test_common_ones_need_no_complete_font(self):
        assert not fonts.needs_complete("武汉市武昌区〔2019〕第1号：龑喆堃镕，√ □ ㎡ ①")

    def test_every_character_of_the_shipped_definitions_can_be_drawn(self):
        text = "".join(specimen(code, n).text for code, n in PAPERS)

        assert not fonts.needs_complete(text)


@pytest.mark.django_db
class TestRenderPaper:
    def test_seals_and_enters_the_use_of_the_seal(self, clerk):
        paper = make.make_paper(clerk, rendered=True)

        use = SealUse.objects.get()
        assert paper.state == PaperState.SEALED
        assert (use.office, use.seal, use.used_by_id) == ("武汉市武昌区行政审批局", "受理专用章", clerk.account_id)
        assert use.sha256 == paper.file.sha256
        assert use.is_demo
        assert Record.objects.filter(kind="PaperSealed").count() == 1

    def test_run_twice_makes_one_file(self, clerk):
        paper = make.make_paper(clerk, rendered=True)

        again = render_paper(paper.pk, at=make.AT)

        assert again.file_id == paper.file_id
        assert SealUse.objects.count() == 1
        assert render_due(at=make.AT) == 0

    def test_run_by_two_at_once_keeps_the_first(self, clerk, monkeypatch):
        paper = make.make_paper(clerk)
        plain_put = __import__("yichuang.foundation.files.commands", fromlist=["put_own"]).put_own

        def other_worker_first(**given):
            monkeypatch.undo()
            render_paper(paper.pk, at=make.AT)
            return plain_put(**given)

        monkeypatch.setattr("yichuang.foundation.files.commands.put_own", other_worker_first)
        second = render_paper(paper.pk, at=make.AT)

        assert second.state == PaperState.SEALED
        assert SealUse.objects.get().sha256 == second.file.sha256

    def test_leaves_papers_of_applicants_unsealed(self, clerk):
        paper = make.make_paper(clerk, "告知承诺书", text="符合条件。", signed_by="刘女士", rendered=True)

        assert paper.state == PaperState.RENDERED
        assert not SealUse.objects.exists()
        assert sheet_of(paper).signature == ""

    def test_makes_a_file_that_only_those_read_who_see_the_case(self, clerk):
        paper = make.make_paper(clerk, rendered=True)
        stranger = make.make_clerk(unit="other", name="外人")

        assert file_for(clerk, paper.file_id)
        assert file_for(stranger, paper.file_id) is None
        assert file_for(PUBLIC, paper.file_id) is None

    def test_draws_a_sign_that_leads_to_the_check(self, clerk):
        paper = make.make_paper(clerk, "准予决定书", rendered=True)

        assert make.scanned(content_of(paper)) == [f"https://office.example/verify/{paper.verify_code}"]

    def test_draws_a_sign_on_receipts_that_leads_to_the_case(self, clerk):
        paper = make.make_paper(clerk, rendered=True)

        assert make.scanned(content_of(paper)) == [f"https://office.example/track/{paper.dossier.number}"]


@pytest.mark.django_db
class TestSeal:
    def test_is_found_valid_by_poppler(self, clerk):
        paper = make.make_paper(clerk, rendered=True)

        said = make.signature_of(content_of(paper))

        assert "Signature Validation: Signature is Valid." in said
        assert "ETSI.CAdES.detached" in said
        assert "受理专用章（演示）" in said
        assert "Total document signed" in said

    def test_is_set_where_an_event_loop_runs_already(self, tmp_path):
        pdf = typesetting.set_sheet(specimen("acceptance_notice"), at=make.AT)

        async def inside() -> bytes:
            return (
                demo_seals.DemoSeals(tmp_path).seal(pdf, office="武昌区行政审批局", name="专用章", reason="试").content
            )

        assert b"ETSI.CAdES.detached" in asyncio.run(inside())

    def test_is_trusted_by_those_who_trust_its_authority(self, clerk, tmp_path):
        paper = make.make_paper(clerk, rendered=True)
        authority = tmp_path / "authority.pem"
        authority.write_bytes(demo_seals.DemoSeals().authority_certificate())
        certutil = ["certutil", "-d", f"sql:{tmp_path}"]
        subprocess.run([*certutil, "-N", "--empty-password"], check=True)
        subprocess.run([*certutil, "-A", "-n", "demo", "-t", "C,C,C", "-i", str(authority)], check=True)

        assert "Certificate is Trusted" in make.signature_of(content_of(paper), nss=tmp_path)

    def test_breaks_with_one_changed_byte(self, clerk):
        content = bytearray(content_of(make.make_paper(clerk, rendered=True)))
        place = content.index(b"/Title")
        content[place + 8] ^= 1

        assert "Digest Mismatch" in make.signature_of(bytes(content))

    def test_keeps_its_keys_to_itself(self, clerk):
        make.make_paper(clerk, rendered=True)

        kept = list((Path(django_settings.KEYS) / "seals").iterdir())
        assert len(kept) >= 2
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in kept)

    def test_says_that_it_is_a_demo(self):
        sheet = specimen("acceptance_notice")

        assert sheet.seal.middle == "演示"
        assert "演示印章，不具法律效力" in sheet.text
        assert "".join(glyph.sign for glyph in sheet.seal.ring) == "武汉市武昌区行政审批局"
