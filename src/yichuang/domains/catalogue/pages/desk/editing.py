"""The pages on which an item is written, topic by topic, without anybody writing a definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import commands, queries, rules
from yichuang.domains.catalogue.models import ItemDraft
from yichuang.domains.catalogue.pages import wording
from yichuang.domains.catalogue.pages.desk.asking import desk, who
from yichuang.domains.catalogue.pages.desk.checks import remarks
from yichuang.domains.catalogue.pages.desk.matters import change_table, unit_key, units_for
from yichuang.domains.catalogue.pages.desk.topics import Choices, Raw, TopicEditor, applied, flattened
from yichuang.domains.catalogue.terms.elements import Topic
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.pages import ActingRequest, page, refuse
from yichuang.kernel.errors import NotPossible
from yichuang.ui.repeating import once
from yichuang.ui.tables import Table

EDIT = "catalogue.edit"
CHOSEN_KINDS = ("lifecycle", "plan", "form", "licence_type")
"""Elements that name another definition, called like its kind."""


@page(permission="catalogue.drafts")
def topic(request: ActingRequest, draft_id: int, topic: str) -> HttpResponse:
    """Show or save one topic of a draft; rows come and go without anything being saved or lost."""
    draft = queries.draft(request.actor, draft_id)
    if draft is None or topic not in Topic.values:
        raise Http404
    place = Topic(topic)
    body = queries.draft_body(draft)
    choices = _choices(request.actor, local_day(request.at))
    if request.method != "POST":
        editor = TopicEditor(place, flattened(place, body), bound=False, choices=choices)
        return _shown(request, draft, place, editor)
    if not request.actor.may(EDIT, unit_key(draft.unit_code)):
        return refuse(request, EDIT)
    raw: Raw = {name: request.POST.getlist(name) for name in request.POST}
    moved = applied(raw, request.POST.get("do", ""))
    if moved is not None:
        editor = TopicEditor(place, moved[0], bound=False, choices=choices, focus=moved[1])
        return _shown(request, draft, place, editor, is_unsaved=True)
    return _saved(request, draft, place, TopicEditor(place, raw, bound=True, choices=choices))


def _saved(request: ActingRequest, draft: ItemDraft, place: Topic, editor: TopicEditor) -> HttpResponse:
    if not editor.is_valid():
        return _shown(request, draft, place, editor, is_unsaved=True)
    body = queries.draft_body(draft)
    changes = editor.changes(body)
    after = _next(place) if request.POST.get("do") == "next" else place

    def done() -> str:
        commands.save_draft(
            draft_id=draft.pk, changes=changes, revision=_revision(request), by=request.actor, at=request.at
        )
        messages.success(request, _("“%(topic)s”已保存。") % {"topic": place.label})
        return reverse("catalogue:draft_topic", args=[draft.pk, after.value])

    try:
        return once(request, done)
    except commands.ShapeWrong as wrong:
        for problem in wrong.problems:
            editor.refuse(problem.field, problem.found)
    except commands.DraftChanged:
        return _changed(request, draft.pk, place, editor, changes)
    except NotPossible as reason:
        editor.part.form.add_error(None, reason.message)
    return _shown(request, draft, place, editor, is_unsaved=True)


def _changed(
    request: ActingRequest, draft_id: int, place: Topic, editor: TopicEditor, changes: Mapping[str, Any]
) -> HttpResponse:
    """Tell who saved the draft in between and what saving now would change of it; what was typed stays."""
    draft = ItemDraft.objects.get(pk=draft_id)
    said = {
        "who": who([draft.edited_by])[draft.edited_by],
        "at": wording.moment(draft.edited_at),
        "revision": draft.revision,
    }
    told = _("%(who)s在 %(at)s 保存过这份草稿（第 %(revision)s 次修改）。您填写的内容都在下面，还没有保存。") % said
    editor.part.form.add_error(None, told)
    body = queries.draft_body(draft)
    beside = {key: value for key, value in (body | dict(changes)).items() if value is not None}
    differences = change_table(rules.changes(body, beside), _("您填写的与已保存的没有差别。"))
    return _shown(request, draft, place, editor, is_unsaved=True, differences=differences)


def _shown(
    request: ActingRequest,
    draft: ItemDraft,
    place: Topic,
    editor: TopicEditor,
    *,
    is_unsaved: bool = False,
    differences: Table | None = None,
) -> HttpResponse:
    body = queries.draft_body(draft)
    found = rules.refusing(queries.draft_flaws(draft, draft.publish_on or local_day(request.at)))
    if not is_unsaved:
        editor.remark(remarks(found, body, place))
    context = {
        "draft": draft,
        "topic": place,
        "editor": editor,
        "errors": editor.errors,
        "faults": [each for each in found if each.topic == place],
        "is_unsaved": is_unsaved,
        "revision": draft.revision if differences is not None else _revision(request) or draft.revision,
        "has_changed": differences is not None,
        "may_edit": draft.is_open and request.actor.may(EDIT, unit_key(draft.unit_code)),
        "topics": _topics(draft, place, found),
        "after": _next(place),
    }
    tables = {} if differences is None else {"table": differences}
    return desk(request, "catalogue/desk/topic.html", context, **tables)


def _topics(draft: ItemDraft, place: Topic, found: Sequence[rules.Flaw]) -> list[dict[str, Any]]:
    return [
        {
            "label": each.label,
            "href": reverse("catalogue:draft_topic", args=[draft.pk, each.value]),
            "current": each == place,
            "faults": sum(flaw.topic == each for flaw in found),
        }
        for each in Topic
    ]


def _revision(request: ActingRequest) -> int:
    said = request.POST.get("revision", "")
    return int(said) if said.isdecimal() and len(said) < 10 else 0


def _next(place: Topic) -> Topic:
    topics = list(Topic)
    return topics[(topics.index(place) + 1) % len(topics)]


def _choices(actor: Actor, on: date) -> Choices:
    """Give what may be chosen: the units whose items the actor edits, and what is published of other kinds."""
    return {"unit": units_for(actor, EDIT)} | {key: _named(key, on) for key in CHOSEN_KINDS}


def _named(kind: str, on: date) -> list[tuple[str, str]]:
    in_force = definitions.all_in_force(kind, on)
    names = dict(definitions.published(kind).order_by("version").values_list("code", "name"))
    return [(code, _("%(name)s（%(code)s）") % {"name": names[code], "code": code}) for code in sorted(in_force)]
