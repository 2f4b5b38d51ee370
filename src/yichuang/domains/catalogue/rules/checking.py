"""The publication check: every reason at once why an item may not be published on a day, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.rules import consistency, limits, materials, stating
from yichuang.domains.catalogue.rules.flaws import Asked, Body, Flaw, Known
from yichuang.domains.catalogue.rules.reading import read_draft
from yichuang.domains.catalogue.terms.elements import ELEMENTS, Topic, element_of
from yichuang.kernel.errors import DefinitionError


def flaws(body: Body, on: date, known: Known) -> tuple[Flaw, ...]:
    """
    List every reason why an item may not be published on a day, in the order of its pages; warnings come last.

    The body has the shape of the schema; whatever it lacks is told, not refused.
    """
    try:
        item = read_draft(body, "")
    except DefinitionError as wrong:
        return (_unreadable(wrong),)
    found = [flaw for rule in RULES for flaw in rule(Asked(body, item, on, known))]
    order = {topic: place for place, topic in enumerate(Topic)}
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (each.is_warning, order[each.topic])))


def refusing(found: Iterable[Flaw]) -> tuple[Flaw, ...]:
    """Give those that refuse publication."""
    return tuple(each for each in found if not each.is_warning)


def _unreadable(wrong: DefinitionError) -> Flaw:
    key = wrong.place.lstrip(": ")
    element = element_of(key) or ELEMENTS["note"]
    return Flaw(
        "catalogue.unreadable", key, str(element.label), element.topic, str(wrong), _("请按条件的写法改正。"), ""
    )


RULES: tuple[Callable[[Asked], Iterator[Flaw]], ...] = (
    stating.stated,
    stating.codes,
    stating.body,
    stating.audience,
    limits.bases,
    limits.limits,
    materials.materials,
    consistency.visits,
    consistency.online,
    consistency.counter,
    consistency.area,
    consistency.fees,
    stating.agencies,
    stating.contact,
    stating.handled_here,
    stating.validity,
    stating.commitment,
)
"""Each looks at one side of an item; all are asked, whatever the others say."""
