"""The lake holds what figures count and no name, appears whole or not at all, and counts the same."""

from __future__ import annotations

import importlib.util
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.domains.cases.test_figures import concluded
from tests.support import people
from tests.support.engine import Hall
from yichuang.config.commands import lake as command
from yichuang.foundation.figures.terms import Times

END = date(2019, 10, 31)


def there(*names: str) -> bool:
    return all(importlib.util.find_spec(name) for name in names)


def test_without_the_extra_packages_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda _name: None)
    monkeypatch.setattr(command.shutil, "which", lambda _name: None)

    code = command.check(Namespace(folder=tmp_path, engine="spark"))

    said = capsys.readouterr().err
    assert code == 2
    assert "pyarrow、ibis、pyspark" in said and "requirements/lake.txt" in said and "Java" in said


@pytest.mark.skipif(
    not there("pyarrow", "ibis", "duckdb"), reason="needs requirements/extra.txt: make lake-check has it"
)
@pytest.mark.django_db
class TestLake:
    @pytest.fixture
    def hall(self) -> Hall:
        hall = Hall()
        for day, party in (("2019-10-10", "甲某"), ("2019-10-14", "乙某"), ("2019-10-25", "丙某")):
            concluded(hall, day, party)
        hall.receive(applicant_id=people.make_party("丁某").pk)
        return hall

    def test_holds_codes_days_and_counts_alone_by_month_and_unit(self, hall: Hall, tmp_path: Path) -> None:
        import pyarrow.parquet as pq

        from yichuang.config.lake.exporting import export, read_manifest

        lake = export(tmp_path / "lake", Times(END))

        files = sorted(path.relative_to(tmp_path / "lake").as_posix() for path in tmp_path.rglob("*.parquet"))
        assert files == ["cases/month=2019-10/unit=scjg/part-0.parquet", "cases/month=open/unit=scjg/part-0.parquet"]
        assert (lake.rows, lake.files) == (4, 2) and read_manifest(tmp_path / "lake") == lake
        rows = pq.ParquetFile(tmp_path / "lake" / files[0]).read().to_pylist()
        assert [(row["used"], row["late"], row["unit_code"]) for row in rows] == [
            (2, False, "scjg"),
            (5, False, "scjg"),
            (14, True, "scjg"),
        ]
        assert not any(name in str(rows) for name in ("甲某", "乙某", "丙某"))

    def test_every_figure_and_group_is_the_same_on_duckdb(self, hall: Hall, tmp_path: Path) -> None:
        from yichuang.config.lake.comparing import compare
        from yichuang.config.lake.exporting import export
        from yichuang.config.lake.on_duckdb import opened
        from yichuang.config.lake.timeliness import timely

        lake = export(tmp_path / "lake", Times(END))
        cases = opened(tmp_path / "lake")

        compared = list(compare(cases, lake))
        assert len(compared) == 24 and [each for each in compared if not each.agrees] == []
        (whole,) = timely(cases, "2019-10").values()
        assert (whole.concluded, whole.with_limit, whole.on_time, whole.median, whole.p90) == (3, 3, 2, 5, 14)
        assert timely(cases, "2018-01") == {}

    def test_replaces_an_earlier_lake_and_nothing_else(
        self, hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from yichuang.config.lake import exporting

        place = tmp_path / "lake"
        first = exporting.export(place, Times(date(2019, 10, 15)))
        assert exporting.export(place, Times(END)) != first

        def fails(*_said: Any) -> Any:
            raise OSError("no space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(exporting, "table_of", fails)
            with pytest.raises(OSError, match="no space"):
                exporting.export(place, Times(date(2019, 10, 15)))
        assert exporting.read_manifest(place).as_of == "2019-10-31"
        assert [each.name for each in tmp_path.iterdir()] == ["lake"]

        (tmp_path / "other").mkdir()
        (tmp_path / "other" / "letter.txt").write_text("mine", encoding="utf-8")
        with pytest.raises(exporting.NotALake, match="不是本系统导出的数据湖"):
            exporting.export(tmp_path / "other", Times(END))

    def test_an_empty_house_gives_an_empty_lake(self, tmp_path: Path) -> None:
        from yichuang.config.lake.exporting import export

        lake = export(tmp_path / "lake", Times(END))

        assert (lake.rows, lake.files) == (0, 0)
