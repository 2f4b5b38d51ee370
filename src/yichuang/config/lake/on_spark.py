"""A lake on a Spark of this machine: needs `requirements/lake.txt` and Java 17 or newer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
from pyspark.sql import SparkSession

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}


def opened(folder: Path) -> Any:
    """Open the cases of a lake as a table of Ibis."""
    builder = SparkSession.builder.master("local[2]").appName("yichuang lake")
    session = builder.config(map=SETTINGS).getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.read.parquet(str(folder / "cases")).createOrReplaceTempView("cases")
    return ibis.pyspark.connect(session).table("cases")
