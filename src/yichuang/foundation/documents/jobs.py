"""What the paper room does by itself: render what a deed owed."""

from __future__ import annotations

from yichuang.foundation.documents.numbering import RENDER
from yichuang.foundation.documents.rendering import render_paper
from yichuang.foundation.jobs.registry import job
from yichuang.foundation.jobs.terms import Due, Outcome


@job(RENDER, atomic=False, label="生成文书")
def render(due: Due) -> Outcome:
    """Render and seal one paper."""
    paper = render_paper(int(due.key), at=due.at)
    return Outcome(rows=1, result=str(paper))
