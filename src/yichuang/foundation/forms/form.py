"""A form: topics in order, what is asked given the answers, cleaning a topic, the check page, facts, prefilling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from yichuang.foundation.forms.asking import blank
from yichuang.foundation.forms.fields import Field, Posted
from yichuang.foundation.forms.terms import Answers, Cover, Source, TopicState, uncovered
from yichuang.kernel.conditions import Condition, FactType, Truth

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Topic:
    """One page of a form."""

    id: str
    title: str
    fields: tuple[Field, ...]
    hint: str = ""
    when: Condition | None = None
    when_text: str = ""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One question on the check page: `lines` are empty where nothing was provided (未提供)."""

    code: str
    label: str
    lines: tuple[str, ...]
    source: str
    error: str


@dataclass(frozen=True, slots=True)
class CheckGroup:
    """One topic on the check page; 更改 leads to its page."""

    topic: str
    title: str
    rows: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """
    One version of a form. Immutable.

    `known` in the methods are facts from elsewhere (situations, applicant, project), of the types in `facts_known`.
    What is unknown is asked; a question whose condition hangs on one that is not asked is not asked either.
    """

    code: str
    name: str
    version: int
    minutes: int
    all_topics: tuple[Topic, ...]
    facts_known: Mapping[str, FactType] = dataclass_field(default_factory=dict)
    forms: tuple[str, ...] = ()

    @property
    def fields(self) -> Iterator[Field]:
        """Give every question, asked or not."""
        return (field for topic in self.all_topics for field in topic.fields)

    def field(self, code: str) -> Field:
        """
        Find a question.

        :raises KeyError: the form has none of this element
        """
        for field in self.fields:
            if field.code == code:
                return field
        raise KeyError(code)

    def topic(self, topic_id: str) -> Topic:
        """
        Find a topic.

        :raises KeyError: the form has none of this id
        """
        for topic in self.all_topics:
            if topic.id == topic_id:
                return topic
        raise KeyError(topic_id)

    def topics(self, answers: Answers, known: Mapping[str, Any] = NOTHING) -> tuple[Topic, ...]:
        """List the topics of which something is asked, given the answers so far."""
        asked = self.asked(answers, known)
        return tuple(topic for topic in self.all_topics if any(field.code in asked for field in topic.fields))

    def asked(self, answers: Answers, known: Mapping[str, Any] = NOTHING) -> frozenset[str]:
        """Name the element codes that are asked, given the answers so far."""
        facts, asked, silent = dict(known), set(), set[str]()
        for topic in self.all_topics:
            whole = _is_asked(topic.when, facts, silent)
            for field in topic.fields:
                if whole and _is_asked(field.when, facts, silent):
                    asked.add(field.code)
                    facts |= field.facts(answers.get(field.code))
                else:
                    silent |= field.fact_paths
        return frozenset(asked)

    def asked_of(self, topic_id: str, answers: Answers, known: Mapping[str, Any] = NOTHING) -> tuple[Field, ...]:
        """List the questions of a topic that are asked."""
        asked = self.asked(answers, known)
        return tuple(field for field in self.topic(topic_id).fields if field.code in asked)

    def clean_topic(
        self, topic_id: str, data: Posted, answers: Answers = NOTHING, known: Mapping[str, Any] = NOTHING
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """
        Check what a page sent for one topic.

        Returns the answers of the topic (None where blank) and what is wrong, by input. `answers | values` is what a
        draft keeps: also answers to questions that are no longer asked stay, they are only not submitted. What is
        wrong is kept as typed, so that a draft loses nothing.
        """
        fields = self.topic(topic_id).fields
        shown = {field.code for field in self.asked_of(topic_id, answers, known)}
        read = {field.code: field.read(data) for field in fields if field.code in shown or field.is_in(data)}
        cleaned = {field.code: field.clean(read[field.code]) for field in fields if field.code in read}
        values = {
            code: read[code] if wrong and not blank(read[code]) else value for code, (value, wrong) in cleaned.items()
        }
        errors: dict[str, str] = {}
        for field in self.asked_of(topic_id, {**answers, **values}, known):
            errors |= (cleaned.get(field.code) or field.clean(None))[1]
            errors |= self._too_early(field, {**answers, **values})
        return values, errors

    def missing(self, answers: Answers, known: Mapping[str, Any] = NOTHING) -> tuple[Field, ...]:
        """List the required questions without an answer, in the order of the form."""
        asked = self.asked(answers, known)
        fields = (field for field in self.fields if field.required and field.code in asked)
        return tuple(field for field in fields if blank(answers.get(field.code)))

    def check(self, answers: Answers, known: Mapping[str, Any] = NOTHING) -> dict[str, str]:
        """Check all answers once more, as before submitting: what is missing or wrong, by input."""
        asked, errors = self.asked(answers, known), dict[str, str]()
        for field in self.fields:
            if field.code in asked:
                errors |= field.clean(answers.get(field.code))[1]
                errors |= self._too_early(field, answers)
        return errors

    def submission(self, answers: Answers, known: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
        """Give what is submitted: the cleaned answers to what is asked, nothing else."""
        asked = self.asked(answers, known)
        cleaned = {f.code: f.clean(answers.get(f.code))[0] for f in self.fields if f.code in asked}
        return {code: value for code, value in cleaned.items() if value is not None}

    def facts(self, answers: Answers, known: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
        """Give the answers to what is asked as conditions take them, together with what is known."""
        asked, facts = self.asked(answers, known), dict(known)
        for field in self.fields:
            if field.code in asked:
                facts |= field.facts(answers.get(field.code))
        return facts

    def fact_types(self) -> dict[str, FactType]:
        """Declare all facts that the form knows or gives."""
        types = dict(self.facts_known)
        for field in self.fields:
            types |= field.fact_types()
        return types

    def state(self, topic_id: str, answers: Answers, known: Mapping[str, Any] = NOTHING) -> TopicState:
        """Tell how far a topic is; done means nothing of it is missing or wrong."""
        fields = self.asked_of(topic_id, answers, known)
        if not any(field.code in answers for field in fields):
            return TopicState.NOT_STARTED
        wrong = any(field.clean(answers.get(field.code))[1] or self._too_early(field, answers) for field in fields)
        return TopicState.STARTED if wrong else TopicState.DONE

    def check_page(
        self,
        answers: Answers,
        marks: Mapping[str, str] = NOTHING,
        known: Mapping[str, Any] = NOTHING,
        cover: Cover = uncovered,
    ) -> tuple[CheckGroup, ...]:
        """
        Group all that is asked as the check page shows it, with the source of what was filled in beforehand.

        `cover` writes personal answers as the one who looks may see them; applicants see their own whole.
        """
        asked = self.asked(answers, known)
        errors = self.check(answers, known)
        return tuple(
            CheckGroup(
                topic.id,
                topic.title,
                tuple(_row(field, answers, marks, errors, cover) for field in topic.fields if field.code in asked),
            )
            for topic in self.topics(answers, known)
        )

    def prefilled(self, sources: Mapping[str, Answers]) -> tuple[dict[str, Any], dict[str, str]]:
        """
        Fill in what is known already, from sources (`terms.Source`) that give answers by element code.

        Each question says which sources it takes, the first that has a sound answer wins. Returns answers, and marks:
        element code → source.
        """
        answers, marks = {}, {}
        for field in self.fields:
            for source in field.prefill:
                value, wrong = field.clean(sources.get(source, NOTHING).get(field.code))
                if value is not None and not wrong:
                    answers[field.code], marks[field.code] = value, str(source)
                    break
        return answers, marks

    def marks_kept(self, marks: Mapping[str, str], before: Answers, after: Answers) -> dict[str, str]:
        """Keep the marks of answers that the applicant has not changed."""
        return {code: source for code, source in marks.items() if before.get(code) == after.get(code)}

    def _too_early(self, field: Field, answers: Answers) -> dict[str, str]:
        """Compare two dates of the form; ISO text orders like days."""
        if not field.not_before:
            return {}
        first = self.field(field.not_before)
        earlier, wrong = first.clean(answers.get(first.code))
        later, also_wrong = field.clean(answers.get(field.code))
        if wrong or also_wrong or earlier is None or later is None or earlier <= later:
            return {}
        told = {"label": field.label, "first": first.label, "day": earlier}
        return {field.code: _("“%(label)s”不能早于“%(first)s”（%(day)s），请核对。") % told}


def _is_asked(when: Condition | None, facts: Mapping[str, Any], silent: Iterable[str]) -> bool:
    if when is None:
        return True
    truth = when.truth(facts)
    return truth is Truth.YES or (truth is Truth.UNKNOWN and when.paths.isdisjoint(silent))


def _row(field: Field, answers: Answers, marks: Mapping[str, str], errors: Mapping[str, str], cover: Cover) -> CheckRow:
    mine = (name for name in errors if name == field.code or name.startswith((f"{field.code}__", f"{field.code}-")))
    error = " ".join(errors[name] for name in mine)
    source = str(Source(marks[field.code]).label) if field.code in marks else ""
    return CheckRow(field.code, field.label, field.told(answers.get(field.code), cover), source, error)
