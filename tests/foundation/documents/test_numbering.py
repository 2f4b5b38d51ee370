"""Papers are numbered in the deed: by template, without gap, with facts frozen; rendering is left to a job."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support import documents as make
from tests.support import people
from yichuang.foundation.documents import facts, numbering, sheets
from yichuang.foundation.documents.models import Paper, PaperCounter
from yichuang.foundation.documents.rendering import sheet_of
from yichuang.foundation.documents.terms import PaperState
from yichuang.foundation.jobs.models import Job
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records.models import Record
from yichuang.foundation.work import deeds
from yichuang.foundation.work.terms import ScopeKind

pytestmark = pytest.mark.django_db

TOLD = {"applicant": {"name": "武汉示例置业有限公司"}, "item": "建筑工程施工许可"}


class TestWritePaper:
    def test_numbers_by_template_one_after_the_other(self, clerk):
        dossier = make.make_dossier(clerk)

        first, second = (make.owe(dossier, "受理通知书", TOLD, by=clerk) for _ in range(2))
        other = make.owe(dossier, "撤回确认", TOLD, by=clerk)

        assert (first.number, second.number) == ("武审〔2019〕受字第1号", "武审〔2019〕受字第2号")
        assert other.number == "武审〔2019〕回字第1号"
        assert first.state == PaperState.DUE
        assert str(first) == "受理通知书 武审〔2019〕受字第1号"

    def test_begins_anew_with_the_year(self, clerk):
        dossier = make.make_dossier(clerk)
        make.owe(dossier, "受理通知书", TOLD, by=clerk)

        later = make.owe(dossier, "受理通知书", TOLD, by=clerk, at=make.AT + timedelta(days=90))

        assert later.number == "武审〔2020〕受字第1号"

    def test_is_called_by_a_move_of_the_lifecycle(self, clerk):
        dossier = make.make_dossier(clerk)

        with deeds.deed("close", on=dossier.pk, by=clerk, at=make.AT) as deed:
            deed.paper_facts("受理通知书", TOLD)

        paper = Paper.objects.get()
        assert deed.papers == [paper]
        assert Job.objects.get(kind="documents.render").key == str(paper.pk)

    def test_takes_no_number_when_the_deed_fails(self, clerk):
        dossier = make.make_dossier(clerk)

        with pytest.raises(ZeroDivisionError), deeds.deed("tell", on=dossier.pk, by=clerk, at=make.AT) as deed:
            deed.owe_paper("受理通知书", TOLD)
            1 / 0  # noqa: B018

        assert not PaperCounter.objects.exists()
        assert not Job.objects.filter(kind="documents.render").exists()

    def test_says_what_it_was_not_told(self, clerk):
        with pytest.raises(sheets.PaperIncomplete) as caught:
            make.owe(make.make_dossier(clerk), "不予受理决定书", TOLD | {"basis": "第三十二条"}, by=clerk)

        assert caught.value.missing == ("理由",)
        assert "请补全" in caught.value.message

    def test_knows_no_paper_by_a_wrong_name(self, clerk):
        with pytest.raises(numbering.NoSuchPaper):
            make.owe(make.make_dossier(clerk), "放行条", {}, by=clerk)

    def test_freezes_what_was_true(self, clerk):
        paper = make.make_paper(clerk)
        before = sheet_of(paper).text

        paper.unit.name, paper.dossier.title = "改名后的局", "改名"
        paper.unit.save()
        paper.dossier.save()

        assert sheet_of(Paper.objects.get()).text == before

    def test_keeps_names_of_people_out_of_the_record(self, clerk):
        make.make_paper(clerk, applicant={"name": "刘女士"})

        assert not Record.objects.filter(payload__contains="刘女士").exists()
        assert Record.objects.get(kind="PaperNumbered")

    def test_gives_codes_that_nobody_guesses(self, clerk):
        codes = {make.make_paper(clerk).verify_code for _ in range(5)}

        assert len(codes) == 5
        assert all(len(code) == 20 for code in codes)

    def test_takes_rows_in_short(self, clerk):
        rows = [["平面图", "未提交", "提交一份"]]
        paper = make.make_paper(clerk, "一次性告知书", rows=rows)
        receipt = make.make_paper(clerk, "材料接收凭证", materials=["申请书", "营业执照"])

        assert ("1", "平面图", "未提交", "提交一份", "") in sheet_of(paper).parts[1].rows
        assert [row[1] for row in sheet_of(receipt).parts[1].rows] == ["申请书", "营业执照"]

    def test_lists_the_decisions_that_a_delivery_hands_over(self, clerk):
        dossier = make.make_dossier(clerk)
        make.owe(dossier, "受理通知书", TOLD, by=clerk)
        make.owe(dossier, "准予决定书", TOLD, by=clerk)

        paper = make.owe(dossier, "送达回证", TOLD | {"kind": "窗口领取"}, by=clerk)

        (table,) = [part for part in sheet_of(paper).parts if part.kind == "table"]
        assert [row[1:3] for row in table.rows] == [("准予行政许可决定书", "武审〔2019〕准字第1号")]

    def test_makes_a_certificate_that_is_checked_by_the_code_of_the_licence(self, clerk):
        paper = make.make_paper(
            clerk,
            "电子证照",
            name="食品经营许可证",
            licence="武食经许〔2019〕0001号",
            code="ABCD2345EFGH6789",
            fields={"经营场所": "武昌区示例路1号"},
            valid_until="2024-10-29",
        )

        sheet = sheet_of(paper)
        assert (sheet.title, paper.name, paper.verify_code) == ("食品经营许可证", "食品经营许可证", "ABCD2345EFGH6789")
        assert sheet.qr_content == "https://office.example/verify/ABCD2345EFGH6789"
        assert "经营场所：武昌区示例路1号" in sheet.text
        assert paper.valid_until.isoformat() == "2024-10-29"


class TestFacts:
    def test_take_the_party_of_the_dossier_for_the_applicant(self, clerk):
        dossier = make.make_dossier(clerk)
        with deeds.deed("tell", on=dossier.pk, by=clerk, at=make.AT) as deed:
            deed.see(ScopeKind.PARTY, people.make_party("刘某").pk)
            paper = deed.owe_paper("受理通知书", {})

        assert sheet_of(paper).addressee == "刘某："
        assert "建筑工程施工许可" in sheet_of(paper).text

    def test_lets_the_domain_speak_for_its_dossiers(self, clerk, monkeypatch):
        monkeypatch.setattr(facts, "_sources", {})
        facts.register_facts(make.KIND, lambda dossier: {"applicant": {"name": "刘女士"}, "item": dossier.title})

        paper = make.owe(make.make_dossier(clerk), "受理通知书", {"item": "食品经营许可"}, by=clerk)

        assert sheet_of(paper).addressee == "刘女士："
        assert "食品经营许可" in sheet_of(paper).text

    def test_gives_days_and_remedies_from_dated_rules(self, clerk):
        paper = make.make_paper(clerk, "不予决定书", reason="距离不足。", basis="食品经营许可管理办法 第十一条")

        text = sheet_of(paper).text
        assert "60日内向武汉市武昌区人民政府申请行政复议" in text
        assert "6个月内依法向武汉市武昌区人民法院提起行政诉讼" in text
        assert "经办人：王某（工号 W003）" in text
        assert local_day(paper.issued_at).isoformat() == "2019-10-30"
