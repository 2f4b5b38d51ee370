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
