"""The frame in which a demo district is loaded."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from yichuang.config import demo, preparing
from yichuang.config.commands.demo import run
from yichuang.config.demo import people
from yichuang.foundation.definitions.models import Definition
from yichuang.foundation.jobs import registry
from yichuang.foundation.people.actors import local_day
from yichuang.foundation.people.models import Account
from yichuang.foundation.records import clock

pytestmark = pytest.mark.django_db

OPENING = datetime(2019, 9, 27, 1, tzinfo=UTC)  # Friday, 09:00 in China
REGIONS = """\
regions: [{code: "420106", name: 武昌区, level: DISTRICT}]
"""
ACCOUNTS = """\
accounts: [{username: citizen, name: 刘某, is_demo: true, from: 2019-01-01}]
"""


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Two parts that note when they are loaded."""
    loaded: list[str] = []
    modules = {
        f"yichuang.config.demo.{name}": SimpleNamespace(load=lambda _district, name=name: loaded.append(name))
        for name in ("small", "large")
    }
    monkeypatch.setattr(demo, "import_module", modules.__getitem__)
    monkeypatch.setattr(demo, "PARTS", (demo.Part("small", "小", first=True), demo.Part("large", "大")))
    monkeypatch.setattr(registry, "_handlers", {})
    demo.register()
    return loaded


def test_the_first_page_waits_for_the_first_parts_alone(parts, tmp_path):
    shown: list[str] = []

    demo.load(tmp_path, OPENING, lambda label, _done: shown.append(label), everything=False)

    assert parts == ["small"]
    assert demo.progress_of() == (1, 2)
    assert shown == ["小", "大", ""]


def test_what_the_district_publishes_is_published_on_the_day_on_which_it_opens(parts, settings, tmp_path, monkeypatch):
    settings.DATA, settings.DEMO = tmp_path, True
    monkeypatch.setattr(preparing, "migrate", lambda: False)  # the tables are there

    run(Namespace(at=OPENING, load_only=True, sample=None, port=0))

    assert parts == ["small", "large"]
    days = {local_day(each) for each in Definition.objects.values_list("published_at", flat=True)}
    assert days == {local_day(OPENING)}


def test_load_only_loads_all_and_twice_changes_nothing(parts, tmp_path):
    demo.load(tmp_path, OPENING, lambda *_: None, everything=True)
    demo.load(tmp_path, OPENING, lambda *_: None, everything=True)

    assert parts == ["small", "large"]


def test_the_opening_moment_is_given_once(parts, tmp_path):
    demo.load(tmp_path, OPENING, lambda *_: None, everything=False)
    demo.load(tmp_path, datetime(2021, 1, 1, tzinfo=UTC), lambda *_: None, everything=False)

    assert demo.opened_at() == OPENING
    assert abs((clock.business_now() - OPENING).total_seconds()) < 60


def test_a_sample_part_reads_its_own_folder_in_the_profile_of_the_folder(parts, tmp_path, monkeypatch):
    given: list[demo.Demo] = []
    monkeypatch.setattr(demo, "import_module", lambda _name: SimpleNamespace(load=given.append))
    subjects = (demo.Part("items", "事项", package="sample"),)

    assert demo.settle(demo.Profile.SMALL) is demo.Profile.SMALL
    demo.load(tmp_path, OPENING, lambda *_: None, everything=True, parts=subjects, profile=demo.Profile.SMALL)

    (district,) = given
    assert (district.folder.name, district.count({"full": 9, "small": 2}), district.count(5)) == ("sample", 2, 5)
    assert demo.settle(None) is demo.Profile.SMALL
    with pytest.raises(demo.OtherDemo, match="small"):
        demo.settle(demo.Profile.FULL)


def test_a_plain_demo_never_becomes_a_sample_district(parts, tmp_path):
    demo.load(tmp_path, OPENING, lambda *_: None, everything=True)

    assert demo.settle(None) is None
    with pytest.raises(demo.OtherDemo, match="演示数据"):
        demo.settle(demo.Profile.FULL)


def test_a_part_that_fails_is_named(parts, tmp_path, monkeypatch):
    def fails(_name: str) -> SimpleNamespace:
        raise LookupError("no such unit")

    monkeypatch.setattr(demo, "import_module", fails)

    with pytest.raises(demo.PartFailed, match=r"小.*no such unit"):
        demo.load(tmp_path, OPENING, lambda *_: None, everything=False)


def test_people_can_log_in_with_the_printed_password(tmp_path: Path):
    (tmp_path / "units.yaml").write_text(REGIONS, encoding="utf-8")
    (tmp_path / "accounts.yaml").write_text(ACCOUNTS, encoding="utf-8")

    people.load(demo.Demo(tmp_path, OPENING))
    people.load(demo.Demo(tmp_path, OPENING))

    assert Account.objects.get().check_password(demo.PASSWORD)
    assert demo.accounts() == [("citizen", "刘某")]
