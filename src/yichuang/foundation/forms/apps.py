"""Registers the room and the kind of definition that it owns."""

from django.apps import AppConfig


class FormsConfig(AppConfig):
    """The form room."""

    name = "yichuang.foundation.forms"
    verbose_name = "表单"

    def ready(self) -> None:
        """Make forms known to the definition room."""
        from yichuang.foundation.forms import loading

        loading.register()
