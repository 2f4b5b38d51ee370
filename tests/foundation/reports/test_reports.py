"""Reports: filled from records, checked by another, published with their rows; the same words on page, Word and PDF."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import docx
import pypdf
import pytest
from django.utils import translation

from tests.support.definitions import publish
from tests.support.people import WEDNESDAY, make_actor
from tests.support.registers import published
from tests.support.reports import TEMPLATE, prepare
from yichuang.config.arguments import parser
from yichuang.config.commands import report as command
from yichuang.foundation.definitions.problems import DefinitionsFaulty
from yichuang.foundation.figures.models import Snapshot
from yichuang.foundation.people.actors import NotAllowed
from yichuang.foundation.registers import commands as registers
from yichuang.foundation.reports import commands, problems, queries
from yichuang.foundation.reports.models import Report, Told
from yichuang.foundation.reports.pdf import set_report
from yichuang.foundation.reports.terms import ReportState, SpanKind
from yichuang.foundation.reports.word import write_word

DAY = date(2019, 10, 30)
SENTENCE = (
    "截至2019年10月30日，共1余笔协议，授信2.34亿元，合234000000元；受理破产案件（无记录）。统计到2019年10月30日。"
)


@pytest.fixture
def desk(db, monkeypatch):
    monkeypatch.setattr("yichuang.foundation.records.clock.business_now", lambda: WEDNESDAY)
    prepare()
    heads = make_actor("dept_head", "zjj"), make_actor("dept_head", "zjj")
    return published(by=heads[0], checker=heads[1], at=WEDNESDAY, is_first=True), heads


@pytest.fixture
def office(desk):
    return make_actor("office", "office"), make_actor("office", "office")


def draft(by, kind=SpanKind.DAY, day=DAY) -> Report:
    return commands.draft_report(template="trial", kind=kind, day=day, by=by, at=WEDNESDAY)


def words(content) -> str:
    return "".join(run["text"] for block in content["blocks"] if block["kind"] == "text" for run in block["runs"])


class TestWords:
    def test_stand_as_the_office_writes_them_and_never_guess(self, office):
        content = draft(office[0]).read()

        assert words(content) == SENTENCE
        told = {each["id"]: each for each in content["figures"]}
        assert told["trial.later"]["value"] is None and "破产案件" in told["trial.later"]["reason"]
        assert told["trial.credit"]["told"]["value"] == 2.34 and told["trial.credit"]["told"]["id"] == "F80"

    def test_are_chinese_whatever_language_the_page_speaks(self, office):
        with translation.override("en"):
            content = draft(office[0]).read()

        told = {each["id"]: each for each in content["figures"]}
        assert told["trial.later"]["reason"] == "相应业务模块尚未建设，没有可数的记录：破产案件"
        assert told["trial.later"]["told"]["reason"] == told["trial.later"]["reason"]
        assert told["trial.credit"]["kind"] == "合计"

    def test_a_file_that_names_no_figure_is_refused(self, db):
        with pytest.raises(DefinitionsFaulty, match=r"没有指标「trial\.nothing」"):
            publish(("report", TEMPLATE[1] | {"body": [{"text": "共{trial.nothing}。"}]}))
        with pytest.raises(DefinitionsFaulty, match="括号没有配成指标"):
            publish(("report", TEMPLATE[1] | {"body": [{"text": "共{trial nothing。"}]}))


class TestLife:
    def test_is_checked_by_another_and_published_with_its_rows(self, desk, office):
        entry, heads = desk
        first, second = office
        report = draft(first)
        with pytest.raises(problems.OwnDraft):
            commands.check_report(report_id=report.pk, by=first, at=WEDNESDAY)
        with pytest.raises(problems.WrongState):
            commands.publish_report(report_id=report.pk, by=first, at=WEDNESDAY)
        with pytest.raises(NotAllowed):
            commands.check_report(report_id=report.pk, by=heads[0], at=WEDNESDAY)
        commands.check_report(report_id=report.pk, by=second, at=WEDNESDAY)
        with pytest.raises(problems.ReasonMissing):
            commands.send_back_report(report_id=report.pk, reason=" ", by=second, at=WEDNESDAY)

        report = commands.publish_report(report_id=report.pk, by=first, at=WEDNESDAY)

        assert report.state == ReportState.PUBLISHED
        told = {row.figure: row.snapshot for row in Told.objects.select_related("snapshot")}
        assert (told["trial.credit"].value, told["trial.credit"].rows) == ("2.34", 1)
        assert told["trial.credit"].known_at == report.known_at
        assert Snapshot.objects.count() == 7
        assert queries.since_published(report) == []

        registers.change_entry(
            entry_id=entry.pk, values={"credit": Decimal("3.50")}, by=heads[0], at=WEDNESDAY, since=date(2019, 9, 2)
        )
        registers.check_entries(register="loans", entry_ids=[entry.pk], by=heads[1], at=WEDNESDAY)
        registers.publish_entries(register="loans", entry_ids=[entry.pk], by=heads[1], at=WEDNESDAY)

        moved = {each.id: each for each in queries.since_published(report)}
        assert (moved["trial.credit"].then, moved["trial.credit"].now) == ("2.34亿元", "3.50亿元")
        assert words(Report.objects.get(pk=report.pk).read()) == SENTENCE
        second_report = draft(first)
        against = {each.id: each.difference for each in queries.against_last(second_report)}
        assert (against["trial.credit"], against["trial.loans"]) == ("+1.16亿元", "持平")

    def test_refreshing_counts_again_and_the_one_who_did_does_not_check(self, desk, office):
        first, second = office
        report = draft(first)
        published(by=desk[1][0], checker=desk[1][1], at=WEDNESDAY, bank="乙银行", credit=Decimal(1))

        report = commands.refresh_report(report_id=report.pk, by=second, at=WEDNESDAY)

        assert "授信3.34亿元" in words(report.read())
        with pytest.raises(problems.OwnDraft):
            commands.check_report(report_id=report.pk, by=second, at=WEDNESDAY)

    def test_a_month_stands_beside_the_one_before_and_days_ahead_are_refused(self, office):
        content = draft(office[0], SpanKind.MONTH, date(2019, 10, 2)).read()
        assert (content["span"], content["as_of"], content["before"]) == ("2019年10月", "2019-10-30", "2019-09-30")
        year = draft(office[0], SpanKind.YEAR).read()
        told = {each["id"]: each for each in year["figures"]}
        assert (year["before"], told["trial.loans"]["before"]) == ("2018-12-31", "")
        with pytest.raises(problems.AheadOfTime):
            draft(office[0], SpanKind.MONTH, date(2019, 11, 1))
        with pytest.raises(problems.NoTemplate):
            commands.draft_report(template="other", kind=SpanKind.DAY, day=DAY, by=office[0], at=WEDNESDAY)


class TestFiles:
    def test_word_has_one_run_a_figure_and_no_separators(self, office):
        content = draft(office[0]).read()

        book = docx.Document(io.BytesIO(write_word(content)))

        runs = [run.text for paragraph in book.paragraphs for run in paragraph.runs]
        assert {"1余笔", "2.34亿元", "234000000元", "（无记录）"} <= set(runs)
        cells = [[cell.text for cell in row.cells] for table in book.tables for row in table.rows]
        assert ["授信额", "2.34亿元"] in cells and ["编号", "指标", "数值", "口径"] in cells
        assert len(book.inline_shapes) == 1
        whole = "".join(runs) + str(cells)
        assert "{" not in whole and "," not in "".join(each for each in runs if each[:1].isdigit())

    def test_pdf_says_the_same(self, office):
        content = draft(office[0]).read()

        pages = pypdf.PdfReader(io.BytesIO(set_report(content, at=WEDNESDAY))).pages

        text = "".join(page.extract_text() for page in pages).replace("\n", "")
        assert "授信情况报告" in text and "授信2.34亿元，合234000000元" in text and "附件" in text

    def test_the_command_writes_all_four(self, desk, tmp_path, capsys):
        words = ["report", "--as-of", "2019-10-30", "--template", "trial", "--out", str(tmp_path / "out")]

        assert command.run(parser().parse_args(words)) == 0

        assert "无记录 1 个" in capsys.readouterr().out
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
            "figures.json", "report.docx", "report.html", "report.pdf",
        ]  # fmt: skip
        page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
        assert 'href="http://127.0.0.1:8000/figures/trial.credit?as_of=2019-10-30#rows">2.34亿元</a>' in page
        figures = json.loads((tmp_path / "out" / "figures.json").read_text(encoding="utf-8"))
        assert {each["id"]: each["value"] for each in figures}["F80"] == 2.34
        assert command.run(parser().parse_args([*words[:1], "--month", "2019-10", *words[3:]])) == 0
