"""A file is handed out to those who may see it, in a way that no browser runs it."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.http import Http404

from tests.support import files as make
from yichuang.foundation.files import commands, problems
from yichuang.foundation.files.serving import Disposition, Part, serve

pytestmark = pytest.mark.django_db

AT = datetime(2019, 9, 27, 1, 30, tzinfo=UTC)  # Friday


def upload(by, content, name):
    return commands.store_upload(content=BytesIO(content), name=name, by=by, at=AT)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


class TestServe:
    def test_offers_a_document_for_saving_under_its_name(self, liu):
        row = upload(liu, make.docx(), "说明 “一”.docx")

        response = serve(row, liu, Disposition.INLINE)

        assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E8%AF%B4")
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert response["Cache-Control"] == "private, no-store"

    def test_shows_pictures_and_their_previews(self, liu):
        row = upload(liu, make.picture("PNG", (900, 900)), "门头.png")

        whole = serve(row, liu, Disposition.INLINE)
        small = serve(row, liu, Disposition.INLINE, Part.PREVIEW)

        assert whole["Content-Type"] == "image/png"
        assert whole["Content-Disposition"].startswith("inline")
        assert small["Content-Type"] == "image/jpeg"
        assert body(small)[:2] == b"\xff\xd8"

    def test_shows_a_pdf_in_the_page_of_this_site_only(self, liu):
        row = upload(liu, make.pdf(), "图纸.pdf")

        response = serve(row, liu, Disposition.INLINE)

        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert body(response).startswith(b"%PDF")
        assert serve(row, liu)["Content-Disposition"].startswith("attachment")

    def test_serves_text_as_text_whatever_it_says(self, liu):
        row = upload(liu, b"<script>alert(1)</script>", "说明.txt")

        response = serve(row, liu, Disposition.INLINE)

        assert response["Content-Type"] == "text/plain; charset=utf-8"
        assert response["Content-Disposition"].startswith("attachment")

    def test_knows_no_file_of_others(self, liu, wang):
        row = upload(liu, make.pdf(), "图纸.pdf")

        with pytest.raises(Http404):
            serve(row, wang)

    def test_waits_for_the_scanner(self, liu, settings):
        settings.VIRUS_SCANNER = "tcp://127.0.0.1:1"
        row = upload(liu, make.pdf(), "图纸.pdf")

        with pytest.raises(problems.NotYetScanned):
            serve(row, liu)
