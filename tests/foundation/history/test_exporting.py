"""History goes out as OCEL 2.0 and XES, ours and what was brought in, and what went out can be read again."""

from __future__ import annotations

import io
import json
from pathlib import Path

import jsonschema
import pytest
from django.conf import settings

from tests.support.engine import publish
from tests.support.history import bring_in, mapping, table
from yichuang.foundation.history import exporting, xes
from yichuang.foundation.people.actors import SYSTEM
from yichuang.foundation.work import flow

pytestmark = pytest.mark.django_db

SCHEMA = (
    Path(settings.DEFINITIONS[0]).parent.parent.parent / "shared" / "data" / "standards" / "ocel" / "schema_ocel2.json"
)


@pytest.fixture
def rows(tmp_path):
    publish()
    bring_in(table(tmp_path / "old.csv"), mapping=mapping(tmp_path))
    return flow.population(SYSTEM, flow.Asked(source="old_desk"))


def ocel(rows):
    out = io.StringIO()
    counted = exporting.write_ocel(out, rows)
    return counted, json.loads(out.getvalue())


class TestOcel:
    def test_tells_every_step_of_every_dossier_and_whose_it_was(self, rows):
        counted, said = ocel(rows)

        cases = {each["id"] for each in said["objects"] if each["type"] == "case"}
        assert counted == (5, 6)  # three dossiers and two units; six steps
        assert cases == {"old_desk:A-1", "old_desk:A-2", "old_desk:A-3"}
        assert {each["name"] for each in said["eventTypes"]} == {"登记", "审查", "决定"}
        ids = {each["id"] for each in said["objects"]}
        assert all(link["objectId"] in ids for each in said["events"] for link in each["relationships"])
        assert "张三" not in json.dumps(said, ensure_ascii=False)

    def test_is_valid_against_the_official_schema(self, rows):
        if not SCHEMA.exists():
            pytest.skip(f"the official schema is not beside the project: {SCHEMA}")
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

        _, said = ocel(rows)

        jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(said)

    def test_of_nothing_is_an_empty_log(self, rows):
        _, said = ocel(rows.filter(source="nobody"))

        assert (said["events"], said["objects"]) == ([], [])


class TestXes:
    def test_has_a_trace_a_dossier_with_its_steps_in_order(self, rows, tmp_path):
        path = tmp_path / "out.xes"
        with path.open("w", encoding="utf-8") as out:
            assert exporting.write_xes(out, rows) == (3, 6)

        first, *_ = traces = list(xes.traces(path))

        assert len(traces) == 3
        assert first.attributes["concept:name"] == "old_desk:A-1"
        assert [event["concept:name"] for event in first.events] == ["登记", "审查", "决定"]
        assert first.events[0]["time:timestamp"] == "2019-03-01T01:00:00.000000+00:00"
        assert first.events[0]["org:group"] == "受理科"
