"""Registers the pages of files and papers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PapersConfig(AppConfig):
    """Pages of files and papers."""

    name = "yichuang.portals.papers"
    label = "papers"
    verbose_name = "文件和文书"

    def ready(self) -> None:
        """Stand in the menus of the portal."""
        from yichuang.ui import menus

        menus.add("desk", menus.Entry(_("文书管理"), "files:seals", permission="documents.manage_seals", order=80))
        menus.add("public", menus.Entry(_("查验"), "files:verify", order=60))
