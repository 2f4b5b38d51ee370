"""`yichuang report`: a report for a day, a month or a year as page, Word and PDF, with its figures as JSON."""

from __future__ import annotations

import json
from argparse import Namespace
from pathlib import Path

from django.conf import settings

from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.records import clock, realtime
from yichuang.foundation.reports import commands, queries
from yichuang.foundation.reports.composing import compose
from yichuang.foundation.reports.page import write_page
from yichuang.foundation.reports.pdf import set_report
from yichuang.foundation.reports.terms import SpanKind
from yichuang.foundation.reports.word import write_word


def run(arguments: Namespace) -> int:
    """Write `report.html`, `report.docx`, `report.pdf` and `figures.json` into a folder; keeps nothing."""
    at = clock.business_now()
    today = local_day(at)
    kind, day = SpanKind.DAY, arguments.as_of or today
    if arguments.month:
        kind, day = SpanKind.MONTH, arguments.month
    elif arguments.year:
        kind, day = SpanKind.YEAR, arguments.year
    span = commands.span_of(kind, day, today)
    template = queries.template(arguments.template, span.as_of)
    content = compose(template, span, Times(span.as_of, realtime.settled_now()))
    out: Path = arguments.out
    out.mkdir(parents=True, exist_ok=True)
    figures = [each["told"] for each in content["figures"]]
    (out / "report.html").write_text(write_page(content, site=settings.SITE_URL.rstrip("/")), encoding="utf-8")
    (out / "report.docx").write_bytes(write_word(content))
    (out / "report.pdf").write_bytes(set_report(content, at=at))
    (out / "figures.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    missing = sum(each["value"] is None for each in figures)
    print(f"{out}: {content['title']}，{content['span']}；指标 {len(figures)} 个，其中无记录 {missing} 个")
    return 0
