"""A restricted field never leaves, nor does a row outside one's scope: tried for every role and every register."""

from __future__ import annotations

import io
import json

import pytest

from tests.support.definitions import shipped
from tests.support.people import WEDNESDAY, make_actor
from tests.support.registers import published
from yichuang.foundation.people.actors import PUBLIC, local_day
from yichuang.foundation.people.permissions import table
from yichuang.foundation.records.models import Record
from yichuang.foundation.registers import finding, queries, rights, sheets
from yichuang.foundation.registers.definition import Register
from yichuang.foundation.registers.models import Entry
from yichuang.foundation.registers.terms import Action
from yichuang.foundation.search.queries import search

DAY = local_day(WEDNESDAY)
SECRET = {"risk": "绝不外传的风险", "contact": "欧阳绝密"}


def registers() -> list[Register]:
    return [file.parsed for file in shipped().of("register")]


@pytest.fixture
def secret(handler, head) -> Entry:
    return published(by=head, checker=handler_who_checks(head), at=WEDNESDAY, **SECRET)


def handler_who_checks(head):
    return make_actor("dept_head", "zjj")


def readers():
    """Every role in the unit of the entry, and in another one."""
    return [
        (role, unit) for role in table().roles for unit in ("zjj", "other") if role not in ("public", "citizen", "firm")
    ]


class TestRestrictedField:
    @pytest.mark.parametrize(("role", "unit"), readers())
    def test_leaves_through_no_door_for_whom_it_is_not(self, secret, role, unit):
        actor = make_actor(role, unit)
        register = queries.register("loans", DAY)
        if role == "dept_head" and unit == "zjj":
            assert SECRET["risk"] in told(register, actor, secret)
            return

        everything = told(register, actor, secret)

        assert SECRET["risk"] not in everything
        assert SECRET["contact"] not in everything

    def test_is_no_filter_and_no_order_for_whom_it_is_not(self, secret, handler):
        register = queries.register("loans", DAY)

        asked = queries.asked(register, handler, {"risk": SECRET["risk"], "sort": "risk"})

        assert (asked.filters, asked.sort) == ((), "")

    def test_is_not_found_by_search_nor_told_in_records(self, secret, head):
        assert search(SECRET["risk"], finding.STAFF, head) == []
        assert search(SECRET["risk"], finding.PUBLIC, PUBLIC) == []
        assert not any(word in row.payload for row in Record.objects.all() for word in SECRET.values())

    def test_a_mask_covers_it(self, secret, handler):
        register = queries.register("loans", DAY)

        shown = {each.field.id: each.text for each in queries.shown(register, handler, secret.current, DAY)}

        assert "risk" not in shown
        assert shown["contact"] == "欧***"


def told(register: Register, actor, entry: Entry) -> str:
    """Gather all that a reader gets of a register: list, entry, history, export, filters, figures."""
    rows = queries.listed(register, actor, queries.Asked())
    fields = list(register.fields.values())
    out = io.BytesIO()
    sheets.write_export(register, actor, rows.iterator(100), out, DAY, as_csv=True)
    parts = [each.text for line in queries.lines(register, actor, rows, fields, DAY) for each in line.values]
    if queries.entry_for(actor, register.id, entry.number):
        parts += [each.text for each in queries.shown(register, actor, entry.current, DAY)]
        happened = queries.history(register, actor, entry, DAY)
        parts += [text for each in happened for one in each.differences for text in (one.before, one.after)]
    parts += [str(queries.figure_of(register, each, on=DAY).value) for each in register.figures.values()]
    return " ".join([*parts, out.getvalue().decode()])


class TestScope:
    @pytest.mark.parametrize(("role", "unit"), readers())
    def test_a_row_outside_ones_scope_is_in_no_list_search_export_or_entry(self, secret, role, unit):
        actor = make_actor(role, unit)
        register = queries.register("loans", DAY)
        reached = rights.rows(actor, register, Action.VIEW).has(secret.unit_id)

        listed = queries.listed(register, actor, queries.Asked()).exists()
        found = bool(search("甲银行", finding.STAFF, actor))
        opened = queries.entry_for(actor, "loans", secret.number) is not None
        taken = queries.listed(register, actor, queries.Asked(), "export").exists()

        assert (listed, found, opened) == (reached, reached, reached)
        assert taken == (rights.rows(actor, register, Action.EXPORT).has(secret.unit_id) and reached)


class TestEveryRegisterThatShips:
    @pytest.mark.parametrize("register", registers(), ids=lambda each: each.id)
    def test_keeps_restricted_fields_from_public_figures_search_title_and_template(self, db, register):
        restricted = {each.id for each in register.fields.values() if each.is_restricted}
        shown = set(register.public.fields) if register.public else set()
        counted = {each.of for each in register.figures.values()}
        counted |= {path for each in register.figures.values() if each.where for path in each.where.paths}

        assert not restricted & (shown | counted | set(register.title))
        assert not any(register.fields[name].is_searched or register.fields[name].is_figure for name in restricted)
        for role in table().roles:
            if role in ("public", "citizen", "firm"):
                continue
            actor = make_actor(role, "zjj")
            columns = {each.id for each in sheets.columns(register, actor)}
            assert not {each for each in restricted if role not in register.fields[each].seen_by} & columns

    @pytest.mark.parametrize("register", registers(), ids=lambda each: each.id)
    def test_has_examples_that_hold_and_an_english_name(self, register):
        body = next(file.body for file in shipped().of("register") if file.code == register.id)

        assert body.get("examples")
        assert register.name.english and all(each.name.english for each in register.fields.values())
        assert json.dumps(body, ensure_ascii=False, default=str)
