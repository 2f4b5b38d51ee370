"""Registers for programs: lists with filters and as-of, one entry with its history, deeds by rights, nothing hidden."""

from __future__ import annotations

import pytest

from tests.support import people
from tests.support.api import ROOT, caller
from tests.support.definitions import publish
from tests.support.people import WEDNESDAY
from tests.support.registers import loans
from yichuang.foundation.people.permissions import table
from yichuang.foundation.registers.models import ChangeRequest, Entry

PATH = "/registers/loans/entries"
SECRET = {"risk": "绝不外传的风险", "contact": "欧阳绝密"}
VALUES = {
    "bank": "甲银行", "firm_name": "一号公司", "unit_of": "zjj", "kind": "pledge", "credit": 2.34,
    "signed_on": "2019-09-02", "tags": ["tech"], "is_first": True,
}  # fmt: skip
FIGURE = "figure", {
    "figure": "trial.credit", "name_en": "Credit", "means": "授信额合计。", "means_en": "Total credit.",
    "unit": "亿元", "unit_en": "100 million yuan", "digits": 2, "mode": "S", "public": True,
    "formula": {"sum": {"of": "registers.loans", "column": "credit"}},
    "examples": [{"rows": [{"credit": 2.34}], "gives": 2.34}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def desk(db, monkeypatch):
    monkeypatch.setattr("yichuang.foundation.records.clock.business_now", lambda: WEDNESDAY)
    people.make_unit("zjj"), people.make_unit("other")
    publish(loans(), FIGURE)


@pytest.fixture
def handler():
    return caller(people.make_account("handler", "zjj"))


@pytest.fixture
def head():
    return caller(people.make_account("dept_head", "zjj"))


@pytest.fixture
def secret(head):
    head.ask("POST", PATH, {"values": VALUES | SECRET}, status=201)
    second = caller(people.make_account("dept_head", "zjj"))
    second.ask("POST", f"{PATH}/1/deeds", {"deed": "check"})
    head.ask("POST", f"{PATH}/1/deeds", {"deed": "publish"})


class TestLife:
    def test_is_written_checked_by_another_and_published(self, handler, head):
        made = handler.ask("POST", PATH, {"values": VALUES, "reason": "签约"}, key="one", status=201)
        again = handler.ask("POST", PATH, {"values": VALUES, "reason": "签约"}, key="one", status=201)
        assert made == again and Entry.objects.count() == 1
        assert made["values"]["credit"] == 2.34 and made["texts"]["credit"] == "2.34亿元"
        assert (made["state"], made["texts"]["signed_on"]) == ("draft", "2019年9月2日")

        handler.ask("POST", f"{PATH}/1/deeds", {"deed": "publish"}, status=403)
        head.ask("POST", f"{PATH}/1/deeds", {"deed": "check"})
        done = head.ask("POST", f"{PATH}/1/deeds", {"deed": "publish"})

        assert [each["state"] for each in done["history"]] == ["published", "checked", "draft"]
        assert handler.ask("GET", f"{PATH}?day=2019-09-02")["items"][0]["number"] == 1
        assert handler.ask("GET", f"{PATH}?day=2019-09-01")["items"] == []

    def test_what_it_gives_is_taken_back_and_changes_nothing(self, handler):
        made = handler.ask("POST", PATH, {"values": VALUES}, status=201)
        computed = {"left", "used"}
        values = {name: value for name, value in made["values"].items() if name not in computed | {"paper"}}

        told = handler.ask("PATCH", f"{PATH}/1", {"values": values, "seen": made["version"]}, status=409)

        assert told["code"] == "registers.nothing_changed"
        changed = handler.ask("PATCH", f"{PATH}/1", {"values": {"credit": 1.5}})
        assert changed["values"] == made["values"] | {"credit": 1.5}
        stale = handler.ask("PATCH", f"{PATH}/1", {"values": {"credit": 3}, "seen": 1}, status=409)
        assert stale["code"] == "registers.changed_meanwhile"

    def test_what_is_wrong_is_told_at_its_place(self, handler):
        wrong = VALUES | {"credit": "许多", "kind": "gift", "ends_on": "2019-02-30"}

        told = handler.ask("POST", PATH, {"values": wrong}, status=422)

        assert {each["where"] for each in told["errors"]} == {"credit", "kind", "ends_on"}
        strange = handler.ask("POST", PATH, {"values": VALUES | {"colour": "红"}}, status=422)
        assert [each["where"] for each in strange["errors"]] == ["body.values.colour"]
        assert handler.ask("POST", f"{PATH}/9/deeds", {"deed": "check"}, status=404)

    def test_a_filter_that_cannot_be_read_is_refused(self, handler):
        told = handler.ask("GET", f"{PATH}?credit_from=许多", status=422)

        assert [each["where"] for each in told["errors"]] == ["query.credit_from"]

    def test_a_filter_that_is_none_is_refused(self, handler):
        handler.ask("POST", PATH, {"values": VALUES}, status=201)

        assert len(handler.ask("GET", f"{PATH}?kind=pledge&credit_from=2&state=draft")["items"]) == 1
        assert handler.ask("GET", f"{PATH}?kind=credit")["items"] == []
        handler.ask("GET", f"{PATH}?colour=red", status=422)
        handler.ask("GET", f"{PATH}?risk=x", status=422)

    def test_who_may_not_edit_proposes(self, secret):
        office = caller(people.make_account("office", "office"))

        office.ask("PATCH", f"{PATH}/1", {"values": {"credit": 3}}, status=404)
        made = office.ask(
            "POST", "/registers/loans/requests",
            {"kind": "change", "number": 1, "values": {"credit": 3}, "reason": "合同改签"}, status=201,
        )  # fmt: skip

        assert made["state"] == "open" and ChangeRequest.objects.get().reason == "合同改签"
        office.ask("POST", "/registers/loans/requests", {"kind": "change", "reason": "没有编号"}, status=422)


class TestNothingHidden:
    def test_restricted_fields_and_rows_out_of_reach_are_not_there_for_any_role(self, secret, subtests):
        for role in table().roles:
            if role in ("public", "citizen", "firm"):
                continue
            for unit in ("zjj", "other"):
                with subtests.test(f"{role} {unit}"):
                    client = caller(people.make_account(role, unit))
                    paths = ["/registers", "/registers/loans", PATH, f"{PATH}?day=2019-10-09", f"{PATH}/1"]
                    told = " ".join(client.get(ROOT + path).content.decode() for path in paths)
                    sees = role == "dept_head" and unit == "zjj"
                    assert (SECRET["risk"] in told, SECRET["contact"] in told) == (sees, sees)
                    reached = role in ("office", "leader") or (
                        unit == "zjj" and role in ("handler", "reviewer", "dept_head")
                    )
                    assert ("一号公司" in told) == reached

    def test_a_figure_shows_to_whom_the_rows_are_not_only_what_is_public(self, secret, head):
        """Its value counts the whole; of rows that are public the others see the public fields alone."""
        rows = f"{ROOT}/figures/trial.credit?as_of=2019-10-09&rows=true"
        elsewhere = caller(people.make_account("handler", "other"))
        for client in (caller(), elsewhere, head):
            told = client.get(rows).json()
            text = str(told["rows"])
            assert (told["value"], len(told["rows"])) == (2.34, 1)
            assert SECRET["risk"] not in text and SECRET["contact"] not in text and "质押贷" not in text
        link = told["rows"][0]["link"]
        assert caller().get(link)["Location"] == "/lists/loans/1"
        assert elsewhere.get(link)["Location"] == "/lists/loans/1"
        assert head.get(link)["Location"] == "/admin-desk/registers/loans/1"
        assert caller().get("/registers/loans/999999").status_code == 404

    def test_the_public_is_told_nothing(self, secret):
        for path in ("/registers", "/registers/loans", PATH, f"{PATH}/1"):
            assert caller().get(ROOT + path).status_code == 401
