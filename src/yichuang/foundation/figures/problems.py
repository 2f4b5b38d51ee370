"""How figures say no."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from yichuang.kernel.errors import NotPossible


class NoSuchFigure(NotPossible):
    """No figure of this name is in force on the day."""

    code = "figures.no_such_figure"
    status = 404

    def __init__(self, id: str, on: date) -> None:
        super().__init__(
            _("%(day)s 没有生效的指标“%(id)s”。可用 figures list 或 /figures 页查看全部指标。") % {"day": on, "id": id}
        )


class OutOfReach(NotPossible):
    """A day or a moment that no record and no calendar reaches."""

    code = "figures.out_of_reach"
    status = 422

    def __init__(self, day: date) -> None:
        super().__init__(_("%(day)s 不在 1900 年至 2100 年之间，没有可数的记录。请改正日期。") % {"day": day})


class NoSuchRegion(NotPossible):
    """No place has a code that begins like this."""

    code = "figures.no_such_region"
    status = 422

    def __init__(self, region: str) -> None:
        super().__init__(_("没有区划“%(region)s”。请写行政区划代码，例如 420106。") % {"region": region})
