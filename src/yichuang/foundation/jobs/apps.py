"""Registers the room and reads the `jobs.py` of every other."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Due work."""

    name = "yichuang.foundation.jobs"
    verbose_name = "任务"

    def ready(self) -> None:
        """Read every room's `jobs.py`, so that its functions are known to the runner."""
        autodiscover_modules("jobs")
