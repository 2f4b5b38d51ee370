"""Registers the report room: its kind of definition."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports."""

    name = "yichuang.foundation.reports"
    label = "reports"
    verbose_name = "报告"

    def ready(self) -> None:
        """Make the kind of definition known."""
        from yichuang.foundation.reports import template

        template.register()
