"""Registers the figure room: its kind of definition, and reads every domain's `figures.py`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FiguresConfig(AppConfig):
    """Figures."""

    name = "yichuang.foundation.figures"
    label = "figures"
    verbose_name = "指标"

    def ready(self) -> None:
        """Make the kind of definition known, and read the measures of all domains."""
        from yichuang.foundation.figures import accounts, code_lists, kinds, registers
        from yichuang.foundation.records import triggers

        triggers.keep("figures_snapshot")
        kinds.register()
        registers.register()
        code_lists.register()
        accounts.register()
        autodiscover_modules("figures")
