"""What a case is held to: limits of law and promise, the versions of its rules, the applicant's signed word."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from yichuang.domains.cases.commands.refusals import NotOffered
from yichuang.domains.cases.models import Case, Commitment
from yichuang.domains.cases.terms import MaterialState
from yichuang.domains.catalogue.terms import Item, Need
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.jobs import commands as jobs
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.work import deeds
from yichuang.foundation.work.terms import ClockKind
from yichuang.kernel.ledger import canonical, salted


def hold_to_limits(deed: deeds.Deed, item: Item, at: datetime) -> None:
    """Hold a case to the limits of law and promise that are in force on the day."""
    on = local_day(at)
    for kind, rule in (
        (ClockKind.ACCEPTANCE, "acceptance_limit"),
        (ClockKind.CORRECTION, "correction_period"),
        (ClockKind.DELIVERY, "delivery_limit"),
        (ClockKind.PRECHECK, "preacceptance_opinion_limit"),
    ):
        row = definitions.rule(rule, on)
        deed.hold_to(kind, limit=int(row.value), unit=row.unit, rule=f"{rule}：{row.basis}")
    if item.tolerant_days:
        rule_id = f"item:{item.id}@{item.version}"
        deed.hold_to(ClockKind.SUPPLEMENT, limit=item.tolerant_days, unit="working_day", rule=rule_id)
    else:
        row = definitions.rule("supplement_limit", on)
        deed.hold_to(ClockKind.SUPPLEMENT, limit=int(row.value), unit=row.unit, rule=row.basis)


def take_over_rules(deed: deeds.Deed, case: Case) -> None:
    """Pin, on acceptance, the versions of item, plan and form, and the limits that they promise for these facts."""
    variant = case.item.variant_for(deed.facts())
    item = case.item.for_facts(deed.facts())
    rule = f"item:{item.id}@{item.version}" + (f"/{variant.id}" if variant else "")
    deed.dossier.accepted_at = deed.effective_at
    assert item.legal is not None, "an item that is handled here has a legal limit"
    deed.hold_to(ClockKind.LEGAL, limit=item.legal.limit, unit=item.legal.unit, rule=item.legal.basis)
    if item.promise is None:
        deed.hold_to_none(ClockKind.PROMISE)
    else:
        deed.hold_to(ClockKind.PROMISE, limit=item.promise.limit, unit=item.promise.unit, rule=rule)
    deed.take_plan(definitions.in_force("plan", item.plan, on=local_day(deed.at)))
    deed.pin("plan", deed.dossier.plan, deed.dossier.plan_version or 0)
    deed.pin("item", item.id, item.version)
    if item.form:
        deed.pin("form", item.form, definitions.version_in_force("form", item.form, on=local_day(deed.at)))
    deed.paper_facts("受理通知书", {"item": item.name, "legal": item.legal.limit, "due": True})


def signed_word(case: Case) -> dict[str, str] | None:
    """Read the commitment off the signed paper that was handed in; None where the item asks for none or none came."""
    code = case.item.commitment_material
    if not code or not case.materials.filter(code=code, state=MaterialState.HANDED).exists():
        return None
    return {"text": case.item.commitment_text, "signed_by": case.applicant.name}


def take_commitment(deed: deeds.Deed, case: Case, signed: Mapping[str, str], at: datetime) -> None:
    """
    Take the applicant's signed word (告知承诺): what may be brought later is promised, the after-check is ordered.

    :raises NotOffered: the item is not open to it
    """
    item = case.item
    if not item.commitment:
        raise NotOffered(_("“%(name)s”没有列入告知承诺事项，须提交全部材料。") % {"name": item.name})
    days = item.check_days or int(definitions.rule("commitment_check", local_day(at)).value)
    due = deed.office.closing(deed.office.calendar.add(local_day(at), days))
    told = {"case": case.pk, "text": signed["text"], "by": signed["signed_by"], "at": at.isoformat()}
    Commitment.objects.create(
        case=case,
        text_id=item.commitment,
        text=signed["text"],
        signed_at=at,
        signed_by=signed["signed_by"],
        sign_hash=salted(canonical(told).decode(), str(case.pk).rjust(16, "0").encode()),
        check_due_at=due,
    )
    case.on_commitment = True
    deferred = case.materials.filter(need=Need.DEFERRABLE, state=MaterialState.MISSING)
    deferred.update(state=MaterialState.PROMISED)
    case.save(update_fields=["on_commitment"])
    deed.owe_paper("告知承诺书", {"text": signed["text"], "signed_by": signed["signed_by"]})
    jobs.enqueue("cases.check_commitment", str(case.pk), due, {})
