"""
What lies on the desk while one person stands before it: read from each POST, kept in a draft, given to the page.

The desk is one form that posts to itself, so everything works without a script and nothing typed is ever lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from yichuang.domains.cases import commands as cases
from yichuang.domains.cases import queries as case_queries
from yichuang.domains.cases.commands import Application, Brought, Row
from yichuang.domains.cases.commands.drafting import keep_marks
from yichuang.domains.cases.queries import Filling
from yichuang.domains.cases.terms import Channel, DeliveryKind, IdentityCheck, MaterialState
from yichuang.domains.counter import commands, queries
from yichuang.domains.counter.commands.receptions import Arrival, Reply
from yichuang.domains.counter.models import Reception, Sitting, Ticket
from yichuang.domains.counter.pages.forms import (
    AboutForm,
    AgentForm,
    DeskForm,
    PersonForm,
    ReceiptForm,
    RefusalForm,
)
from yichuang.domains.counter.terms import How, SiteKind, TicketState
from yichuang.foundation.files import commands as files
from yichuang.foundation.forms.topic_forms import TopicForm, edit_rows, topic_form
from yichuang.foundation.people import commands as people
from yichuang.foundation.people import notes
from yichuang.foundation.people import queries as people_queries
from yichuang.foundation.people.models import Party
from yichuang.foundation.people.numbers import checked_number
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.people.terms import IdKind, PartyKind
from yichuang.foundation.people.visibility import visible
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.identifiers import parse_resident_id
from yichuang.ui.forms import UiForm

Errors = list[dict[str, str]]
NOT_BROUGHT, NOT_FILLED = "未提交", "未填写或填写有误"
"""What the notice says where the clerk wrote nothing; a paper is Chinese, whatever language the screen has."""

SMALL_FORMS: tuple[type[DeskForm], ...] = (AboutForm, AgentForm, ReceiptForm, RefusalForm)


@dataclass
class Desk:
    """The desk with what lies on it."""

    request: ActingRequest
    sitting: Sitting
    ticket: Ticket | None = None
    party: Party | None = None
    agent: Party | None = None
    item_id: str = ""
    item_q: str = ""
    filled: Filling | None = None
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)
    errors: Errors = field(default_factory=list)
    is_unknown: bool = False  # the number is sound and nobody bears it here: a name is asked for
    is_checked: bool = False  # a deed was tried: errors of the form are shown

    # ── reading ─────────────────────────────────────────────────────────────────────────────────────────────────

    @classmethod
    def opened(cls, request: ActingRequest, sitting: Sitting) -> Desk:
        """Open an empty desk, with the person that the address or the ticket names, or a draft that was put aside."""
        desk = cls(request, sitting, ticket=queries.ticket_in_hand(request.actor))
        desk.party = desk._party(request.GET.get("party")) or (desk.ticket.party if desk.ticket else None)
        if draft_id := _number(request.GET.get("draft")):
            desk._take_up(draft_id)
        return desk

    @classmethod
    def posted(cls, request: ActingRequest, sitting: Sitting) -> Desk:
        """Read the desk from a POST, and keep what was typed."""
        data = request.POST
        desk = cls(request, sitting, ticket=queries.ticket_in_hand(request.actor))
        desk.person = PersonForm.typed(data)
        desk.typed = {each.prefix: each.typed(data) for each in SMALL_FORMS}
        desk.item_q = data.get("item_q", "").strip()
        if "change_person" in data:
            return cls(request, sitting, ticket=desk.ticket)
        desk.party = desk._party(data.get("party")) or desk._found(PersonForm.prefix, desk.person)
        desk.agent = None if "change_agent" in data else desk._party(data.get("agent"))
        desk.agent = desk.agent or desk._found(AgentForm.prefix, desk.typed[AgentForm.prefix])
        desk._read_item(data)
        desk._write_down(data)
        return desk

    @property
    def actor(self) -> Any:
        """Give who sits at the desk."""
        return self.request.actor

    @property
    def at(self) -> datetime:
        """Give the moment of the request."""
        return self.request.at

    @property
    def form_asks_delivery(self) -> bool:
        """Say whether the item's own form asks how the result goes out; it is then not asked twice."""
        return self.filled is not None and self.filled.form_asks_delivery

    def answer(self) -> queries.Answer:
        """Compute the answer that is always visible."""
        received_at = self._received_at() or self.at
        return queries.answer(
            self.filled,
            has_party=self.party is not None,
            item_name=self.item_id,
            received_at=received_at,
            at=self.at,
        )

    def small_form(self, kind: type[DeskForm]) -> DeskForm:
        """Give one of the small forms with what was typed; bound, with its errors, when a deed was tried."""
        typed = self.person if kind is PersonForm else self.typed.get(kind.prefix, {})
        if self.is_checked and kind is ReceiptForm:
            return kind(self.request.POST)
        return kind(initial={name: value for name, value in typed.items() if value != ""})

    def topics(self) -> list[tuple[str, TopicForm]]:
        """Give the item's form, topic by topic, with titles."""
        if self.filled is None or self.filled.form is None:
            return []
        filled, form = self.filled, self.filled.form
        assert form is not None
        data = self.request.POST if self.is_checked else None
        return [
            (
                topic.title,
                topic_form(form, topic.id, data, filled.answers, known=filled.known, marks=filled.marks, base=UiForm),
            )
            for topic in form.topics(filled.answers, filled.known)
        ]

    # ── deeds ───────────────────────────────────────────────────────────────────────────────────────────────────

    def missing(self) -> Errors:
        """List everything that keeps the application from being accepted: all of it, at once."""
        gaps = [{"text": self._said(gap), "href": gap.href} for gap in self.answer().gaps]
        return gaps + self._receipt_errors()

    def take_in(self, how: How) -> Reception:
        """Hand what lies on the desk to the deed of the key that was pressed."""
        filled, party = self.filled, self.party
        assert filled is not None and party is not None, "the desk was looked over"
        agent = AgentForm(self.request.POST)
        agent.is_valid()
        refusal = RefusalForm(self.request.POST)
        refusal.is_valid()
        reply = Reply(
            how=How(refusal.cleaned_data["how"]) if how == How.REFUSE else how,
            rows=tuple(self._rows(filled)) if how == How.NOTICE else (),
            reason=refusal.cleaned_data.get("reason", ""),
            basis=refusal.cleaned_data.get("basis", ""),
            authority=refusal.cleaned_data.get("authority", ""),
            commitment=self._commitment(filled, party),
        )
        arrival = Arrival(
            ticket_id=self.ticket.pk if self.ticket else None,
            draft_id=filled.draft.pk,
            late_because=self.typed[ReceiptForm.prefix]["late_because"],
            mandate_until=agent.cleaned_data.get("mandate_until"),
            has_mandate=bool(agent.cleaned_data.get("has_mandate")),
        )
        return commands.take_in(
            application=self._application(filled, party), reply=reply, arrival=arrival, by=self.actor, at=self.at
        )

    def begin(self) -> None:
        """Note that the holder of the ticket stands here, as the clerk works on the matter of somebody known."""
        ticket = self.ticket
        if ticket is None or self.party is None:
            return
        if ticket.state == TicketState.CALLED or ticket.party_id is None:
            commands.begin_ticket(ticket_id=ticket.pk, by=self.actor, at=self.at, party_id=self.party.pk)
            self.ticket = queries.ticket_in_hand(self.actor)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _party(self, pk: str | None) -> Party | None:
        return visible(self.actor, Party).filter(pk=_number(pk)).first()

    def _found(self, prefix: str, typed: dict[str, Any]) -> Party | None:
        """Find the party of the number that was typed, or register it once it has a name."""
        if not typed["number"].strip():
            return None
        kind, name = typed["id_kind"] or IdKind.RESIDENT, typed["name"].strip()
        try:
            number = checked_number(kind, typed["number"])
            found = people_queries.party_by_number(kind, number)
            if found is None and not name:
                self.is_unknown = True
                said = _("此证件号码没有登记过。请填写姓名或名称后登记。")
                self.errors.append({"text": said, "href": f"#id_{prefix}-name"})
                return None
            return found or self._registered(kind, number, name, typed)
        except NotPossible as reason:
            self.errors.append({"text": reason.message, "href": f"#id_{prefix}-number"})
        return None

    def _registered(self, kind: str, number: str, name: str, typed: dict[str, Any]) -> Party:
        born_on = parse_resident_id(number).born if kind == IdKind.RESIDENT else None
        party = people.register_party(
            kind=PartyKind.ENTERPRISE if kind == IdKind.USCC else PartyKind.PERSON,
            name=name,
            id_kind=kind,
            number=number,
            phone=typed["phone"].strip(),
            born_on=born_on,
            is_synthetic=self.actor.is_demo,
            by=self.actor,
            at=self.at,
        )
        if typed.get("is_priority"):
            people.change_party(party_id=party.pk, values={"is_priority": True}, by=self.actor, at=self.at)
        return party

    def _read_item(self, data: QueryDict) -> None:
        self.item_id = "" if "change_item" in data else data.get("item") or data.get("item_id", "")
        draft_id = _number(data.get("draft")) if "change_item" not in data and "item" not in data else 0
        if not self.item_id and self.item_q:
            self.item_id = self._chosen_by_text()
        row = case_queries.drafts(self.actor).filter(pk=draft_id, is_counter=True).first() if draft_id else None
        if row is not None and (self.party is None or row.applicant_id != self.party.pk):
            row = None  # another person stands here now; the draft stays put aside
        if row is not None:
            self.filled = case_queries.filling(row, self.at)
            self.item_id = self.filled.item.id
        elif self.item_id and self.party is not None:
            self._begin_draft(self.party)

    def _chosen_by_text(self) -> str:
        """A single hit is the choice, and so is a whole name, or the digit of one of the ten."""
        used = {each.key: each.id for each in queries.most_used(self.actor, self.sitting.window, self.at)}
        if self.item_q in used:
            return used[self.item_q]
        found = queries.found_items(self.item_q, self.actor, self.sitting.window)
        fitting = [each for each in found if each.name == self.item_q] or found
        return fitting[0].id if len(fitting) == 1 else ""

    def _begin_draft(self, party: Party) -> None:
        if self.item_id not in queries.takeable(self.actor, self.sitting.window):
            self.item_id = ""
            self.errors.append({"text": _("本窗口不受理这个事项。请重新选择。"), "href": "#item_q"})
            return
        by, at = self.actor, self.at
        draft = cases.begin_draft(item_id=self.item_id, by=by, at=at, is_counter=True, applicant_id=party.pk)
        filled = case_queries.filling(draft, at)
        if not filled.situation:
            remembered = queries.last_situation(by, self.item_id)
            answers, marks = case_queries.prefill(filled, party, at)
            if answers:
                subject = notes.subject_of(party)
                notes.note_access(by, subject=subject, fields=sorted(answers), purpose="reception", at=at)
            fresh = {code: value for code, value in answers.items() if not filled.answers.get(code)}
            cases.save_draft(draft_id=draft.pk, by=by, at=at, situation=remembered, answers=fresh, prefilled={**marks})
        draft.refresh_from_db()
        self.filled = case_queries.filling(draft, at)
        self._lay_out(self.filled.extra)

    def _take_up(self, draft_id: int) -> None:
        """Lay out again what was put aside."""
        row = case_queries.drafts(self.actor).filter(pk=draft_id, is_counter=True).first()
        if row is None or row.applicant is None:
            return
        self.filled, self.party = case_queries.filling(row, self.at), row.applicant
        self.item_id = self.filled.item.id
        self._lay_out(self.filled.extra)
        self.agent = self._party(str(self.filled.extra.get("agent", "")))

    def _lay_out(self, extra: dict[str, Any]) -> None:
        for prefix, kept in extra.get("typed", {}).items():
            mine = self.typed.setdefault(prefix, {})
            self.typed[prefix] = {**kept, **{name: value for name, value in mine.items() if value != ""}}

    def _write_down(self, data: QueryDict) -> None:
        """Keep in the draft everything that stands on the desk, right or wrong."""
        if self.filled is None:
            return
        filled = self.filled
        draft_id, by, at = filled.draft.pk, self.actor, self.at
        if _number(data.get("draft")) != draft_id:
            return  # begun just now: nothing of it was on the page
        chosen = _by_code(data, "s_")
        situation = {each.id: chosen[each.id] for each in filled.item.situations if each.id in chosen}
        answers = self._answers(filled, situation, data)
        extra: dict[str, Any] = {
            "typed": self.typed,
            "agent": self.agent.pk if self.agent else "",
            "states": _by_code(data, "state_") | self._uploaded(filled),
            "pages": _by_code(data, "pages_"),
            "reasons": _by_code(data, "reason_"),
        }
        if "all_here" in data:
            here = MaterialState.HANDED.value
            extra["states"] = {row.code: here for row in queries.material_rows(filled) if row.choices}
        if removed := _number(data.get("remove_file")):
            cases.remove_file(draft_id=draft_id, draft_file_id=removed, by=by, at=at)
        if filled.form is not None:
            keep_marks(filled=filled, after=answers, by=by)
        cases.save_draft(draft_id=draft_id, by=by, at=at, situation=situation, answers=answers, extra=extra)
        self.filled = case_queries.filling(case_queries.drafts(by).get(pk=draft_id), at)

    def _answers(self, filled: Filling, situation: dict[str, str], data: QueryDict) -> dict[str, Any]:
        answers = dict(filled.answers)
        if filled.form is None:
            return answers
        known = filled.item.facts_of({**filled.situation, **situation})
        for topic in filled.form.topics(answers, known):
            edited = edit_rows(filled.form, topic.id, data, answers)
            values = edited or filled.form.clean_topic(topic.id, data, answers, known)[0]
            answers |= values
        return answers

    def _uploaded(self, filled: Filling) -> dict[str, str]:
        """Take in what was scanned or chosen; what has a file is here."""
        states = {}
        for row in queries.material_rows(filled):
            for upload in self.request.FILES.getlist(f"file_{row.code}"):
                try:
                    stored = files.store_upload(
                        content=upload,
                        name=upload.name or "",
                        by=self.actor,
                        at=self.at,
                        is_synthetic=self.actor.is_demo,
                    )
                except NotPossible as reason:
                    self.errors.append({"text": f"{row.name}：{reason.message}", "href": f"#material-{row.code}"})
                    continue
                cases.put_file(
                    draft_id=filled.draft.pk, material=row.code, file_id=stored.pk, by=self.actor, at=self.at
                )
                states[row.code] = MaterialState.HANDED.value
        return states

    def _received_at(self) -> datetime | None:
        typed = self.typed.get(ReceiptForm.prefix, {}).get("received_at", "")
        if not typed:
            return None
        form = ReceiptForm({f"{ReceiptForm.prefix}-received_at": typed})
        form.is_valid()
        found = form.cleaned_data.get("received_at")
        return found if isinstance(found, datetime) else None

    def _receipt_errors(self) -> Errors:
        form = ReceiptForm(self.request.POST)
        return [] if form.is_valid() else form.error_links

    def _said(self, gap: queries.Gap) -> str:
        match gap.kind:
            case "form":
                return _("请填写“%(label)s”") % {"label": gap.text}
            case "material":
                return _("缺“%(name)s”") % {"name": gap.text}
        return gap.text

    def _rows(self, filled: Filling) -> list[Row]:
        """Write every gap into the one notice: materials with their standard, questions without an answer."""
        reasons, answer = filled.extra.get("reasons", {}), self.answer()
        standards = {asked.material.code: asked.material.standard for asked in filled.asked}
        rows = [
            Row(gap.text, reasons.get(gap.code) or NOT_BROUGHT, how=standards.get(gap.code, ""), material=gap.code)
            for gap in answer.missing
        ]
        return rows + [Row(gap.text, NOT_FILLED, field=gap.code) for gap in answer.unfilled]

    def _commitment(self, filled: Filling, party: Party) -> dict[str, str] | None:
        if MaterialState.PROMISED not in queries.states_of(filled).values():
            return None
        item = filled.item
        return {"text_id": item.commitment, "text": item.commitment_text, "signed_by": party.name}

    def _application(self, filled: Filling, party: Party) -> Application:
        about = self.typed[AboutForm.prefix]
        is_street = self.sitting.window.site.kind == SiteKind.STREET
        return Application(
            item_id=filled.item.id,
            applicant_id=party.pk,
            agent_id=self.agent.pk if self.agent else None,
            agent_relation=self.typed[AgentForm.prefix]["relation"] if self.agent else "",
            channel=Channel.STREET if is_street else Channel.WINDOW,
            received_at=self._received_at() or self.at,
            identity_check=IdentityCheck(about["identity_check"] or IdentityCheck.MANUAL),
            by_dictation=bool(about["by_dictation"]),
            answers=filled.form.submission(filled.answers, filled.known) if filled.form else {},
            facts=filled.form.facts(filled.answers, filled.known) if filled.form else filled.known,
            situation=filled.situation,
            brought=self._brought(filled),
            is_synthetic=self.actor.is_demo,
            **self._delivery(filled),
        )

    def _delivery(self, filled: Filling) -> dict[str, Any]:
        """Say how the result goes out: as the item's form asks, else as the desk does."""
        if self.form_asks_delivery:
            return filled.delivery
        receipt = self.typed[ReceiptForm.prefix]
        kind = DeliveryKind(receipt["delivery_kind"] or DeliveryKind.WINDOW)
        return {"delivery_kind": kind} | {name: receipt[name] for name in case_queries.RECIPIENT}

    def _brought(self, filled: Filling) -> dict[str, Brought]:
        return {
            row.code: Brought(
                MaterialState(row.state), files=tuple(each.file_id for each in row.files), pages=row.pages
            )
            for row in queries.material_rows(filled)
            if row.choices and row.state != MaterialState.MISSING
        }


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _by_code(data: QueryDict, prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): str(data[name]) for name in data if name.startswith(prefix)}
