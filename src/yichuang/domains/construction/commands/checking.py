"""Multi-plan check (多规合一): red line over planning layers, early opinions in which silence agrees, conclusion."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from yichuang.domains.construction import queries
from yichuang.domains.construction.commands.refusals import (
    CheckConcluded,
    OpinionMissing,
    OpinionsRunning,
    RedLineMissing,
)
from yichuang.domains.construction.events import (
    EarlyOpinionsAsked,
    LayerPut,
    PlansChecked,
    PlansConcluded,
    RedLineDrawn,
)
from yichuang.domains.construction.models import PlanCheck, PlanConflict, PlanLayer, Project
from yichuang.domains.construction.rules import geometry
from yichuang.domains.construction.terms import CheckState, EarlyVerdict, LayerKind
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records import commands as records
from yichuang.foundation.records.terms import day_stream
from yichuang.foundation.work import commands as work
from yichuang.foundation.work import deeds
from yichuang.foundation.work.models import Share
from yichuang.foundation.work.terms import ScopeKind, ShareState
from yichuang.kernel import clocks

CHECK = "construction.check_plans"


def put_layer(
    *,
    kind: LayerKind,
    name: str,
    unit_id: int,
    source: str,
    geojson: str,
    valid_from: date,
    by: Actor,
    at: datetime,
    is_synthetic: bool = False,
) -> PlanLayer:
    """
    Put a planning layer in force; one of the same kind and name ends on the day before which the new one begins.

    :raises NotAllowed: `by` does not check plans
    :raises PolygonInvalid: says where
    """
    who = by.by_for(CHECK)
    polygon = geometry.read_polygon(geojson, name)
    with records.deed("put_layer", stream=day_stream("system", at), by=who, at=at) as pen:
        PlanLayer.objects.filter(kind=kind, name=name, valid_to=None).update(valid_to=valid_from)
        layer = PlanLayer.objects.create(
            kind=kind,
            name=name,
            unit_id=unit_id,
            source=source,
            geometry=geometry.write(polygon),
            valid_from=valid_from,
            is_synthetic=is_synthetic,
        )
        pen.record(LayerPut(layer_id=layer.pk, kind=kind.value, area_m2=round(geometry.area_m2(polygon))))
    return layer


def draw_red_line(*, project_id: int, geojson: str, by: Actor, at: datetime) -> Project:
    """
    Give a project its red line (CGCS2000, EPSG:4490); a new one takes the place of the old, checks keep theirs.

    :raises NotAllowed: `by` neither is the developer nor checks plans
    :raises PolygonInvalid: says where
    """
    project = Project.objects.get(pk=project_id)
    polygon = geometry.read_polygon(geojson)
    own = by.may("construction.apply", party_id=project.owner_id)
    permission = "construction.apply" if own else CHECK
    with deeds.deed(
        "draw_red_line", on=project_id, by=by, at=at, permission=permission, party_id=project.owner_id
    ) as deed:
        project.red_line, project.red_line_area_m2 = geometry.write(polygon), round(geometry.area_m2(polygon))
        project.save(update_fields=["red_line", "red_line_area_m2"])
        deed.record(RedLineDrawn(project=deed.dossier.number, area_m2=project.red_line_area_m2))
    return project


def check_plans(*, project_id: int, by: Actor, at: datetime) -> PlanCheck:
    """
    Lay a project's red line over every layer in force; each overlap of a square metre or more is a conflict.

    :raises NotAllowed: `by` does not check plans
    :raises RedLineMissing: the project has no red line
    """
    with deeds.deed("check_plans", on=project_id, by=by, at=at, permission=CHECK) as deed:
        project = Project.objects.get(pk=project_id)
        if not project.red_line:
            raise RedLineMissing
        layers = list(queries.layers(local_day(at)))
        red_line = geometry.read_polygon(project.red_line)
        found = geometry.overlaps(red_line, [geometry.read_polygon(layer.geometry, layer.name) for layer in layers])
        check = PlanCheck.objects.create(
            project=project,
            n=project.checks.count() + 1,
            red_line=project.red_line,
            area_m2=project.red_line_area_m2,
            at=at,
            by_id=by.account_id,
            layers=len(layers),
        )
        PlanConflict.objects.bulk_create(
            PlanConflict(check_of=check, layer=layers[each.layer], area_m2=str(each.area_m2), geometry=each.geometry)
            for each in found
        )
        deed.record(PlansChecked(check_id=check.pk, conflicts=len(found)))
    return check


def ask_early_opinions(*, check_id: int, unit_ids: Sequence[int], by: Actor, at: datetime) -> datetime:
    """
    Ask units for early opinions; who says nothing within the working days of the rule agrees. Gives that moment.

    The units whose layers are touched are always asked.

    :raises NotAllowed: `by` does not check plans
    :raises CheckConcluded: the check is concluded
    """
    check = PlanCheck.objects.get(pk=check_id)
    with deeds.deed("ask_early_opinions", on=check.project_id, by=by, at=at, permission=CHECK) as deed:
        if check.state not in (CheckState.CHECKED, CheckState.OPINIONS):
            raise CheckConcluded
        days = int(definitions.rule("early_opinion_limit", local_day(at)).value)
        limit = clocks.Clock(limit=days, unit=clocks.Unit.WORKING_DAY, started_at=at)
        silent_at = clocks.due(limit, deed.office)
        assert silent_at is not None, "a clock without a pause has an end"
        wanted = set(unit_ids) | set(check.conflicts.values_list("layer__unit_id", flat=True))
        asked = set(queries.early_shares(check).values_list("unit_id", flat=True))
        units = list(Unit.objects.filter(pk__in=wanted - asked))
        for unit in units:
            deed.see(ScopeKind.UNIT, unit.pk)
            Share.objects.create(
                dossier_id=check.project_id, unit=unit, round=check.n, opened_at=at, silent_at=silent_at
            )
        check.state, check.opinions_due_at = CheckState.OPINIONS, silent_at
        check.save(update_fields=["state", "opinions_due_at"])
        jobs.enqueue("work.silence", f"{check.project_id}/{silent_at:%Y%m%d%H%M}", silent_at, again=True)
        codes = tuple(sorted(unit.code for unit in units))
        deed.record(EarlyOpinionsAsked(check_id=check.pk, units=codes, silent_at=silent_at))
    return silent_at


def give_early_opinion(*, share_id: int, verdict: EarlyVerdict, opinion: str, by: Actor, at: datetime) -> None:
    """
    Give a unit's early opinion.

    :raises NotAllowed: `by` does not speak for that unit
    :raises ShareGivenAlready: it was given before, or silence spoke
    :raises OpinionMissing: the unit does not simply agree and says nothing
    """
    if verdict != EarlyVerdict.AGREE and not opinion.strip():
        raise OpinionMissing
    work.give_share(share_id=share_id, outcome=verdict, opinion=opinion.strip(), by=by, at=at)


def conclude_check(*, check_id: int, conditions: str, by: Actor, at: datetime) -> PlanCheck:
    """
    Conclude a check: agreed unless a unit objects; the result and the conditions feed the first stage.

    :raises NotAllowed: `by` does not check plans
    :raises CheckConcluded: it is concluded already
    :raises OpinionsRunning: a unit has time left and has not answered
    """
    check = PlanCheck.objects.get(pk=check_id)
    with deeds.deed("conclude_check", on=check.project_id, by=by, at=at, permission=CHECK) as deed:
        check = PlanCheck.objects.get(pk=check_id)
        if check.concluded_at:
            raise CheckConcluded
        shares = queries.early_shares(check)
        waiting = shares.filter(state=ShareState.OPEN, silent_at__gt=at).first()
        if waiting is not None and waiting.silent_at is not None:
            raise OpinionsRunning(waiting.silent_at)
        objected = shares.filter(outcome=EarlyVerdict.OBJECT).exists()
        unheard = not shares.exists() and check.conflicts.exists()
        check.state = CheckState.CONFLICTED if objected or unheard else CheckState.AGREED
        check.concluded_at, check.conditions = at, conditions.strip()
        check.save(update_fields=["state", "concluded_at", "conditions"])
        agreed = check.state == CheckState.AGREED
        deed.set_facts({"plans_agreed": agreed, "plan_conflicts": check.conflicts.count()})
        deed.record(PlansConcluded(check_id=check.pk, state=check.state))
    return check
