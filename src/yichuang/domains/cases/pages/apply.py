"""Applying: start, task list, one topic a page, materials, check, hand in, confirmation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yichuang.domains.cases import commands, queries
from yichuang.domains.cases.queries import Filling
from yichuang.domains.cases.terms import DeliveryKind
from yichuang.domains.catalogue.terms import Item, Need
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.problems import NotInForce
from yichuang.foundation.forms.terms import TopicState
from yichuang.foundation.forms.topic_forms import edit_rows, topic_form
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Party
from yichuang.foundation.people.pages import ActingRequest, page
from yichuang.kernel.errors import NotPossible
from yichuang.ui.forms import UiForm
from yichuang.ui.repeating import once, once_or_back

TASK = {TopicState.NOT_STARTED: "todo", TopicState.STARTED: "doing", TopicState.DONE: "done"}


def _by_post(label: Any, longest: int) -> forms.CharField:
    """Declare what is asked only of who has the result sent."""
    field = forms.CharField(label=label, required=False, max_length=longest, help_text=gettext_lazy("选择邮寄时填写"))
    field.widget.attrs |= {"data-opened-by": "delivery_kind", "data-opened-on": DeliveryKind.POST.value}
    return field


class PartiesForm(UiForm):
    """Who applies, who acts for them, and how the result is to come."""

    applicant = forms.ChoiceField(label=gettext_lazy("申请人"), widget=forms.RadioSelect)
    delivery_kind = forms.ChoiceField(label=gettext_lazy("结果怎么取"), widget=forms.RadioSelect)
    recipient_name = _by_post(gettext_lazy("收件人"), 80)
    recipient_phone = _by_post(gettext_lazy("收件人电话"), 32)
    recipient_address = _by_post(gettext_lazy("收件地址"), 200)

    def __init__(self, *args: Any, parties: list[tuple[str, str]], asks_delivery: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_delivery:  # the item's own form does
            for name in ("delivery_kind", *queries.RECIPIENT):
                del self.fields[name]
        ways = (DeliveryKind.WINDOW, DeliveryKind.POST, DeliveryKind.ELECTRONIC)
        for name, choices in (
            ("applicant", parties),
            ("delivery_kind", [(way.value, way.label) for way in ways]),
        ):
            if name in self.fields:
                field = self.fields[name]
                assert isinstance(field, forms.ChoiceField)
                field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Ask for an address where something is to be sent to."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("delivery_kind") == DeliveryKind.POST:
            for name, message in (
                ("recipient_name", _("请填写收件人姓名，邮寄时使用")),
                ("recipient_address", _("请填写收件地址，写明街道和门牌号")),
            ):
                if not cleaned.get(name):
                    self.add_error(name, message)
        return cleaned


@page(permission="cases.apply", public=True)
def start(request: ActingRequest, item_id: str) -> HttpResponse:
    """
    Say what is needed and how long it takes; the button begins or goes on with the draft.

    Answers to the situation questions may stand in the address, from where one found out what fits (情形导办).
    """
    item = _item(item_id, request)
    if request.method == "POST":
        if not request.actor.is_known:
            return redirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
        draft = commands.begin_draft(
            item_id=item.id,
            by=request.actor,
            at=request.at,
            project_code=request.POST.get("project", ""),
            situation={each.id: request.GET[each.id] for each in item.situations if each.id in request.GET},
        )
        return redirect("cases:draft", draft.pk)
    form = queries.form_of(item, request.at)
    context = {
        "item": item,
        "minutes": form.minutes if form else 5,
        "materials": [each for each in item.materials if not each.filled_by_form],
        "project": request.GET.get("project", ""),
        "is_unidentified": request.actor.is_known and not queries.parties_for(request.actor, item.id, request.at),
    }
    return render(request, "cases/apply_start.html", context)


def of_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a page the draft of its address; one that was handed in leads to what became of it (the button Back)."""

    @wraps(view)
    def opened(request: ActingRequest, draft_id: int, **rest: str) -> HttpResponse:
        row = queries.drafts(request.actor, also_done=True).filter(pk=draft_id).first()
        if row is None:
            raise Http404
        if row.case is not None:
            return redirect("cases:screen" if row.is_counter else "cases:submitted", row.case.dossier.number)
        return view(request, queries.filling(row, request.at), **rest)

    return opened


@page(permission="cases.apply")
@of_draft
def draft(request: ActingRequest, filled: Filling) -> HttpResponse:
    """Show the parts of the application and how far each is."""
    tasks = _tasks(filled)
    done = all(task["status"] == "done" for task in tasks)
    tasks.append(
        {
            "title": _("检查并提交"),
            "status": "todo" if done else "blocked",
            "href": reverse("cases:check", args=[filled.draft.pk]),
            "hint": "" if done else _("以上各项完成后才能提交"),
        }
    )
    return render(request, "cases/apply_tasks.html", {"filled": filled, "tasks": tasks})


@page(permission="cases.apply")
@of_draft
def situation(request: ActingRequest, filled: Filling) -> HttpResponse:
    """Ask what applies; the answers decide which materials are wanted."""
    form = _situation_form(filled, request.POST or None)
    if request.method == "POST" and form.is_valid():
        commands.save_draft(draft_id=filled.draft.pk, by=request.actor, at=request.at, situation=form.cleaned_data)
        after = again(request, filled)
        if not after.situation_done:
            return redirect("cases:situation", filled.draft.pk)
        if reasons := queries.not_eligible(after):
            return render(request, "cases/apply_not_eligible.html", {"filled": after, "reasons": reasons})
        return redirect("cases:draft", filled.draft.pk)
    return render(request, "cases/apply_topic.html", _topic_context(filled, form, _("您的情况")))


@page(permission="cases.apply")
@of_draft
def parties(request: ActingRequest, filled: Filling) -> HttpResponse:
    """Ask who applies and how the result is to come; what is known of the applicant is filled in at once."""
    choices = queries.parties_for(request.actor, filled.item.id, request.at)
    if not choices:
        context = {
            "filled": filled,
            "heading": _parties_title(filled),
            "back": reverse("cases:draft", args=[filled.draft.pk]),
        }
        return render(request, "cases/apply_unidentified.html", context)
    initial = {"applicant": filled.draft.applicant_id or (choices[0][0] if choices else "")} | filled.extra
    initial.setdefault("delivery_kind", DeliveryKind.WINDOW.value)
    asks = not filled.form_asks_delivery
    form = PartiesForm(request.POST or None, initial=initial, parties=choices, asks_delivery=asks)
    if request.method == "POST" and form.is_valid():
        party = Party.objects.get(pk=int(form.cleaned_data.pop("applicant")))
        answers, marks = queries.prefill(filled, party, request.at, filler_id=request.actor.party_id)
        commands.save_draft(
            draft_id=filled.draft.pk,
            by=request.actor,
            at=request.at,
            applicant_id=party.pk,
            extra=form.cleaned_data,
            answers={**answers, **{code: value for code, value in filled.answers.items() if value}},
            prefilled={**marks, **filled.marks},
        )
        return redirect(_back_to_check(request, filled) or reverse("cases:draft", args=[filled.draft.pk]))
    return render(request, "cases/apply_topic.html", _topic_context(filled, form, _parties_title(filled)))


@page(permission="cases.apply")
@of_draft
def topic(request: ActingRequest, filled: Filling, topic_id: str) -> HttpResponse:
    """Ask one topic of the form; what is typed is kept even where it is wrong."""
    if filled.form is None or topic_id not in {each.id for each in filled.form.topics(filled.answers, filled.known)}:
        raise Http404
    answers = filled.answers
    data = request.POST if request.method == "POST" else None
    if data is not None and (edited := edit_rows(filled.form, topic_id, data, answers)) is not None:
        commands.save_draft(draft_id=filled.draft.pk, by=request.actor, at=request.at, answers=edited)
        answers, data = edited, None
    form = topic_form(filled.form, topic_id, data, answers, known=filled.known, marks=filled.marks, base=UiForm)
    if data is not None:
        valid = form.is_valid()
        after = {**answers, **form.values}
        commands.save_draft(draft_id=filled.draft.pk, by=request.actor, at=request.at, answers=form.values)
        commands.keep_marks(filled=filled, after=after, by=request.actor)
        if valid:
            return redirect(_back_to_check(request, filled) or _next(again(request, filled), topic_id))
    context = _topic_context(filled, form, filled.form.topic(topic_id).title)
    return render(request, "cases/apply_topic.html", context | {"sections": form.sections})


@page(permission="cases.apply")
@of_draft
def materials(request: ActingRequest, filled: Filling) -> HttpResponse:
    """List what is to be uploaded, what is exempt and why, and what has come."""
    return render(request, "cases/apply_materials.html", {"filled": filled})


@page(permission="cases.apply")
@of_draft
def check(request: ActingRequest, filled: Filling) -> HttpResponse:
    """Show everything once more; the button hands it in, once."""
    errors = _unready(filled)
    if request.method == "POST" and not errors:
        try:
            return once(request, lambda: _submit(request, filled))
        except NotPossible as reason:
            errors = [{"text": reason.message, "href": ""}]
    groups = filled.form.check_page(filled.answers, filled.marks, filled.known) if filled.form else ()
    told = {"parties": _party_rows(filled), "parties_title": _parties_title(filled)}
    context = {"filled": filled, "groups": groups, "errors": errors, **told}
    return render(request, "cases/apply_check.html", context)


@page(permission="cases.apply")
def discard(request: ActingRequest, draft_id: int) -> HttpResponse:
    """Throw a draft away, after asking: what was typed is lost by it."""
    if request.method == "POST":
        return once_or_back(request, lambda: _discarded(request, draft_id), "cases:mine")
    return _asking_to_discard(request, draft_id=draft_id)


@page(permission="cases.apply")
def submitted(request: ActingRequest, number: str) -> HttpResponse:
    """Confirm: number, slip code, what comes next and by when."""
    case = queries.case(number, request.actor)
    if case is None:
        raise Http404
    context = {"case": queries.for_applicant(case, request.at), "papers": queries.papers(case, request.actor)}
    return render(request, "cases/apply_submitted.html", context)


@of_draft
def _asking_to_discard(request: ActingRequest, filled: Filling) -> HttpResponse:
    return render(request, "cases/discard_draft.html", {"filled": filled})


def _discarded(request: ActingRequest, draft_id: int) -> str:
    commands.discard_draft(draft_id=draft_id, by=request.actor, at=request.at)
    messages.success(request, _("草稿已删除。"))
    return reverse("cases:mine")


def _submit(request: ActingRequest, filled: Filling) -> str:
    case = commands.submit_draft(
        draft_id=filled.draft.pk,
        application=queries.application_of(filled, request.actor, request.at),
        by=request.actor,
        at=request.at,
    )
    return reverse("cases:submitted", args=[case.dossier.number])


def _item(item_id: str, request: ActingRequest) -> Item:
    try:
        found: Item = definitions.in_force("item", item_id, on=local_day(request.at))
    except NotInForce as missing:
        raise Http404 from missing
    return found


def again(request: ActingRequest, filled: Filling) -> Filling:
    """Read the draft again after something was saved."""
    return queries.filling(queries.drafts(request.actor).get(pk=filled.draft.pk), request.at)


def _tasks(filled: Filling) -> list[dict[str, Any]]:
    pk = filled.draft.pk
    tasks = []
    if filled.situations:
        status = "done" if filled.situation_done else "doing" if filled.situation else "todo"
        tasks.append({"title": _("您的情况"), "status": status, "href": reverse("cases:situation", args=[pk])})
    status = "done" if filled.draft.applicant_id else "todo"
    tasks.append({"title": _parties_title(filled), "status": status, "href": reverse("cases:parties", args=[pk])})
    blocked = bool(filled.situations and not filled.situation_done) or not filled.draft.applicant_id
    for each in filled.form.topics(filled.answers, filled.known) if filled.form else ():
        assert filled.form is not None
        state = TASK[filled.form.state(each.id, filled.answers, filled.known)]
        task = {"title": each.title, "status": "blocked" if blocked else state, "href": _topic_href(pk, each.id)}
        tasks.append(task)
    if filled.asked:
        status = "blocked" if blocked else "done" if not filled.lacking else "doing" if filled.files else "todo"
        tasks.append({"title": _("材料"), "status": status, "href": reverse("cases:materials", args=[pk])})
    return tasks


def _parties_title(filled: Filling) -> str:
    """Name the part that asks for whom one applies, and where the item's form does not, how the result comes."""
    return _("为谁办理") if filled.form_asks_delivery else _("申请人和结果领取")


def _back_to_check(request: ActingRequest, filled: Filling) -> str:
    """Lead back to the check page whoever came from there to change something."""
    return reverse("cases:check", args=[filled.draft.pk]) if request.GET.get("from") == "check" else ""


def _next(filled: Filling, topic_id: str) -> str:
    assert filled.form is not None
    ids = [each.id for each in filled.form.topics(filled.answers, filled.known)]
    rest = ids[ids.index(topic_id) + 1 :] if topic_id in ids else []
    open_ones = [each for each in rest if filled.form.state(each, filled.answers, filled.known) is not TopicState.DONE]
    if open_ones:
        return _topic_href(filled.draft.pk, open_ones[0])
    return reverse("cases:draft", args=[filled.draft.pk])


def _topic_href(draft_id: int, topic_id: str) -> str:
    return reverse("cases:topic", args=[draft_id, topic_id])


def _situation_form(filled: Filling, data: Any) -> UiForm:
    fields = {
        each.id: forms.ChoiceField(
            label=each.question,
            help_text=each.hint,
            choices=[(choice.id, choice.label) for choice in each.choices],
            widget=forms.RadioSelect,
        )
        for each in filled.situations
    }
    made = type("SituationForm", (UiForm,), fields)(data, initial=filled.situation)
    assert isinstance(made, UiForm)
    return made


def _topic_context(filled: Filling, form: Any, title: str) -> dict[str, Any]:
    return {"filled": filled, "form": form, "heading": title, "back": reverse("cases:draft", args=[filled.draft.pk])}


def _unready(filled: Filling) -> list[dict[str, str]]:
    """List what keeps the application from being handed in, each with the page on which it is mended."""
    pk = filled.draft.pk
    errors = []
    if not filled.situation_done:
        errors.append({"text": _("请先回答您的情况"), "href": reverse("cases:situation", args=[pk])})
    if not filled.draft.applicant_id:
        errors.append({"text": _("请先选择申请人"), "href": reverse("cases:parties", args=[pk])})
    if filled.form is not None:
        for each in filled.form.topics(filled.answers, filled.known):
            if filled.form.state(each.id, filled.answers, filled.known) is not TopicState.DONE:
                text = _("“%(title)s”还没有填完") % {"title": each.title}
                errors.append({"text": text, "href": _topic_href(pk, each.id)})
    for asked in filled.to_upload:
        if asked.material.need == Need.REQUIRED and asked.material.code not in filled.files:
            text = _("请上传“%(name)s”") % {"name": asked.material.name}
            errors.append({"text": text, "href": reverse("cases:material", args=[pk, asked.material.code])})
    return errors


def _party_rows(filled: Filling) -> list[dict[str, str]]:
    href = f"{reverse('cases:parties', args=[filled.draft.pk])}?from=check"
    extra = filled.extra
    kind = extra.get("delivery_kind", "")
    labels = {way.value: str(way.label) for way in DeliveryKind}
    name = filled.draft.applicant.name if filled.draft.applicant else ""
    rows = [{"label": _("申请人"), "value": name, "href": href}]
    if filled.form_asks_delivery:
        return rows
    rows.append({"label": _("结果怎么取"), "value": labels.get(kind, ""), "href": href})
    if kind == DeliveryKind.POST:
        to = "，".join(str(extra.get(name, "")) for name in ("recipient_name", "recipient_phone", "recipient_address"))
        rows.append({"label": _("收件人"), "value": to, "href": href})
    return rows
