"""
Which database the tests run on, and what all of them share.

`YICHUANG_TEST_DB=postgresql` starts a throw-away cluster; the default is SQLite in memory. The cluster is started once,
by the process that the workers of pytest-xdist are started from.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import timedelta

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from django.utils import translation

from yichuang.config import folder
from yichuang.config.bench.cluster import Cluster
from yichuang.foundation.definitions import index

DATABASE = os.environ.get("YICHUANG_TEST_DB", "sqlite")
ADDRESS = "YICHUANG_TEST_CLUSTER"

pytest_plugins = ["tests.support.server"]


def pytest_configure(config: pytest.Config) -> None:
    """Start the cluster and let the settings lead to it, before any connection is opened; count tries per process."""
    hypothesis.settings.register_profile(
        "any machine",
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
        derandomize=os.environ.get("YICHUANG_EXAMPLES") == "fixed",
    )
    hypothesis.settings.load_profile("any machine")
    settings.SERVICE_SAMPLE_SECONDS = 0  # what was counted would be written between the statements of a test
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    for values in settings.DATABASES.values():  # the tables are made at once; test_preparing compares
        values["TEST"] = {**values.get("TEST", {}), "MIGRATE": False}
    if DATABASE != "postgresql":
        return
    if ADDRESS not in os.environ:
        cluster = Cluster.start()
        os.environ[ADDRESS] = cluster.url("postgres")
        os.environ["YICHUANG_TEST_CLUSTER_FOLDER"] = str(cluster.folder)
        config.add_cleanup(lambda: _stop(cluster))
    found = folder.databases(settings.DATA, os.environ[ADDRESS])
    for alias, values in found.items():
        values["TEST"] = {"NAME": "test_yichuang", **settings.DATABASES[alias]["TEST"], **values.get("TEST", {})}
        settings.DATABASES[alias] = values
    connections.settings = connections.configure_settings(settings.DATABASES)
    for made in connections.all(initialized_only=True):  # they knew the old settings
        del connections[made.alias]
    assert connections["default"].vendor == "postgresql"


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Begin every test in Chinese, whatever language a test before it has left behind."""
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def definitions_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the look, once a second, whether definitions changed out of a count of statements."""
    monkeypatch.setattr(index, "PATIENCE", timedelta(hours=1))


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Read the definitions anew: a test before may have published some, which were rolled back with its end."""
    index.forget()


def _stop(cluster: Cluster) -> None:
    del os.environ[ADDRESS]
    cluster.stop()


def pytest_collection_finish() -> None:
    """Let the collector of Python pass over what stays to the end: all that was loaded and all tests."""
    gc.collect()
    gc.freeze()


DATA = {"django_db", "postgresql", "both"}
"""Marks, and the fixtures below, of what touches a database; the rest is the same on both and runs once."""
DATA_FIXTURES = {"db", "transactional_db", "django_db_setup"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database alone and, on PostgreSQL, what is about none."""
    other = "sqlite" if DATABASE == "postgresql" else "postgresql"
    kept = [item for item in items if item.get_closest_marker(other) is None]
    if DATABASE == "postgresql":
        kept = [item for item in kept if _has_to_do_with_data(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def _has_to_do_with_data(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return not DATA.isdisjoint(mark.name for mark in item.iter_markers()) or not DATA_FIXTURES.isdisjoint(fixtures)
