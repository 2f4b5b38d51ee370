"""Benchmarks as a table that people fill in: its columns, how it is read, its template."""

from __future__ import annotations

from datetime import date
from typing import IO

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from yichuang.domains.catalogue import queries
from yichuang.domains.catalogue.terms import DAY_MINUTES, Benchmark
from yichuang.foundation.files.tables import Column, Field, Findings, Row, SheetPlan, opened, write_template
from yichuang.kernel.errors import NotPossible

ITEM, REGION, SOURCE, SOURCE_ON = "事项代号", "对标地区", "来源", "来源日期"
STEPS, DAYS, MATERIALS, VISITS, COST = "环节", "办结时限（工作日）", "申请材料（份）", "到现场次数", "收费（元）"
COLUMNS = (
    Column(ITEM, is_required=True, aliases=("实施编码", "item")),
    Column(REGION, is_required=True, aliases=("地区", "region")),
    Column(STEPS, aliases=("steps",)),
    Column(DAYS, aliases=("工作日", "days")),
    Column(MATERIALS, aliases=("材料", "materials")),
    Column(VISITS, aliases=("visits",)),
    Column(COST, aliases=("收费", "cost")),
    Column(SOURCE, is_required=True, aliases=("source",)),
    Column(SOURCE_ON, is_required=True, aliases=("日期", "date")),
)
SHEET = "对标"
_NO_DAY = date.min


class TableFaulty(NotPossible):
    """Nothing of a faulty table is taken in."""

    code = "catalogue.benchmark_table_faulty"

    def __init__(self, findings: Findings) -> None:
        super().__init__(_("表格里有错误，什么也没有导入。请按下面列出的单元格改正后重新上传。"))
        self.findings = findings


def read_benchmarks(file: UploadedFile, findings: Findings) -> list[Benchmark]:
    """
    Read the rows of a table; what is wrong is noted in `findings` at its cell.

    :raises FileRefused: one of its kinds, where the file cannot be read at all
    """
    codes = queries.codes_by_task()
    values = []
    assert file.file is not None, "an uploaded file is open"
    with opened(file.file, name=file.name or "") as book:
        sheet = book.sheet(SHEET) if book.has(SHEET) else book.sheets[0]
        for row in sheet.table(COLUMNS, findings).rows():
            value = _read(row, codes)
            if value is not None:
                values.append(value)
    return values


def _read(row: Row, codes: dict[str, str]) -> Benchmark | None:
    asked = row.text(ITEM, is_required=True, longest=120)
    item = codes.get(asked, "")
    if asked and not item:
        row.error(ITEM, _("没有这个事项：%(code)s。填事项代号或实施编码。") % {"code": asked}, "benchmark.unknown_item")
    days = row.number_of(DAYS)
    if days is not None and days < 0:
        row.error(DAYS, _("不能是负数。"), "benchmark.negative")
    source_on = row.day(SOURCE_ON)
    if source_on is None and not row.has(SOURCE_ON):
        row.error(SOURCE_ON, _("必填，这里是空的。"), "cell.blank")
    value = Benchmark(
        item=item,
        region=row.text(REGION, is_required=True, longest=60),
        source=row.text(SOURCE, is_required=True, longest=300),
        source_on=source_on or _NO_DAY,
        steps=row.whole(STEPS, least=0, most=1000),
        minutes=None if days is None else int(days * DAY_MINUTES),
        materials=row.whole(MATERIALS, least=0, most=1000),
        visits=row.whole(VISITS, least=0, most=100),
        cost_fen=row.money_fen(COST),
    )
    if not any(row.has(name) for name in (STEPS, DAYS, MATERIALS, VISITS, COST)):
        row.error("", _("这一行没有任何数值。请至少填写一项。"), "benchmark.empty")
    return value if item and source_on and not value.is_empty else None


def write_template_of_benchmarks(out: IO[bytes]) -> None:
    """Write the workbook to be filled in."""
    fields = (
        Field(ITEM, _("事项代号或31位实施编码"), is_required=True, width=34),
        Field(REGION, _("例如 杭州市"), is_required=True),
        Field(STEPS),
        Field(DAYS, _("当场办结填0，半天填0.5")),
        Field(MATERIALS),
        Field(VISITS),
        Field(COST),
        Field(SOURCE, _("网站或文件名称"), is_required=True, width=30),
        Field(SOURCE_ON, _("例如 2019-10-30"), is_required=True),
    )
    notes = (_("一行是一个事项在一个地区的数值；不知道的留空。同一事项同一地区以来源日期新的为准，旧的保留。"),)
    write_template(out, [SheetPlan(SHEET, fields)], notes)
