"""The fused deed writes what `deeds` writes, row by row and byte for byte, in every table that either touches."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction

from tests.support import people
from tests.support.engine import Hall
from yichuang.domains.cases import commands as cases
from yichuang.domains.cases.models import Case
from yichuang.foundation.records import realtime
from yichuang.foundation.records.models import Record
from yichuang.foundation.work import commands, hottest
from yichuang.foundation.work.deeds import deed
from yichuang.foundation.work.events import FactsAmended
from yichuang.foundation.work.models import Step
from yichuang.foundation.work.terms import LIVE, ClockKind
from yichuang.kernel.errors import NotPossible

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

LEARNT = datetime(2025, 1, 6, 3, 4, 5, 678901, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the database's clock stand still, whichever way it is read."""
    monkeypatch.setattr(realtime, "database_now", lambda: LEARNT)
    monkeypatch.setattr(hottest, "READ", hottest.READ.replace("clock_timestamp()", f"'{LEARNT}'::timestamptz"))


@pytest.fixture
def fused(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Remembers for every step whether it was completed by the fused statements."""
    done: list[bool] = []
    complete = hottest.complete

    def watched(**said: Any) -> bool:
        done.append(complete(**said))
        return done[-1]

    monkeypatch.setattr(hottest, "complete", watched)
    yield done


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Read every row of every table of the house."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = cursor.fetchall()
    return found


def sequences(to: dict[str, int | None] | None = None) -> dict[str, int | None]:
    """Read where every sequence stands, or set them there: a rollback leaves them where they are."""
    with connection.cursor() as cursor:
        if to is not None:
            for name, value in to.items():
                cursor.execute("SELECT setval(%s::regclass, %s, %s)", [name, value or 1, value is not None])
        cursor.execute("SELECT quote_ident(sequencename), last_value FROM pg_sequences")
        return dict(cursor.fetchall())


class Undone(Exception):
    """Rolls a life back."""


def lived(life: Callable[[], list[str]]) -> tuple[list[str], dict[str, list[tuple[Any, ...]]]]:
    """Live a life, give what was refused in it and every row it left, and undo it."""
    before = sequences()
    try:
        with transaction.atomic():
            refused, rows = life(), everything()
            raise Undone
    except Undone:
        sequences(to=before)
    return refused, rows


def life(hall: Hall, opened: list[Case], seed: int) -> Callable[[], list[str]]:
    """Make a life of random deeds on the steps of some cases; the same seed makes the same life."""

    def live() -> list[str]:
        dice, refused, at = random.Random(seed), [], hall.at
        for _ in range(24):
            at += timedelta(minutes=dice.randrange(1, 3000), microseconds=dice.randrange(1_000_000))
            case = dice.choice(opened)
            found = list(Step.objects.filter(dossier_id=case.pk).order_by("pk"))
            alive = [step for step in found if step.state in LIVE]
            step = dice.choice(alive if alive and dice.random() < 0.9 else found)
            actor = dice.choice([hall.handler, hall.reviewer, hall.signer, hall.head])
            if dice.random() < 0.85:
                actor = {"cases.handle": hall.handler, "cases.review": hall.reviewer}.get(step.permission, hall.signer)
            outcome = dice.choices(["agree", "approve", "send_back", "disagree", "unheard"], [8, 1, 1, 2, 1])[0]
            opinion = dice.choice(["", "同意。", "材料齐全，“拟同意”\n签"])
            try:
                with transaction.atomic():
                    match dice.choices(["claim", "pause", "resume", "amend", "complete"], [1, 1, 1, 1, 12])[0]:
                        case "claim":
                            commands.claim_step(step_id=step.pk, by=actor, at=at)
                        case "pause":
                            pause(case.pk, hall, at)
                        case "resume":
                            resume(case.pk, hall, at)
                        case "amend":
                            commands.amend_facts(dossier_id=case.pk, facts={"面积": 80.5}, by=hall.head, at=at)
                        case _:
                            said = {"outcome": outcome, "opinion": opinion}
                            commands.complete_step(step_id=step.pk, by=actor, at=at, **said)
            except NotPossible as refusal:
                refused.append(f"{type(refusal).__name__} {refusal}")
        return refused

    return live


def pause(case: int, hall: Hall, at: datetime) -> None:
    with deed("stand_still", on=case, by=hall.head, at=at) as done:
        done.because(kind="专家评审", reason="须论证", basis="行政许可法 第四十五条")
        done.pause((ClockKind.PROMISE,))
        done.record(told(case))


def resume(case: int, hall: Hall, at: datetime) -> None:
    with deed("go_on_again", on=case, by=hall.head, at=at) as done:
        done.resume((ClockKind.PROMISE,))
        done.record(told(case))


def told(case: int) -> Any:
    return FactsAmended(names=(str(case),))


class TestFusedAndNot:
    @pytest.mark.parametrize("seed", range(8))
    def test_leave_the_same_rows(self, monkeypatch: pytest.MonkeyPatch, fused: list[bool], seed: int) -> None:
        hall = Hall()
        opened = []
        for _ in range(3):
            case = hall.receive()
            cases.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
            cases.begin_case(case_id=case.pk, by=hall.handler, at=hall.at)
            opened.append(case)
        deeds = life(hall, opened, seed)

        refused, rows = lived(deeds)
        assert any(fused), "some steps were plain"
        monkeypatch.setattr(hottest, "complete", lambda **_: False)
        refused_without, rows_without = lived(deeds)

        assert refused == refused_without
        assert rows.keys() == rows_without.keys()
        for table, kept in rows.items():
            assert kept == rows_without[table], table


class TestFused:
    @pytest.mark.usefixtures("definitions_stand")
    def test_a_plain_step_takes_two_statements(self, fused: list[bool], django_assert_num_queries: Any) -> None:
        hall = Hall()
        case = hall.receive()
        cases.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
        cases.begin_case(case_id=case.pk, by=hall.handler, at=hall.at)
        step = Step.objects.get(dossier_id=case.pk, state="open")

        with django_assert_num_queries(4):  # and the savepoint of the test
            commands.complete_step(step_id=step.pk, outcome="agree", opinion="", by=hall.handler, at=hall.at)

        assert fused == [True]
        assert Record.objects.filter(stream=f"dossier/{case.pk}", kind="StepCompleted").count() == 1

    def test_a_step_in_other_hands_is_refused_by_the_words_of_deeds(self, fused: list[bool]) -> None:
        hall = Hall()
        other = people.make_actor("handler", hall.unit, at=hall.at, name="乙")
        case = hall.receive()
        cases.accept_case(case_id=case.pk, by=hall.window, at=hall.at)
        step = Step.objects.get(dossier_id=case.pk, state="open")
        commands.claim_step(step_id=step.pk, by=other, at=hall.at)

        with pytest.raises(commands.NotYours, match="乙"):
            commands.complete_step(step_id=step.pk, outcome="agree", opinion="", by=hall.handler, at=hall.at)
        assert fused == [False]
