"""Registers the engine room and what it listens to."""

from django.apps import AppConfig


class WorkConfig(AppConfig):
    """The engine room."""

    name = "yichuang.foundation.work"
    verbose_name = "办理"

    def ready(self) -> None:
        """Tell the one filter who sees a dossier, and what people hand over; listen to the news of lower rooms."""
        from yichuang.foundation.work import holdings, reactions, sight

        sight.register()
        holdings.register()
        assert reactions
