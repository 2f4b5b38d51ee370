"""Through what dossiers are seen: a reach over many units is shown the same rows, found in a shorter way."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.support import history
from tests.support.engine import Hall, china
from tests.support.people import make_party, make_region, make_unit
from yichuang.foundation.people import visibility
from yichuang.foundation.people.actors import Actor, Grant
from yichuang.foundation.people.visibility import referring, visible
from yichuang.foundation.work import sight
from yichuang.foundation.work.models import Access, Dossier, Step, Tally
from yichuang.foundation.work.terms import ScopeKind

pytestmark = pytest.mark.django_db
AT = china("2019-10-08 09:30")
UNITS, PARTIES, DOSSIERS = 12, 4, 60


@pytest.fixture
def population() -> tuple[list[int], list[int]]:
    """Make dossiers of many units, lying in other regions than these, each seen by some more units and parties."""
    dice = random.Random(11)
    streets = [make_region(f"42010600{n}", f"第{n}街道", "STREET") for n in range(3)]
    units = [make_unit(f"unit{n}", region=dice.choice([*streets, None])).pk for n in range(UNITS)]
    parties = [make_party().pk for _ in range(PARTIES)]
    for n in range(DOSSIERS):
        own, street = dice.choice(units), dice.choice(streets).code
        said = {"kind": "case", "unit_id": own, "region": street, "item_code": "", "channel": "", "opened_at": AT}
        row = Dossier.objects.create(
            number=str(n), title="示例", state="received", lifecycle="x", lifecycle_version=1, **said
        )
        seen = {(ScopeKind.UNIT, own), (ScopeKind.PARTY, dice.choice(parties))}
        seen |= {(ScopeKind.UNIT, dice.choice(units)) for _ in range(dice.randrange(3))}
        seen |= {(ScopeKind.AGENT, dice.choice(parties)) for _ in range(dice.randrange(2))}
        Access.objects.bulk_create(Access(dossier=row, scope_kind=kind, scope_id=str(pk)) for kind, pk in seen)
        told = {"source": "", "is_synthetic": True, "outcome": "", "promise_unit": "", "legal_unit": ""}
        Tally.objects.create(dossier=row, valid_from=AT, recorded_at=AT, **said, **told)
        step = {"key": "handle", "name": "承办", "kind": "work", "permission": "cases.handle", "state": "open"}
        Step.objects.create(dossier=row, root=row, item_code="", unit_id=dice.choice(units), **step)
    return units, parties


def keys(rows: QuerySet[Tally] | QuerySet[Step]) -> list[int]:
    return sorted(rows.values_list("pk", flat=True))


class TestReferring:
    @pytest.mark.parametrize("wide", [1, 5, 50])
    def test_shows_what_the_one_filter_shows_whatever_somebody_reaches(
        self, population: tuple[list[int], list[int]], wide: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        units, parties = population
        monkeypatch.setattr(visibility, "WIDE", wide)
        shown = set()

        @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
        @given(reached=st.sets(st.sampled_from(units)), mine=st.sets(st.sampled_from(parties)), wards=st.booleans())
        @example(reached=set(units), mine=set(), wards=False)
        @example(reached=set(units[:-1]), mine=set(parties[:1]), wards=True)
        @example(reached=set(), mine=set(), wards=False)
        def holds(reached: set[int], mine: set[int], wards: bool) -> None:
            grants = (Grant("office", min(reached), region=frozenset(reached)),) if reached else ()
            citizen = Grant("citizen")
            actor = Actor(
                1, "某", (*grants, citizen), party_ids=frozenset(mine), ward_ids=frozenset(parties[:1] if wards else ())
            )
            for model, owner in ((Tally, "unit_id"), (Step, "dossier__unit_id")):
                found = keys(
                    referring(actor, model.objects.all(), Dossier, path="dossier_id", owner=owner)  # type: ignore[attr-defined]
                )
                plain = keys(model.objects.filter(dossier__in=visible(actor, Dossier)))  # type: ignore[attr-defined]
                assert found == plain
                shown.add(len(found))

        holds()
        assert {0, DOSSIERS} < shown

    def test_a_wide_reach_that_owns_every_row_asks_nothing_of_the_access_rows_first(
        self, population: tuple[list[int], list[int]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(visibility, "WIDE", UNITS)
        actor = Actor(1, "某", (Grant("office", 1, region=frozenset(population[0])),))

        with CaptureQueriesContext(connection) as asked:
            found = referring(actor, Tally.objects.all(), Dossier, path="dossier_id", owner="unit_id").count()

        assert found == DOSSIERS
        where = asked[0]["sql"].partition("WHERE")[2]
        assert '"unit_id" IN' in where.partition(" OR ")[0] and "work_access" in where.partition(" OR ")[2]


class TestOwnUnit:
    """Whoever writes dossiers lets their own unit see them: what `referring` rests on."""

    @staticmethod
    def unseen() -> QuerySet[Dossier]:
        own = Access.objects.filter(scope_kind=ScopeKind.UNIT).values("scope_id")
        seen = [
            pk
            for pk, unit in Dossier.objects.values_list("pk", "unit_id")
            if own.filter(dossier=pk, scope_id=str(unit)).exists()
        ]
        return Dossier.objects.exclude(pk__in=seen)

    def test_sees_what_was_opened(self) -> None:
        Hall().receive()

        assert Dossier.objects.exists() and not self.unseen().exists()

    def test_sees_what_was_brought_in_and_what_grew(self, tmp_path: Path) -> None:
        history.publish()
        named = history.mapping(tmp_path)
        history.bring_in(history.table(tmp_path / "old.csv", history.ROWS[:4]), mapping=named)
        history.bring_in(history.table(tmp_path / "old.csv"), mapping=named)

        assert Dossier.objects.exists() and not self.unseen().exists()

    def test_is_named_to_the_one_filter(self) -> None:
        assert visibility.RULES[Dossier].owner == "unit_id"
        assert visibility.RULES[Dossier].permission == sight.VIEW
