"""What numbers of cards and papers have to look like, and the sentence that tells the fix."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yichuang.foundation.forms.terms import Format
from yichuang.kernel import identifiers

SHAPES: Mapping[Format, tuple[re.Pattern[str], Promise]] = MappingProxyType(
    {
        Format.RESIDENT_ID: (re.compile(r"\d{17}[\dX]"), _("请输入18位居民身份证号码，最后一位可以是 X。")),
        Format.USCC: (re.compile(r"[0-9A-Z]{18}"), _("请输入18位统一社会信用代码。")),
        Format.PHONE: (
            re.compile(r"1\d{10}|(0\d{2,3}-?)?\d{7,8}(-\d{1,6})?"),
            _("请输入11位手机号码，或带区号的座机号码，例如 027-88936000。"),
        ),
        Format.POSTCODE: (re.compile(r"\d{6}"), _("请输入6位邮政编码。")),
        Format.EMAIL: (re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"), _("请输入电子邮箱，例如 name@example.com。")),
        Format.PROJECT_CODE: (
            re.compile(r"\d{4}-?\d{6}-?\d{2}-?\d{2}-?\d{6}"),
            _("请输入项目代码，例如 2019-420106-47-03-000001。"),
        ),
    }
)
"""The shape of each format, and what to do when a text has another one."""


class Misshapen(Exception):
    """A text does not have its format; the message tells the fix."""


def plain(form: Format, text: str) -> str:
    """
    Write a text in the plain form of its format.

    Numbers made for demonstrations pass only in a demo.

    :raises Misshapen: it has another shape, or its check character is wrong
    """
    if form in SHAPES:
        shape, advice = SHAPES[form]
        if not shape.fullmatch(text):
            raise Misshapen(str(advice))
    if form in _NUMBERS:
        try:
            return _NUMBERS[form](text)
        except identifiers.NotAnIdentifier as wrong:
            raise Misshapen(wrong.message) from wrong
    return text


def _resident_id(text: str) -> str:
    return identifiers.check_resident_id(text, allow_synthetic=settings.DEMO)


def _uscc(text: str) -> str:
    return identifiers.check_uscc(text, allow_synthetic=settings.DEMO)


def _project_code(text: str) -> str:
    return str(identifiers.parse_project_code(text))


_NUMBERS: Mapping[Format, Callable[[str], str]] = MappingProxyType(
    {Format.RESIDENT_ID: _resident_id, Format.USCC: _uscc, Format.PROJECT_CODE: _project_code}
)
