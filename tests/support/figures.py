"""A small dated table with its measure, and figures over it: what the tests of figures count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.test.utils import isolate_apps

from tests.support.definitions import EARLY
from yichuang.foundation.definitions import commands as definitions
from yichuang.foundation.definitions import index
from yichuang.foundation.definitions.folders import of_bodies
from yichuang.foundation.figures import measures
from yichuang.foundation.figures.measures import DATED, Column, Dating, Measure, day, flag, number, text
from yichuang.foundation.records.dated import Dated, Said, dated_constraints, write
from yichuang.foundation.records.terms import SYSTEM


@contextmanager
def payments(**more: Any) -> Iterator[type[Dated]]:
    """Make the table of payments and its measure `trial.payments`; both are gone afterwards."""
    with isolate_apps("yichuang.foundation.records"):
        table = _table()
        _make(table)
        with measure(table, **more):
            yield table


def _table() -> type[Dated]:
    class Payment(Dated):
        KEY: ClassVar[tuple[str, ...]] = ("number",)

        number = models.CharField(max_length=20)
        unit = models.CharField(max_length=20)
        region = models.CharField(max_length=12)
        fen = models.BigIntegerField(null=True)
        paid_on = models.DateField()
        late = models.BooleanField()

        class Meta:
            app_label = "records"
            constraints: ClassVar = dated_constraints("payment", "number")

    return Payment


def _make(table: type[Dated]) -> None:
    """Make the table inside the test's transaction."""
    editor = connection.schema_editor(collect_sql=True)
    editor.deferred_sql = []
    editor.create_model(table)
    with connection.cursor() as cursor:
        for statement in [*editor.collected_sql, *map(str, editor.deferred_sql)]:
            cursor.execute(statement)


@contextmanager
def measure(
    table: type[Dated], *, replacing: Mapping[str, Column] | None = None, dating: Dating = DATED, **more: Any
) -> Iterator[Measure]:
    """Register the measure of a table for as long as the test takes; `replacing` are columns declared otherwise."""
    made = Measure(
        id="trial.payments",
        name="付款",
        columns={
            "number": text("number", "编号"),
            "unit": text("unit", "单位", apart=True),
            "region": text("region", "区划"),
            "fen": number("fen", "金额", unit="fen"),
            "paid_on": day("paid_on", "付款日期"),
            "late": flag("late", "逾期"),
            **(replacing or {}),
        },
        rows=table._default_manager.all,
        dating=dating,
        day="paid_on",
        region="region",
        unit="unit",
        key="number",
        **more,
    )
    measures.register_measure(made)
    try:
        yield made
    finally:
        del measures.MEASURES[made.id]


def figure(id: str, formula: Any, **changes: Any) -> dict[str, Any]:
    """Write the body of a figure; its one example is of no rows."""
    body = {
        "figure": id,
        "name": id,
        "name_en": id,
        "in_force": {"from": "2019-01-01"},
        "source": "测试",
        "means": "测试。",
        "means_en": "A trial.",
        "unit": "笔",
        "mode": "N",
        "formula": formula,
        "examples": [{"rows": [], "gives": "no_value"}],
    }
    return body | changes


def publish(*bodies: dict[str, Any]) -> None:
    """Publish figures; their examples are not what is tested here."""
    folder = of_bodies([("figure", body) for body in bodies])
    folder.problems = [each for each in folder.problems if "examples" not in each.field]
    index.forget()
    definitions.publish(folder, by=SYSTEM, at=EARLY)


def say(table: type[Dated], *said: Said) -> None:
    """Write dated rows as a deed does."""
    with transaction.atomic():
        write(table, said)
