"""
Tables that people bring: workbooks (.xlsx) and text (.csv, .csv.gz), read row by row with every fault at its cell.

`opened` gives the sheets of a file, `Sheet.table` finds the header row among its first rows, `Table.rows` streams rows
whose getters (`text`, `whole`, `day`, `choice` …) note what is wrong in `Findings` and go on, so that a person sees all
faults at once. What cannot be read at all is a `FileRefused`. `writing` makes templates and exports. No column is
known here: callers say which they want.
"""

from yichuang.foundation.files.tables.findings import Finding, Findings, Level, column_letter
from yichuang.foundation.files.tables.headers import Column, Header, find_header, normal_name
from yichuang.foundation.files.tables.limits import Limits
from yichuang.foundation.files.tables.reading import Book, Sheet, Table, insist, opened
from yichuang.foundation.files.tables.rows import Row, Value
from yichuang.foundation.files.tables.writing import Field, SheetPlan, write_csv, write_template, write_workbook

__all__ = [
    "Book",
    "Column",
    "Field",
    "Finding",
    "Findings",
    "Header",
    "Level",
    "Limits",
    "Row",
    "Sheet",
    "SheetPlan",
    "Table",
    "Value",
    "column_letter",
    "find_header",
    "insist",
    "normal_name",
    "opened",
    "write_csv",
    "write_template",
    "write_workbook",
]
