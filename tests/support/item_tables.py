"""Lists of items for tests: rows as Guangdong publishes them (made up), and bodies as varied as the schema allows."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from yichuang.domains.catalogue.rules.exchange.fields import ITEM_FIELDS, PART_SHEETS, SPECIAL, Form, ItemField

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "items" / "items_2262.csv"

ROW = {
    "TASK_CODE": "11990000MB1A00001U2990101001001",
    "ORGCODE": "MB1A00001",
    "DEPT_NAME": "示范省教育厅",
    "AREA_CODE_TEXT": "示范省",
    "AREACODE": "990000",
    "TASK_TYPE": "01",
    "TASK_TYPE_TEXT": "行政许可",
    "CATAID": "990101001001",
    "CATANAME": "学校设立",
    "parentCatalogId": "990101001000",
    "parentCatalogName": "学校设立",
    "TASK_NAME": "示范学校设立审批",
    "subTaskName": "",
    "subCatalogName": "学校设立",
    "matter_level": "省级",
    "LIMIT_SCENE_NUM": "1",
    "visit_number": "1",
    "ONLINECHECK": "1",
    "handle_time": "20(工作日)",
    "handle_time_limit": "5(工作日)",
    "handle_location": "办理地点：示范路1号",
    "accept_standard": "无",
    "consult_phone": "000-00000001",
    "complain_phone": "000-00000002",
    "courier_service": "不支持",
    "online_book": "是",
    "bear_paltform": "无",
    "co_department": "无",
    "theme_category": "教育科研；升学",
    "service_object_name": "自然人；企业法人",
    "material_intro": "申请表；身份证明",
    "URL": "https://example.org/1",
}
"""A row that is right but for the check character of its body, which nobody has."""


def listed(*rows: dict[str, str], encoding: str = "utf-8-sig") -> io.BytesIO:
    """Write rows as Guangdong publishes them; each says how it differs from `ROW`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(ROW))
    writer.writeheader()
    writer.writerows(ROW | row for row in rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def code(number: int) -> str:
    """Number a code like that of `ROW`."""
    return f"11990000MB1A00001U2990101001{number:03d}"


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")), max_size=12)
texts = words.map(str.strip).filter(bool)
odd_texts = st.one_of(
    texts,
    st.sampled_from(
        ["=1+1", "'=2", "-", "1", "true", "是", "a=b", "多行\n文字", "反斜\\n杠", '引"号，', "00123", "12.50", "null"]
    ),
)
codes = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
days = st.dates(min_value=date(1950, 1, 1)).map(lambda day: day.isoformat())
facts = st.dictionaries(codes, st.one_of(st.booleans(), st.integers(-5, 99999), odd_texts), max_size=3)


def value_of(field: ItemField) -> st.SearchStrategy[Any]:
    """Make values that a field may hold."""
    match field.form:
        case Form.WHOLE:
            return st.integers(1, 9999)
        case Form.MONEY:
            return st.integers(0, 10**9)
        case Form.YES_NO:
            return st.booleans()
        case Form.CHOICE:
            return st.sampled_from(sorted(field.words.values()))
        case Form.CHOICES:
            return st.lists(st.sampled_from(sorted(field.words.values())), min_size=1, unique=True)
        case Form.TEXTS:
            return st.lists(odd_texts, min_size=1, max_size=4, unique=True)
        case Form.DAY:
            return days
        case Form.PAIRS if field.key == "special_days":
            return st.dictionaries(st.sampled_from(SPECIAL), st.integers(1, 60), min_size=1)
        case Form.PAIRS if field.key == "source_fields":
            return st.dictionaries(odd_texts, odd_texts, min_size=1, max_size=4)
        case Form.PAIRS:
            return facts
    return odd_texts


def member_of(fields: tuple[ItemField, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """Make members of a list inside an item: what is required is there, the rest perhaps."""
    must = {field.path[-1]: value_of(field) for field in fields if field.is_required and len(field.path) == 1}
    may = {field.path[-1]: value_of(field) for field in fields if not field.is_required and len(field.path) == 1}
    return st.fixed_dictionaries(must, optional=may)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Make the definition of an item in which anything may stand that has a column, and something that has none."""
    body: dict[str, Any] = {}
    for field in ITEM_FIELDS:
        if field.path and (field.is_required or draw(st.booleans())):
            place = body
            for name in field.path[:-1]:
                place = place.setdefault(name, {})
            place[field.path[-1]] = draw(value_of(field))
    for key in ("legal", "promise"):
        if key in body:
            body[key]["limit"] = draw(st.integers(1, 365))
    for part in PART_SHEETS:
        members = draw(st.lists(member_of(part.fields), max_size=3))
        mark = {"materials": "code", "situations": "id", "variants": "id"}.get(part.key)
        for number, member in enumerate(members):
            if mark:
                member[mark] = f"x{number}"
            if part.key == "situations":
                member["choices"] = draw(choices)
            if part.key == "variants" and draw(st.booleans()):
                member["promise"] = {"limit": draw(st.integers(1, 30))}
        body[part.key] = members
    body["item"] = f"item_{draw(st.integers(0, 10**9))}"
    body["version"] = draw(st.integers(1, 9))
    body["in_force"] = {"from": draw(days)}
    if draw(st.booleans()):
        body["examples"] = [{"given": draw(facts)}]
    return body


choices = st.lists(
    st.fixed_dictionaries({"label": texts}, optional={"facts": facts, "not_eligible": odd_texts, "basis": odd_texts}),
    min_size=1,
    max_size=3,
).map(lambda found: [{"id": f"c{number}", **each} for number, each in enumerate(found)])
