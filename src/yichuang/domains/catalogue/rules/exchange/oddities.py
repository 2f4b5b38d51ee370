"""What is odd in a list and no reason to refuse it: real lists contain it, and the keeper should know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from yichuang.kernel.identifiers import NotAnIdentifier, parse_item_code

Odd = tuple[str, str, str]
"""Code for programs, field of the definition, words."""


def oddities(body: Mapping[str, Any]) -> Iterator[Odd]:
    """Look at one item as it came in."""
    yield from _of_code(body)
    yield from _of_limits(body)
    consult = body.get("consult")
    if consult and consult == body.get("complain"):
        yield "item.same_phone", "complain", _("监督投诉方式与咨询方式相同。")
    address = body.get("online_address", "")
    if address and not address.startswith(("http://", "https://")):
        yield "item.address", "online_address", _("网办地址不以 http:// 或 https:// 开头，页面上不作链接。")


def _of_code(body: Mapping[str, Any]) -> Iterator[Odd]:
    code = body.get("code", "")
    try:
        found = parse_item_code(code)
    except NotAnIdentifier as reason:
        yield "item.code", "code", _("实施编码不合国家标准：%(why)s。") % {"why": reason.why}
        return
    for warning in found.warnings:
        yield "item.body_code", "code", _("%(warning)s。") % {"warning": warning}
    if found.handling:
        said = _("实施编码 33 位：末两位“%(digits)s”是业务办理项，前 31 位是实施清单编码。")
        yield "item.handling_digits", "code", said % {"digits": found.handling}
    if (level := body.get("level")) and found.level and level != found.level:
        said = _("实施编码里的行使层级是 %(code)s，这一列是 %(level)s。")
        yield "item.level", "level", said % {"code": found.level, "level": level}
    if (catalogue := body.get("catalog_code")) and found.body and catalogue != found.catalogue:
        said = _("实施编码里的基本编码是 %(code)s，这一列是 %(said)s。")
        yield "item.catalog_code", "catalog_code", said % {"code": found.catalogue, "said": catalogue}


def _of_limits(body: Mapping[str, Any]) -> Iterator[Odd]:
    legal, promise = body.get("legal"), body.get("promise")
    if not legal:
        yield "item.no_legal_limit", "legal", _("没有法定时限。")
    if not promise and body.get("handling") == "PROMISE":
        yield "item.no_promise", "promise", _("承诺件没有承诺时限。")
    if not promise:
        return
    if legal and promise.get("unit") == legal.get("unit") and promise["limit"] > legal["limit"]:
        said = _("承诺时限 %(promise)s 超过法定时限 %(legal)s。")
        yield "item.promise_longer", "promise", said % {"promise": promise["limit"], "legal": legal["limit"]}
    is_day = promise["limit"] == 1 and promise.get("unit", "working_day") == "working_day"
    if is_day and body.get("handling") == "PROMISE":
        yield "item.one_day", "promise", _("承诺 1 个工作日：如果当场办结，应为即办件。")
