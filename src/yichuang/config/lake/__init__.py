"""
The lake: cases as partitioned Parquet for cities whose analysts have engines of their own, and the figures run on it.

- `columns` says what leaves the house: codes, days and counts; no name, no number of a person, no text that was typed.
- `exporting` writes it, a month and a unit at a time; the folder appears whole or not at all.
- `on_duckdb` and `on_spark` open it; `timeliness` runs the timeliness figures on it through Ibis. They know no Django.
- `comparing` holds them against the figures of the house.

All of it needs the packages of `requirements/extra.txt`; Spark is in `requirements/lake.txt` alone.
"""
