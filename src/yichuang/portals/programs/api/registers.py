"""Registers for programs: which there are, their entries on a day, one entry with its history, and the deeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field as Described

from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest
from yichuang.foundation.registers import commands, queries, rights
from yichuang.foundation.registers.definition import Field, Register
from yichuang.foundation.registers.labels import Labels
from yichuang.foundation.registers.lookup import Lookup
from yichuang.foundation.registers.models import Entry, Version
from yichuang.foundation.registers.problems import EntryFaulty
from yichuang.foundation.registers.reading import read
from yichuang.foundation.registers.terms import Action, ChangeKind, EntryState, FieldType
from yichuang.foundation.registers.values import facts_of
from yichuang.foundation.registers.writing import in_cell
from yichuang.ui.api import Code, Cursor, Id, Limit, Line, Listed, May, Text, Unfit, listed, once

router = Router(tags=["registers"])
VIEW = "registers.view"

Typed = Text | int | float | bool | list[Line] | None
Values = Annotated[
    dict[Code, Typed],
    Described(
        description="by the id of the field: text, number in the field's unit, ISO day or month, true or false, code, "
        "list of codes; a reference by its number or whole name"
    ),
]
Since = Annotated[date | None, Described(description="the day from which it is true; default: today")]


class FieldOut(Schema):
    """One field that the caller sees."""

    id: str
    name: str
    type: str
    unit: str
    required: bool
    computed: bool
    masked: bool = Described(description="the caller sees it covered, and only as text")
    filter: list[str] = Described(description="the query parameters by which entries are filtered")
    choices: dict[str, str] = Described(description="code: name")


class RegisterOut(Schema):
    """One register as its file in force says, for the one who asks."""

    id: str
    name: str
    about: str
    group: str
    version: int
    may: list[str] = Described(description="what the caller may do in it: view, edit, check, publish …")
    fields: list[FieldOut]
    states: dict[str, str]


class RegistersOut(Schema):
    """The registers that the caller may see."""

    items: list[RegisterOut]


class EntryOut(Schema):
    """One entry as it held, or as it is worked on."""

    number: int
    title: str
    state: str
    version: int = Described(description="send it as `seen` with a change")
    unit: str = Described(description="code of the unit whose entry it is; empty where it is nobody's")
    valid_from: date
    valid_to: date | None
    recorded_at: datetime
    synthetic: bool
    values: dict[str, Any] = Described(description="as a POST takes them; computed columns too")
    texts: dict[str, str] = Described(description="as the office writes them, covered where the caller sees a mask")


class DifferenceOut(Schema):
    """How one field differs from the version before."""

    field: str
    before: str
    after: str


class HappenedOut(Schema):
    """One line of an entry's history."""

    version: int
    state: str
    at: datetime
    recorded_at: datetime
    valid_from: date
    reason: str
    differences: list[DifferenceOut]


class EntryWithHistoryOut(EntryOut):
    """One entry, with how it came to say so, newest first."""

    history: list[HappenedOut]


class AddIn(Schema):
    """A new entry."""

    values: Values
    since: Since = None
    reason: Line = ""


class ChangeIn(Schema):
    """What is to change; the other fields stay."""

    values: Values
    seen: int | None = Described(None, description="the version that the caller has read; another one is refused")
    since: Since = None
    reason: Line = ""


class DeedIn(Schema):
    """A deed to an entry."""

    deed: Literal["check", "publish", "send-back", "withdraw", "discard"] | Code = Described(
        description="check, publish, send-back, withdraw, discard; or a deed of the register's lifecycle"
    )
    reason: Line = Described("", description="sending back and withdrawing need one")
    since: Since = None


class ProposeIn(Schema):
    """A change request of somebody who may not edit."""

    kind: Literal["add", "change", "withdraw"]
    number: Id | None = Described(None, description="the entry; none where one is to be added")
    values: Values = Described(default_factory=dict)
    reason: Line


class RequestOut(Schema):
    """A change request that waits."""

    id: int
    number: int | None
    kind: str
    state: str


@router.get("/registers", response=RegistersOut, auth=May(VIEW), summary="Registers that the caller may see")
def list_registers(request: ActingRequest) -> RegistersOut:
    """List the registers by group, each with the fields that the caller sees and what he may do in it."""
    day = local_day(request.at)
    return RegistersOut(items=[_told(each, request, day) for each in queries.registers_for(request.actor, day)])


@router.get("/registers/{code}", response=RegisterOut, auth=May(VIEW), summary="One register")
def one_register(request: ActingRequest, code: Code) -> RegisterOut:
    """Describe a register: fields, filters, states."""
    return _told(_register(request, code), request, local_day(request.at))


@router.get("/registers/{code}/entries", response=Listed[EntryOut], auth=May(VIEW), summary="Entries of a register")
def register_entries(
    request: ActingRequest,
    code: Code,
    q: Annotated[str, Query(max_length=100, description="words of the title, or a number")] = "",
    state: Annotated[Literal["", "draft", "checked", "published", "withdrawn"], Query()] = "",
    day: Annotated[date | None, Query(description="what held on this day; default: what is worked on now")] = None,
    known_at: Annotated[datetime | None, Query(description="as it was known then; with `day`")] = None,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> dict[str, Any]:
    """
    List entries, newest first. Each filtered field is a query parameter too (`GET /registers/{code}` names them).

    A parameter that is none of them is refused: nobody takes an unfiltered list for a filtered one.
    """
    register = _register(request, code)
    known = {"q", "state", "day", "known_at", "cursor", "limit"}
    known |= {name for each in queries.filtered_fields(register, request.actor) for name in queries.parameters(each)}
    if strange := sorted(request.GET.keys() - known):
        said = _("没有这样的筛选条件；可用的有：%(names)s。") % {"names": "、".join(sorted(known))}
        raise Unfit(said, [(f"query.{name}", said) for name in strange])
    asked = queries.asked(register, request.actor, request.GET)
    if asked.unread:
        raise Unfit(_("筛选条件读不懂。"), [(f"query.{name}", told) for name, told in asked.unread])
    page = listed(queries.listed(register, request.actor, asked), lambda version: version, cursor=cursor, limit=limit)
    return page | {"items": _written(register, request, page["items"])}


@router.get(
    "/registers/{code}/entries/{number}",
    response=EntryWithHistoryOut,
    auth=May(VIEW),
    summary="One entry with its history",
)
def register_entry(
    request: ActingRequest, code: Code, number: Id, day: date | None = None, known_at: datetime | None = None
) -> dict[str, Any]:
    """Give one entry: as it is worked on, or what held on a day as it was known at a moment; 404 where nothing did."""
    register = _register(request, code)
    entry = _entry(request, register, number)
    version = entry.current
    if day is not None:
        version = queries.entries(code, on=day, known_at=known_at).filter(entry=entry).first()
    if version is None:
        raise Http404
    return _with_history(register, request, entry, version)


@router.post(
    "/registers/{code}/entries", response={201: EntryWithHistoryOut}, auth=May("registers.edit"), summary="Add an entry"
)
def add_register_entry(request: ActingRequest, code: Code, body: AddIn) -> tuple[int, EntryWithHistoryOut]:
    """Write a new entry: a draft until it is checked and published; where the register has a lifecycle, it opens."""
    register = _register(request, code, Action.EDIT)
    write = commands.open_entry if register.lifecycle else commands.add_entry

    def done() -> Entry:
        values = _facts(request, register, body.values)
        said: dict[str, Any] = {"by": request.actor, "at": request.at, "since": body.since, "reason": body.reason}
        return write(register=code, values=values, **said)

    return 201, _once(request, register, body, done)


@router.patch(
    "/registers/{code}/entries/{number}",
    response=EntryWithHistoryOut,
    auth=May("registers.edit"),
    summary="Change an entry",
)
def change_register_entry(request: ActingRequest, code: Code, number: Id, body: ChangeIn) -> EntryWithHistoryOut:
    """Let an entry say something else: a working copy; what is published holds until the copy is."""
    register = _register(request, code, Action.EDIT)
    entry = _entry(request, register, number)

    def done() -> Entry:
        before = facts_of(register, entry.current.read()) if entry.current else {}
        return commands.change_entry(
            entry_id=entry.pk,
            values=_facts(request, register, body.values, before),
            by=request.actor,
            at=request.at,
            seen=body.seen,
            since=body.since,
            reason=body.reason,
        )

    return _once(request, register, body, done)


@router.post(
    "/registers/{code}/entries/{number}/deeds",
    response=EntryWithHistoryOut,
    auth=May(VIEW),
    summary="Check, publish, send back or withdraw an entry",
)
def move_register_entry(request: ActingRequest, code: Code, number: Id, body: DeedIn) -> EntryWithHistoryOut:
    """Do one deed; which of them the caller may do says the register's file."""
    register = _register(request, code)
    entry = _entry(request, register, number)
    said: dict[str, Any] = {"by": request.actor, "at": request.at}

    def done() -> Entry:
        match body.deed:
            case "check":
                commands.check_entries(register=code, entry_ids=[entry.pk], **said)
            case "publish":
                commands.publish_entries(register=code, entry_ids=[entry.pk], **said)
            case "send-back":
                commands.send_back(entry_id=entry.pk, reason=body.reason, **said)
            case "withdraw":
                commands.withdraw_entry(entry_id=entry.pk, reason=body.reason, since=body.since, **said)
            case "discard":
                commands.discard_draft(entry_id=entry.pk, **said)
            case _:
                if body.deed not in register.deeds or entry.dossier_id is None:
                    there = "、".join(["check", "publish", "send-back", "withdraw", "discard", *register.deeds])
                    told = _("这本台账没有“%(deed)s”；可办：%(there)s。") % {"deed": body.deed, "there": there}
                    raise Unfit(told, [("body.deed", told)])
                commands.move_entry(entry_id=entry.pk, name=body.deed, reason=body.reason, **said)
        return entry

    return _once(request, register, body, done)


@router.post(
    "/registers/{code}/requests",
    response={201: RequestOut},
    auth=May("registers.propose"),
    summary="Propose a change",
)
def propose_register_change(request: ActingRequest, code: Code, body: ProposeIn) -> tuple[int, RequestOut]:
    """Ask for an entry to be added, changed or withdrawn; nothing changes until the owner takes it."""
    register = _register(request, code)
    entry = _entry(request, register, body.number) if body.number is not None else None
    if (entry is None) != (body.kind == "add"):
        told = _("新增的申请不写编号，修改和撤下的申请要写编号。")
        raise Unfit(told, [("body.number", told)])

    def done() -> RequestOut:
        before = facts_of(register, entry.current.read()) if entry and entry.current else None
        values = {} if body.kind == "withdraw" else _facts(request, register, body.values, before)
        row = commands.propose(
            register=code,
            kind=ChangeKind(body.kind),
            values=values,
            reason=body.reason,
            by=request.actor,
            at=request.at,
            entry_id=entry.pk if entry else None,
        )
        return RequestOut(id=row.pk, number=body.number, kind=row.kind, state=row.state)

    return 201, once(request, RequestOut, body.model_dump(mode="json"), done)


# ── within ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _register(request: ActingRequest, code: str, action: Action = Action.VIEW) -> Register:
    found = queries.register_for(request.actor, code, local_day(request.at), action)
    if found is None:
        raise Http404
    return found


def _entry(request: ActingRequest, register: Register, number: int) -> Entry:
    found = queries.entry_for(request.actor, register.id, number)
    if found is None:
        raise Http404
    return found


def _told(register: Register, request: ActingRequest, on: date) -> RegisterOut:
    actor = request.actor
    filtered = {each.id for each in queries.filtered_fields(register, actor)}
    fields = [
        FieldOut(
            id=each.id,
            name=str(each.name),
            type=each.type.value,
            unit=each.unit,
            required=each.required,
            computed=each.formula is not None,
            masked=not rights.sees(actor, each),
            filter=list(queries.parameters(each)) if each.id in filtered else [],
            choices=dict(queries.choices(each, on)) if each.type in (FieldType.CODE, FieldType.CODES) else {},
        )
        for each in rights.seen_fields(actor, register)
    ]
    return RegisterOut(
        id=register.id,
        name=str(register.name),
        about=str(register.about),
        group=str(register.group),
        version=register.version,
        may=[action.value for action in Action if rights.may(actor, register, action)],
        fields=fields,
        states={state: register.state_name(state) for state in EntryState.values},
    )


def _written(register: Register, request: ActingRequest, versions: list[Version]) -> list[dict[str, Any]]:
    """Write entries for the caller: values that he sees whole, and texts, some of them covered."""
    on, fields = local_day(request.at), rights.seen_fields(request.actor, register)
    labels = Labels()
    found = []
    for line in queries.lines(register, request.actor, versions, fields, on):
        labels.more(fields, [line.facts])
        entry, version = line.entry, line.version
        whole = [each for each in fields if rights.sees(request.actor, each)]
        found.append(
            {
                "number": entry.number,
                "title": entry.title,
                "state": version.state,
                "version": version.n,
                "unit": entry.unit.code if entry.unit else "",
                "valid_from": version.valid_from,
                "valid_to": version.valid_to,
                "recorded_at": version.recorded_at,
                "synthetic": entry.is_synthetic,
                "values": {each.id: _value(each, line.facts.get(each.id), labels, on) for each in whole},
                "texts": {each.field.id: each.text for each in line.values if each.text},
            }
        )
    return found


def _value(field: Field, value: Any, labels: Labels, on: date) -> Any:
    """Write a value so that a POST takes it back."""
    match field.type:
        case FieldType.CODE | FieldType.BOOL | FieldType.UNIT:
            return value
        case FieldType.CODES:
            return list(value or ())
        case FieldType.DATE:
            return value.isoformat() if value else None
    return in_cell(field, value, labels, on)


def _with_history(register: Register, request: ActingRequest, entry: Entry, version: Version) -> dict[str, Any]:
    version.entry = entry
    told = queries.history(register, request.actor, entry, local_day(request.at))
    history = [
        {
            "version": each.n,
            "state": each.state,
            "at": each.at,
            "recorded_at": each.recorded_at,
            "valid_from": each.valid_from,
            "reason": each.reason,
            "differences": [{"field": one.label, "before": one.before, "after": one.after} for one in each.differences],
        }
        for each in told
    ]
    return _written(register, request, [version])[0] | {"history": history}


def _facts(
    request: ActingRequest, register: Register, values: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """
    Read what was sent as facts.

    :raises Unfit: a field that is not there, or not for the caller; both are told in the same words
    :raises EntryFaulty: values do not fit
    """
    mine = [each for each in register.typed if each.type is not FieldType.FILE and rights.sees(request.actor, each)]
    if strange := sorted(values.keys() - {each.id for each in mine}):
        told = _("没有这样的栏目，或不由您填写；您可以填：%(names)s。") % {"names": "、".join(each.id for each in mine)}
        raise Unfit(told, [(f"body.values.{name}", told) for name in strange])
    lookup = Lookup(request.at, request.actor)
    sent = [each for each in mine if before is None or each.id in values]
    found = read(register, {name: _exact(value) for name, value in values.items()}, lookup, fields=sent, before=before)
    if found.complaints:
        raise EntryFaulty(found.complaints)
    return {each.id: found.facts.get(each.id) for each in sent}


def _exact(value: Any) -> Any:
    """Take a number as it was written, not as the nearest fraction of two."""
    return Decimal(repr(value)) if isinstance(value, float) and not isinstance(value, bool) else value


def _once(request: ActingRequest, register: Register, body: Schema, done: Callable[[], Entry]) -> EntryWithHistoryOut:
    def answer() -> EntryWithHistoryOut:
        entry = Entry.objects.select_related("current", "standing", "unit").get(pk=done().pk)
        assert entry.current is not None, "a deed leaves what an entry says"
        return EntryWithHistoryOut.model_validate(_with_history(register, request, entry, entry.current))

    return once(request, EntryWithHistoryOut, body.model_dump(mode="json"), answer)
