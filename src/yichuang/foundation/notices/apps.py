"""Registers the room: its kind of definition, who sees what, and what it listens to."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Messages to people."""

    name = "yichuang.foundation.notices"
    verbose_name = "消息"

    def ready(self) -> None:
        """Make the wordings known, tell the one filter, and hear how SMS went."""
        from yichuang.foundation.notices import queries, reactions, wording

        wording.register()
        queries.register_scopes()
        assert reactions
