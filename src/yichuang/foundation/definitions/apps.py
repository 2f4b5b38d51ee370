"""Registers the room and the kinds of definition that every district has."""

from django.apps import AppConfig


class DefinitionsConfig(AppConfig):
    """The definition room."""

    name = "yichuang.foundation.definitions"
    verbose_name = "定义"

    def ready(self) -> None:
        """Register the kinds known here; other rooms register theirs in the same way."""
        from yichuang.foundation.definitions import standard

        standard.register()
