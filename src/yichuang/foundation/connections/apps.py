"""Registers the room: its kind of definition, its adapters, who sees the log, what it listens to."""

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    """Outside systems."""

    name = "yichuang.foundation.connections"
    verbose_name = "外部系统"

    def ready(self) -> None:
        """Make kind, adapters and scope known, and follow what is published."""
        from yichuang.foundation.connections import http, kinds, queries, reactions, simulator

        kinds.register()
        http.register()
        simulator.register()
        queries.register_scopes()
        assert reactions
