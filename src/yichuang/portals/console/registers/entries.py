"""One entry: what it says, how it came to say so, and the deeds that are open to the reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.files import commands as files
from yichuang.foundation.files.problems import FileRefused
from yichuang.foundation.files.queries import file_for
from yichuang.foundation.files.serving import serve
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.foundation.registers import commands, queries, rights
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.models import Entry
from yichuang.foundation.registers.terms import Action, Checking, EntryState
from yichuang.foundation.registers.values import facts_of
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.lifecycles import Lifecycle, Move
from yichuang.portals.console.names import names
from yichuang.portals.console.registers.finding import TONES, entry_or_404, posted, register_or_404, sent
from yichuang.portals.console.registers.forms import EntryForm, ReasonForm, WithdrawForm
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once
from yichuang.ui.words import named


@page(permission="registers.view")
def one(request: ActingRequest, code: str, number: int) -> HttpResponse:
    """Show one entry; with `day` what held then, with `known_at` as it was known."""
    register = register_or_404(request, code)
    entry = entry_or_404(request, register, number)
    asked = queries.asked(register, request.actor, request.GET)
    version = entry.current
    if asked.day is not None:
        version = queries.entries(code, on=asked.day, known_at=asked.known_at).filter(entry=entry).first()
    day = local_day(request.at)
    told = queries.history(register, request.actor, entry, day)
    accounts = {each.by.account_id for each in told if each.by.account_id is not None}
    named = names(request.actor, accounts)
    context = {
        "register": register,
        "entry": entry,
        "version": version,
        "day": asked.day,
        "state": {"label": register.state_name(entry.state), "tone": TONES[entry.state]},
        "rows": _rows(queries.shown(register, request.actor, version, day) if version else []),
        "pending": queries.pending(register, request.actor, entry, day),
        "history": [
            {
                "event": each,
                "title": _title(register, each),
                "who": named.get(each.by.account_id or 0, _("系统")),
            }
            for each in told
        ],
        "evidence": queries.evidence_of(register, request.actor, entry),
        "deeds": _deeds(request, register, entry),
        "stage": _stage(register, entry),
        "public": _public_address(register, entry),
        "may_edit": _may(request, register, entry, Action.EDIT),
        "may_propose": _may(request, register, entry, Action.PROPOSE),
        "requests": queries.open_requests(register, request.actor).filter(entry=entry),
    }
    return render(request, "console/register_entry.html", context)


@page(permission="registers.edit")
def add(request: ActingRequest, code: str) -> HttpResponse:
    """Write a new entry."""
    register = register_or_404(request, code, Action.EDIT)
    form = EntryForm(*sent(request), register=register, request=request)

    def done(stored: Mapping[str, int]) -> str:
        write = commands.open_entry if register.lifecycle else commands.add_entry
        entry = write(
            register=code,
            values=form.values(stored),
            by=request.actor,
            at=request.at,
            reason=form.cleaned_data["why"],
            evidence=_evidence(stored),
        )
        messages.success(request, _("已保存，编号 %(number)d。") % {"number": entry.number})
        return address(entry)

    title = _("新增%(entry)s") % {"entry": register.entry_name}
    back = {"href": reverse("console:register", args=[code]), "label": _("返回%(name)s") % {"name": register.name}}
    return written(request, form, done, {"register": register, "title": title, "deed": _("保存"), "back": back})


@page(permission="registers.edit")
def change(request: ActingRequest, code: str, number: int) -> HttpResponse:
    """Let an entry say something else."""
    register = register_or_404(request, code, Action.EDIT)
    entry = entry_or_404(request, register, number)
    if not rights.may(request.actor, register, Action.EDIT, entry.unit_id) or entry.current is None:
        raise Http404
    before = facts_of(register, entry.current.read())
    form = EntryForm(*sent(request), register=register, request=request, before=before, is_change=True)

    def done(stored: Mapping[str, int]) -> str:
        commands.change_entry(
            entry_id=entry.pk,
            values=form.values(stored),
            by=request.actor,
            at=request.at,
            seen=_seen(request),
            since=form.cleaned_data["since"],
            reason=form.cleaned_data["why"],
            evidence=_evidence(stored),
        )
        messages.success(request, _("修改已保存。"))
        return address(entry)

    title = _("修改：%(title)s") % {"title": entry.title}
    context = {
        "register": register,
        "title": title,
        "deed": _("保存修改"),
        "back": _back(entry),
        "seen": entry.current.n,
    }
    return written(request, form, done, context)


@page(permission="registers.view")
def move(request: ActingRequest, code: str, number: int, deed: str) -> HttpResponse:
    """Do one deed to an entry: check, publish, send back, withdraw, discard, or a deed of its lifecycle."""
    register = register_or_404(request, code)
    entry = entry_or_404(request, register, number)
    known = {each["name"]: each for each in _deeds(request, register, entry)}
    if deed not in known:
        raise Http404
    form = _form_of(deed, request)
    ask = known[deed]

    def done() -> str:
        _do(request, register, entry, deed, form)
        messages.success(request, _("已办理：%(deed)s。") % {"deed": ask["label"]})
        return address(entry)

    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            return once(request, done)
        except NotPossible as reason:
            if form is None:
                messages.error(request, reason.message)
                return once(request, lambda: address(entry))
            form.add_error(None, reason.message)
    context = {
        "register": register,
        "title": named(ask["label"], entry.title),
        "deed": ask["label"],
        "back": _back(entry),
        "form": form or UiForm(),
    }
    return render(request, "console/register_form.html", context)


@page(permission="registers.view")
def file(request: ActingRequest, code: str, number: int, file_id: int) -> HttpResponseBase:
    """Hand out a file that stands beside an entry."""
    register = register_or_404(request, code)
    entry_or_404(request, register, number)
    row = file_for(request.actor, file_id)
    if row is None:
        raise Http404
    return serve(row, request.actor)


def written(
    request: ActingRequest, form: EntryForm, done: Callable[[Mapping[str, int]], str], context: Mapping[str, Any]
) -> HttpResponse:
    """Show the form of an entry, and when it is sent store its files and do the deed once; what was typed stays."""
    if request.method == "POST" and form.is_valid():
        try:
            stored = {
                name: files.store_upload(content=upload, name=upload.name, by=request.actor, at=request.at).pk
                for name, upload in form.uploads().items()
            }
            return once(request, lambda: done(stored))
        except FileRefused as reason:
            form.add_error("evidence", reason.message)
        except NotPossible as reason:
            form.tell(reason)
    return render(request, "console/register_form.html", {"form": form, "seen": 0, **context})


def address(entry: Entry) -> str:
    """Give the address of an entry."""
    return reverse("console:register_entry", args=[entry.register_id, entry.number])


def _do(request: ActingRequest, register: Register, entry: Entry, deed: str, form: UiForm | None) -> None:
    said: dict[str, Any] = {"by": request.actor, "at": request.at}
    given = form.cleaned_data if form is not None else {}
    match deed:
        case "check":
            commands.check_entries(register=register.id, entry_ids=[entry.pk], **said)
        case "publish":
            commands.publish_entries(register=register.id, entry_ids=[entry.pk], **said)
        case "send-back":
            commands.send_back(entry_id=entry.pk, reason=given["reason"], **said)
        case "withdraw":
            commands.withdraw_entry(entry_id=entry.pk, reason=given["reason"], since=given["since"], **said)
        case "discard":
            commands.discard_draft(entry_id=entry.pk, **said)
        case _:
            commands.move_entry(entry_id=entry.pk, name=deed, reason=given.get("reason", ""), **said)


def _form_of(deed: str, request: ActingRequest) -> UiForm | None:
    if deed == "withdraw":
        return WithdrawForm(posted(request))
    return None if deed in ("check", "publish", "discard") else ReasonForm(posted(request))


def _deeds(request: ActingRequest, register: Register, entry: Entry) -> list[dict[str, Any]]:
    """List the deeds that are open to the reader now, in the order of an entry's life."""

    def may(action: Action) -> bool:
        return _may(request, register, entry, action)

    found: list[tuple[str, str, str, bool]] = []
    is_working = entry.state in (EntryState.DRAFT, EntryState.CHECKED)
    checked = register.checking is Checking.NONE or entry.state == EntryState.CHECKED
    needs_check = register.checking is not Checking.NONE and entry.state == EntryState.DRAFT
    if register.lifecycle:
        found += [(each.deed, each.label, "secondary", True) for each in _moves(request, register, entry)]
    else:
        found += [
            ("check", _("核对"), "primary", needs_check and may(Action.CHECK)),
            ("publish", _("发布"), "primary", is_working and checked and may(Action.PUBLISH)),
            ("send-back", _("退回修改"), "secondary", is_working and may(Action.CHECK)),
            ("discard", _("放弃修改"), "secondary", is_working and may(Action.EDIT)),
        ]
    standing = entry.standing is not None and entry.standing.state == EntryState.PUBLISHED
    found.append(("withdraw", _("撤下"), "warning", standing and may(Action.WITHDRAW)))
    asked_for_reason = {"send-back", "withdraw"} | set(register.deeds)
    return [
        {
            "name": name,
            "label": label,
            "kind": kind,
            "href": reverse("console:register_move", args=[register.id, entry.number, name]),
            "asks": name in asked_for_reason,
        }
        for name, label, kind, is_open in found
        if is_open
    ]


def _may(request: ActingRequest, register: Register, entry: Entry, action: Action) -> bool:
    return rights.rows(request.actor, register, action).has(entry.unit_id)


def _moves(request: ActingRequest, register: Register, entry: Entry) -> list[Move]:
    """List the deeds of the lifecycle that the dossier's state and the reader's role allow."""
    if entry.dossier is None:
        return []
    table = definitions.get("lifecycle", entry.dossier.lifecycle, entry.dossier.lifecycle_version)
    assert isinstance(table, Lifecycle)
    roles = {grant.role for grant in request.actor.grants}
    return [
        each for each in table.deeds_from(entry.dossier.state) if register.deeds.get(each.deed, frozenset()) & roles
    ]


def _stage(register: Register, entry: Entry) -> dict[str, Any] | None:
    if entry.dossier is None:
        return None
    table = definitions.get("lifecycle", entry.dossier.lifecycle, entry.dossier.lifecycle_version)
    assert isinstance(table, Lifecycle)
    return {"label": table.states[entry.dossier.state].label, "due_at": entry.dossier.due_at}


def _rows(values: list[queries.Value]) -> list[dict[str, Any]]:
    return [{"label": each.label, "value": each} for each in values]


def _title(register: Register, event: queries.Happened) -> str:
    if event.is_first:
        return pgettext("deed", "新增")
    if event.differences:
        return _("修改（第 %(n)d 版）") % {"n": event.n}
    return register.state_name(event.state)


def _public_address(register: Register, entry: Entry) -> str:
    standing = entry.standing is not None and entry.standing.state == EntryState.PUBLISHED
    return reverse("public:register_entry", args=[register.id, entry.number]) if register.public and standing else ""


def _evidence(stored: Mapping[str, int]) -> list[int]:
    return [stored["evidence"]] if "evidence" in stored else []


def _seen(request: ActingRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isdigit() else None


def _back(entry: Entry) -> dict[str, str]:
    return {"href": address(entry), "label": _("返回条目")}
