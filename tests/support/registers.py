"""A register for tests: few fields, everything that a file can say; and what is written into it."""

from __future__ import annotations

import copy
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.support.definitions import whole
from yichuang.foundation.people.actors import Actor
from yichuang.foundation.registers import commands
from yichuang.foundation.registers.models import Entry

LOANS: dict[str, Any] = {
    "register": "loans",
    "name": "授信台账",
    "english": "Credit register",
    "version": 1,
    "group": ["金融", "Finance"],
    "entry": ["协议", "agreement"],
    "title": ["bank", "firm_name"],
    "order": ["-signed_on"],
    "owner": "unit_of",
    "valid_from": "signed_on",
    "fields": {
        "bank": {
            "type": "text",
            "name": ["银行", "Bank"],
            "required": True,
            "filter": True,
            "figure": True,
            "search": True,
        },
        "firm_name": {"type": "text", "name": ["企业", "Firm"], "required": True, "filter": True, "figure": True},
        "unit_of": {"type": "unit", "name": ["责任单位", "Unit"], "required": True, "filter": True},
        "kind": {
            "type": "code",
            "name": ["类别", "Kind"],
            "filter": True,
            "figure": True,
            "choices": [
                {"code": "credit", "name": ["信用贷", "Unsecured"]},
                {"code": "pledge", "name": ["质押贷", "Pledge"]},
            ],
        },
        "tags": {
            "type": "codes",
            "name": ["标签", "Tags"],
            "filter": True,
            "figure": True,
            "choices": [{"code": "tech", "name": "科技"}, {"code": "export", "name": "外贸"}],
        },
        "credit": {
            "type": "money",
            "unit": "亿元",
            "name": ["授信额", "Credit"],
            "required": True,
            "minimum": 0,
            "filter": True,
            "figure": True,
            "sort": True,
        },
        "drawn": {"type": "money", "unit": "亿元", "name": ["已用额", "Drawn"], "figure": True},
        "rate": {"type": "number", "digits": 2, "unit": "%", "name": ["利率", "Rate"], "figure": True, "filter": True},
        "signed_on": {
            "type": "date",
            "name": ["签约日期", "Signed on"],
            "required": True,
            "sort": True,
            "figure": True,
        },
        "ends_on": {"type": "date", "name": ["到期日", "Ends on"]},
        "is_first": {"type": "bool", "name": ["首贷", "First loan"], "figure": True, "filter": True},
        "contact": {"type": "text", "name": ["联系人", "Contact"], "seen_by": ["dept_head"], "mask": "name"},
        "risk": {"type": "text", "name": ["风险说明", "Risk"], "seen_by": ["dept_head"], "filter": True},
        "paper": {"type": "file", "name": ["协议书", "Paper"]},
        "note": {"type": "long", "name": ["备注", "Note"]},
    },
    "computed": {
        "left": {"name": ["未用额", "Left"], "formula": "credit - drawn", "unit": "亿元", "digits": 2, "figure": True},
        "used": {"name": ["使用率", "Used"], "formula": "share(drawn, credit)", "unit": "%", "digits": 1},
    },
    "unique": [["bank", "firm_name", "signed_on"]],
    "rules": [
        {"condition": "ends_on >= signed_on", "message": ["到期日不能早于签约日期。", "It ends before it was signed."]},
        {"condition": "drawn <= credit", "message": "已用额不能超过授信额。"},
    ],
    "access": {
        "view": {"handler": "unit", "dept_head": "subtree", "reviewer": "unit", "office": "all", "leader": "all"},
        "edit": {"handler": "unit", "dept_head": "subtree"},
        "check": {"reviewer": "unit", "dept_head": "subtree"},
        "publish": {"dept_head": "subtree"},
    },
    "public": {"fields": ["bank", "firm_name", "credit", "signed_on"]},
    "figures": {
        "credit": {"name": ["授信总额", "Total credit"], "aggregate": "sum", "of": "credit", "digits": 2},
        "banks": {"name": ["银行数", "Banks"], "aggregate": "distinct", "of": "bank", "unit": "家"},
        "pledged": {"name": ["质押贷笔数", "Pledges"], "aggregate": "count", "where": "kind = 'pledge'", "unit": "笔"},
    },
}


def loans(**changes: Any) -> tuple[str, dict[str, Any]]:
    """Give the register with keys of its file replaced; `fields__x__type` reaches inside, None takes a key away."""
    body = copy.deepcopy(LOANS)
    for path, value in changes.items():
        *way, last = path.split("__")
        place = body
        for step in way:
            place = place.setdefault(step, {})
        if value is None:
            place.pop(last, None)
        else:
            place[last] = value
    return "register", whole(body)


def values_of(**changes: Any) -> dict[str, Any]:
    """Give what one says in the credit register, as facts; the tests change what they are about."""
    said: dict[str, Any] = {
        "bank": "甲银行",
        "firm_name": "一号公司",
        "unit_of": "zjj",
        "kind": "credit",
        "credit": Decimal("2.34"),
        "signed_on": date(2019, 9, 2),  # a Monday
    }
    return {name: value for name, value in (said | changes).items() if value is not None}


def published(*, by: Actor, checker: Actor, at: datetime, since: date | None = None, **changes: Any) -> Entry:
    """Write, check and publish an entry of the credit register."""
    entry = commands.add_entry(register="loans", values=values_of(**changes), by=by, at=at, since=since)
    commands.check_entries(register="loans", entry_ids=[entry.pk], by=checker, at=at)
    commands.publish_entries(register="loans", entry_ids=[entry.pk], by=checker, at=at)
    return Entry.objects.select_related("current", "standing").get(pk=entry.pk)
