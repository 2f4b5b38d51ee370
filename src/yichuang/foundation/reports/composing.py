"""Fills a template: one content that page, Word and PDF draw, in which every figure is a run of its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import translation

from yichuang.foundation.figures import queries as figures
from yichuang.foundation.figures.answering import Answer
from yichuang.foundation.figures.telling import told
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.reports.template import DAY, SPAN, Block, Piece, Template
from yichuang.foundation.reports.terms import NO_RECORDS, BlockKind, Span
from yichuang.foundation.reports.words import in_words, written

Content = dict[str, Any]
"""What a report says, as JSON: `title, office, addressee, span, as_of, blocks, figures`."""


def compose(template: Template, span: Span, times: Times) -> Content:
    """
    Fill a template for the times of `span`; all figures in one pass, those of the span before in another.

    A report is Chinese, whatever language the page speaks on which it is asked for.

    :raises NoSuchFigure: a figure is not in force on the day
    """
    asked = [id for id in template.figures if id not in (DAY, SPAN)]
    answers = figures.answers(asked, times)
    before: Mapping[str, Answer] = {}
    if span.before is not None:
        then = Times(span.before, times.known_at, times.region)
        there = set(figures.figures(span.before))
        known = [id for id in asked if answers[id].figure.id in there]
        before = figures.answers(known, then)
    words = {DAY: in_words(span.as_of.isoformat()), SPAN: span.words}
    fill = _Filler(answers, words)
    with translation.override("zh-hans"):
        annex = _annex(answers, before)
    return {
        "title": fill.plain(template.title),
        "office": template.office,
        "addressee": template.addressee,
        "span": span.words,
        "as_of": span.as_of.isoformat(),
        "before": span.before.isoformat() if span.before else "",
        "blocks": [fill.block(block) for block in template.blocks],
        "figures": annex,
    }


class _Filler:
    """Puts answers where a template names figures."""

    def __init__(self, answers: Mapping[str, Answer], words: Mapping[str, str]) -> None:
        self.answers, self.words = answers, words

    def plain(self, text: str) -> str:
        for name, word in self.words.items():
            text = text.replace("{" + name + "}", word)
        return text

    def block(self, block: Block) -> dict[str, Any]:
        match block.kind:
            case BlockKind.TEXT:
                return {"kind": block.kind.value, "runs": [self.in_sentence(each) for each in block.pieces]}
            case BlockKind.TABLE:
                rows = [
                    [{"text": row.label, "figure": ""}, *(self.run(Piece(figure=id)) for id in row.figures)]
                    for row in block.rows
                ]
                return {"kind": block.kind.value, "title": block.title, "heads": list(block.heads), "rows": rows}
            case BlockKind.CHART:
                bars = [self.bar(row.label, row.figures[0]) for row in block.rows]
                return {"kind": block.kind.value, "title": block.title, "bars": bars}
        return {"kind": block.kind.value, "title": self.plain(block.title)}

    def run(self, piece: Piece) -> dict[str, str]:
        if piece.figure in self.words:
            return {"text": self.words[piece.figure], "figure": ""}
        if not piece.figure:
            return {"text": piece.text, "figure": ""}
        answer = self.answers[piece.figure]
        return {"text": written(answer), "figure": answer.figure.id}

    def in_sentence(self, piece: Piece) -> dict[str, str]:
        """Put a piece into running text: that there are no records stands in brackets, to be seen."""
        run = self.run(piece)
        return run | {"text": f"（{NO_RECORDS}）"} if run["figure"] and run["text"] == NO_RECORDS else run

    def bar(self, label: str, id: str) -> dict[str, Any]:
        answer = self.answers[id]
        value = str(answer.value) if isinstance(answer.value, Decimal) else None
        return {"label": label, "value": value, "text": written(answer), "figure": answer.figure.id}


def _annex(answers: Mapping[str, Answer], before: Mapping[str, Answer]) -> list[dict[str, Any]]:
    """List the figures with their definitions, each once, in the order of their numbers."""
    found: dict[str, dict[str, Any]] = {}
    for id, answer in answers.items():
        figure = answer.figure
        found.setdefault(
            figure.id,
            {
                "id": figure.id,
                "report": figure.report,
                "name": figure.name,
                "means": figure.means,
                "mode": figure.mode.value,
                "kind": str(figure.mode.label),
                "version": figure.version,
                "unit": figure.unit,
                "value": None if answer.value is None else str(answer.value),
                "text": written(answer),
                "reason": answer.reason,
                "before": written(before[id]) if id in before else "",
                "difference": _apart(answer, before.get(id)),
                "told": told(answer),
            },
        )
    return sorted(found.values(), key=lambda each: (not each["report"], int(each["report"][1:] or 0)))


def _apart(now: Answer, then: Answer | None) -> str:
    if then is None:
        return ""
    return difference(
        None if now.value is None else str(now.value), None if then.value is None else str(then.value), now.figure.unit
    )


def difference(now: str | None, then: str | None, unit: str) -> str:
    """
    Write how far a value is from another; empty where one is no number.

    >>> difference("213.40", "207.08", "亿元"), difference("8", "8", "个"), difference(None, "8", "个")
    ('+6.32亿元', '持平', '')
    """
    try:
        apart = Decimal(now or "") - Decimal(then or "")
    except InvalidOperation:
        return ""
    if not apart:
        return "持平"
    return f"{'+' if apart > 0 else '−'}{abs(apart):f}{'个百分点' if unit == '%' else unit}"
