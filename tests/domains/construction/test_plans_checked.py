"""Multi-plan check, permits found outside, and the exchange package."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from pyproj import Transformer
from shapely.geometry import shape
from shapely.ops import transform

from tests.support.construction import (
    ACCEPTED,
    CODE,
    RECEIVED,
    accepted,
    agree,
    child,
    developer,
    firm,
    opened,
    square,
    stage,
    through,
    who,
)
from tests.support.engine import china
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.rules import Brought
from yichuang.domains.cases.terms import HoldKind
from yichuang.domains.construction import commands, queries
from yichuang.domains.construction.commands import refusals
from yichuang.domains.construction.commands.exporting import CountsDiffer
from yichuang.domains.construction.models import OutsidePermit, PlanCheck, Project
from yichuang.domains.construction.queries import package
from yichuang.domains.construction.rules import geometry
from yichuang.domains.construction.terms import EarlyVerdict, LayerKind
from yichuang.domains.licences import commands as library
from yichuang.foundation.jobs import runner
from yichuang.foundation.people.actors import SYSTEM, NotAllowed
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.models import Record
from yichuang.foundation.work.models import Share

RED_LINE = square(114.310, 30.540, 114.312, 30.542)
BOW_TIE = '{"type":"Polygon","coordinates":[[[114,30],[114.1,30.1],[114.1,30],[114,30.1],[114,30]]]}'
WHOLE = geometry.area_m2(geometry.read_polygon(RED_LINE))


class TestGeometry:
    def test_areas_on_the_ellipsoid_agree_with_the_projection_of_the_place(self):
        polygon = geometry.read_polygon(RED_LINE)
        projected = transform(Transformer.from_crs(4490, 4547, always_xy=True).transform, polygon)

        assert geometry.area_m2(polygon) == pytest.approx(projected.area, rel=3e-5)
        assert 42_000 < geometry.area_m2(polygon) < 43_000

    def test_overlap_and_what_only_touches(self):
        red_line = geometry.read_polygon(RED_LINE)
        half = geometry.read_polygon(square(114.311, 30.540, 114.320, 30.542))
        beside = geometry.read_polygon(square(114.312, 30.540, 114.320, 30.542))
        far = geometry.read_polygon(square(115.0, 31.0, 115.1, 31.1))

        [found] = geometry.overlaps(red_line, [far, half, beside])

        assert found.layer == 1
        assert found.area_m2 == pytest.approx(geometry.area_m2(red_line) / 2, rel=1e-4)

    def test_a_sliver_under_a_square_metre_is_none(self):
        red_line = geometry.read_polygon(RED_LINE)
        sliver = geometry.read_polygon(square(114.311999999, 30.540, 114.320, 30.542))

        assert shape(json.loads(RED_LINE)).intersection(sliver).area > 0
        assert geometry.overlaps(red_line, [sliver]) == ()

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ('{"type": "Polygon"', "第1行"),
            ('{"type": "Point", "coordinates": [114, 30]}', "Point"),
            (square(30.54, 114.31, 30.55, 114.32), "第1圈第1点.*不在我国范围内"),
            ('{"type":"Polygon","coordinates":[[[114,30],[114.1,30],[114.1,30.1],[114.2,30.2]]]}', "没有闭合"),
            (
                BOW_TIE,
                "自相交，位置 .114.05, 30.05",
            ),
            ('{"type":"Polygon","coordinates":[[[114,30],[114.1,"x"],[114.1,30],[114,30]]]}', "第2点不是坐标"),
            ('{"type":"Polygon","coordinates":[]}', "没有坐标"),
            ('{"type":"FeatureCollection","features":[]}', "文件里有0个"),
            ('{"type":"Polygon","crs":{"properties":{"name":"EPSG:3857"}},"coordinates":[]}', "EPSG:3857"),
        ],
    )
    def test_says_what_is_wrong_and_where(self, text, says):
        with pytest.raises(geometry.PolygonInvalid, match=says):
            geometry.read_polygon(text)


def layer(kind: LayerKind, unit: str, box: str, name: str = ""):
    return commands.put_layer(
        kind=kind,
        name=name or str(kind.label),
        unit_id=Unit.objects.get(code=unit).pk,
        source="示范数据",
        geojson=box,
        valid_from=date(2019, 1, 1),
        by=who("zrzy_handler"),
        at=RECEIVED,
        is_synthetic=True,
    )


@pytest.fixture
def project(papers) -> Project:
    project = opened()
    layer(LayerKind.HERITAGE, "wlj", square(114.3115, 30.5415, 114.320, 30.550))
    layer(LayerKind.WATER, "swj", square(115.0, 31.0, 115.1, 31.1))
    return commands.draw_red_line(project_id=project.pk, geojson=RED_LINE, by=developer(), at=RECEIVED)


@pytest.mark.django_db
class TestMultiPlanCheck:
    def checked(self, project: Project) -> PlanCheck:
        return commands.check_plans(project_id=project.pk, by=who("zrzy_handler"), at=RECEIVED)

    def test_lists_each_conflict_with_its_area(self, project):
        check = self.checked(project)

        [conflict] = check.conflicts.all()
        assert conflict.layer.kind == LayerKind.HERITAGE
        assert float(conflict.area_m2) == pytest.approx(
            geometry.area_m2(geometry.read_polygon(RED_LINE)) / 16, rel=1e-3
        )
        assert (check.n, check.layers, check.area_m2) == (1, 2, project.red_line_area_m2)

    def test_needs_a_red_line(self, papers):
        with pytest.raises(refusals.RedLineMissing):
            self.checked(opened())

    def test_is_not_for_the_developer(self, project):
        with pytest.raises(NotAllowed):
            commands.check_plans(project_id=project.pk, by=developer(), at=RECEIVED)

    def test_early_opinions_run_for_five_working_days_and_silence_agrees(self, project):
        check = self.checked(project)
        others = [Unit.objects.get(code="sthj").pk]

        until = commands.ask_early_opinions(check_id=check.pk, unit_ids=others, by=who("zrzy_handler"), at=RECEIVED)

        assert until == china("2019-10-14 17:00")  # 10-12 is a working Saturday
        assert sorted(queries.early_shares(check).values_list("unit__code", flat=True)) == ["sthj", "wlj"]
        with pytest.raises(refusals.OpinionsRunning):
            commands.conclude_check(check_id=check.pk, conditions="", by=who("zrzy_handler"), at=RECEIVED)
        later = china("2019-10-14 17:01")
        runner.run_due(at=later)
        check = commands.conclude_check(
            check_id=check.pk, conditions="开工前勘探", by=who("zrzy_handler", later), at=later
        )
        assert set(queries.early_shares(check).values_list("state", "outcome")) == {("silent", "agreed")}
        assert check.state == "AGREED"
        assert queries.project_facts(project)["plans_agreed"] is True

    def test_an_objection_is_a_conflict(self, project):
        check = self.checked(project)
        commands.ask_early_opinions(check_id=check.pk, unit_ids=[], by=who("zrzy_handler"), at=RECEIVED)
        share = Share.objects.get(dossier=project.dossier, unit__code="wlj")
        with pytest.raises(refusals.OpinionMissing):
            commands.give_early_opinion(
                share_id=share.pk, verdict=EarlyVerdict.OBJECT, opinion="", by=who("wlj_handler"), at=RECEIVED
            )
        commands.give_early_opinion(
            share_id=share.pk, verdict=EarlyVerdict.OBJECT, opinion="在保护范围内", by=who("wlj_handler"), at=RECEIVED
        )

        check = commands.conclude_check(check_id=check.pk, conditions="", by=who("zrzy_handler"), at=RECEIVED)

        assert check.state == "CONFLICTED"
        assert queries.project_facts(project) | {"plans_agreed": False, "plan_conflicts": 1} == queries.project_facts(
            project
        )
        with pytest.raises(refusals.CheckConcluded):
            commands.conclude_check(check_id=check.pk, conditions="", by=who("zrzy_handler"), at=RECEIVED)

    def test_its_result_is_a_fact_of_the_first_stage(self, project):
        check = self.checked(project)
        commands.ask_early_opinions(check_id=check.pk, unit_ids=[], by=who("zrzy_handler"), at=RECEIVED)
        later = china("2019-10-15 09:00")
        commands.conclude_check(check_id=check.pk, conditions="", by=who("zrzy_handler", later), at=later)

        case = stage(1, {}, later)

        facts = case.dossier.read("facts")
        assert (facts["plans_agreed"], facts["plan_conflicts"], facts["land_area_m2"]) == (True, 1, 12000)

    def test_a_new_layer_ends_the_old_one(self, project):
        layer(LayerKind.HERITAGE, "wlj", square(115.0, 31.0, 115.1, 31.1))

        assert list(queries.layers(RECEIVED.date()).filter(kind="HERITAGE").values_list("valid_to", flat=True)) == [
            None
        ]


@pytest.mark.django_db
class TestOutsidePermits:
    def entered(self, kind: str, at, **more) -> None:
        library.enter_outside(
            licence_type=kind,
            number="武施纸〔2019〕7号",
            holder_id=firm().pk,
            unit_id=Unit.objects.get(code="zjj").pk,
            fields={},
            by=SYSTEM,
            at=at,
            project_code=CODE,
            **more,
        )
        records.deliver(at=at)

    def test_a_paper_permit_that_appears_in_the_register_is_an_alarm(self, papers):
        opened()

        self.entered("construction_permit", ACCEPTED)

        alarm = OutsidePermit.objects.get()
        assert (alarm.name, alarm.number, alarm.unit.code) == ("建筑工程施工许可证", "武施纸〔2019〕7号", "zjj")
        assert Record.objects.filter(kind="PermitOutsideFound", stream=f"dossier/{alarm.project_id}").count() == 1
        assert list(queries.alarms(who("office"))) == [alarm]
        records.deliver(at=ACCEPTED)
        assert OutsidePermit.objects.count() == 1

    def test_what_was_there_before_the_project_was_registered_is_none(self, papers):
        opened()

        self.entered("works_permit", ACCEPTED, valid_from=date(2019, 9, 1))

        assert not OutsidePermit.objects.exists()

    def test_what_our_own_case_issued_is_none(self, site):
        case = accepted()
        through(child(case, "civil_defence"), "rfb", china("2019-10-11 10:00"))
        records.deliver(at=china("2019-10-11 10:00"))

        assert not OutsidePermit.objects.exists()

    def test_is_registered_by_hand_once_and_answered_by_the_office(self, papers):
        project = opened()
        told = {
            "project_id": project.pk,
            "name": "建筑工程施工许可证",
            "number": "旧字7号",
            "unit_id": None,
            "issued_on": date(2019, 10, 8),
            "found_how": "现场检查",
        }
        alarm = commands.register_outside_permit(**told, by=who("zjj_handler"), at=RECEIVED)
        with pytest.raises(refusals.PermitKnown):
            commands.register_outside_permit(**told, by=who("office"), at=RECEIVED)
        with pytest.raises(NotAllowed):
            commands.register_outside_permit(**told | {"number": "8"}, by=who("rfb_handler"), at=RECEIVED)

        commands.answer_outside_permit(
            alarm_id=alarm.pk, confirmed=True, answer="未通过系统审批", by=who("office"), at=RECEIVED
        )

        alarm.refresh_from_db()
        assert alarm.state == "CONFIRMED"
        assert not queries.alarms(who("office")).exists()


def tables(content: bytes) -> dict[str, list[dict[str, str]]]:
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {
        name[:-4]: list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
        for name in archive.namelist()
        if name.startswith("SPGL_") and "/" not in name
    }


@pytest.mark.django_db
class TestPackage:
    @pytest.fixture
    def done(self, site):
        """A stage with a correction before it and a special procedure inside, concluded."""
        case = stage()
        share = case.dossier.shares.get(unit__code="rfb")
        row = commands.WantedRow("", "缺人防专业图", "", "drawings")
        commands.give_precheck(share_id=share.pk, rows=[row], by=who("rfb_handler"), at=RECEIVED)
        agree(case, RECEIVED)
        commands.merge_precheck(case_id=case.pk, by=who("zjj_handler"), at=RECEIVED)
        cases.hand_in_correction(
            case_id=case.pk, brought={"drawings": Brought()}, answers={}, by=developer(ACCEPTED), at=ACCEPTED
        )
        agree(case, ACCEPTED)
        commands.merge_precheck(case_id=case.pk, by=who("zjj_handler", ACCEPTED), at=ACCEPTED)
        defence, at = child(case, "civil_defence"), china("2019-10-10 10:00")
        cases.begin_case(case_id=defence.pk, by=who("rfb_handler", at), at=at)
        hold_ = cases.ask_hold(
            case_id=defence.pk,
            kind=HoldKind.SPECIAL,
            ground="专家评审",
            reason="防护等级",
            expected_days=5,
            by=who("rfb_handler", at),
            at=at,
        )
        cases.approve_hold(hold_id=hold_.pk, by=who("rfb_signer", at), at=china("2019-10-10 11:00"))
        at = china("2019-10-15 10:00")
        cases.end_hold(hold_id=hold_.pk, result="通过", by=who("rfb_handler", at), at=at)
        through(defence, "rfb", china("2019-10-16 10:00"))
        return case

    def test_one_csv_a_table_with_the_fields_of_the_standard(self, done):
        made = commands.export_package(by=who("office"), at=ACCEPTED)

        found = tables(made.content)
        assert list(found) == list(package.TABLES)
        assert made.rows["SPGL_DFXMSPLCXXB"] == 5
        assert made.rows["SPGL_DFXMSPLCJDXXB"] == 20
        [project] = found["SPGL_XMJBXXB"]
        assert (project["XMDM"], project["SPLCLX"], project["ZTZE"], project["XMTZLY"]) == (
            CODE,
            "3",
            "12345.6789",
            "2",
        )
        assert (project["TDHQFS"], project["TDSFDSJFA"], project["GBHYDM"]) == ("2", "0", "E4710")
        assert {row["DWMC"] for row in found["SPGL_XMDWXXB"]} == {"武汉示例置业有限公司"}
        assert len(found["SPGL_XMSPSXBLXXB"]) == 5
        special = found["SPGL_XMSPSXBLTBCXXXB"]
        assert [(row["TBCX"], row["TBCXMC"], row["TBCXSX"]) for row in special] == [("8", "专家评审", "5")]
        assert child(done, "civil_defence").dossier.region == done.dossier.region == "420106011"
        assert {row["XZQHDM"] for rows in found.values() for row in rows} == {"420106"}

    def test_the_status_events_come_in_order(self, done):
        made = commands.export_package(by=who("office"), at=ACCEPTED)
        number = child(done, "civil_defence").dossier.number

        rows = [row for row in tables(made.content)["SPGL_XMSPSXBLXXXXB"] if row["SPSXSLBM"] == number]

        assert [row["BLZT"] for row in rows] == ["1", "6", "7", "3", "8", "9", "10", "8", "11"]
        assert [row["BLSJ"] for row in rows] == sorted(row["BLSJ"] for row in rows)
        assert rows[-1]["BLR"] == "邱晓燕"
        assert rows[0]["BLSJ"] == "2019-10-08 09:30:00"

    def test_documents_carry_decision_and_licence(self, done):
        found = tables(commands.export_package(by=who("office"), at=ACCEPTED).content)["SPGL_XMSPSXPFWJXXB"]

        assert len(found) == 2
        assert any("防空地下室" in row["PFWJBT"] for row in found)

    def test_equal_data_give_equal_bytes(self, done):
        once = commands.export_package(by=who("office"), at=ACCEPTED)

        assert commands.export_package(by=who("office"), at=ACCEPTED).digest == once.digest

    def test_is_checked_against_the_database(self, done, monkeypatch):
        monkeypatch.setattr(package.building, "add_item", lambda *_: None)

        with pytest.raises(CountsDiffer, match="SPGL_XMSPSXBLXXB应有5行，实有0行"):
            commands.export_package(by=who("office"), at=ACCEPTED)

    def test_is_for_who_may_export(self, site):
        with pytest.raises(NotAllowed):
            commands.export_package(by=who("zjj_handler"), at=ACCEPTED)

    def test_red_line_and_layers_go_as_files(self, papers):
        project = opened()
        layer(LayerKind.WATER, "swj", square(115.0, 31.0, 115.1, 31.1))
        commands.draw_red_line(project_id=project.pk, geojson=RED_LINE, by=developer(), at=RECEIVED)

        made = commands.export_package(by=who("office"), at=ACCEPTED, code=CODE)

        archive = zipfile.ZipFile(io.BytesIO(made.content))
        corners = archive.read(f"SPGL_XMYDHXJZXXB/{CODE}.csv").decode("utf-8-sig").splitlines()
        assert corners[1] == "1,1,114.31,30.54"
        assert len(corners) == 5
