"""The deeds of the report room: draft, refresh, check, send back, publish."""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import sha256

from yichuang.foundation.figures import commands as figures
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import Actor, local_day
from yichuang.foundation.records import commands as records
from yichuang.foundation.records import realtime
from yichuang.foundation.records.terms import day_stream
from yichuang.foundation.reports import events, problems, queries
from yichuang.foundation.reports.composing import Content, compose
from yichuang.foundation.reports.models import Report, Told
from yichuang.foundation.reports.template import Template
from yichuang.foundation.reports.terms import CHECK, DRAFT, PUBLISH, ReportState, Span, SpanKind


def draft_report(*, template: str, kind: SpanKind, day: date, by: Actor, at: datetime) -> Report:
    """
    Fill a template for the day, month or year; what it says is kept as it was counted at this moment.

    :raises NotAllowed: `by` drafts no reports
    :raises NoTemplate: there is no such template
    :raises AheadOfTime: the day has not come
    """
    who = by.by_for(DRAFT)
    span = span_of(kind, day, local_day(at))
    found = queries.template(template, span.as_of)
    known_at, content = _filled(found, span)
    with records.deed("draft_report", stream=day_stream("system", at), by=who, at=at) as deed:
        report = Report.objects.create(
            template=found.id,
            version=found.version,
            title=content["title"],
            kind=kind,
            as_of=span.as_of,
            before=span.before,
            known_at=known_at,
            content=_text(content),
            drafted_by_id=by.account_id,
            drafted_at=at,
        )
        deed.record(events.ReportDrafted(report.pk, found.id, found.version, span.as_of, digest(report)))
    return report


def refresh_report(*, report_id: int, by: Actor, at: datetime) -> Report:
    """
    Count the figures of a draft anew, by the newest template.

    :raises NotAllowed: `by` drafts no reports
    :raises WrongState: it is no draft
    """
    who = by.by_for(DRAFT)
    report = _standing(report_id, ReportState.DRAFT)
    found = queries.template(report.template, report.as_of)
    known_at, content = _filled(found, report.span)
    with records.deed("refresh_report", stream=day_stream("system", at), by=who, at=at) as deed:
        report = _standing(report_id, ReportState.DRAFT)
        report.version, report.title = found.version, content["title"]
        report.known_at, report.content = known_at, _text(content)
        report.drafted_by_id, report.drafted_at = by.account_id, at
        report.save()
        deed.record(events.ReportDrafted(report.pk, found.id, found.version, report.as_of, digest(report)))
    return report


def check_report(*, report_id: int, by: Actor, at: datetime) -> Report:
    """
    Find a draft right; another person than the one who drafted it does.

    :raises NotAllowed: `by` checks no reports
    :raises WrongState: it is no draft
    :raises OwnDraft: `by` drafted it
    """
    who = by.by_for(CHECK)
    with records.deed("check_report", stream=day_stream("system", at), by=who, at=at) as deed:
        report = _standing(report_id, ReportState.DRAFT)
        if report.drafted_by_id == by.account_id:
            raise problems.OwnDraft
        report.state, report.checked_by_id, report.checked_at = ReportState.CHECKED, by.account_id, at
        report.save(update_fields=["state", "checked_by", "checked_at"])
        deed.record(events.ReportChecked(report.pk, digest(report)))
    return report


def send_back_report(*, report_id: int, reason: str, by: Actor, at: datetime) -> Report:
    """
    Let a checked report be drafted again.

    :raises NotAllowed: `by` checks no reports
    :raises WrongState: it is not checked
    :raises ReasonMissing: nothing says why
    """
    who = by.by_for(CHECK)
    if not reason.strip():
        raise problems.ReasonMissing
    with records.deed("send_back_report", stream=day_stream("system", at), by=who, at=at) as deed:
        report = _standing(report_id, ReportState.CHECKED)
        report.state, report.checked_by_id, report.checked_at = ReportState.DRAFT, None, None
        report.save(update_fields=["state", "checked_by", "checked_at"])
        deed.record(events.ReportSentBack(report.pk, reason.strip()))
    return report


def publish_report(*, report_id: int, by: Actor, at: datetime) -> Report:
    """
    Publish a checked report: every figure is published with the rows behind it, as it was counted for the draft.

    :raises NotAllowed: `by` publishes no reports, or no figures
    :raises WrongState: it is not checked
    :raises FiguresMoved: a figure comes to something else than what was checked
    """
    who = by.by_for(PUBLISH)
    with records.deed("publish_report", stream=day_stream("system", at), by=who, at=at) as deed:
        report = _standing(report_id, ReportState.CHECKED)
        told = {each["id"]: each for each in report.read()["figures"]}
        kept = figures.publish(ids=told, times=report.times, occasion=report.title[:120], by=by, at=at)
        moved = [told[row.figure]["name"] for row in kept if row.value != told[row.figure]["value"]]
        if moved:
            raise problems.FiguresMoved(moved)
        Told.objects.bulk_create(Told(report=report, figure=row.figure, snapshot=row) for row in kept)
        report.state, report.published_by_id, report.published_at = ReportState.PUBLISHED, by.account_id, at
        report.save(update_fields=["state", "published_by", "published_at"])
        deed.record(events.ReportPublished(report.pk, len(kept), digest(report)))
    return report


def span_of(kind: SpanKind, day: date, today: date) -> Span:
    """
    Make the span of a report.

    :raises AheadOfTime: it has not begun, or the day has not come
    """
    span = Span.of(kind, day, today=today)
    if span.as_of > today:
        raise problems.AheadOfTime(span.as_of)
    return span


def digest(report: Report) -> str:
    """Digest what a report says."""
    return sha256(report.content.encode()).hexdigest()


def _filled(template: Template, span: Span) -> tuple[datetime, Content]:
    known_at = realtime.settled_now()
    return known_at, compose(template, span, Times(span.as_of, known_at))


def _text(content: Content) -> str:
    return json.dumps(content, ensure_ascii=False)


def _standing(report_id: int, state: ReportState) -> Report:
    report = Report.objects.get(pk=report_id)
    if report.state != state:
        raise problems.WrongState(report.state)
    return report
