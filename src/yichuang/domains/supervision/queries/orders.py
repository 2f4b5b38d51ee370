"""An order as its pages show it: the paper's words, and what may be done next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from yichuang.domains.supervision.models import Order
from yichuang.domains.supervision.queries.papers import paper_facts, paper_of
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.documents import numbering, pages
from yichuang.foundation.documents import queries as papers
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.work.names import said


@dataclass(frozen=True, slots=True)
class Action:
    """One deed that is open to the reader: its name, its words, whether something must be written."""

    name: str
    label: Promise
    permission: str
    needs_words: bool = True
    weight: str = "primary"


ACTIONS = {
    "draft": (
        Action("sign", _("签发"), "supervision.sign", needs_words=False),
        Action("discard", _("弃用草稿"), "supervision.draft", weight="secondary"),
    ),
    "answered": (
        Action("verify", _("核查属实"), "supervision.verify"),
        Action("send_back", _("退回重新反馈"), "supervision.verify", weight="secondary"),
    ),
    "verified": (Action("close", _("销号"), "supervision.close"),),
}
REPLIES = {
    "issued": (
        Action("receive", _("签收"), "supervision.answer", needs_words=False),
        Action("answer", _("反馈"), "supervision.answer", weight="secondary"),
    ),
    "received": (Action("answer", _("反馈"), "supervision.answer"),),
}


def actions_of(order: Order, actor: Actor) -> list[Action]:
    """List what the office may do with an order as it stands."""
    dossier = order.dossier
    return [each for each in ACTIONS.get(dossier.state, ()) if actor.may(each.permission, dossier.unit_id)]


def replies_of(order: Order) -> list[Action]:
    """List what the unit may do; a letter is answered, not signed for."""
    return [each for each in REPLIES.get(order.dossier.state, ()) if each.name != "receive" or not order.is_letter]


def state_of(order: Order) -> str:
    """Name the state of an order."""
    dossier = order.dossier
    lifecycle = definitions.get("lifecycle", dossier.lifecycle, dossier.lifecycle_version)
    return said(lifecycle.states[dossier.state].label)


def preview(order: Order, actor: Actor, at: datetime) -> SafeString:
    """Show the paper that went out, or the one that would if this person signed now: it has no number yet."""
    written = papers.papers_of(order.pk).order_by("pk").first()
    if written is not None:
        return pages.as_html(papers.sheet_of(written))
    answer_by = definitions.office().calendar.add(local_day(at), order.answer_days)
    told = paper_facts(order, signer=actor.name, answer_by=answer_by, at=at)
    return pages.as_html(numbering.draft(paper_of(order), told, dossier=order.dossier, by=actor, at=at))
