"""Registers the room with Django."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out


class PeopleConfig(AppConfig):
    """People and their rights."""

    name = "yichuang.foundation.people"
    verbose_name = "人员"

    def ready(self) -> None:
        """Hear every log-in and log-out, by whatever door; say how people themselves are filtered."""
        from yichuang.foundation.people import scopes, sessions

        user_logged_in.connect(sessions.on_logged_in, dispatch_uid="people.logged_in")
        user_logged_out.connect(sessions.on_logged_out, dispatch_uid="people.logged_out")
        scopes.register()
