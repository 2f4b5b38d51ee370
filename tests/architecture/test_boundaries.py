"""Who knows whom: the contracts of pyproject.toml, and what they cannot say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import grimp
import pytest
from django.apps import apps

from tests.architecture.source import ROOT, layers

FACE = {"commands", "figures", "queries", "events", "terms"}
HOUSE = ["config", "portals", "domains", "ui", "foundation", "kernel"]


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("yichuang")


def domain_of(module: str) -> str:
    parts = module.split(".")
    return parts[2] if len(parts) > 2 and parts[1] == "domains" else ""


def test_the_import_contracts_hold():
    ended = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 0, ended.stdout


def test_no_contract_has_ignores():
    told = (ROOT / "pyproject.toml").read_text(encoding="utf-8")

    assert "ignore_imports" not in told


def test_a_domain_is_used_only_by_its_face(graph):
    intrusions = [
        f"{user} -> {used}"
        for used in graph.modules
        if domain_of(used) and len(used.split(".")) > 3 and used.split(".")[3] not in FACE
        for user in graph.find_modules_that_directly_import(used)
        if domain_of(user) != domain_of(used) and not user.startswith("yichuang.config")
    ]

    assert intrusions == []


def test_no_domain_page_is_used_by_a_portal(graph):
    intrusions = [
        f"{user} -> {used}"
        for used in graph.modules
        if used.startswith("yichuang.portals.")
        for user in graph.find_modules_that_directly_import(used)
        if user.split(".")[:3] != used.split(".")[:3] and not user.startswith("yichuang.config")
    ]

    assert intrusions == []


def place(app: str) -> tuple[int, int]:
    """Say where an app stands in the house: smaller is higher. Django's and allauth's own stand below all."""
    parts = app.split(".")
    if parts[0] != "yichuang":
        return (len(HOUSE), 0)
    layer = HOUSE.index(parts[1])
    contract = {"foundation": "Foundation", "domains": "Domains"}.get(parts[1])
    if contract is None or len(parts) < 3:
        return (layer, 0)
    rows = layers(contract)
    return (layer, next(number for number, row in enumerate(rows) if parts[2] in row))


def test_foreign_keys_stay_at_home_or_point_down():
    upwards = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for config in apps.get_app_configs()
        if config.name.startswith("yichuang.")
        for model in config.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        if (other := apps.get_app_config(field.related_model._meta.app_label)).name != config.name
        if place(other.name) <= place(config.name)
    ]

    assert upwards == []


def test_there_is_no_second_writer():
    installed = {config.name for config in apps.get_app_configs()}

    assert "django.contrib.admin" not in installed
