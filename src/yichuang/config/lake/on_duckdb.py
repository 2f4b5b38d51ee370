"""A lake on DuckDB, in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis


def opened(folder: Path) -> Any:
    """Open the cases of a lake as a table of Ibis."""
    files = folder / "cases" / "*" / "*" / "*.parquet"
    return ibis.duckdb.connect().read_parquet(str(files), hive_partitioning=True, hive_types_autocast=False)
