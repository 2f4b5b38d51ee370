"""A unit's editor keeps the next version of an item: begins it, saves page by page, hands it to the check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries, rules
from yichuang.domains.catalogue.commands.following import follow_claim
from yichuang.domains.catalogue.events import ItemDraftBegun, ItemDraftGivenUp, ItemDraftSaved, ItemDraftSubmitted
from yichuang.domains.catalogue.models import OPEN, ItemDraft
from yichuang.domains.catalogue.rules import Flaw
from yichuang.domains.catalogue.terms import ClaimState, TaskState
from yichuang.domains.catalogue.terms.elements import element_of
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.folders import shape_problems
from yichuang.foundation.definitions.problems import Problem
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.people.models import Unit
from yichuang.foundation.records.commands import deed
from yichuang.foundation.records.pen import Pen
from yichuang.foundation.records.terms import By, day_stream
from yichuang.foundation.search.tokens import syllables
from yichuang.kernel.errors import NotPossible
from yichuang.kernel.ledger import canonical

ID = re.compile(r"[a-z0-9][a-z0-9_]{1,79}")


class NoSuchItem(NotPossible):
    """A draft is begun from an item that stands."""

    code = "catalogue.no_such_item"

    def __init__(self, code: str) -> None:
        super().__init__(_("没有事项“%(code)s”。请从事项清单里选择。") % {"code": code})


class CodeTaken(NotPossible):
    """A new item has a code of its own."""

    code = "catalogue.code_taken"

    def __init__(self, code: str) -> None:
        super().__init__(_("代号“%(code)s”已被使用。请另取代号，或打开原有事项编辑。") % {"code": code})


class CodeWrong(NotPossible):
    """The code of an item is part of addresses."""

    code = "catalogue.code_wrong"

    def __init__(self) -> None:
        super().__init__(_("代号由小写字母、数字和下划线组成，2至80个字符，例如 outdoor_sign。"))


class DraftStands(NotPossible):
    """One draft of an item at a time."""

    code = "catalogue.draft_stands"

    def __init__(self, draft: ItemDraft) -> None:
        super().__init__(_("该事项已有第 %(version)s 版草稿，请接着编辑那一份。") % {"version": draft.version})
        self.draft_id = draft.pk


class DraftChanged(NotPossible):
    """Somebody else saved the draft in between."""

    code = "catalogue.draft_changed"

    def __init__(self) -> None:
        super().__init__(_("这份草稿刚才被别人保存过，您的内容没有保存。请在新页面打开草稿核对后，再保存一次。"))


class DraftClosed(NotPossible):
    """The draft is in a state in which this cannot be done."""

    code = "catalogue.draft_closed"

    def __init__(self, draft: ItemDraft) -> None:
        state = TaskState(draft.state).label
        super().__init__(_("这份草稿现在是“%(state)s”，不能这样处理。请刷新页面。") % {"state": state})


class NotPublishable(NotPossible):
    """The publication check has reasons; all of them are told at once."""

    code = "catalogue.not_publishable"

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        listed = "\n".join(f"{number}. {flaw}" for number, flaw in enumerate(flaws, 1))
        super().__init__(_("还有 %(n)s 处需要改正：\n%(listed)s") % {"n": len(flaws), "listed": listed})
        self.flaws = flaws


def _called(problem: Problem) -> str:
    """Say which element a problem is about, as people call it."""
    element = element_of(problem.field.replace("[", ".").replace("]", ""))
    return str(element.label) if element else problem.field


class ShapeWrong(NotPossible):
    """What was saved does not have the shape of an item."""

    code = "catalogue.shape_wrong"

    def __init__(self, problems: Sequence[Problem]) -> None:
        listed = "\n".join(
            _("%(field)s：%(found)s") % {"field": _called(each), "found": each.found} for each in problems
        )
        super().__init__(_("填写的内容不合要求：\n%(listed)s") % {"listed": listed})
        self.problems = tuple(problems)


def begin_draft(*, code: str, by: Actor, at: datetime) -> ItemDraft:
    """
    Begin the next version of an item that stands, as a copy of its newest one.

    :raises NoSuchItem: no such item was ever published
    :raises NotAllowed: `by` does not edit the items of its unit
    :raises DraftStands: there is a draft already
    """
    newest = definitions.versions(queries.KIND, code).first()
    if newest is None:
        raise NoSuchItem(code)
    begins = max(local_day(at), newest.valid_from)
    body = queries.body_of(code, newest.version)
    body |= {"version": newest.version + 1, "in_force": {"from": begins.isoformat()}}
    return _begin(code, body, newest.version, by, at)


def begin_item(
    *, code: str, name: str, unit: str, by: Actor, at: datetime, more: Mapping[str, Any] = MappingProxyType({})
) -> ItemDraft:
    """
    Begin an item that is new here; `more` are elements that are known already.

    :raises CodeWrong: the code cannot stand in an address
    :raises CodeTaken: an item has the code already
    :raises DraftStands: a draft has it
    :raises NotAllowed: `by` does not edit the items of the unit
    """
    if not ID.fullmatch(code):
        raise CodeWrong
    if definitions.versions(queries.KIND, code).exists():
        raise CodeTaken(code)
    body = {
        queries.KIND: code,
        "name": name,
        "version": 1,
        "in_force": {"from": local_day(at).isoformat()},
        "source": _("由%(unit)s填报") % {"unit": queries.unit_names([unit])[unit]},
        "unit": unit,
        "handling_system": "PROVINCE",
        "materials": [],
        **more,
    }
    return _begin(code, body, None, by, at)


def save_draft(*, draft_id: int, changes: Mapping[str, Any], revision: int, by: Actor, at: datetime) -> ItemDraft:
    """
    Save some elements of a draft; a value of None takes the element out. Whatever was checked is a draft again.

    :raises DraftChanged: somebody else saved it since `revision`
    :raises DraftClosed: it was published or given up
    :raises NotAllowed: `by` does not edit the items of its unit, or of the unit that it is given to
    :raises ShapeWrong: a value is none that the element can have
    """
    seen = ItemDraft.objects.get(pk=draft_id)
    before = queries.draft_body(seen)
    body = _changed(before, changes)
    if body == before:
        return seen
    if body.get("unit") != before.get("unit"):
        by.require("catalogue.edit", unit_id(str(body.get("unit", ""))))
    if problems := shape_problems(queries.KIND, body):
        raise ShapeWrong(problems)
    with on_draft(draft_id, "save_item_draft", "catalogue.edit", by, at) as (draft, pen):
        if not draft.is_open:
            raise DraftClosed(draft)
        if draft.revision != revision:
            raise DraftChanged
        _uncheck(draft)
        draft.revision += 1
        _write(draft, body, pen.by, at)
        changed = tuple(sorted(key for key in changes if before.get(key) != body.get(key)))
        pen.record(
            ItemDraftSaved(
                draft=draft.pk, code=draft.code, revision=draft.revision, elements=changed, flaws=draft.flaws
            )
        )
    return draft


def submit_draft(*, draft_id: int, by: Actor, at: datetime) -> ItemDraft:
    """
    Hand a draft to the check by the head of the unit or the office.

    :raises NotPublishable: the publication check has reasons against it, all of them listed
    :raises DraftClosed: it is not being edited
    :raises NotAllowed: `by` does not edit the items of its unit
    """
    with on_draft(draft_id, "submit_item_draft", "catalogue.edit", by, at) as (draft, pen):
        if draft.state not in (TaskState.DRAFT, TaskState.SENT_BACK) or draft.is_submitted:
            raise DraftClosed(draft)
        insist(draft, at)
        draft.state, draft.submitted_at, draft.reason = TaskState.DRAFT, at, ""
        draft.save(update_fields=["state", "submitted_at", "reason", "flaws"])
        follow_claim(draft, ClaimState.FILLED, at)
        pen.record(ItemDraftSubmitted(draft=draft.pk, code=draft.code, version=draft.version))
    return draft


def give_up_draft(*, draft_id: int, reason: str, by: Actor, at: datetime) -> ItemDraft:
    """
    Give a draft up (已取消); what is published stays as it is.

    :raises DraftClosed: it was published or given up already
    :raises NotAllowed: `by` does not edit the items of its unit
    """
    with on_draft(draft_id, "give_up_item_draft", "catalogue.edit", by, at) as (draft, pen):
        if not draft.is_open:
            raise DraftClosed(draft)
        draft.state, draft.reason, draft.ended_at, draft.publish_on = TaskState.CANCELLED, reason, at, None
        draft.save(update_fields=["state", "reason", "ended_at", "publish_on"])
        pen.record(ItemDraftGivenUp(draft=draft.pk, code=draft.code, version=draft.version, reason=reason))
    return draft


@contextmanager
def on_draft(draft_id: int, name: str, permission: str, by: Actor, at: datetime) -> Iterator[tuple[ItemDraft, Pen]]:
    """
    Open a deed on a draft, locked, for one who holds the permission in its unit.

    :raises NotAllowed: he does not
    :raises DraftChanged: it went to another unit in between
    """
    unit = ItemDraft.objects.values_list("unit_code", flat=True).get(pk=draft_id)
    acting = by.by_for(permission, unit_id(unit))
    with deed(name, stream=day_stream(f"unit/{unit}", at), by=acting, at=at) as pen:
        draft = ItemDraft.objects.select_for_update().get(pk=draft_id)
        if draft.unit_code != unit:
            raise DraftChanged
        yield draft, pen


def insist(draft: ItemDraft, at: datetime) -> None:
    """
    Check a draft as if it were published on the day of `at`.

    :raises NotPublishable: there are reasons against it
    """
    found = rules.refusing(queries.draft_flaws(draft, local_day(at)))
    draft.flaws = len(found)
    if found:
        raise NotPublishable(found)


def unit_id(code: str) -> int:
    """Find the unit that a permission is asked for; one that does not exist is nobody's."""
    found = Unit.objects.filter(code=code).values_list("pk", flat=True).first()
    return found if found is not None else 0


def _begin(code: str, body: dict[str, Any], base: int | None, by: Actor, at: datetime) -> ItemDraft:
    unit = str(body["unit"])
    acting = by.by_for("catalogue.edit", unit_id(unit))
    with deed("begin_item_draft", stream=day_stream(f"unit/{unit}", at), by=acting, at=at) as pen:
        standing = ItemDraft.objects.filter(code=code, state__in=OPEN).first()
        if standing is not None:
            raise DraftStands(standing)
        draft = ItemDraft(code=code, version=body["version"], base_version=base, begun_by=str(acting), begun_at=at)
        _write(draft, body, acting, at)
        pen.record(ItemDraftBegun(draft=draft.pk, code=code, version=draft.version, base=base))
    return draft


def _changed(body: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Put the changes in; code and version are changed by nobody."""
    fixed = {queries.KIND: body[queries.KIND], "version": body["version"]}
    return {key: value for key, value in {**body, **changes, **fixed}.items() if value is not None}


def _uncheck(draft: ItemDraft) -> None:
    """Take back what was decided on what the draft said before; why it was sent back is still told."""
    if draft.state == TaskState.CHECKED:
        draft.state = TaskState.DRAFT
    draft.submitted_at, draft.checked_at, draft.checked_by, draft.publish_on = None, None, "", None


def _write(draft: ItemDraft, body: Mapping[str, Any], by: By, at: datetime) -> None:
    draft.body = canonical(dict(body)).decode()
    draft.unit_code = str(body.get("unit", ""))
    draft.name = str(body.get("name", ""))
    draft.name_key = " ".join(syllables(draft.name))[:400]
    draft.level = str(body.get("level", "4"))
    draft.flaws = len(rules.refusing(queries.draft_flaws(draft, local_day(at))))
    draft.edited_by, draft.edited_at = str(by), at
    draft.save()
