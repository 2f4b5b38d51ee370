"""Registers the room and keeps its tables append-only."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class RecordsConfig(AppConfig):
    """The record room."""

    name = "yichuang.foundation.records"
    verbose_name = "记录"

    def ready(self) -> None:
        """Install the triggers after every migration: a table remake on SQLite drops them silently; read moments."""
        from yichuang.foundation.records import moments, triggers

        post_migrate.connect(triggers.install_after_migrate, sender=self, dispatch_uid="records.triggers")
        connection_created.connect(moments.read_quickly, dispatch_uid="records.moments")
