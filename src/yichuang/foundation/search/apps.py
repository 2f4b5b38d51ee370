"""Registers the room and keeps its full-text index in place."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    """Search."""

    name = "yichuang.foundation.search"
    verbose_name = "搜索"

    def ready(self) -> None:
        """Install after every migration: a table remake on SQLite drops the triggers silently."""
        from yichuang.foundation.search import fulltext

        post_migrate.connect(fulltext.install_after_migrate, sender=self, dispatch_uid="search.fulltext")
