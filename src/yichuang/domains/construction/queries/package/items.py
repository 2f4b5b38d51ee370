"""What is told of an item under handling: its events, the special procedures, the documents."""

from __future__ import annotations

from yichuang.domains.cases import queries as cases
from yichuang.domains.construction.models import Project
from yichuang.domains.construction.queries.package.district import flow_code
from yichuang.domains.construction.queries.package.status import events_of
from yichuang.domains.construction.queries.package.tables import Tables
from yichuang.domains.construction.queries.timetable import stage_of
from yichuang.domains.licences import queries as licences
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.work.models import Clock, Dossier, Pause
from yichuang.foundation.work.terms import ClockKind

SPECIAL = ("听证", "招标", "拍卖", "检验", "检测", "检疫", "鉴定", "专家评审")


def add_item(tables: Tables, project: Project, stage: Dossier, child: Dossier) -> None:
    """Tell an item under a stage of a project, with all that happened to it."""
    item = child.case.item
    named = {"XMDM": project.dossier.number, "GCDM": project.works_code or project.dossier.number}
    instance = named | {"SPSXSLBM": child.number}
    promise = Clock.objects.filter(dossier=child, kind=ClockKind.PROMISE, step=None).first()
    assert stage_of(stage) is not None, "items stand under one of the four stages"
    tables.add(
        "SPGL_XMSPSXBLXXB",
        str(child.pk),
        child.region,
        **instance,
        SPSXBM=item.code,
        SPSXBBH=item.version,
        SPLCBM=flow_code(tables, project.flow_class),
        SPLCBBH=1,
        SPBMBM=child.unit.uscc,
        SPBMMC=child.unit.name,
        SLFS=1 if stage.case.channel == "ONLINE" else 2,
        GKFS=1,
        BLSPSLBM=stage.number,
        SXBLSX=promise.limit if promise else 1,
    )
    for number, event in enumerate(events_of(child), 1):
        tables.add(
            "SPGL_XMSPSXBLXXXXB",
            f"{child.pk}/{number}",
            child.region,
            **instance,
            BLCS=child.unit.short_name,
            BLR=event.who,
            BLZT=event.code,
            BLYJ=event.says,
            BLSJ=event.at,
        )
    _specials(tables, child, instance)
    _documents(tables, child, instance)


def _specials(tables: Tables, child: Dossier, instance: dict[str, str]) -> None:
    rows = Pause.objects.filter(
        clock__dossier=child, clock__kind=ClockKind.PROMISE, clock__step=None, cancelled_at=None
    )
    holds = {hold.decided_at: hold.expected_days for hold in child.case.holds.all()}
    for pause in rows.filter(kind__in=SPECIAL).order_by("from_at"):
        tables.add(
            "SPGL_XMSPSXBLTBCXXXB",
            str(pause.pk),
            child.region,
            **instance,
            TBCX=SPECIAL.index(pause.kind) + 1,
            TBCXMC=pause.kind,
            TBCXKSSJ=pause.from_at,
            TBCXJSSJ=pause.to_at,
            TBCXSXLX=1,
            TBCXSX=holds.get(pause.from_at, ""),
        )


def _documents(tables: Tables, child: Dossier, instance: dict[str, str]) -> None:
    decision = cases.decision(child.pk)
    if decision is not None and decision.paper_number:
        tables.add(
            "SPGL_XMSPSXPFWJXXB",
            f"{child.pk}/decision",
            child.region,
            **instance,
            PFRQ=local_day(decision.at),
            PFWH=decision.paper_number,
            PFWJBT=f"{child.title}{decision.get_kind_display()}决定书",
            PFWJYXQX="9999-01-01",
        )
    for licence in licences.of_dossier(child.pk):
        tables.add(
            "SPGL_XMSPSXPFWJXXB",
            f"{child.pk}/licence/{licence.pk}",
            child.region,
            **instance,
            PFRQ=local_day(licence.issued_at),
            PFWH=licence.number,
            PFWJBT=licence.name,
            PFWJYXQX=licence.valid_until or "9999-01-01",
            FJID=licence.identifier,
        )
    for material in cases.materials(child.pk).prefetch_related("files__file"):
        for row in material.files.all():
            tables.add(
                "SPGL_XMQTFJXXB",
                str(row.pk),
                child.region,
                **instance,
                FJMC=row.file.name,
                FJLX=row.file.kind,
                FJID=row.file.sha256,
            )
