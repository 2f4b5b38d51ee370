"""Registers the room."""

from django.apps import AppConfig


class ServiceLevelsConfig(AppConfig):
    """Measured service levels."""

    name = "yichuang.foundation.service_levels"
    verbose_name = "服务水平"
