"""Questions of the reception desk: this person, what is asked for, and the answer that is always visible."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.domains.cases import queries as cases
from yichuang.domains.cases.queries import Filling
from yichuang.domains.cases.terms import MaterialState
from yichuang.domains.catalogue import queries as catalogue
from yichuang.domains.catalogue.terms import HandlingSystem, Item, Need
from yichuang.domains.counter import rules
from yichuang.domains.counter.models import Reception, Ticket, Window
from yichuang.domains.counter.terms import PRIORITY_AGE
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people import queries as people
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Party, Unit
from yichuang.foundation.people.visibility import visible
from yichuang.foundation.work.names import said
from yichuang.kernel import clocks

KEYS = "1234567890"
"""Ten items are one key away."""

USED_WITHIN = timedelta(days=90)
NAMED = 3
"""So many people of the department are named on the desk; more would be read by nobody."""

COLLECTABLE = ("approved", "certified", "denied")


@dataclass(frozen=True, slots=True)
class RunningCase:
    """A running case of the person before the desk."""

    number: str
    title: str
    state: str
    due_at: datetime | None
    is_correcting: bool


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """此人: what the hall knows of the person before the desk."""

    party: people.PartyShown
    goes_first: bool
    running: tuple[RunningCase, ...]
    to_collect: tuple[RunningCase, ...]
    last_visit: date | None


@dataclass(frozen=True, slots=True)
class ItemChoice:
    """One item that can be chosen, with its key where it has one."""

    id: str
    name: str
    unit: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class StateChoice:
    """One state that a material may be given, with its key."""

    value: str
    label: str
    key: str
    checked: bool


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """One row of the materials, in the order of its columns (practice, screen 1)."""

    n: int
    code: str
    name: str
    form: str
    need: str
    copies: int
    pages: int
    state: str
    state_label: str
    choices: tuple[StateChoice, ...]  # empty where nothing is to be handed in
    files: tuple[Any, ...]
    proof: str
    standard: str
    reason: str


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that keeps the application from being accepted, and where it is mended."""

    kind: str  # person, item, situation, eligible, form, material
    text: str
    href: str
    code: str = ""  # of the material or the question


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer that is always visible: can it be accepted, by when is it done, by whom, where else is it entered."""

    gaps: tuple[Gap, ...]
    item: Item | None
    limit: str
    due_at: datetime | None
    legal: str
    unit: str
    who: tuple[str, ...]
    handling_system: str
    link_mode: str
    is_tolerant: bool
    is_on_commitment: bool

    @property
    def can_accept(self) -> bool:
        """Say whether nothing is missing."""
        return not self.gaps

    @property
    def missing(self) -> tuple[Gap, ...]:
        """List the materials that are missing."""
        return tuple(gap for gap in self.gaps if gap.kind == "material")

    @property
    def unfilled(self) -> tuple[Gap, ...]:
        """List the questions of the form without a sound answer."""
        return tuple(gap for gap in self.gaps if gap.kind == "form")

    @property
    def others(self) -> tuple[Gap, ...]:
        """List what else is to be done first."""
        return tuple(gap for gap in self.gaps if gap.kind not in ("material", "form"))


def person_seen(party: Party, actor: Actor, at: datetime) -> PersonSeen:
    """Tell what the hall knows of a party: running cases, what is to be collected, the last visit."""
    open_ones = cases.cases(actor).filter(applicant=party, dossier__ended_at=None)
    seen = [_running(each.dossier) for each in open_ones]
    collectable = {each.dossier.number for each in open_ones if each.dossier.state in COLLECTABLE}
    before = Ticket.objects.filter(party=party, day__lt=local_day(at)).exclude(serving_at=None)
    visits = list(before.order_by("-day").values_list("day", flat=True)[:1])
    born_on = party.born_on
    return PersonSeen(
        party=people.party_shown(actor, party),
        goes_first=party.is_priority or (born_on is not None and rules.age(born_on, local_day(at)) >= PRIORITY_AGE),
        running=tuple(each for each in seen if each.number not in collectable),
        to_collect=tuple(each for each in seen if each.number in collectable),
        last_visit=visits[0] if visits else None,
    )


def short_open_cases(applicant_id: int, item_id: str, actor: Actor) -> list[dict[str, str]]:
    """List the running cases of the same applicant for the same item: the desk warns of them."""
    rows = list(cases.open_for(applicant_id, item_id))
    seen = set(cases.cases(actor).filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    return [
        {
            "number": row.dossier.number,
            "href": reverse("cases:screen", args=[row.dossier.number]) if row.pk in seen else "",
        }
        for row in rows
    ]


def takeable(actor: Actor, window: Window) -> dict[str, ItemChoice]:
    """Give the items that this clerk takes in at this window, by id."""
    units = actor.units("cases.accept")
    rows = Unit.objects.all() if units is None else Unit.objects.filter(pk__in=units)
    codes = dict(rows.values_list("code", "short_name"))
    return {
        row.code: ItemChoice(row.code, row.name, codes[row.unit_code])
        for row in catalogue.items(actor)
        if row.unit_code in codes and window.takes(row.code)
    }


def found_items(query: str, actor: Actor, window: Window) -> list[ItemChoice]:
    """Find items by name, other names, pinyin or initials, among those that are taken in here."""
    open_ones = takeable(actor, window)
    return [open_ones[hit.key] for hit in catalogue.search(query, actor) if hit.key in open_ones][: len(KEYS)]


def most_used(actor: Actor, window: Window, at: datetime) -> list[ItemChoice]:
    """List the clerk's own ten items of the last ninety days, then the hall's, then others, each with its key."""
    since = Reception.objects.filter(at__gt=at - USED_WITHIN)
    mine = _by_count(since.filter(by=actor.account_id or 0))
    theirs = _by_count(since.filter(window__site=window.site_id))
    open_ones = takeable(actor, window)
    wanted = [row.code for row in catalogue.popular(actor, len(KEYS))]
    ordered = dict.fromkeys([*mine, *theirs, *wanted, *open_ones])
    chosen = [open_ones[code] for code in ordered if code in open_ones][: len(KEYS)]
    return [ItemChoice(each.id, each.name, each.unit, key) for key, each in zip(KEYS, chosen, strict=False)]


def last_situation(actor: Actor, item_id: str) -> dict[str, str]:
    """Remember how this clerk last answered the situation questions of an item."""
    rows = Reception.objects.filter(by=actor.account_id or 0, item_id=item_id).select_related("case")
    last = rows.order_by("-at").first()
    return last.case.read("situation") if last else {}


def drafts(actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """List what this clerk has put aside (暂存)."""
    rows = cases.drafts(actor).filter(is_counter=True)
    return [{"draft": row, "item": cases.item_name(row, at)} for row in rows[:20]]


def handed_in(actor: Actor, draft_id: str) -> str:
    """Give the number of the case that was made of a draft of this clerk; empty while there is none."""
    rows = cases.drafts(actor, also_done=True).filter(pk=draft_id if draft_id.isdecimal() else 0, is_counter=True)
    row = rows.exclude(case=None).first()
    return row.case.dossier.number if row and row.case else ""


def reception(number: str, actor: Actor) -> Reception | None:
    """Find what was taken in at a window, by case number."""
    rows = visible(actor, Reception).select_related("case__dossier__unit", "case__applicant", "window__site", "ticket")
    return rows.filter(case__dossier__number=number).first()


def states_of(filled: Filling) -> dict[str, MaterialState]:
    """Tell how each material stands on the desk; what was not looked at yet is missing."""
    given: Mapping[str, str] = filled.extra.get("states", {})
    found = {}
    for asked in filled.asked:
        code = asked.material.code
        if asked.exempt:
            found[code] = MaterialState.EXEMPT
        elif asked.material.filled_by_form:
            found[code] = MaterialState.HANDED
        else:
            found[code] = MaterialState(given.get(code, MaterialState.MISSING))
    return found


def material_rows(filled: Filling) -> list[MaterialRow]:
    """List the materials that this situation asks for, as the desk shows them."""
    states = states_of(filled)
    pages, reasons = filled.extra.get("pages", {}), filled.extra.get("reasons", {})
    rows = []
    for n, asked in enumerate(filled.asked, start=1):
        material, state = asked.material, states[asked.material.code]
        files = tuple(filled.files.get(material.code, ()))
        rows.append(
            MaterialRow(
                n=n,
                code=material.code,
                name=material.name,
                form=str(material.form.label),
                need="" if material.need == Need.REQUIRED else str(material.need.label),
                copies=material.copies,
                pages=int(pages.get(material.code) or 0) or sum(row.file.pages or 1 for row in files),
                state=state.value,
                state_label=str(state.label),
                choices=() if asked.exempt or material.filled_by_form else _choices(filled.item, material.need, state),
                files=files,
                proof=asked.exempt or (_("由表单生成，打印后签字") if material.filled_by_form else ""),
                standard=material.standard,
                reason=reasons.get(material.code, ""),
            )
        )
    return rows


def answer(filled: Filling | None, *, has_party: bool, item_name: str, received_at: datetime, at: datetime) -> Answer:
    """Compute the answer of the desk from what stands on it."""
    gaps = [] if has_party else [Gap("person", _("先登记申请人"), "#id_p-number")]
    if filled is None:
        if not item_name:
            gaps.append(Gap("item", _("先选择事项"), "#item_q"))
        return Answer(tuple(gaps), None, "", None, "", "", (), "", "", is_tolerant=False, is_on_commitment=False)
    gaps += _gaps(filled)
    facts = filled.form.facts(filled.answers, filled.known) if filled.form else filled.known
    item = filled.item.for_facts(facts)
    states = states_of(filled).values()
    unit = Unit.objects.filter(code=item.unit).first()
    due_at = None
    if item.promise is not None:
        clock = clocks.Clock(limit=item.promise.limit, unit=clocks.Unit(item.promise.unit), started_at=received_at)
        due_at = clocks.due(clock, definitions.office())
    role = "signer" if item.is_instant else "handler"
    return Answer(
        gaps=tuple(gaps),
        item=item,
        limit=item.promise.text if item.promise else str(_("当场办结")),
        due_at=due_at,
        legal=item.legal.text if item.legal else "",
        unit=str(unit) if unit else item.unit,
        who=tuple(str(each) for each in people.holders(role, unit.pk, at)[:NAMED]) if unit else (),
        handling_system="" if item.handling_system == HandlingSystem.HERE else str(item.handling_system.label),
        link_mode=str(item.link_mode.label),
        is_tolerant=MaterialState.DEFERRED in states,
        is_on_commitment=MaterialState.PROMISED in states,
    )


def _gaps(filled: Filling) -> list[Gap]:
    gaps = [Gap("eligible", reason, "#situation") for reason in cases.not_eligible(filled)]
    if not filled.situation_done:
        gaps.append(Gap("situation", _("先回答情形问题"), "#situation"))
    if filled.form is not None:
        lacking = {field.code: field for field in filled.form.missing(filled.answers, filled.known)}
        wrong = filled.form.check(filled.answers, filled.known)
        gaps += [
            Gap("form", field.label, f"#form-{field.code}", field.code)
            for field in filled.form.fields
            if field.code in lacking or _is_wrong(field.code, wrong)
        ]
    states = states_of(filled)
    for asked in filled.asked:
        material, state = asked.material, states[asked.material.code]
        if state == MaterialState.MISSING and material.need != Need.OPTIONAL:
            gaps.append(Gap("material", material.name, f"#material-{material.code}", material.code))
    return gaps


def _is_wrong(code: str, wrong: Mapping[str, str]) -> bool:
    return any(name == code or name.startswith((f"{code}__", f"{code}-")) for name in wrong)


def _choices(item: Item, need: Need, state: MaterialState) -> tuple[StateChoice, ...]:
    found = [(MaterialState.HANDED, "Space"), (MaterialState.MISSING, "Q")]
    if need == Need.DEFERRABLE and item.tolerant_days:
        found.append((MaterialState.DEFERRED, "R"))
    if need == Need.DEFERRABLE and item.commitment:
        found.append((MaterialState.PROMISED, "C"))
    if need == Need.OPTIONAL:
        found.append((MaterialState.NOT_ASKED, "N"))
    return tuple(StateChoice(each.value, str(each.label), key, each == state) for each, key in found)


def _running(dossier: Any) -> RunningCase:
    lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
    return RunningCase(
        dossier.number,
        dossier.title,
        said(lifecycle.states[dossier.state].label),
        dossier.due_at,
        dossier.state == "correcting",
    )


def _by_count(rows: Any) -> list[str]:
    counted = rows.values_list("item_id").annotate(n=Count("pk")).order_by("-n", "item_id")
    return [item_id for item_id, _n in counted]
