"""Reads pages and workbooks of the house as text, to hold one against the other."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import openpyxl
from django.test import Client


def page(client: Client, address: str) -> str:
    """Read a page that opens."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def words(html: str) -> str:
    """Give the text of a page without its marks, blanks drawn together."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def cells(html: str, table: str) -> list[list[str]]:
    """Read the cells of a table of a page, row by row, headings first."""
    body = html[html.index(f'id="{table}"') :]
    body = body[: body.index("</table>")]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.S)
    return [[words(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


def sheet(client: Client, address: str) -> list[list[str]]:
    """Read the workbook behind an address as text; numbers as they are written."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    rows = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    return [["" if value is None else str(value).removesuffix(" 00:00:00") for value in row] for row in rows]


def same(shown: str, kept: str) -> bool:
    """Tell whether a cell of a page and one of a workbook say the same."""
    shown = shown.removeprefix("+").replace("—", "").strip()
    try:
        return Decimal(shown) == Decimal(kept)
    except ArithmeticError:
        return shown == kept.strip()


def differences(shown: list[list[str]], kept: list[list[str]]) -> list[tuple[str, str]]:
    """List the cells of a page that its workbook has otherwise; the number of rows must agree."""
    assert len(shown) == len(kept), (len(shown), len(kept))
    pairs = (pair for one, other in zip(shown, kept, strict=True) for pair in zip(one, other, strict=True))
    return [pair for pair in pairs if not same(*pair)]
