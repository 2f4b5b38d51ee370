"""收件台: everything for one person on one screen, without tabs and without a mouse (practice, screen 1)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.domains.cases import commands as cases
from yichuang.domains.counter import commands, queries
from yichuang.domains.counter.models import Sitting, Window
from yichuang.domains.counter.pages.desktop import Desk
from yichuang.domains.counter.pages.forms import AboutForm, AgentForm, PersonForm, ReceiptForm, RefusalForm
from yichuang.domains.counter.terms import How
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.repeating import once

MOST_DIGITS = 18
"""The key of a row has fewer digits."""

FINAL = {"accept": How.ACCEPT, "notice": How.NOTICE, "refuse": How.REFUSE, "instant": How.INSTANT}
"""F8, F7, F10, F11."""

KEYS = (
    ("F2", gettext_lazy("叫号")),
    ("F3", gettext_lazy("重呼")),
    ("F4", gettext_lazy("过号")),
    ("F6", gettext_lazy("转窗")),
    ("F9", gettext_lazy("暂停或恢复")),
    ("1–0", gettext_lazy("最常用的十个事项")),
    ("Space", gettext_lazy("材料齐")),
    ("Q", gettext_lazy("材料缺")),
    ("R", gettext_lazy("容缺")),
    ("S", gettext_lazy("扫描或选择文件")),
    ("A", gettext_lazy("材料全部齐")),
    ("J K", gettext_lazy("下一份、上一份材料")),
    ("F8", gettext_lazy("受理并打印")),
    ("F7", gettext_lazy("一次性告知")),
    ("F10", gettext_lazy("不予受理")),
    ("F11", gettext_lazy("即办办结")),
    ("F12", gettext_lazy("暂存")),
)


@page(permission="counter.call")
def desk(request: ActingRequest) -> HttpResponse:
    """Show the desk; each POST keeps what was typed and then does what the key says."""
    sitting = queries.sitting_of(request.actor)
    if sitting is None:
        return _choose_window(request)
    if request.method != "POST":
        return _shown(request, Desk.opened(request, sitting))
    do = request.POST.get("do", "update")
    if do not in BAR and (number := queries.handed_in(request.actor, request.POST.get("draft", ""))):
        return redirect("counter:received", number)  # sent again after the line was cut: it is done
    opened = Desk.posted(request, sitting)
    if do in BAR:
        return _at_the_bar(request, opened, do)
    opened.begin()
    if do in FINAL:
        return _final(request, opened, FINAL[do])
    if do == "aside":
        return _put_aside(request, opened)
    if do == "discard" and opened.filled is not None:
        cases.discard_draft(draft_id=opened.filled.draft.pk, by=request.actor, at=request.at)
        messages.info(request, _("已清除，没有收件。"))
        return redirect("counter:desk")
    return _shown(request, opened)


@page(permission="counter.call")
def bar(request: ActingRequest) -> HttpResponse:
    """Give the call bar again where it has changed; 204 where it has not."""
    sitting = queries.sitting_of(request.actor)
    if sitting is None:
        return HttpResponse(status=204)
    found = queries.bar(sitting, request.actor, request.at)
    if found.version == request.GET.get("v"):
        return HttpResponse(status=204)
    return render(request, "counter/bar.html", bar_context(request, sitting))


@page(permission="counter.call")
def items(request: ActingRequest) -> HttpResponse:
    """List the items that a few letters or characters mean, while they are typed."""
    sitting = queries.sitting_of(request.actor)
    query = request.GET.get("item_q", "").strip()
    found = queries.found_items(query, request.actor, sitting.window) if sitting and query else []
    return render(request, "counter/items.html", {"found": found, "item_q": query})


def bar_context(request: ActingRequest, sitting: Sitting) -> dict[str, Any]:
    """Give what the call bar shows."""
    return {
        "bar": queries.bar(sitting, request.actor, request.at),
        "staff_no": request.actor.staff_no,
        "clerk": request.actor.name,
        "onward": queries.onward_places(sitting),
        "keys": [{"key": key, "label": label} for key, label in KEYS],
        "key": secrets.token_urlsafe(16),
    }


def _choose_window(request: ActingRequest) -> HttpResponse:
    errors = []
    if request.method == "POST" and request.POST.get("do") == "sit":
        try:
            chosen = Window.objects.filter(pk=_number(request.POST.get("window", ""))).first()
            if chosen is None:
                raise NotPossible(_("请选择窗口。"))
            commands.sit_down(window_id=chosen.pk, by=request.actor, at=request.at)
            return redirect("counter:desk")
        except NotPossible as reason:
            errors = [{"text": reason.message, "href": ""}]
    context = {"windows": queries.free_windows(request.actor), "errors": errors}
    return render(request, "counter/choose_window.html", context, status=422 if errors else 200)


def _call(request: ActingRequest, _desk: Desk) -> None:
    commands.call_next(by=request.actor, at=request.at)


def _recall(request: ActingRequest, _desk: Desk) -> None:
    commands.recall_ticket(ticket_id=_ticket(request), by=request.actor, at=request.at)


def _pass(request: ActingRequest, _desk: Desk) -> None:
    commands.pass_ticket(ticket_id=_ticket(request), by=request.actor, at=request.at)


def _finish(request: ActingRequest, _desk: Desk) -> None:
    commands.finish_ticket(ticket_id=_ticket(request), by=request.actor, at=request.at)


def _transfer(request: ActingRequest, _desk: Desk) -> None:
    kind, _dash, pk = request.POST.get("onward", "").partition("-")
    commands.transfer_ticket(
        ticket_id=_ticket(request),
        queue_id=_number(pk) if kind == "queue" else None,
        window_id=_number(pk) if kind == "window" else None,
        by=request.actor,
        at=request.at,
    )


def _pause(request: ActingRequest, _desk: Desk) -> None:
    commands.pause_window(by=request.actor, at=request.at)


def _resume(request: ActingRequest, _desk: Desk) -> None:
    commands.resume_window(by=request.actor, at=request.at)


def _leave(request: ActingRequest, _desk: Desk) -> None:
    commands.leave_window(by=request.actor, at=request.at)


BAR: dict[str, Callable[[ActingRequest, Desk], None]] = {
    "call": _call,
    "recall": _recall,
    "pass": _pass,
    "finish": _finish,
    "transfer": _transfer,
    "pause": _pause,
    "resume": _resume,
    "leave": _leave,
}
CLEARS = frozenset({"call", "leave"})
"""These are for the next person: what was typed for the one before lies in the draft that was put aside."""


def _at_the_bar(request: ActingRequest, opened: Desk, do: str) -> HttpResponse:
    opened.errors = []  # a key of the bar asks nothing of the form
    try:
        BAR[do](request, opened)
    except NotPossible as reason:
        opened.errors = [{"text": reason.message, "href": ""}]
        return _shown(request, opened, status=422)
    if do in CLEARS:
        return redirect("counter:desk")
    opened.ticket = queries.ticket_in_hand(request.actor)
    return _shown(request, opened)


def _final(request: ActingRequest, opened: Desk, how: How) -> HttpResponse:
    """Take in and answer, once; a no is shown beside what was typed."""
    opened.errors += _unready(opened, how)
    if not opened.errors:

        def done() -> str:
            reception = opened.take_in(how)
            return reverse("counter:received", args=[reception.case.dossier.number])

        try:
            return once(request, done)
        except NotPossible as reason:
            opened.errors = [{"text": reason.message, "href": ""}]
    opened.is_checked = how in (How.ACCEPT, How.INSTANT)
    return _shown(request, opened, status=422)


def _unready(opened: Desk, how: How) -> list[dict[str, str]]:
    """List what a key needs: F8 and F11 everything, F7 and F10 at least somebody and a matter."""
    if how in (How.ACCEPT, How.INSTANT):
        return opened.missing()
    return [{"text": gap.text, "href": gap.href} for gap in opened.answer().others if gap.kind in ("person", "item")]


def _put_aside(request: ActingRequest, opened: Desk) -> HttpResponse:
    if opened.filled is None:
        opened.errors.append({"text": _("登记申请人并选择事项后才能暂存。"), "href": "#id_p-number"})
        return _shown(request, opened, status=422)
    messages.success(request, _("已暂存，可在下方“暂存”中继续。"))
    return redirect("counter:desk")


def _ticket(request: ActingRequest) -> int:
    return _number(request.POST.get("ticket", ""))


def _number(text: str) -> int:
    """Read the key of a row; what is none finds none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS else 0


def _shown(request: ActingRequest, opened: Desk, status: int = 200) -> HttpResponse:
    actor, at, window = request.actor, request.at, opened.sitting.window
    answer = opened.answer()
    filled = opened.filled
    context = bar_context(request, opened.sitting) | {
        "desk": opened,
        "errors": opened.errors,
        "answer": answer,
        "person": queries.person_seen(opened.party, actor, at) if opened.party else None,
        "agent": opened.agent,
        "open_cases": queries.short_open_cases(opened.party.pk, opened.item_id, actor)
        if opened.party and opened.item_id
        else [],
        "most_used": queries.most_used(actor, window, at) if filled is None else [],
        "found": queries.found_items(opened.item_q, actor, window) if opened.item_q and filled is None else [],
        "item_name": filled.item.name if filled else _item_name(opened),
        "situations": _situations(opened),
        "topics": opened.topics(),
        "rows": queries.material_rows(filled) if filled else [],
        "drafts": [row for row in queries.drafts(actor, at) if filled is None or row["draft"].pk != filled.draft.pk],
        "person_form": opened.small_form(PersonForm),
        "about_form": opened.small_form(AboutForm),
        "agent_form": opened.small_form(AgentForm),
        "receipt_form": opened.small_form(ReceiptForm),
        "refusal_form": opened.small_form(RefusalForm),
        "may_identify": actor.may("parties.manage"),
        "may_accept": actor.may("cases.accept"),
        "may_refuse": actor.may("cases.refuse"),
        "may_conclude": bool(filled and filled.item.is_instant and actor.may("cases.decide_instant")),
    }
    return render(request, "counter/desk.html", context, status=status)


def _item_name(opened: Desk) -> str:
    if not opened.item_id:
        return ""
    found = queries.takeable(opened.actor, opened.sitting.window).get(opened.item_id)
    return found.name if found else ""


def _situations(opened: Desk) -> list[dict[str, Any]]:
    if opened.filled is None:
        return []
    given = opened.filled.situation
    return [
        {
            "id": each.id,
            "question": each.question,
            "hint": each.hint,
            "choices": [(choice.id, choice.label, choice.id == given.get(each.id)) for choice in each.choices],
        }
        for each in opened.filled.situations
    ]
