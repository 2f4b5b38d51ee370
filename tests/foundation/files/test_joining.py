"""Pages of pictures and PDFs become one PDF, in order and turned."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pypdf
import pytest
from PIL import Image

from tests.support import files as made
from yichuang.foundation.files import commands, problems
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.files.stores import store
from yichuang.foundation.files.terms import VirusState

AT = datetime(2026, 5, 6, 2, tzinfo=UTC)


def stored(by, name: str, content: bytes) -> StoredFile:
    return commands.store_upload(content=BytesIO(content), name=name, by=by, at=AT)


def pages_of(file: StoredFile) -> list[pypdf.PageObject]:
    with store().open(file.sha256) as content:
        return list(pypdf.PdfReader(BytesIO(content.read())).pages)


class TestJoin:
    def test_puts_three_pictures_in_order_and_turns_them(self, liu):
        wide = stored(liu, "横.png", made.picture(size=(400, 200)))
        tall = stored(liu, "竖.jpg", made.picture("JPEG", size=(200, 400)))

        file = commands.join(
            leaves=[(tall.pk, 0, 0), (wide.pk, 0, 1), (tall.pk, 0, -1)], name="图纸.pdf", by=liu, at=AT
        )

        pages = pages_of(file)
        assert (file.kind, file.pages, file.owner_id) == ("pdf", 3, liu.account_id)
        assert [page.rotation for page in pages] == [0, 90, 270]
        assert [page.mediabox.width > page.mediabox.height for page in pages] == [False, True, False]

    def test_takes_single_pages_out_of_a_pdf_between_pictures(self, liu):
        lease = stored(liu, "合同.pdf", made.pdf(3, text="lease"))
        photo = stored(liu, "照片.png", made.picture())

        file = commands.join(leaves=[(lease.pk, 2, 2), (photo.pk, 0, 0), (lease.pk, 0, 0)], name="a.pdf", by=liu, at=AT)

        pages = pages_of(file)
        assert ["lease" in page.extract_text() for page in pages] == [True, False, True]
        assert pages[0].rotation == 180

    def test_a_photograph_stands_upright_fits_on_a4_and_has_no_more_than_300_dpi(self, liu):
        turned = Image.Exif()
        turned[0x0112] = 6  # the camera was held upright
        photo = stored(liu, "手机.jpg", made.picture("JPEG", size=(5000, 3000), exif=turned))

        file = commands.join(leaves=[(photo.pk, 0, 0)], name="a.pdf", by=liu, at=AT)

        page = pages_of(file)[0]
        assert page.mediabox.height > page.mediabox.width
        assert page.mediabox.height <= 842.5
        assert page.mediabox.width <= 595.5
        assert max(page.images[0].image.size) <= 3508

    def test_what_was_clear_in_a_picture_is_white(self, liu):
        out = BytesIO()
        Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
        sign = stored(liu, "章.png", out.getvalue())

        file = commands.join(leaves=[(sign.pk, 0, 0)], name="a.pdf", by=liu, at=AT)

        assert pages_of(file)[0].images[0].image.convert("L").getextrema()[0] > 250

    def test_refuses_by_name_what_has_no_pages(self, liu):
        photo, words = stored(liu, "照片.png", made.picture()), stored(liu, "说明.docx", made.docx())

        with pytest.raises(problems.NotJoinable, match="说明"):
            commands.join(leaves=[(photo.pk, 0, 0), (words.pk, 0, 0)], name="a.pdf", by=liu, at=AT)

    @pytest.mark.parametrize("page", [-1, 2])
    def test_refuses_a_page_that_is_not_there(self, liu, page):
        lease = stored(liu, "合同.pdf", made.pdf(2))

        with pytest.raises(problems.NotJoinable, match="合同"):
            commands.join(leaves=[(lease.pk, page, 0)], name="a.pdf", by=liu, at=AT)

    def test_refuses_a_content_that_broke_in_the_store(self, liu):
        photo = stored(liu, "照片.png", made.picture())
        broken = b"\x89PNG\r\n\x1a\n broken"
        store().put("0" * 64, BytesIO(broken))
        StoredFile.objects.filter(pk=photo.pk).update(sha256="0" * 64)

        with pytest.raises(problems.Broken, match="照片"):
            commands.join(leaves=[(photo.pk, 0, 0)], name="a.pdf", by=liu, at=AT)

    def test_refuses_nothing_and_what_belongs_to_somebody_else(self, liu, wang):
        theirs = stored(wang, "照片.png", made.picture())

        for leaves in ([], [(theirs.pk, 0, 0)]):
            with pytest.raises(problems.NothingToJoin):
                commands.join(leaves=leaves, name="a.pdf", by=liu, at=AT)

    def test_waits_for_the_virus_scanner(self, liu):
        photo = stored(liu, "照片.png", made.picture())
        StoredFile.objects.filter(pk=photo.pk).update(virus_state=VirusState.WAITING)

        with pytest.raises(problems.NotYetScanned):
            commands.join(leaves=[(photo.pk, 0, 0)], name="a.pdf", by=liu, at=AT)
