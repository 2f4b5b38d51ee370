"""Registers the history room: the mappings that it reads by."""

from pathlib import Path

from django.apps import AppConfig

SCHEMA = Path(__file__).parent / "schemas" / "history_mapping.schema.json"


class HistoryConfig(AppConfig):
    """History."""

    name = "yichuang.foundation.history"
    label = "history"
    verbose_name = "历史办件"

    def ready(self) -> None:
        """Make known which keys the mappings of histories have."""
        from yichuang.foundation.definitions.kinds import schema_file
        from yichuang.foundation.definitions.mappings import Taker, register_taker
        from yichuang.foundation.history.mapping import parse
        from yichuang.foundation.history.terms import TAKES

        register_taker(Taker(TAKES, "历史办件", schema_file(SCHEMA), parse))
