"""Multi-plan check: red line, conflicts with a sketch, early opinions, conclusion; and the planning layers."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yichuang.domains.construction import commands, queries
from yichuang.domains.construction.models import Project
from yichuang.domains.construction.pages import picture
from yichuang.domains.construction.pages.answers import layout, project_of, sent, text_sent
from yichuang.domains.construction.pages.forms import AskForm, EarlyForm, LayerForm, RedLineForm
from yichuang.domains.construction.terms import EarlyVerdict, LayerKind
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.work.models import Share
from yichuang.foundation.work.terms import ShareState
from yichuang.kernel.errors import NotPossible
from yichuang.ui.repeating import do, once


@page(permission="construction.view")
def check(request: ActingRequest, code: str) -> HttpResponse:
    """Show the red line over the planning layers, and what the units say early."""
    return _shown(request, code, [])


@page(permission="construction.view")
@require_POST
def red_line(request: ActingRequest, code: str) -> HttpResponse:
    """Take in the red line; what is wrong with it is said with its place."""
    found = project_of(request, code)
    form = RedLineForm(request.POST, request.FILES)
    form.is_valid()
    return _do(
        request,
        code,
        lambda: commands.draw_red_line(project_id=found.pk, geojson=form.text(), by=request.actor, at=request.at),
        _("红线已保存。"),
    )


@page(permission="construction.check_plans")
@require_POST
def run(request: ActingRequest, code: str) -> HttpResponse:
    """Lay the red line over every layer in force."""
    found = project_of(request, code)
    return _do(
        request,
        code,
        lambda: commands.check_plans(project_id=found.pk, by=request.actor, at=request.at),
        _("比对完成。"),
    )


@page(permission="construction.check_plans")
@require_POST
def ask(request: ActingRequest, code: str) -> HttpResponse:
    """Ask units for early opinions."""
    found = project_of(request, code)
    latest = queries.latest_check(found)
    form = _ask_form(request)
    if latest is None:
        raise Http404
    if not form.is_valid():
        return _shown(request, code, form.error_links)
    units = [unit.pk for unit in form.cleaned_data["units"]]
    return _do(
        request,
        code,
        lambda: commands.ask_early_opinions(check_id=latest.pk, unit_ids=units, by=request.actor, at=request.at),
        _("已征求意见，逾期不答复视为同意。"),
    )


@page(permission="cases.handle")
@require_POST
def give(request: ActingRequest, code: str, share_id: int) -> HttpResponse:
    """Give a unit's early opinion."""
    found = project_of(request, code)
    if not Share.objects.filter(pk=share_id, dossier_id=found.pk, step=None).exists():
        raise Http404
    form = EarlyForm(request.POST, auto_id=f"early_{share_id}_%s")
    if not form.is_valid():
        return _shown(request, code, form.error_links)
    return _do(
        request,
        code,
        lambda: commands.give_early_opinion(
            share_id=share_id,
            verdict=EarlyVerdict(form.cleaned_data["verdict"]),
            opinion=form.cleaned_data["opinion"],
            by=request.actor,
            at=request.at,
        ),
        _("意见已提交。"),
    )


@page(permission="construction.check_plans")
@require_POST
def conclude(request: ActingRequest, code: str) -> HttpResponse:
    """Conclude the check; its result is a fact of the first stage."""
    latest = queries.latest_check(project_of(request, code))
    if latest is None:
        raise Http404
    return _do(
        request,
        code,
        lambda: commands.conclude_check(
            check_id=latest.pk, conditions=request.POST.get("conditions", ""), by=request.actor, at=request.at
        ),
        _("已作出结论。"),
    )


@page(permission="construction.check_plans")
def layers(request: ActingRequest) -> HttpResponse:
    """List the planning layers in force, and put in another."""
    form = LayerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def done() -> str:
            commands.put_layer(
                kind=LayerKind(said["kind"]),
                name=said["name"],
                unit_id=said["unit"].pk,
                source=said["source"],
                geojson=said["geojson"],
                valid_from=said["valid_from"],
                by=request.actor,
                at=request.at,
                is_synthetic=request.actor.is_demo,
            )
            return reverse("construction:layers")

        try:
            return once(request, done)
        except NotPossible as reason:
            form.add_error("geojson", reason.message)
    rows = queries.layers(local_day(request.at))
    return render(request, "construction/layers.html", {"layout": layout(request), "rows": rows, "form": form})


def _do(request: ActingRequest, code: str, deed: object, said: str) -> HttpResponse:
    assert callable(deed)
    here = reverse("construction:check", args=[code])
    return do(request, deed, said, here, lambda errors: _shown(request, code, errors))


def _ask_form(request: ActingRequest) -> AskForm:
    data = request.POST if request.method == "POST" else None
    return AskForm(data, codes=queries.units_of_all_stages(local_day(request.at)), auto_id="ask_%s")


def _shown(request: ActingRequest, code: str, errors: list[dict[str, str]]) -> HttpResponse:
    found: Project = project_of(request, code)
    latest = queries.latest_check(found)
    units = request.actor.units("cases.handle")
    shares = list(queries.early_shares(latest)) if latest else []
    mine = [
        share
        for share in shares
        if share.state == ShareState.OPEN
        and (share.silent_at is None or request.at <= share.silent_at)
        and (units is None or share.unit_id in units)
    ]
    may_check = request.actor.may("construction.check_plans", found.dossier.unit_id)
    context = {
        "layout": layout(request),
        "project": found,
        "errors": errors,
        "check": latest,
        "conflicts": list(latest.conflicts.select_related("layer__unit").order_by("pk")) if latest else [],
        "svg": picture.map_of(found, latest) if latest else "",
        "shares": [
            (share, EarlyVerdict(share.outcome).label if share.outcome in EarlyVerdict.values else "")
            for share in shares
        ],
        "mine": [
            (share, EarlyForm(sent(request, "give_early", share_id=share.pk), auto_id=f"early_{share.pk}_%s"))
            for share in mine
        ],
        "conditions": text_sent(request, "conclude_check", "conditions"),
        "may_check": may_check,
        "may_draw": may_check or request.actor.may("construction.apply", party_id=found.owner_id),
        "is_concluded": latest is not None and latest.concluded_at is not None,
        "red_line_form": RedLineForm(request.POST if errors and "geojson" in request.POST else None, auto_id="red_%s"),
        "ask_form": AskForm(
            sent(request, "ask_early"), codes=queries.units_of_all_stages(local_day(request.at)), auto_id="ask_%s"
        ),
    }
    return render(request, "construction/check.html", context, status=422 if errors else 200)
