"""Papers are printed, reprinted, ended; printers are set; blanks are kept as a stock that adds up."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.support import documents as make
from tests.support import people
from yichuang.foundation.documents import commands, printing, problems, queries
from yichuang.foundation.documents.models import Paper, PrintedCopy
from yichuang.foundation.documents.terms import BlankState, PrintFormat, Standing
from yichuang.foundation.people import holdings
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.records.models import Record
from yichuang.foundation.work import deeds

pytestmark = pytest.mark.django_db

AT = make.AT


def print_all(*papers: Paper, by, **more) -> list[printing.PrintTask]:
    return commands.print_papers(paper_ids=[paper.pk for paper in papers], by=by, at=AT, **more)


class TestPrintPapers:
    def test_gives_one_file_for_one_key(self, clerk):
        papers = [make.make_paper(clerk, kind, rendered=True) for kind in ("受理通知书", "准予决定书")]

        (task,) = print_all(*papers, by=clerk, workstation="3号窗口")

        assert len(PdfReader(BytesIO(task.content)).pages) == 2
        assert task.paper_ids == tuple(paper.pk for paper in papers)
        assert Record.objects.get(kind="PapersPrinted")

    def test_marks_and_counts_reprints_and_asks_why(self, clerk):
        paper = make.make_paper(clerk, rendered=True)
        print_all(paper, by=clerk)

        with pytest.raises(problems.ReasonNeeded):
            print_all(paper, by=clerk)
        (task,) = print_all(paper, by=clerk, reason="申请人遗失")

        assert "补打第1次2019年10月30日10时00分王某" in "".join(make.pdf_text(task.content).split())
        paper.refresh_from_db()
        assert paper.reprints == 1
        assert list(PrintedCopy.objects.values_list("n", "reason")) == [(0, ""), (1, "申请人遗失")]

    def test_waits_for_the_rendering(self, clerk):
        paper = make.make_paper(clerk)

        with pytest.raises(problems.NotReady):
            print_all(paper, by=clerk)

    def test_follows_the_profile_of_the_workstation(self, clerk):
        slip, sheet = (make.make_paper(clerk, kind, rendered=True) for kind in ("受理通知书", "准予决定书"))
        commands.save_profile(
            workstation="3号窗口", kind=slip.kind, form=PrintFormat.SLIP, printer="热敏", by=clerk, at=AT
        )

        tasks = print_all(slip, sheet, by=clerk, workstation="3号窗口")

        assert [(task.printer, task.form) for task in tasks] == [("热敏", PrintFormat.SLIP), ("", PrintFormat.A4)]

    def test_prints_no_paper_of_other_units(self, clerk):
        paper = make.make_paper(clerk, rendered=True)
        stranger = make.make_clerk(unit="other", name="外人")

        assert print_all(paper, by=stranger) == []

    def test_needs_the_right(self, clerk):
        citizen = people.make_actor()

        with pytest.raises(NotAllowed):
            print_all(by=citizen)

    def test_many_at_once_need_another_right(self, clerk):
        volunteer = make.make_clerk(unit="xzspj", name="志愿者", staff_kind="VOLUNTEER", valid_to=date(2019, 12, 1))

        with pytest.raises(NotAllowed):
            commands.print_papers(paper_ids=list(range(21)), by=volunteer, at=AT)

    def test_prints_what_was_never_printed_for_one_key(self, clerk):
        paper = make.make_paper(clerk, rendered=True)
        assert list(queries.unprinted(paper.dossier_id)) == [paper]

        print_all(paper, by=clerk)

        assert not queries.unprinted(paper.dossier_id)


class TestProfiles:
    def test_offers_a_test_page(self, clerk):
        row = commands.save_profile(
            workstation="制证室",
            kind="licence_certificate",
            form=PrintFormat.OVERPRINT,
            x_mm=Decimal("1.5"),
            by=clerk,
            at=AT,
        )
        definition = queries.definition_of(make.make_paper(clerk, "电子证照", name="证", licence="1", fields={}))

        text = make.pdf_text(printing.test_page(definition, row, at=AT))

        assert "套打测试页" in text
        assert "x = 1.5" in text

    def test_takes_no_format_that_the_paper_lacks(self, clerk):
        paper = make.make_paper(clerk, "准予决定书", rendered=True)
        commands.save_profile(workstation="w", kind=paper.kind, form=PrintFormat.SLIP, by=clerk, at=AT)

        with pytest.raises(problems.NoSuchForm):
            print_all(paper, by=clerk, workstation="w")


class TestEndAndVerify:
    def ended(self, paper: Paper, clerk, deed_name: str, how) -> None:
        with deeds.deed(deed_name, on=paper.dossier_id, by=clerk, at=AT + timedelta(days=1)) as deed:
            how(deed, paper.pk, reason="现场与承诺不符")

    def test_tells_a_valid_paper_from_its_code_however_typed(self, clerk):
        paper = make.make_paper(clerk, "准予决定书", rendered=True)
        typed = f" {paper.verify_code[:4].lower()}-{paper.verify_code[4:]} "

        found = queries.verify(typed, at=AT)

        assert found.standing is Standing.VALID
        assert (found.name, found.number) == ("准予行政许可决定书", "武审〔2019〕准字第1号")
        assert found.sha256 == paper.file.sha256
        assert queries.same_file(typed, paper.file.sha256)
        assert not queries.same_file(typed, "0" * 64)
        assert queries.verify("ABCD", at=AT) is None

    def test_knows_expired_pending_revoked_and_void(self, clerk):
        dated = make.make_paper(clerk, "准予决定书", rendered=True, valid_until="2019-11-30")
        pending, revoked, void = (make.make_paper(clerk, "准予决定书", rendered=n > 0) for n in range(3))
        self.ended(revoked, clerk, "tell", commands.revoke_paper)
        self.ended(void, clerk, "tell", commands.void_paper)

        def standing(paper: Paper, days: int = 2) -> Standing:
            return queries.verify(paper.verify_code, at=AT + timedelta(days=days)).standing

        assert standing(dated, 31) is Standing.VALID
        assert standing(dated, 32) is Standing.EXPIRED
        assert standing(pending) is Standing.PENDING
        assert standing(revoked) is Standing.REVOKED
        assert standing(void) is Standing.VOID
        assert queries.verify(revoked.verify_code, at=AT).ended_because == "现场与承诺不符"

    def test_ends_once(self, clerk):
        paper = make.make_paper(clerk, "准予决定书", rendered=True)
        self.ended(paper, clerk, "tell", commands.revoke_paper)

        with pytest.raises(problems.AlreadyEnded):
            self.ended(paper, clerk, "tell", commands.void_paper)
        with pytest.raises(problems.NotReady):
            print_all(Paper.objects.get(), by=clerk)


class TestBlanks:
    KIND = "food_business_licence"

    @pytest.fixture
    def keeper(self, clerk):
        return make.make_clerk("hall_office", name="管理科")

    def test_make_a_stock_that_adds_up_on_every_day(self, clerk, keeper):
        unit = people.make_unit("xzspj")
        commands.receive_blanks(kind=self.KIND, first="JY0098", last="JY0107", unit_id=unit.pk, by=keeper, at=AT)
        commands.draw_blanks(
            kind=self.KIND, first="JY0098", last="JY0101", holder_id=clerk.account_id, by=keeper, at=AT
        )
        later = AT + timedelta(days=1)
        paper = make.make_paper(clerk, "准予决定书", rendered=True)
        commands.use_blank(kind=self.KIND, serial="JY0098", paper_id=paper.pk, by=clerk, at=later)
        commands.spoil_blank(kind=self.KIND, serial="JY0099", reason="卡纸", by=clerk, at=later)
        commands.return_blanks(kind=self.KIND, first="JY0101", last="JY0101", by=keeper, at=later)

        first, second = (queries.stock(self.KIND, unit.pk, on=date(2019, 10, day)) for day in (30, 31))

        assert (first.received, first.drawn, first.used, first.spoiled, first.left) == (10, 4, 0, 0, 10)
        assert (second.received, second.drawn, second.used, second.spoiled, second.left) == (10, 1, 1, 1, 8)
        assert second.in_stock == 7
        assert [blank.serial for blank in queries.blanks_held_by(clerk.account_id)] == ["JY0100"]
        assert paper.blank.state == BlankState.USED

    def test_go_to_the_successor_of_who_leaves(self, clerk, keeper):
        unit, other = people.make_unit("xzspj"), make.make_clerk(name="李某")
        commands.receive_blanks(kind=self.KIND, first="JY1", last="JY2", unit_id=unit.pk, by=keeper, at=AT)
        commands.draw_blanks(kind=self.KIND, first="JY1", last="JY2", holder_id=clerk.account_id, by=keeper, at=AT)
        held = holdings.held_by(clerk.account_id)["blanks"]

        moving = {"giver_id": clerk.account_id, "taker_id": other.account_id, "reason": "调离", "by": keeper, "at": AT}
        holdings.HOLDINGS["blanks"].move([thing.key for thing in held], **moving)

        assert "blanks" not in holdings.held_by(clerk.account_id)
        assert [thing.label for thing in holdings.held_by(other.account_id)["blanks"]] == [
            "food_business_licence JY1",
            "food_business_licence JY2",
        ]

    def test_come_in_once(self, keeper):
        unit = people.make_unit("xzspj")
        taking = {"kind": self.KIND, "first": "JY1", "last": "JY3", "unit_id": unit.pk, "by": keeper, "at": AT}
        commands.receive_blanks(**taking)

        with pytest.raises(problems.SerialsWrong):
            commands.receive_blanks(**taking)

    def test_are_used_by_who_drew_them(self, clerk, keeper):
        unit = people.make_unit("xzspj")
        commands.receive_blanks(kind=self.KIND, first="JY1", last="JY2", unit_id=unit.pk, by=keeper, at=AT)
        paper = make.make_paper(clerk, "准予决定书", rendered=True)

        with pytest.raises(problems.BlankNotThere):
            commands.use_blank(kind=self.KIND, serial="JY1", paper_id=paper.pk, by=clerk, at=AT)

    @pytest.mark.parametrize(
        ("first", "last"), [("A1", "B2"), ("A01", "A1"), ("A9", "A1"), ("A", "B"), ("A00000", "A99999")]
    )
    def test_have_numbers_that_make_a_series(self, first, last):
        with pytest.raises(problems.SerialsWrong):
            commands.series(first, last)
