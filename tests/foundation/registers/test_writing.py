"""Values as the office writes them, and as a reader of English reads them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from tests.support.definitions import shipped
from yichuang.foundation.registers.terms import REGISTER
from yichuang.foundation.registers.writing import measured, unit_of


@pytest.mark.parametrize(
    ("value", "unit", "chinese", "english"),
    [
        ("15", "家", "15家", "15"),
        ("5458", "项", "5,458项", "5,458"),
        ("2018", "年", "2018年", "2018"),
        ("3.5", "个工作日", "3.5个工作日", "3.5 working days"),
        ("99.9", "%", "99.9%", "99.9%"),
        ("2.34", "亿元", "2.34亿元", "CNY 234,000,000"),
    ],
)
def test_a_number_stands_with_its_unit(value, unit, chinese, english):
    assert measured(Decimal(value), unit) == chinese
    with translation.override("en"):
        assert measured(Decimal(value), unit) == english


def test_every_unit_of_a_register_has_its_english():
    registers = [file.parsed for file in shipped().of(REGISTER)]
    units = {each.unit for found in registers for each in (*found.fields.values(), *found.figures.values())}

    with translation.override("en"):
        assert {unit for unit in units if not unit_of(unit).isascii()} == {"m²"} & units
