"""Masks of personal values (`domain.md` §16): enough stays to recognise one's own, too little to learn another's."""

from __future__ import annotations

import re


def mask(value: str, kind: str) -> str:
    """
    Mask a value.

    >>> mask("110101199003071234", "id"), mask("13800001234", "phone"), mask("欧阳娜娜", "name")
    ('110101********1234', '138****1234', '欧***')
    >>> mask("6222020200112233", "bank"), mask("湖北省武汉市武昌区中山路307号", "address"), mask("a.b@c.cn", "email")
    ('************2233', '湖北省武汉市武昌区****', 'a**@c.cn')
    """
    return MASKS[kind](value) if value else ""


def mask_in(text: str, kind: str) -> str:
    """
    Mask every number of a kind (`id`, `phone`) that stands in a text; numbers of organisations stay.

    >>> mask_in("姓名：张三；身份证号码：110101199003071234；电话13800001234", "id")
    '姓名：张三；身份证号码：110101********1234；电话13800001234'
    >>> mask_in("电话13800001234，信用代码11420106MB1A000012", "phone")
    '电话138****1234，信用代码11420106MB1A000012'
    """
    return NUMBERS[kind].sub(lambda found: mask(found.group(), kind), text)


def _id(value: str) -> str:
    if len(value) < 12:
        return value[:1] + "*" * (len(value) - 1)
    return value[:6] + "*" * (len(value) - 10) + value[-4:]


def _phone(value: str) -> str:
    if len(value) < 8:
        return "*" * len(value)
    return value[:3] + "*" * (len(value) - 7) + value[-4:]


def _name(value: str) -> str:
    return value[0] + "*" * max(len(value) - 1, 1)


def _bank(value: str) -> str:
    return "*" * (len(value) - 4) + value[-4:]


def _address(value: str) -> str:
    for sign in "区县市":
        if sign in value[:-1]:
            return value[: value.index(sign) + 1] + "****"
    return value[:2] + "****"


def _email(value: str) -> str:
    name, _, host = value.partition("@")
    return f"{name[:1]}**@{host}"


MASKS = {"id": _id, "phone": _phone, "name": _name, "bank": _bank, "address": _address, "email": _email}

NUMBERS = {
    "id": re.compile(
        r"(?<![0-9A-Za-z])\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
    ),
    "phone": re.compile(r"(?<![0-9A-Za-z])1\d{10}(?![0-9A-Za-z])"),
}
"""How a resident's identity number (GB 11643-1999: region, day of birth, order, check) and a mobile telephone look."""
