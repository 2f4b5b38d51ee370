"""One form out of several: topics with the same id become one page, each element is asked once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from yichuang.foundation.forms.fields import Field
from yichuang.foundation.forms.form import Form, Topic
from yichuang.kernel.conditions import And, Condition, FactType, Or


def merged(forms: Sequence[Form], code: str, name: str) -> Form:
    """
    Merge forms in the given order.

    A question stands where the first form asks it; it is required when one form requires it, and asked when one form
    would ask it. Of two kinds, limits or choices those of the first form hold. Minutes are those of the longest form
    and a minute for every further topic.
    """
    assert forms, "there is something to merge"
    types: dict[str, FactType] = {}
    for form in forms:
        types |= form.fact_types()
    fields: dict[str, Field] = {}
    pages: dict[str, Topic] = {}
    members: dict[str, list[str]] = {}
    for form in forms:
        for topic in form.all_topics:
            pages.setdefault(topic.id, replace(topic, when=None, when_text=""))
            for field in topic.fields:
                when = _both(topic.when, field.when, types)
                asked = replace(field, when=when, when_text=str(when) if when else "")
                if field.code in fields:
                    fields[field.code] = _joined(fields[field.code], asked, types)
                else:
                    fields[field.code] = asked
                    members.setdefault(topic.id, []).append(field.code)
    topics = tuple(
        replace(page, fields=tuple(fields[each] for each in members[page.id]))
        for page in pages.values()
        if page.id in members
    )
    known = {path: kind for form in forms for path, kind in form.facts_known.items()}
    longest = max(form.minutes for form in forms)
    return Form(
        code=code,
        name=name,
        version=1,
        minutes=longest + max(0, len(topics) - max(len(form.all_topics) for form in forms)),
        all_topics=topics,
        facts_known=MappingProxyType(known),
        forms=tuple(form.code for form in forms),
    )


def _both(one: Condition | None, other: Condition | None, types: Mapping[str, FactType]) -> Condition | None:
    """Join the condition of a topic and that of a question in it: both must hold."""
    if one is None or other is None:
        return one or other
    return Condition(And((one.tree, other.tree)), types)


def _joined(first: Field, second: Field, types: Mapping[str, FactType]) -> Field:
    """Ask once what two forms ask."""
    when = first.when
    if when is None or second.when is None:
        when = None
    elif when.tree != second.when.tree:
        when = Condition(Or((when.tree, second.when.tree)), types)
    return replace(
        first,
        required=first.required or second.required,
        when=when,
        when_text=str(when) if when else "",
        prefill=tuple(dict.fromkeys(first.prefill + second.prefill)),
        forms=first.forms + second.forms,
    )
