"""Code lists as rows: how many forms, kinds or behaviours a list in force names."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.standard import CodeList
from yichuang.foundation.definitions.terms import CODE_LIST
from yichuang.foundation.figures.measures import Listing, Row, register_measure, text
from yichuang.foundation.figures.terms import Times


def register() -> None:
    """Let figures count the codes of lists."""
    register_measure(
        Listing(
            id="definitions.codes",
            name=_("代码表"),
            columns={
                "list": text("list", _("代码表"), apart=True),
                "code": text("code", _("代码")),
                "name": text("name", _("名称")),
            },
            rows=_codes,
            key="code",
            shows=("code", "name"),
        )
    )


def _codes(times: Times) -> list[Row]:
    lists = definitions.all_in_force(CODE_LIST, times.as_of).values()
    return [
        {"list": each.code, "code": code, "name": name}
        for each in lists
        if isinstance(each, CodeList)
        for code, name in each.names.items()
    ]
