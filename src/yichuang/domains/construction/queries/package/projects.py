"""What is told of a project: its basic data, the firms, the red line, the opinions of the early stage."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from yichuang.domains.construction.models import Project
from yichuang.domains.construction.queries.package.district import flow_code
from yichuang.domains.construction.queries.package.tables import Tables
from yichuang.domains.construction.queries.timetable import stages_of
from yichuang.domains.construction.rules import geometry
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.work.models import Share

PARTY_KINDS = {"construction_unit": 1, "contractor": 2, "survey_unit": 3, "design_unit": 4, "supervisor": 5}


def add_project(tables: Tables, project: Project, on: date) -> None:
    """Tell a project as it is on the day."""
    dossier, more = project.dossier, project.read_fields()
    elements = definitions.elements(on).elements
    code = dossier.number

    def number(element: str, value: Any) -> Any:
        """Number a choice in the order of the dictionary, from 1."""
        choices = list(elements[element].choices) if element in elements else []
        return choices.index(value) + 1 if value in choices else ""

    site = more.get("site") or {}
    tables.add(
        "SPGL_XMJBXXB",
        str(project.pk),
        dossier.region,
        XMDM=code,
        XMMC=dossier.title,
        GCDM=project.works_code or code,
        GCFW=more.get("works_scope"),
        QJDGCDM=more.get("earlier_works_code"),
        XMTZLY=number("investment_source", project.investment_source),
        TDHQFS=number("land_obtained_by", more.get("land_obtained_by")),
        TDSFDSJFA=int(more.get("land_with_scheme") == "with"),
        SFWCQYPG=int(more.get("area_assessed") == "done"),
        SPLCLX=project.flow_class,
        LXLX=number("approval_kind", more.get("approval_kind")),
        GCFL=number("works_class", project.works_class),
        JSXZ=number("construction_nature", more.get("construction_nature")),
        XMZJSX=number("funds_nature", more.get("funds_nature")),
        GBHYDMFBND=2017,
        GBHYDM=more.get("industry_code"),
        NKGSJ=project.planned_start_on,
        NJCSJ=project.planned_completion_on,
        XMSFWQBJ=int(dossier.ended_at is not None),
        XMWQBJSJ=dossier.ended_at,
        ZTZE=_wan(project.total_investment_fen),
        JSDDXZQH=dossier.region,
        JSDD=site.get("detail") if isinstance(site, dict) else site,
        XMJSDDX=more.get("site_x"),
        XMJSDDY=more.get("site_y"),
        JSGMJNR=more.get("scale_and_content"),
        YDMJ=project.land_area_m2,
        JZMJ=project.building_area_m2,
        SBSJ=project.applied_at,
        SPLCBM=flow_code(tables, project.flow_class),
        SPLCBBH=1,
    )
    _parties(tables, project)
    _red_line(tables, project)
    for share in Share.objects.filter(dossier=dossier, step=None, state__in=["given", "silent"]).order_by("pk"):
        tables.add(
            "SPGL_XMQQYJXXB",
            str(share.pk),
            dossier.region,
            XMDM=code,
            QQYJSLBM=f"{code}/{share.round}/{share.unit.code}",
            BLDWDM=share.unit.uscc,
            BLDWMC=share.unit.name,
            FKSJ=share.given_at,
            BLR=str(share.by or "（逾期未复，视为同意）"),
            QQYJ=share.opinion or "同意",
        )


def _parties(tables: Tables, project: Project) -> None:
    code, owner = project.dossier.number, project.owner
    told = {(1, owner.uscc): owner.name}
    for stage in stages_of(project.dossier):
        answers = stage.case.read("answers")
        for element, kind in PARTY_KINDS.items():
            firm = answers.get(element)
            if isinstance(firm, dict) and firm.get("uscc"):
                told.setdefault((kind, firm["uscc"]), firm.get("name", ""))
    for (kind, uscc), name in told.items():
        key = f"{project.pk}/{kind}/{uscc}"
        values = {"XMDM": code, "GCDM": project.works_code or code, "DWTYSHXYDM": uscc, "DWMC": name, "DWLX": kind}
        tables.add("SPGL_XMDWXXB", key, project.dossier.region, **values)


def _red_line(tables: Tables, project: Project) -> None:
    if not project.red_line:
        return
    code = project.dossier.number
    path = f"SPGL_XMYDHXJZXXB/{code}.csv"
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["JZQH", "JZDH", "JD", "WD"])
    writer.writerows(geometry.vertices(geometry.read_polygon(project.red_line)))
    tables.files[path] = out.getvalue().encode("utf-8-sig")
    tables.add(
        "SPGL_XMYDHXJZXXB",
        f"{project.pk}/1",
        project.dossier.region,
        XMDM=code,
        JZWJXH=1,
        JZWJMC=f"{code}.csv",
        JZWJSM="CGCS2000 经纬度（EPSG:4490）：界址圈号、界址点号、经度、纬度",
        JZWJFJ=path,
    )


def _wan(fen: int) -> str:
    """Write fen in 万元, with the four decimals that lose nothing above a yuan."""
    return f"{fen // 1_000_000}.{fen % 1_000_000 // 100:04d}"
