"""Every file under `definitions/` loads, and every example holds."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.support.definitions import publish_shipped, shipped
from yichuang.foundation.definitions.folders import NOT_DEFINITIONS, read_folder
from yichuang.foundation.definitions.kinds import KINDS
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.work.names import NAMES

ROOT = Path(settings.DEFINITIONS[0]).parent


def test_nothing_is_wrong_in_what_ships():
    assert [str(problem) for problem in shipped().problems] == []


def test_every_district_is_sound_with_the_national_part():
    for district in sorted(path for path in ROOT.iterdir() if path.is_dir() and path.name != "national"):
        problems = read_folder([ROOT / "national", district]).problems

        assert [str(problem) for problem in problems] == []


def test_no_file_is_passed_over():
    read = {file.file for file in shipped().files}
    there = {
        f"{path.parent.parent.name}/{path.parent.name}/{path.name}"
        for root in settings.DEFINITIONS
        for path in root.glob("*/*.yaml")
        if path.parent.name not in NOT_DEFINITIONS
    }

    assert there - read == set()


@pytest.mark.parametrize("name", ["calendar", "lifecycle", "rule", "form", "element"])
def test_each_kind_ships_something(name):
    assert shipped().of(name)


def test_folders_of_kinds_are_different():
    assert len({kind.folder for kind in KINDS.values()}) == len(KINDS)


@pytest.mark.django_db
def test_all_of_it_can_be_published_and_published_again():
    publish_shipped()
    count = Definition.objects.count()

    assert publish_shipped() == []
    assert Definition.objects.count() == count == len(shipped().files)


REFERENCES = {"lifecycle": "lifecycle", "plan": "plan", "form": "form"}


def test_every_item_leads_to_what_it_names():
    folder = shipped()
    loose = [
        f"{file.code}: {field} {file.body[field]}"
        for file in folder.of("item")
        for field, kind in REFERENCES.items()
        if file.body.get(field) and folder.get(kind, file.body[field]) is None
    ]

    assert loose == []


def test_every_state_of_a_case_and_every_ground_is_said_in_the_readers_language():
    folder = shipped()
    grounds = {each["name"] for row in folder.get("rule", "pause_grounds").rows for each in row.value}
    lifecycles = [folder.get("lifecycle", name) for name in ("permit", "stage", "project", "order")]

    states = {state.label for lifecycle in lifecycles for state in lifecycle.states.values()}
    deeds = {move.label for lifecycle in lifecycles for move in lifecycle.moves}
    names = {lifecycle.name for lifecycle in lifecycles}

    assert (states | deeds | names | grounds) - set(NAMES) == set()


def test_every_pause_of_a_lifecycle_has_its_ground():
    folder = shipped()
    grounds = {each["name"] for row in folder.get("rule", "pause_grounds").rows for each in row.value}
    kinds = {
        kind
        for file in folder.of("lifecycle")
        for move in file.parsed.moves
        for kind in move.kinds
        if "legal" in move.clocks.pause
    }

    assert kinds - grounds == set()
