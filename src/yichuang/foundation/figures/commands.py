"""The deed of the figure room: publish values with the rows behind them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from yichuang.foundation.figures import queries, rows
from yichuang.foundation.figures.answering import Answer, Shown
from yichuang.foundation.figures.events import FiguresPublished
from yichuang.foundation.figures.models import Snapshot, packed
from yichuang.foundation.figures.terms import Said, Times
from yichuang.foundation.people.actors import SYSTEM, Actor, local_day
from yichuang.foundation.records import commands as records
from yichuang.foundation.records import realtime
from yichuang.foundation.records.terms import day_stream
from yichuang.kernel.errors import NotPossible

PUBLISH = "figures.publish"


class NothingToPublish(NotPossible):
    """No figure was named, or there is no word why."""

    code = "figures.nothing_to_publish"

    def __init__(self) -> None:
        super().__init__(_("请选择要发布的指标，并写明发布事由（例如：2019年10月营商环境月报）。"))


class NotYet(NotPossible):
    """The day lies ahead: what is published as of it could still change."""

    code = "figures.not_yet"

    def __init__(self, times: Times) -> None:
        super().__init__(_("%(day)s 还没有到，不能发布当日的数值。请选择今天或以前的日期。") % {"day": times.as_of})


def publish(*, ids: Iterable[str], times: Times, occasion: str, by: Actor, at: datetime) -> list[Snapshot]:
    """
    Publish figures as of a day: each value is kept with its definition, both times and the rows behind it.

    What counts is what was settled at the moment of publication: rows that another transaction is still writing do not.

    :raises NotAllowed: `by` does not publish figures
    :raises NothingToPublish: nothing is named, or no occasion
    :raises NotYet: the day has not come
    :raises NoSuchFigure: a figure is not in force on the day
    """
    who = by.by_for(PUBLISH)
    wanted = list(dict.fromkeys(ids))
    if not wanted or not occasion.strip():
        raise NothingToPublish
    if times.end > Times(local_day(at)).end:
        raise NotYet(times)
    with records.deed("publish_figures", stream=day_stream("system", at), by=who, at=at) as deed:
        known = replace(times, known_at=times.known_at or realtime.settled_now())
        answers = queries.answers(wanted, known)
        made = [_snapshot(answer, occasion=occasion.strip(), by=str(who), at=at) for answer in answers.values()]
        kept = [Snapshot.objects.create(**values) for values in made]
        assert known.known_at is not None, "it was just set"
        said = tuple(Said(row.pk, row.figure, row.version, row.value or "", row.rows, row.digest) for row in kept)
        deed.record(FiguresPublished(occasion.strip(), known.as_of, known.known_at, known.region, said))
    return kept


def _snapshot(answer: Answer, *, occasion: str, by: str, at: datetime) -> dict[str, object]:
    figure, times = answer.figure, answer.times
    lines = rows.as_lines(figure, times, SYSTEM)
    return {
        "figure": figure.id,
        "version": figure.version,
        "as_of": times.as_of,
        "known_at": times.known_at,
        "region": times.region,
        "value": _text(answer.value),
        "unit": figure.unit,
        "numerator": _text(answer.numerator),
        "denominator": _text(answer.denominator),
        "wording": answer.wording,
        "reason": answer.reason,
        "rows": len(lines),
        "lines": packed(lines),
        "digest": sha256("\n".join(lines).encode()).hexdigest(),
        "occasion": occasion,
        "published_at": at,
        "published_by": by,
    }


def _text(value: Shown) -> str | None:
    return None if value is None else str(value)
