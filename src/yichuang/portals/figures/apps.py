"""Registers the pages of figures."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FigurePagesConfig(AppConfig):
    """Pages of figures."""

    name = "yichuang.portals.figures"
    label = "figure_pages"
    verbose_name = "指标页"

    def ready(self) -> None:
        """Stand in the menus."""
        from yichuang.ui import menus

        entry = menus.Entry(pgettext_lazy("list", "指标"), "figures:listed", permission="figures.view", order=70)
        menus.add("desk", entry, menus.Entry(_("办理时效"), "figures:timeliness", permission="figures.all", order=71))
        menus.add("public", entry)
