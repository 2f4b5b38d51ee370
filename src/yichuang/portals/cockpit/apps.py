"""Registers the pages of the cockpit."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CockpitConfig(AppConfig):
    """Pages of the cockpit."""

    name = "yichuang.portals.cockpit"
    label = "cockpit_pages"
    verbose_name = "驾驶舱"

    def ready(self) -> None:
        """Stand in the menu."""
        from yichuang.portals.cockpit.terms import VIEW
        from yichuang.ui import menus

        menus.add("desk", menus.Entry(_("驾驶舱"), "cockpit:cockpit", permission=VIEW, order=5))
