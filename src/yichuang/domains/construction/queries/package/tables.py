"""The tables of the standard with their fields, and how they are filled and written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from yichuang.foundation.people.terms import DIGITS, Level
from yichuang.foundation.records.terms import CHINA

_ENDS = ("SJYXBS", "SJWXYY", "SJSCZT", "SBYY")
_BEGINS = ("LSH", "DFSJZJ", "XZQHDM")

TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "SPGL_DFXMSPLCXXB": (
        "地方项目审批流程信息表",
        ("SPLCBM", "SPLCMC", "SPLCBBH", "SPLCSXSJ", "SPLCLX", "SPLCSM", "FJMC", "FJLX", "FJID"),
    ),
    "SPGL_DFXMSPLCJDXXB": (
        "地方项目审批流程阶段信息表",
        ("SPLCBM", "SPLCBBH", "SPJDBM", "SPJDMC", "SPJDXH", "DYBZSPJDXH", "SPJDSX", "LCBSXLX"),
    ),
    "SPGL_DFXMSPLCJDSXXXB": (
        "地方项目审批流程阶段事项信息表",
        (
            *("SPLCBM", "SPLCBBH", "SPJDXH", "SPSXBM", "SPSXBBH", "SPSXMC", "DYBZSPSXBM", "SFSXGZCNZ", "BJLX"),
            *("SQDX", "BLJGSDFS", "SPSXBLSX", "SPBMBM", "SPBMMC", "QZSPSXBM", "SFLCBSX"),
        ),
    ),
    "SPGL_XMJBXXB": (
        "项目基本信息表",
        (
            *("XMDM", "XMMC", "GCDM", "GCFW", "QJDGCDM", "XMTZLY", "TDHQFS", "TDSFDSJFA", "SFWCQYPG", "SPLCLX"),
            *("LXLX", "GCFL", "JSXZ", "XMZJSX", "GBHYDMFBND", "GBHYDM", "NKGSJ", "NJCSJ", "XMSFWQBJ", "XMWQBJSJ"),
            *("ZTZE", "JSDDXZQH", "JSDD", "XMJSDDX", "XMJSDDY", "JSGMJNR", "YDMJ", "JZMJ", "SBSJ", "SPLCBM", "SPLCBBH"),
        ),
    ),
    "SPGL_XMDWXXB": ("项目单位信息表", ("XMDM", "GCDM", "DWTYSHXYDM", "DWMC", "DWLX")),
    "SPGL_XMSPSXBLXXB": (
        "项目审批事项办理信息表",
        (
            *("XMDM", "GCDM", "SPSXBM", "SPSXBBH", "SPLCBM", "SPLCBBH", "SPSXSLBM", "SPBMBM", "SPBMMC", "SLFS"),
            *("GKFS", "BLSPSLBM", "SXBLSX"),
        ),
    ),
    "SPGL_XMSPSXBLXXXXB": (
        "项目审批事项办理详细信息表",
        ("XMDM", "GCDM", "SPSXSLBM", "BLCS", "BLR", "BLZT", "BLYJ", "BLSJ"),
    ),
    "SPGL_XMSPSXBLTBCXXXB": (
        "项目审批事项办理特别程序信息表",
        ("XMDM", "GCDM", "SPSXSLBM", "TBCX", "TBCXMC", "TBCXKSSJ", "TBCXJSSJ", "TBCXSXLX", "TBCXSX"),
    ),
    "SPGL_XMSPSXPFWJXXB": (
        "项目审批事项批复文件信息表",
        ("XMDM", "GCDM", "SPSXSLBM", "PFRQ", "PFWH", "PFWJBT", "PFWJYXQX", "FJMC", "FJLX", "FJID"),
    ),
    "SPGL_XMQTFJXXB": ("项目其他附件信息表", ("XMDM", "GCDM", "SPSXSLBM", "FJMC", "FJLX", "FJID")),
    "SPGL_ZJFWSXBLXXB": (
        "中介服务事项办理信息表",
        ("XMDM", "ZJFWSXMC", "ZJFWSXBM", "ZJFWSXSLBM", "SPSXSLBM", "BLSX", "SXLX", "ZJJGDM", "ZJJGMC", "WTR", "WTRDM"),
    ),
    "SPGL_XMYDHXJZXXB": ("项目用地红线界址信息表", ("XMDM", "JZWJXH", "JZWJMC", "JZWJSM", "JZWJFJ")),
    "SPGL_XMQQYJXXB": ("项目前期意见信息表", ("XMDM", "QQYJSLBM", "BLDWDM", "BLDWMC", "FKSJ", "BLR", "QQYJ")),
    "SPGL_DFGHKZXXXB": ("地方规划控制线信息表", ("KZXWJXH", "KZXWJMC", "KZXSYKSSJ", "KZXWJSM", "KZXWJFJ")),
}
"""Each table's name and its own fields; those that all tables have stand around them."""


@dataclass
class Tables:
    """The tables of a district (its region, six digits) while they are filled, and the files that go with them."""

    district: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {name: [] for name in TABLES})
    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, table: str, key: str, region: str, **values: Any) -> None:
        """Add a row; `key` is its local primary key."""
        number = len(self.rows[table]) + 1
        own = TABLES[table][1]
        assert not values.keys() - set(own), f"{table} has no {values.keys() - set(own)}"
        begins = {"LSH": number, "DFSJZJ": key, "XZQHDM": region[: DIGITS[Level.DISTRICT]]}
        ends = {"SJYXBS": 1, "SJWXYY": "", "SJSCZT": 0, "SBYY": ""}
        self.rows[table].append(begins | {name: _plain(values.get(name)) for name in own} | ends)

    def write(self, table: str) -> bytes:
        """Write a table as CSV: UTF-8 with the mark that spreadsheets want, the standard's field names as head."""
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, [*_BEGINS, *TABLES[table][1], *_ENDS])
        writer.writeheader()
        writer.writerows(self.rows[table])
        return out.getvalue().encode("utf-8-sig")


def counts(tables: Tables) -> Iterable[tuple[str, str, int]]:
    """List each table with its Chinese name and how many rows it has."""
    return ((name, TABLES[name][0], len(rows)) for name, rows in tables.rows.items())


def _plain(value: Any) -> Any:
    match value:
        case None:
            return ""
        case datetime():
            return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
        case date():
            return value.isoformat()
        case dict() | list():
            return json.dumps(value, ensure_ascii=False)
    return value
