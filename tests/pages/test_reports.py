"""The pages of reports: a draft is made, checked by another, published; every figure leads to its rows."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.people import WEDNESDAY, actor_of, make_account
from tests.support.registers import published
from tests.support.reports import prepare
from yichuang.foundation.reports.models import Report


@pytest.fixture(autouse=True)
def desk(db, monkeypatch):
    monkeypatch.setattr("yichuang.foundation.records.clock.business_now", lambda: WEDNESDAY)
    prepare()
    heads = [actor_of(make_account("dept_head", "zjj")) for _ in range(2)]
    published(by=heads[0], checker=heads[1], at=WEDNESDAY, is_first=True)


def client(role: str, unit: str = "office") -> Client:
    found = Client()
    found.force_login(make_account(role, unit))
    return found


def test_the_life_of_a_report():
    first, second, leader = client("office"), client("office"), client("leader")
    page = first.post(
        reverse("reports:draft"), {"template": "trial", "kind": "day", "day": "2019-10-30"}, follow=True
    ).content.decode()
    report = Report.objects.get()
    here = reverse("reports:one", args=[report.pk])
    assert "授信情况报告" in page and ">2.34亿元</a>" in page and "无记录" in page and "<svg" in page
    assert "核对无误" not in page and "1 个指标没有记录" in page
    link = page.split('class="report__figure" href="')[1].split('"')[0].replace("&amp;", "&")
    assert first.get(link.partition("#")[0]).status_code == 200
    assert leader.get(here).status_code == 404, "a draft is for those who work on it"
    assert first.post(reverse("reports:move", args=[report.pk, "check"])).status_code == 404

    second.post(reverse("reports:move", args=[report.pk, "check"]))
    asked = second.post(reverse("reports:move", args=[report.pk, "send-back"]), {"reason": ""}).content.decode()
    assert "请填写“原因”" in asked
    page = first.post(reverse("reports:move", args=[report.pk, "publish"]), follow=True).content.decode()

    assert "已发布" in page and "与发布时一致" in page
    assert "2.34亿元" in leader.get(here).content.decode()
    assert "授信情况报告" in leader.get(reverse("reports:listed")).content.decode()
    assert leader.get(reverse("reports:word", args=[report.pk])).content[:2] == b"PK"
    assert leader.get(reverse("reports:pdf", args=[report.pk])).content[:4] == b"%PDF"
    assert leader.get(reverse("reports:figures", args=[report.pk])).json()[0]["definition"]


def test_a_day_ahead_is_told_at_the_form_and_what_was_typed_stays():
    page = (
        client("office")
        .post(reverse("reports:draft"), {"template": "trial", "kind": "day", "day": "2019-12-31"})
        .content.decode()
    )

    assert "还没有到" in page and "2019-12-31" in page
