"""Items written out as our workbook or text table, which an import reads back without a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, Any

from django.utils.translation import gettext as _

from yichuang.domains.catalogue.models import ServiceItem
from yichuang.domains.catalogue.queries.listing import KIND, unit_names
from yichuang.domains.catalogue.rules.exchange import own
from yichuang.foundation.definitions import queries as definitions
from yichuang.foundation.definitions.folders import exact
from yichuang.foundation.files import tables
from yichuang.foundation.people.models import Unit
from yichuang.kernel.errors import NotPossible

FORMS = ("xlsx", "csv")


class UnknownForm(NotPossible):
    """Items are written as workbook or text alone."""

    code = "catalogue.unknown_export_form"

    def __init__(self, form: str) -> None:
        super().__init__(_("不能导出为“.%(form)s”。请把文件名改为以 .xlsx 或 .csv 结尾。") % {"form": form})


def count_items(codes: Iterable[str] | None = None) -> int:
    """Count the items that an export would hold."""
    return len(_newest(codes))


def export_items(
    out: IO[bytes],
    *,
    form: str = "xlsx",
    codes: Iterable[str] | None = None,
    progress: Callable[[int], object] = lambda count: None,
) -> None:
    """
    Write the newest version of every item, or of some, that is not withdrawn.

    :raises UnknownForm: it is neither xlsx nor csv
    :raises TextTooLong: a text does not fit in a cell of a workbook
    """
    if form not in FORMS:
        raise UnknownForm(form)
    newest = _newest(codes)
    told = iter([progress])

    def bodies() -> Iterator[Mapping[str, Any]]:
        report = next(told, None)  # the first walk is over the items, the others over their lists
        rows = definitions.published(KIND).filter(pk__in=list(newest.values())) if len(newest) < 500 else None
        for row in (rows if rows is not None else definitions.published(KIND)).order_by("code", "version").iterator():
            if newest.get(row.code) == row.pk:
                if report:
                    report(1)
                yield exact(row.body)

    units = _unit_labels()
    if form == "csv":
        tables.write_csv(out, own.text_titles(), own.text_rows(bodies, units))
    else:
        plans = own.sheet_plans(_lists())
        tables.write_workbook(out, list(zip(plans, own.sheet_rows(bodies, units), strict=True)), _notes())


def write_template(out: IO[bytes]) -> None:
    """Write the empty workbook, with what may be chosen."""
    tables.write_template(out, own.sheet_plans(_lists()), _notes())


def found_rows(codes: Iterable[str]) -> list[dict[str, Any]]:
    """Describe items that were found, in their order, for programs."""
    wanted = list(codes)
    rows = {row.code: row for row in ServiceItem.objects.filter(code__in=wanted)}
    names = unit_names(row.unit_code for row in rows.values())
    return [
        {
            "id": row.code,
            "name": row.name,
            "code": row.task_code,
            "unit": row.unit_code,
            "unit_name": names[row.unit_code],
            "task_type": row.task_type,
            "online": row.is_online,
        }
        for code in wanted
        if (row := rows.get(code))
    ]


def _newest(codes: Iterable[str] | None) -> dict[str, int]:
    rows = definitions.published(KIND).filter(withdrawn_at=None)
    if codes is not None:
        rows = rows.filter(code__in=list(codes))
    return dict(rows.order_by("version").values_list("code", "pk"))


def _unit_labels() -> dict[str, str]:
    """Name units by their code: by the whole name where only one bears it, else by the code itself."""
    rows = list(Unit.objects.values_list("code", "name", "short_name"))
    borne = Counter(name for _code, name, short in rows for name in {name, short})
    return {code: name for code, name, _short in rows if borne[name] == 1}


def _lists() -> dict[str, tuple[str, ...]]:
    """List what may be chosen besides code lists: units, lifecycles, plans, forms."""
    units = Unit.objects.filter(source="").order_by("rank", "code").values_list("name", flat=True)
    return {
        "实施机关": tuple(dict.fromkeys(units)),
        "状态表": tuple(definitions.codes("lifecycle")),
        "流程": tuple(definitions.codes("plan")),
        "表单": tuple(definitions.codes("form")),
        "结果证照类型": tuple(definitions.codes("licence_type")),
        "证照类型": tuple(definitions.codes("licence_type")),
    }


def _notes() -> list[str]:
    return [
        _("“事项”表一行一个事项；材料、情形等各表用“事项代号”指明属于哪个事项，写代号或实施编码都可以。"),
        _("代号或实施编码已有的事项会更新，没有的会新增；表里没有的事项和列保持原样，有列而留空即清空。"),
        _("一张清单表（如“材料”）只要在文件里，就写全该事项的所有行；不想改的表可以整张删去。"),
        _("有一处错误，就一行也不导入；错误会指明工作表、行和列。"),
    ]
