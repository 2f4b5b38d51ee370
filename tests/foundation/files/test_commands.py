"""Files are taken in, hung on things, scanned, held, erased; each deed is recorded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db.models import Q

from tests.support import files as make
from yichuang.foundation.files import checks, commands, problems, queries, scopes
from yichuang.foundation.files.models import StoredFile
from yichuang.foundation.files.stores import FolderStore, store
from yichuang.foundation.files.terms import VirusState
from yichuang.foundation.people.actors import PUBLIC, SYSTEM, Actor, NotAllowed
from yichuang.foundation.records import realtime
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.models import Record
from yichuang.kernel.errors import Unavailable

pytestmark = pytest.mark.django_db

AT = datetime(2019, 9, 27, 1, 30, tzinfo=UTC)  # Friday


def upload(by: Actor, content: bytes | None = None, name: str = "营业执照.pdf", at: datetime = AT) -> StoredFile:
    return commands.store_upload(content=BytesIO(content or make.pdf()), name=name, by=by, at=at)


def attach(row: StoredFile, purpose: str = "tests.material") -> None:
    with deed("attach", stream="system/2019-09-27", by=SYSTEM.by, at=AT) as pen:
        commands.attach(pen, [row.pk], purpose=purpose)


class TestStoreUpload:
    def test_keeps_the_file_and_tells(self, liu):
        row = upload(liu, make.pdf(2), "C:\\扫描\\图纸.pdf")

        assert (row.name, row.kind, row.pages, row.purpose) == ("图纸.pdf", "pdf", 2, "upload")
        assert store().has(row.sha256)
        assert Record.objects.get().kind == "FileStored"
        assert "图纸" not in Record.objects.get().payload

    def test_keeps_equal_contents_once(self, liu, wang, folder):
        first, second = upload(liu), upload(wang)

        assert first.sha256 == second.sha256
        assert len(list(FolderStore(folder).lying())) == 1

    def test_makes_a_small_upright_picture_without_the_camera_notes(self, liu):
        turned = make.picture("JPEG", (1200, 800), exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03"
                              b"\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")  # fmt: skip

        row = upload(liu, turned, "门头.jpg")

        with store().open(row.preview_sha256) as small, make.Image.open(small) as image:
            assert image.size == (320, 480)
            assert not image.getexif()

    def test_keeps_nothing_that_is_refused(self, liu, folder):
        with pytest.raises(problems.Broken):
            upload(liu, b"%PDF-1.7 broken")

        assert StoredFile.objects.count() == 0
        assert list(FolderStore(folder).lying()) == []


class TestVirusScanner:
    def test_keeps_infected_files_out(self, liu, settings):
        with make.fake_clamd() as settings.VIRUS_SCANNER, pytest.raises(problems.Infected) as caught:
            upload(liu, make.EICAR, "说明.txt")

        assert "Eicar-Signature" in caught.value.message
        assert StoredFile.objects.count() == 0

    def test_lets_clean_files_in(self, liu, settings):
        with make.fake_clamd() as settings.VIRUS_SCANNER:
            row = upload(liu)

        assert row.virus_state == VirusState.CLEAN

    def test_leaves_files_waiting_while_the_scanner_sleeps(self, liu, settings):
        settings.VIRUS_SCANNER = "tcp://127.0.0.1:1"
        row = upload(liu, make.EICAR, "说明.txt")
        assert row.virus_state == VirusState.WAITING
        with pytest.raises(Unavailable):
            commands.scan_waiting(at=AT)

        with make.fake_clamd() as settings.VIRUS_SCANNER:
            assert commands.scan_waiting(at=AT) == 1
            assert commands.scan_waiting(at=AT) == 0

        row.refresh_from_db()
        assert row.virus_state == VirusState.INFECTED

    def test_takes_no_odd_answer_for_a_clean_one(self, liu, settings):
        with make.fake_clamd("stream: INSTREAM size limit exceeded. ERROR") as settings.VIRUS_SCANNER:
            assert upload(liu).virus_state == VirusState.WAITING


class TestWhoReads:
    def test_an_upload_is_read_by_its_uploader_alone(self, liu, wang):
        row = upload(liu)

        assert queries.file_for(liu, row.pk) == row
        assert list(queries.files_for(liu)) == [row]
        assert queries.file_for(wang, row.pk) is None
        assert queries.file_for(PUBLIC, row.pk) is None
        assert queries.own_upload(wang, row.pk) is None

    def test_what_hangs_on_something_is_read_by_those_who_see_that(self, liu, wang, monkeypatch):
        monkeypatch.setattr(scopes, "_scopes", dict(scopes._scopes))
        row, other = upload(liu), upload(liu, make.pdf(2))
        scopes.register_file_scope(
            "tests.material", lambda actor: Q(pk=row.pk) if actor.account_id == wang.account_id else Q(pk__in=[])
        )

        attach(row)

        assert list(queries.files_for(wang)) == [row]
        assert list(queries.files_for(liu)) == [other]
        assert queries.own_upload(liu, row.pk) is None


class TestErase:
    def test_gives_up_an_own_upload(self, liu, wang):
        row = upload(liu)

        with pytest.raises(problems.StillUsed):
            commands.erase_upload(file_id=row.pk, by=wang, at=AT)
        commands.erase_upload(file_id=row.pk, by=liu, at=AT)

        assert queries.file_for(liu, row.pk) is None
        assert Record.objects.filter(kind="FileErased").count() == 1

    def test_leaves_alone_what_hangs_on_something(self, liu):
        row = upload(liu)
        attach(row)

        with pytest.raises(problems.StillUsed):
            commands.erase_upload(file_id=row.pk, by=liu, at=AT)

    def test_is_refused_under_a_legal_hold(self, liu):
        row = upload(liu)
        commands.hold(file_id=row.pk, reason="行政复议", by=SYSTEM, at=AT)

        with pytest.raises(problems.UnderHold):
            commands.erase_upload(file_id=row.pk, by=liu, at=AT)
        assert commands.erase_unused(at=AT + timedelta(days=200)) == 0
        commands.release(file_id=row.pk, reason="复议终结", by=SYSTEM, at=AT)
        commands.erase_upload(file_id=row.pk, by=liu, at=AT)

    def test_holding_needs_the_right(self, liu):
        row = upload(liu)

        with pytest.raises(NotAllowed):
            commands.hold(file_id=row.pk, reason="", by=liu, at=AT)

    def test_takes_drafts_that_nobody_used_for_ninety_days(self, liu):
        upload(liu)
        used = upload(liu, make.pdf(2))
        attach(used)

        assert commands.erase_unused(at=AT + timedelta(days=90)) == 0
        assert commands.erase_unused(at=AT + timedelta(days=91)) == 1
        assert commands.erase_unused(at=AT + timedelta(days=91)) == 0


class TestSweep:
    def test_removes_only_old_contents_that_no_row_names(self, liu, wang):
        shared, single = upload(liu), upload(liu, make.pdf(2))
        upload(wang)
        for row in (shared, single):
            commands.erase_upload(file_id=row.pk, by=liu, at=AT)

        assert commands.sweep(now=realtime.now()) == 0
        assert commands.sweep(now=realtime.now() + timedelta(days=2)) == 1
        assert store().has(shared.sha256)
        assert not store().has(single.sha256)


class TestChecks:
    def test_all_is_well_in_a_new_folder(self, settings):
        with make.fake_clamd() as settings.VIRUS_SCANNER:
            assert [check.is_well for check in checks.checks()] == [True, True, True]

    def test_names_a_folder_that_cannot_be_written(self, settings, tmp_path):
        settings.FILES = tmp_path / "file"
        settings.FILES.write_text("no folder")

        assert not checks.can_write().is_well

    def test_finds_contents_that_changed_or_went(self, liu, folder):
        changed, gone, whole = upload(liu), upload(liu, make.pdf(2)), upload(liu, make.pdf(3))
        place = FolderStore(folder).place
        place(changed.sha256).write_bytes(b"other")
        place(gone.sha256).unlink()

        assert list(checks.damaged()) == [changed, gone]
        assert whole not in checks.damaged()
