"""Registers the doors for programs."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Calendar, forms and registers for programs."""

    name = "yichuang.portals.programs"
    label = "programs"
    verbose_name = "接口"
