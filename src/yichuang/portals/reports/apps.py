"""Registers the pages of reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportPagesConfig(AppConfig):
    """Pages of reports."""

    name = "yichuang.portals.reports"
    label = "report_pages"
    verbose_name = "报告页"

    def ready(self) -> None:
        """Stand in the menu."""
        from yichuang.ui import menus

        menus.add("desk", menus.Entry(_("报告"), "reports:listed", permission="reports.view", order=72))
