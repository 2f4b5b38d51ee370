"""Each figure over a register: its value comes of published entries, and moves by exactly the entry that changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.support.definitions import publish_shipped
from tests.support.engine import china
from tests.support.people import make_account, make_party, make_unit
from yichuang.foundation.figures import queries
from yichuang.foundation.figures.rows import as_lines
from yichuang.foundation.figures.terms import Times
from yichuang.foundation.people.actors import SYSTEM, Actor, actor_for
from yichuang.foundation.registers import commands

AT = china("2019-10-30 09:00")
DAY = date(2019, 10, 30)
SPRING, SUMMER, LAST_YEAR = date(2019, 4, 2), date(2019, 7, 15), date(2018, 6, 1)
Values = dict[str, Any]


@dataclass(frozen=True)
class Counted:
    """A register's rows, and what figures make of all of them and of all but the first."""

    register: str
    common: Values
    rows: list[Values]
    gives: dict[str, tuple[Any, Any]]


def told(firms: list[str], events: list[str], institutions: list[str]) -> list[Counted]:
    """Write the rows; the first of each is the one that is withdrawn."""
    rank = {"peer_group": "urban"}
    return [
        Counted(
            "city_rank",
            rank,
            [
                {"month": date(2019, 4, 1), "district": "武昌区", "score": Decimal("96.5")},
                {"month": date(2019, 4, 1), "district": "江岸区", "score": Decimal("96.5")},
                {"month": date(2019, 5, 1), "district": "武昌区", "score": Decimal("95")},
                {"month": date(2019, 5, 1), "district": "江岸区", "score": Decimal("95.2")},
                {"month": date(2019, 3, 1), "district": "东湖开发区", "score": Decimal("99"), "peer_group": "zone"},
            ],
            {"F03": ("2019-04", "2019-04"), "F04": (1, 0), "F05": (2, 2)},
        ),
        Counted(
            "speed_target",
            {"unit_of_measure": "工作日", "lead": "scj", "since": SPRING},
            [
                {"indicator": "企业开办", "city": Decimal(2), "district": Decimal("1.8")},
                {"indicator": "不动产登记", "city": Decimal(4), "district": Decimal("3.6")},
            ],
            {"F07": (2, 1), "F08": (10, 10), "F101": (Decimal("1.8"), None)},
        ),
        Counted(
            "item_cleanup",
            {"finding": "duplicate", "step": "复核", "action": "delete", "condition": "无", "limit_days": 3}
            | {"cleaned_on": SPRING, "sub_name": "子项"},
            [
                {"main_code": "A", "sub_code": "A1"},
                {"main_code": "B", "sub_code": "B1"},
                {"main_code": "B", "sub_code": "B2"},
            ],
            {"F17": (2, 1), "F18": (3, 2)},
        ),
        Counted(
            "access_negative",
            {"kind": "permit", "matter": "事项"},
            [{"edition": 2019, "number_in_list": "1"}, {"edition": 2018, "number_in_list": "1"}],
            {"F42": (2019, 2018)},
        ),
        Counted(
            "ip_action",
            {"object": "well_known", "state_of": "acted"},
            [
                {"holder": firms[0], "kind": "ordered", "ordered_on": SPRING, "acted_on": SPRING},
                {"holder": firms[0], "kind": "ordered", "ordered_on": SPRING, "acted_on": SUMMER},
                {"holder": firms[1], "kind": "ordered", "ordered_on": SPRING, "acted_on": SUMMER},
                {"holder": firms[1], "kind": "patrol", "acted_on": SPRING},
                {"holder": firms[1], "kind": "ordered", "ordered_on": LAST_YEAR, "acted_on": LAST_YEAR},
            ],
            {"F53": (2, 1)},
        ),
        Counted(
            "event_attendance",
            {},
            [
                {"event": events[0], "firm": firms[0], "kind": "quality_training", "held_on": SPRING},
                {"event": events[1], "firm": firms[1], "kind": "quality_training", "held_on": SUMMER},
                {"event": events[2], "firm": firms[1], "kind": "quality_training", "held_on": SPRING},
                {"event": events[2], "firm": firms[2], "kind": "finance", "held_on": SPRING},
            ],
            {"F54": (2, 1), "F77": (1, 1)},
        ),
        Counted(
            "patent",
            {"name_of": "一种装置", "applicant": "甲公司"},
            [
                {"number_of": "201910001", "kind": "invention", "applied_on": SPRING, "granted_on": SUMMER},
                {"number_of": "201910002", "kind": "invention", "applied_on": LAST_YEAR, "granted_on": SUMMER},
                {"number_of": "201910003", "kind": "invention", "applied_on": SUMMER},
                {"number_of": "201910004", "kind": "design", "applied_on": SPRING, "granted_on": SUMMER},
            ],
            {"F55": (2, 1), "F56": (2, 1)},
        ),
        Counted(
            "education_partner",
            {"country": "英国", "project": "师资培训", "since": LAST_YEAR},
            [{"name_of": "甲"}, {"name_of": "乙", "until": DAY}, {"name_of": "丙", "until": SUMMER}],
            {"F65": (2, 1)},
        ),
        Counted(
            "service_project",
            {"lead": "scj", "since": SPRING, "kind": "health"},
            [
                {"name_of": "甲中心", "progress": "moved"},
                {"name_of": "乙中心", "progress": "moved"},
                {"name_of": "区妇幼保健院改扩建", "progress": "building", "label": "市政府十件实事"},
            ],
            {"F66": (2, 1), "F98": ("市政府十件实事", "市政府十件实事")},
        ),
        Counted(
            "honour",
            {"name_of": "武汉市区级临床重点专科", "granted_by": "市卫健委", "year_of": 2019},
            [{"holder": "急诊医学科", "granted_on": SUMMER}, {"holder": "骨科", "granted_on": LAST_YEAR}],
            {"F67": (1, 0)},
        ),
        Counted(
            "job_post",
            {"post": "工程师"},
            [
                {"firm": firms[0], "headcount": 50, "salary": Decimal(8), "offered_on": SPRING},
                {"firm": firms[1], "headcount": 4000, "salary": Decimal(20), "offered_on": SPRING},
                {"firm": firms[2], "headcount": 300, "salary": Decimal(7), "offered_on": SPRING},
            ],
            {"F71": (4050, 4000)},
        ),
        Counted(
            "listing_reserve",
            {"since": SPRING, "step": "nurture"},
            [
                {"firm": firms[0], "tier": "gold"},
                {"firm": firms[1], "tier": "silver"},
                {"firm": firms[2], "tier": "star"},
            ],
            {"F73": (2, 1)},
        ),
        Counted(
            "finance_agreement",
            {"signed_on": SUMMER},
            [
                {"bank": firms[0], "firm": firms[1], "credit": Decimal("0.26")},
                {"bank": firms[2], "firm": firms[1], "credit": Decimal("2.08")},
            ],
            {"F78": (2, 1), "F79": (1, 1), "F80": (Decimal("2.34"), Decimal("2.08"))},
        ),
        Counted(
            "finance_audit",
            {"round": "2019年专项", "audited_on": SUMMER},
            [
                {"institution": institutions[0], "kind": "micro"},
                {"institution": institutions[1], "kind": "micro"},
                {"institution": institutions[2], "kind": "guarantee"},
            ],
            {"F81": (2, 1), "F82": (1, 1)},
        ),
        Counted(
            "wind_down",
            {"as_of_day": SUMMER},
            [
                {"firm": firms[0], "standing": "closed"},
                {"firm": firms[1], "standing": "urged"},
                {"firm": firms[2], "standing": "exiting"},
            ],
            {"F83": (2, 1), "F84": (1, 1)},
        ),
        Counted(
            "discipline_count",
            {"behaviour": "slow", "form": "first"},
            [
                {"number_of": "1", "received_on": SPRING, "persons": 2},
                {"number_of": "2", "received_on": SUMMER, "persons": 1},
                {"number_of": "3", "received_on": SUMMER, "persons": 4, "form": "second"},
                {"number_of": "4", "received_on": LAST_YEAR, "persons": 8},
            ],
            {"F85": (3, 2), "F86": (3, 1)},
        ),
    ]


def publish(register: str, rows: list[Values], writer: Actor, checker: Actor) -> list[str]:
    """Enter rows, let another check and publish them; give their ids."""
    facts = [{name: Decimal(each) if isinstance(each, int) else each for name, each in row.items()} for row in rows]
    ids = [commands.add_entry(register=register, values=row, by=writer, at=AT).pk for row in facts]
    commands.check_entries(register=register, entry_ids=ids, by=checker, at=AT)
    commands.publish_entries(register=register, entry_ids=ids, by=checker, at=AT)
    return [str(each) for each in ids]


def values(aliases: list[str]) -> dict[str, Any]:
    return {alias: each.value for alias, each in queries.answers(aliases, Times(DAY)).items()}


@pytest.mark.django_db
def test_a_withdrawn_entry_moves_each_figure_by_exactly_itself():
    publish_shipped("register", "figure", "code_list")
    make_unit("scj")
    people = {
        role: [actor_for(make_account(role, "scj"), AT) for _ in range(2)] for role in ("dept_head", "discipline")
    }
    firms = [str(make_party(f"公司{n}", kind="ENTERPRISE").pk) for n in range(3)]
    writer, checker = people["dept_head"]
    events = [
        {"name_of": "科创板培训", "kind": "star", "held_on": SPRING, "host": "scj"},
        {"name_of": "上市路演", "kind": "listing", "held_on": SUMMER, "host": "scj"},
        {"name_of": "质量培训", "kind": "quality_training", "held_on": SPRING, "host": "scj"},
    ]
    event_ids = publish("event", events, writer, checker)
    bodies = [{"firm": firm, "kind": "micro"} for firm in firms]
    institutions = publish("finance_institution", bodies, writer, checker)
    assert values(["F74", "F97"]) == {"F74": 2, "F97": 1}

    for each in told(firms, event_ids, institutions):
        acting = people["discipline" if each.register == "discipline_count" else "dept_head"]
        ids = publish(each.register, [each.common | row for row in each.rows], *acting)
        aliases = list(each.gives)

        assert values(aliases) == {alias: before for alias, (before, _) in each.gives.items()}, each.register
        lines = {alias: as_lines(queries.find(alias, DAY), Times(DAY), SYSTEM) for alias in aliases}
        commands.withdraw_entry(entry_id=int(ids[0]), reason="重复登记", by=acting[1], at=AT)

        assert values(aliases) == {alias: after for alias, (_, after) in each.gives.items()}, each.register
        for alias in aliases:
            left = as_lines(queries.find(alias, DAY), Times(DAY), SYSTEM)
            assert set(left) <= set(lines[alias])
            gone = set(lines[alias]) - set(left)
            assert all(line.split("\t")[1] == ids[0] for line in gone), alias
